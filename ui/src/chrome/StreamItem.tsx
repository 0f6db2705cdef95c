// One stream in the sidebar. The row itself is a button; renaming puts an input in its place.

import { createMemo, Match, Show, Switch, type JSX } from "solid-js";
import { fmt, t, type Key } from "../i18n";
import { createNow } from "./beat";
import type { Desk } from "./desk";
import { Dots } from "./icons";
import { Rename } from "./Rename";

interface Props {
  desk: Desk;
  id: string;
  menuOpen: boolean;
  onMenu(at: HTMLElement | { x: number; y: number }): void;
  focus(): void;
}

export function StreamItem(props: Props): JSX.Element {
  const { desk } = props;
  const { library, live } = desk;
  // Both are read once for each row: rows are made anew when an id is.
  const id = props.id;
  const demo = library.kind(id) === "demo";

  const name = createMemo(() => {
    const stream = library.stream(id);
    return stream ? desk.nameOf(stream) : "";
  });
  const brief = (): ReturnType<typeof live.brief> => live.brief(id);
  const state = createMemo(() => desk.stateOf(id));
  const selected = (): boolean => library.selectedId() === id;
  const renaming = (): boolean => desk.renaming() === id;

  const now = createNow(live.now, () => state() === "waiting");
  const retry = createMemo(() => {
    const until = brief()?.waiting_until_us ?? null;
    if (state() !== "waiting" || until === null) return null;
    return fmt.int(Math.ceil(Math.max(0, until - now()) / 1_000_000));
  });
  const rate = createMemo(() => {
    const perSecond = brief()?.rate ?? 0;
    return state() === "open" && perSecond >= 0.05 ? fmt.rateShort(perSecond) : null;
  });
  const note = createMemo(() => {
    if (library.kind(id) === "draft") return t("sidebar.unsaved");
    return library.dirty(id) ? t("sidebar.edited") : null;
  });

  return (
    <li
      class="stream-item"
      classList={{ selected: selected() }}
      data-testid="stream-item"
      data-id={id}
      data-name={name()}
      data-demo={demo ? "true" : "false"}
      data-state={state()}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        desk.select(id);
        props.onMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      <Show
        when={!renaming()}
        fallback={
          <>
            <span class="dot" data-state={state()} />
            <Rename
              name={name()}
              label={t("sidebar.rename.label")}
              done={(next, byKey) => {
                desk.setRenaming(null);
                if (next !== null) desk.rename(id, next);
                if (byKey) queueMicrotask(() => props.focus());
              }}
            />
          </>
        }
      >
        <button
          type="button"
          class="open"
          tabIndex={selected() ? 0 : -1}
          aria-current={selected() ? "true" : undefined}
          onClick={(event) => {
            desk.select(id);
            // WebKit on a Mac does not focus a button that is clicked, and the arrow keys go on from here.
            event.currentTarget.focus({ preventScroll: true });
          }}
          onDblClick={() => {
            if (!demo) desk.setRenaming(id);
          }}
        >
          <span class="dot" data-state={state()} />
          <span class="name" title={name()}>
            {name()}
          </span>
          <span class="hidden">{t(`dot.${state()}` as Key)}</span>
          <Switch fallback={<Show when={note()}>{(words) => <span class="side">{words()}</span>}</Show>}>
            <Match when={retry()}>{(n) => <span class="side">{t("sidebar.retry", { n: n() })}</span>}</Match>
            <Match when={rate()}>{(words) => <span class="side">{words()}</span>}</Match>
          </Switch>
        </button>
        <button
          type="button"
          class="more"
          tabIndex={selected() ? 0 : -1}
          aria-label={t("sidebar.more", { name: name() })}
          aria-haspopup="menu"
          aria-expanded={props.menuOpen}
          onClick={(event) => {
            desk.select(id);
            props.onMenu(event.currentTarget);
          }}
        >
          <Dots />
        </button>
      </Show>
    </li>
  );
}
