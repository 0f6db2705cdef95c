// The fields that a scene finds in events: where each stands, as it was found or chosen, what it gives in the newest
// event, and another path in its place.

import { isComposing } from "../../chrome/keys";
import { focusBack } from "../../chrome/regions";
import { onBeat } from "../../frame";
import { t, type Key } from "../../i18n";
import type { ChatRule, FeedRule, Scenes } from "../../ipc/bindings";
import type { Live } from "../../model/api";
import { asFailure } from "../../model/failure";
import { Disposal, el, setAttribute, setHidden, setText } from "../dom";
import { badWords } from "../events/filter-bar";
import { parsed, pathsIn, shortened, stepsOf, valueAt, type Suggestion } from "./paths";
import { Suggestions } from "./suggestions";

/** How the stream on show is read, and how to change it. */
export interface Reading {
  /** The stream on show; null where there is none. */
  stream(): string | null;
  /** A window of one session shows how it is read elsewhere, and changes nothing of it. */
  readonly fixed?: boolean;
  /** Null where there is no stream. */
  scenes(): Scenes | null;
  /** Changes these of them. Rejects with a `Failure`. */
  apply(patch: Partial<Scenes>): Promise<void>;
}

interface FieldSpec<R> {
  readonly key: keyof R & string;
  readonly label: Key;
  /** A path is found by the shape of the data; words are the user's. */
  readonly kind: "path" | "words";
  readonly hint?: Key;
  /** What a tape has no use for. */
  readonly live?: boolean;
}

export interface FieldsSpec<R> {
  readonly of: "chat" | "feed";
  readonly title: Key;
  readonly fields: readonly FieldSpec<R>[];
}

export const chatFields: FieldsSpec<ChatRule> = {
  of: "chat",
  title: "fields.title.chat",
  fields: [
    { key: "sender", label: "fields.sender", kind: "path" },
    { key: "text", label: "fields.text", kind: "path" },
    { key: "time", label: "fields.time", kind: "path" },
    { key: "id", label: "fields.id", kind: "path" },
    { key: "me", label: "fields.me", kind: "words", hint: "fields.me.hint" },
    { key: "send_url", label: "fields.send-url", kind: "words", hint: "fields.send-url.hint", live: true },
    { key: "send_body", label: "fields.send-body", kind: "words", live: true },
  ],
};

export const feedFields: FieldsSpec<FeedRule> = {
  of: "feed",
  title: "fields.title.feed",
  fields: [
    { key: "title", label: "fields.title", kind: "path" },
    { key: "summary", label: "fields.summary", kind: "path" },
    { key: "source", label: "fields.source", kind: "path" },
    { key: "time", label: "fields.time", kind: "path" },
    { key: "link", label: "fields.link", kind: "path" },
    { key: "breaking", label: "fields.breaking", kind: "words", hint: "fields.breaking.hint" },
  ],
};

/** The engine's own body of a message (contract: ChatRule::send_body). */
const BODY = '{"id":"{{id}}","sender":"{{me}}","text":"{{text}}"}';

export interface FieldsHost {
  readonly live: Live;
  readonly reading: Reading;
  /** The rule with the paths that were found; null before an answer. */
  found(): Readonly<Record<string, string>> | null;
  /** The newest entry that the scene shows; null for none. */
  sample(): number | null;
}

export interface Fields {
  readonly button: HTMLButtonElement;
  /** Shows the button, where there is something to choose. */
  offer(on: boolean): void;
  open(): void;
  close(): void;
  dispose(): void;
}

interface Line {
  readonly key: string;
  readonly label: Key;
  readonly kind: "path" | "words";
  readonly hint: string;
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly preview: HTMLElement;
}

/** The heading, three fields and the foot. */
const LEAST_PX = 200;
/** The padding of the page's edge, which the buttons above keep as well. */
const EDGE_PX = 16;
/** Entries that are looked at for an event, where the scene has none. */
const LOOKED_BACK = 12;

