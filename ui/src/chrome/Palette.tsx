// Commands, streams, tapes and settings, found by a word.

import { createEffect, createMemo, createSignal, For, on, onCleanup, onMount, Show, type JSX } from "solid-js";
import { currentLanguage, t, tn, type Key } from "../i18n";
import type { Commands } from "./commands";
import { matches } from "./commands/chords";
import type { Desk } from "./desk";
import { Check, Play } from "./icons";
import { isComposing } from "./keys";
import { keepRecent, readRecent, search, sourcesOf, type Found } from "./palette-items";
import { Sheet } from "./Sheet";

/** Rows that Page Up and Page Down pass over. */
const PAGE = 8;

interface Props {
  desk: Desk;
  commands: Commands;
}

export function Palette(props: Props): JSX.Element {
  const { home } = props.desk;
  // The sheet tells that it closed a moment later: another may be open by then.
  const close = (): void => {
    if (home.sheet() === "palette") home.setSheet(null);
  };
  return (
    <Sheet open={home.sheet() === "palette"} class="palette" testid="palette" label={t("palette.label")} onClose={close}>
      <Search {...props} close={close} />
    </Sheet>
  );
}

function Search(props: Props & { close(): void }): JSX.Element {
  const recent = readRecent();
  const [query, setQuery] = createSignal("");
  const [at, setAt] = createSignal(0);
  let input!: HTMLInputElement;
  let list!: HTMLDivElement;

  // As it was when it opened, in whatever language: rows that come and go under the hand would be chosen by mistake.
  const sources = createMemo(on(currentLanguage, () => sourcesOf(props.desk, props.commands)));
  const groups = createMemo(() => {
    let from = 0;
    return search(sources(), query(), recent).map((group) => {
      const numbered = group.found.map((found, n) => ({ found, no: from + n }));
      from += numbered.length;
      return { section: group.section, rows: numbered };
    });
  });
  const all = createMemo(() => groups().flatMap(({ rows }) => rows));
  const chosen = createMemo(() => Math.min(at(), all().length - 1));

  // Another query is another list.
  createEffect(on(query, () => setAt(0), { defer: true }));
  createEffect(
    on(chosen, (no) => {
      if (no === 0) list.scrollTop = 0;
      else list.querySelector(`[data-no="${no}"]`)?.scrollIntoView({ block: "nearest" });
    }, { defer: true }),
  );

  function choose(found: Found | undefined): void {
    if (!found) return;
    keepRecent(found.item.key);
    // First the focus goes back to where it was: what is done may move it on.
    props.close();
    found.item.run();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (isComposing(event)) return;
    if (["Mod+K", "Mod+Shift+P"].some((chord) => matches(event, chord))) {
      event.preventDefault();
      if (!event.repeat) props.close();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const last = all().length - 1;
    const to: Readonly<Record<string, number>> = {
      // The two ends meet, as in a menu; pages and ends stop there.
      ArrowDown: chosen() === last ? 0 : chosen() + 1,
      ArrowUp: chosen() <= 0 ? last : chosen() - 1,
      PageDown: Math.min(last, chosen() + PAGE),
      PageUp: Math.max(0, chosen() - PAGE),
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next !== undefined) setAt(Math.max(0, next));
    else if (event.key === "Enter") {
      // A key that is held down is one press.
      if (!event.repeat) choose(all()[chosen()]?.found);
    } else return;
    event.preventDefault();
  }

  onMount(() => {
    const dialog = input.closest("dialog");
    let composing = false;
    const onPress = (event: PointerEvent): void => {
      if (event.target === dialog) props.close();
    };
    // Escape ends the composition, and no more.
    const onCancel = (event: Event): void => {
      if (composing) event.preventDefault();
    };
    const begins = (): void => void (composing = true);
    const ends = (): void => void (composing = false);
    dialog?.addEventListener("pointerdown", onPress);
    dialog?.addEventListener("cancel", onCancel);
    input.addEventListener("compositionstart", begins);
    input.addEventListener("compositionend", ends);
    onCleanup(() => {
      dialog?.removeEventListener("pointerdown", onPress);
      dialog?.removeEventListener("cancel", onCancel);
    });
  });

  return (
    <div class="palette-body">
      <input
        ref={input}
        class="palette-input"
        data-testid="palette-input"
        type="text"
        role="combobox"
        autofocus
        spellcheck={false}
        autocomplete="off"
        autocapitalize="off"
        aria-label={t("palette.label")}
        aria-expanded={all().length > 0}
        aria-controls="palette-list"
        aria-autocomplete="list"
        aria-activedescendant={chosen() >= 0 ? `palette-${chosen()}` : undefined}
        placeholder={t("palette.placeholder")}
        value={query()}
        onInput={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="palette-list" id="palette-list" role="listbox" aria-label={t("palette.results")} tabIndex={-1} ref={list} hidden={all().length === 0}>
        <For each={groups()}>
          {(group) => (
            <div role="group" aria-labelledby={`palette-of-${group.section}`}>
              <h3 id={`palette-of-${group.section}`} role="presentation">
                {t(`palette.${group.section}`)}
              </h3>
              <For each={group.rows}>
                {({ found, no }) => (
                  <div
                    class="palette-item"
                    role="option"
                    id={`palette-${no}`}
                    data-testid="palette-item"
                    data-key={found.item.key}
                    data-no={no}
                    aria-selected={chosen() === no}
                    // What moves under a pointer that rests is not pointed at.
                    onPointerMove={() => setAt(no)}
                    // The focus stays in the field.
                    onPointerDown={(event) => event.preventDefault()}
                    onClick={() => choose(found)}
                  >
                    <Show when={found.item.state} fallback={<span class="palette-check" classList={{ plays: found.item.tape === true }}>{found.item.tape ? <Play /> : found.item.checked ? <Check /> : null}</span>}>
                      {(state) => <span class="dot" data-state={state()()} />}
                    </Show>
                    <span class="palette-words">
                      <Letters found={found} />
                    </span>
                    <Show when={found.item.state}>{(state) => <span class="hidden">{t(`dot.${state()()}` as Key)}</span>}</Show>
                    <Show when={found.item.checked}>
                      <span class="hidden">{t("palette.on")}</span>
                    </Show>
                    <Show when={found.item.note}>
                      <span class="palette-note">{found.item.note}</span>
                    </Show>
                    <Show when={found.item.keys}>
                      <kbd>{found.item.keys}</kbd>
                    </Show>
                  </div>
                )}
              </For>
            </div>
          )}
        </For>
      </div>
      <Show when={all().length === 0}>
        <p class="palette-none">{t("palette.none", { text: query().trim() })}</p>
      </Show>
      <span class="hidden" role="status">
        {query().trim() === "" ? "" : tn("palette.found", all().length)}
      </span>
    </div>
  );
}

/** The words, with the letters that were found set off. */
function Letters(props: { found: Found }): JSX.Element {
  const runs = (): { text: string; hit: boolean }[] => {
    const { words } = props.found.item;
    const hits = new Set(props.found.at);
    const runs: { text: string; hit: boolean }[] = [];
    for (let at = 0; at < words.length; at += 1) {
      const hit = hits.has(at);
      const last = runs.at(-1);
      if (last?.hit === hit) last.text += words[at];
      else runs.push({ text: words[at] ?? "", hit });
    }
    return runs;
  };
  return <For each={runs()}>{({ text, hit }) => (hit ? <b>{text}</b> : text)}</For>;
}
