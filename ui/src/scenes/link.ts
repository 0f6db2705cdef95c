// Where a link leads is shown before anything is opened: the whole address, to be copied, or to be opened outside.

import { t } from "../i18n";
import { copyText } from "./copy";
import { Disposal, el, setText } from "./dom";

export interface LinkOptions {
  /** Opens an address outside; without it, it can be copied. */
  readonly open?: ((address: string) => void) | undefined;
}

/** Shows the address of whatever has `data-address` in `area` and is pressed. The chip stands in `host`, which is positioned. */
export function showLinks(area: HTMLElement, host: HTMLElement, options: LinkOptions = {}): { dispose(): void } {
  const chip = el("div", "link-chip", { role: "dialog", "aria-label": t("answer.link.label"), "data-testid": "link-chip" });
  const address = el("p", "mono selectable", { dir: "ltr" });
  const actions = el("div", "actions");
  const copy = el("button", "button small", { type: "button", "data-testid": "link-copy" });
  const close = el("button", "quiet", { type: "button" });
  const disposal = new Disposal();
  let from: HTMLElement | null = null;
  let where = "";

  setText(close, t("answer.link.close"));
  if (options.open) {
    const open = el("button", "button small", { type: "button", "data-testid": "link-open" });
    setText(open, t("answer.link.open"));
    open.addEventListener("click", () => {
      options.open?.(where);
      hide();
    });
    actions.append(open);
  }
  actions.append(copy, close);
  chip.append(address, actions);
  chip.hidden = true;
  host.append(chip);

  function show(link: HTMLElement): void {
    from = link;
    where = link.dataset["address"] ?? "";
    setText(address, where);
    setText(copy, t("answer.link.copy"));
    chip.hidden = false;
    const box = host.getBoundingClientRect();
    const at = link.getBoundingClientRect();
    const below = at.bottom - box.top + 6;
    const fits = below + chip.offsetHeight + 8 <= box.height;
    chip.style.top = `${Math.max(8, fits ? below : at.top - box.top - chip.offsetHeight - 6)}px`;
    chip.style.left = `${Math.max(8, Math.min(at.left - box.left, box.width - chip.offsetWidth - 8))}px`;
    actions.querySelector("button")?.focus({ preventScroll: true });
  }

  function hide(back = true): void {
    if (chip.hidden) return;
    chip.hidden = true;
    if (back && from?.isConnected) from.focus({ preventScroll: true });
    from = null;
  }

  const linkOf = (event: Event): HTMLElement | null =>
    event.target instanceof Element ? event.target.closest<HTMLElement>("[data-address]") : null;

  disposal.listen(area, "click", (event) => {
    const link = linkOf(event);
    // The end of a selection is no press.
    if (link && document.getSelection()?.isCollapsed !== false) show(link);
  });
  disposal.listen(area, "keydown", (event) => {
    const link = linkOf(event);
    if (!link || event.key !== "Enter") return;
    event.preventDefault();
    show(link);
  });
  disposal.listen(chip, "keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    hide();
  });
  disposal.listen(copy, "click", () => void copyText(where).then((done) => setText(copy, t(done ? "md.copied" : "md.copy.failed"))));
  disposal.listen(close, "click", () => hide());
  const outside = (event: PointerEvent): void => {
    if (event.target instanceof Node && !chip.contains(event.target)) hide(false);
  };
  document.addEventListener("pointerdown", outside, true);
  disposal.add(() => document.removeEventListener("pointerdown", outside, true));

  return {
    dispose() {
      disposal.end();
      chip.remove();
    },
  };
}