export function createFields<R>(spec: FieldsSpec<R>, host: FieldsHost): Fields {
  const button = el("button", "quiet", { type: "button", "data-testid": `fields-${spec.of}`, "aria-haspopup": "dialog", "aria-expanded": "false" });
  setText(button, t("fields.button"));
  const panel = el("div", "fields", { role: "dialog", "aria-label": t(spec.title), "data-testid": "fields" });
  const disposal = new Disposal();
  let open = false;
  let stopBeat = (): void => undefined;
  let shown = "";
  let value: unknown = undefined;
  let paths: readonly Suggestion[] = [];
  let asked = 0;
  /** What had the focus: a command opens this too, while the button is folded away. */
  let before: Element | null = null;
  /** The stream whose fields these are: another may be on show before they are closed. */
  let of: string | null = null;

  const heading = el("h3");
  setText(heading, t(spec.title));
  const said = el("p", "fields-said", { role: "status", id: `fields-said-${spec.of}` });
  const asFound = el("button", "button small", { type: "button", "data-testid": "fields-as-found" });
  setText(asFound, t("fields.as-found"));
  const done = el("button", "button small primary", { type: "button" });
  setText(done, t("fields.done"));
  const foot = el("div", "fields-foot");
  foot.append(said, asFound, done);
  const lines = spec.fields.map((field): Line => {
    const element = el("div", "fields-line");
    const name = el("span", "fields-name");
    setText(name, t(field.label));
    const input = el("input", "fields-input mono", { type: "text", spellcheck: "false", autocomplete: "off", "data-testid": `field-${field.key}` });
    input.setAttribute("aria-label", t(field.label));
    const preview = el("span", "fields-preview", { dir: "auto" });
    element.append(name, input, preview);
    return { key: field.key, label: field.label, kind: field.kind, hint: field.hint ? t(field.hint) : field.key === "send_body" ? BODY : "", element, input, preview };
  });
  panel.append(heading, ...lines.map(({ element }) => element), foot);
  const suggestions = new Suggestions<Line>(commit);

  const chosen = (): Readonly<Record<string, string>> => ({ ...host.reading.scenes()?.[spec.of] });
  const isLiveOnly = (key: string): boolean => spec.fields.some((field) => field.key === key && field.live === true);

  function draw(): void {
    const now = chosen();
    const found = host.found() ?? {};
    const replay = host.live.status()?.replay != null;
    for (const line of lines) {
      setHidden(line.element, replay && isLiveOnly(line.key));
      const own = now[line.key] ?? "";
      if (document.activeElement !== line.input) line.input.value = own;
      const path = found[line.key] ?? "";
      line.input.placeholder =
        line.kind === "words" ? line.hint : path === "" || own !== "" ? t("fields.not-found") : t("fields.found", { path });
      if (line.kind === "path") setText(line.preview, previewOf(line.input.value.trim() || path));
    }
    asFound.disabled = lines.every(({ key, kind }) => (kind !== "path" && key !== "breaking") || (now[key] ?? "") === "");
  }

  function previewOf(path: string): string {
    if (path === "" || asked === 0) return "";
    const steps = stepsOf(path);
    // What this cannot follow the engine may: nothing is said of it.
    if (steps === null) return "";
    if (value === undefined) return "";
    const at = valueAt(value, steps);
    return at === undefined ? t("fields.nothing") : shortened(at);
  }

  async function sample(): Promise<void> {
    asked += 1;
    const mine = asked;
    const data = await newest();
    if (mine !== asked || !open) return;
    value = data === null ? undefined : parsed(data);
    paths = pathsIn(value);
    if (data !== null && (typeof value !== "object" || value === null)) setText(said, t("fields.whole"));
    draw();
  }

  async function newest(): Promise<string | null> {
    const pos = host.sample();
    if (pos !== null) return (await host.live.entry(pos, 0))?.data ?? null;
    const status = host.live.status();
    if (!status) return null;
    for (let at = status.end_pos - 1; at >= Math.max(status.first_pos, status.end_pos - LOOKED_BACK); at -= 1) {
      const detail = await host.live.entry(at, 0);
      if (detail?.row.kind === "event") return detail.data;
    }
    return null;
  }

  function commit(line: Line): void {
    const next = line.input.value.trim();
    if (next !== (chosen()[line.key] ?? "")) change({ [line.key]: next });
    else draw();
  }

  function change(patch: Readonly<Record<string, string>>): void {
    const scenes = host.reading.scenes();
    if (!scenes || host.reading.stream() !== of) return;
    setText(said, "");
    mark(null);
    host.reading.apply({ [spec.of]: { ...scenes[spec.of], ...patch } }).then(draw, (reason: unknown) => {
      if (of !== host.reading.stream()) return;
      const failure = asFailure(reason);
      const [, key = ""] = (failure.args["field"] ?? "").split(".");
      const line = lines.find((each) => each.key === key);
      const detail = badWords(failure);
      // A bound names its field itself.
      setText(said, line && failure.code === "filter" ? t("fields.refused", { field: t(line.label), detail }) : detail);
      mark(line ?? null);
    });
  }

  /** The field that was refused. */
  function mark(wrong: Line | null): void {
    for (const line of lines) {
      setAttribute(line.input, "aria-invalid", line === wrong ? "true" : null);
      setAttribute(line.input, "aria-describedby", line === wrong ? said.id : null);
    }
  }

  function place(): void {
    const from = button.getBoundingClientRect();
    // At the edge of the page, where it hides the least of what it speaks of. Through the object model, since the policy
    // refuses style attributes.
    panel.style.left = `${Math.max(8, innerWidth - panel.offsetWidth - EDGE_PX)}px`;
    // Under its button where there is room for a few fields, else as far up as it takes.
    const room = innerHeight - from.bottom - 20;
    panel.style.maxHeight = `${room >= LEAST_PX ? room : innerHeight - 16}px`;
    panel.style.top = `${Math.max(8, Math.min(from.bottom + 12, innerHeight - panel.offsetHeight - 8))}px`;
  }

  function show(): void {
    open = true;
    before = document.activeElement;
    of = host.reading.stream();
    value = undefined;
    paths = [];
    setText(said, "");
    mark(null);
    document.body.append(panel);
    draw();
    place();
    button.setAttribute("aria-expanded", "true");
    lines[0]?.input.focus();
    addEventListener("pointerdown", onPointer, true);
    addEventListener("resize", place);
    stopBeat = onBeat(() => {
      const now = JSON.stringify([host.found(), chosen()]);
      if (now === shown) return;
      shown = now;
      draw();
    });
    void sample();
  }

  function close(): void {
    if (!open) return;
    const focused = panel.contains(document.activeElement);
    const line = lines.find(({ input }) => input === document.activeElement);
    if (line) commit(line);
    open = false;
    asked += 1;
    suggestions.hide();
    removeEventListener("pointerdown", onPointer, true);
    removeEventListener("resize", place);
    stopBeat();
    panel.remove();
    button.setAttribute("aria-expanded", "false");
    if (focused) focusBack(button, before);
    before = null;
  }

  const onPointer = (event: PointerEvent): void => {
    if (event.target instanceof Node && !panel.contains(event.target) && !button.contains(event.target)) close();
  };

  for (const line of lines) {
    disposal.listen(line.input, "focus", () => {
      if (line.kind === "path") suggestions.show(line, paths);
    });
    disposal.listen(line.input, "input", () => {
      if (line.kind === "path") suggestions.show(line, paths);
      draw();
    });
    disposal.listen(line.input, "blur", () => {
      suggestions.hide();
      if (open) commit(line);
    });
    disposal.listen(line.input, "keydown", (event) => {
      if (isComposing(event)) return;
      if (line.kind === "path" && suggestions.key(event, line, paths)) return;
      if (event.key === "Enter") {
        event.preventDefault();
        suggestions.hide();
        commit(line);
      }
    });
  }
  disposal.listen(panel, "keydown", (event) => {
    // Chords of the window do not reach through it.
    event.stopPropagation();
    if (event.key !== "Escape" || isComposing(event) || event.defaultPrevented) return;
    event.preventDefault();
    close();
  });
  disposal.listen(button, "click", () => (open ? close() : show()));
  disposal.listen(done, "click", close);
  disposal.listen(asFound, "click", () => {
    // The button is off once all is as found, and keys pressed on it would go nowhere.
    lines.find(({ element }) => !element.hidden)?.input.focus();
    change(Object.fromEntries(spec.fields.filter(({ kind, key }) => kind === "path" || key === "breaking").map(({ key }) => [key, ""])));
  });

  return {
    button,
    offer: (on) => setHidden(button, !on || host.reading.fixed === true),
    open() {
      if (!open && !button.hidden) show();
    },
    close,
    dispose() {
      close();
      disposal.end();
      button.remove();
    },
  };
}
