// The commands of the menus Stream and Tape.

import { createMemo } from "solid-js";
import { t } from "../../i18n";
import type { Command, CommandGround } from "../commands";
import type { Replay } from "../../ipc/bindings";
import { recipeOf } from "../../made/recipes";
import { tapeOf } from "../../model/tapes";
import { isLive } from "../desk";
import { SPEEDS } from "../ReplayBar";

export function streamCommands({ desk, stage }: CommandGround): Command[] {
  const { library, live } = desk;
  const state = createMemo(desk.state);
  const there = createMemo(() => library.current() !== null);
  const running = createMemo(() => isLive(state()) && !desk.isReplay());
  const made = createMemo(() => {
    const demo = library.demos.find((each) => each.stream.id === library.selectedId());
    return demo !== undefined && recipeOf(demo.key) !== null;
  });

  // Two, though one key does either: words that change would have the bar of the desktop made anew each time.
  const connect: Command = { id: "connect", words: "command.connect", menu: "stream", group: 0, enabled: () => there() && !running() && !desk.isReplay(), run: () => desk.connect() };
  const stop: Command = { id: "stop", words: "command.stop", menu: "stream", group: 0, enabled: running, run: () => desk.stop() };
  const reconnect: Command = {
    id: "reconnect",
    words: "command.reconnect",
    menu: "stream",
    group: 0,
    enabled: () => state() === "waiting" && !desk.isReplay(),
    run() {
      const id = library.selectedId();
      if (id !== null) void live.reconnectNow(id);
    },
  };
  const recipe: Command = { id: "made", words: "command.made", menu: "stream", group: 2, enabled: made, run: () => desk.setMadeOpen(true) };
  if (desk.solo) return [connect, stop, reconnect, recipe];

  /** The next of the list, without end. */
  function turn(step: 1 | -1): void {
    const ids = library.ids().filter((id) => tapeOf(id) === null);
    const at = ids.indexOf(library.selectedId() ?? "");
    const next = at < 0 ? ids[0] : ids[(at + step + ids.length) % ids.length];
    if (next !== undefined) desk.select(next);
  }
  const reads = (): boolean => (desk.scene() === "chat" || desk.scene() === "feed") && live.session() !== null && stage.there();

  return [
    connect,
    stop,
    reconnect,
    { id: "next-stream", words: "command.next-stream", menu: "stream", group: 1, repeats: true, silent: true, run: () => turn(1) },
    { id: "previous-stream", words: "command.previous-stream", menu: "stream", group: 1, repeats: true, silent: true, run: () => turn(-1) },
    { id: "address", words: "command.address", menu: "stream", group: 1, native: true, run: () => desk.focusAddress() },
    { id: "actions", words: "command.actions", menu: "stream", group: 2, enabled: there, run: () => desk.reading.openActions() },
    { id: "fields", words: "command.fields", menu: "stream", group: 2, enabled: reads, run: () => stage.fields() },
    { id: "environments", words: "command.environments", menu: "stream", group: 2, run: () => desk.asking.openEnvironments() },
    recipe,
    {
      id: "keep-scene",
      words: "command.keep-scene",
      menu: "stream",
      group: 3,
      enabled: () => there() && library.current()?.scene !== desk.scene(),
      run: () => desk.keepScene(),
    },
    {
      id: "open-window",
      words: "menu.window",
      menu: "stream",
      group: 3,
      enabled: () => live.session() !== null,
      run() {
        const session = live.session();
        if (session !== null) desk.tapes.openSessionInWindow(session);
      },
    },
  ];
}

export function tapeCommands({ desk, stage, replayer }: CommandGround): Command[] {
  const { live, tapes } = desk;
  /** What does not move in it: the playhead is not for menus. */
  const replay = replayer.replay;
  const speed = createMemo(() => replay()?.speed ?? null);
  const replays = createMemo(() => replay() !== null);
  const running = createMemo(() => live.session() !== null);
  /** The tape of the session on show. */
  const id = createMemo(() => live.status()?.replay?.tape ?? live.status()?.recording.tape ?? null);
  const listed = createMemo(() => {
    const tape = id();
    return tape === null ? null : tapes.find(tape);
  });
  const kept = createMemo(() => listed()?.kept ?? false);
  const there = createMemo(() => listed() !== null);

  const tell = (work: (on: Replay) => void) => (): void => {
    const on = replay();
    if (on) work(on);
  };
  /** The row that is selected, else the newest entry that can be seen. */
  async function bookmark(): Promise<void> {
    const status = live.status();
    if (!status || status.end_pos === status.first_pos) return;
    const pos = stage.selected() ?? status.end_pos - 1;
    const isMarked = (): boolean => live.bookmarks().some((each) => each.pos === pos);
    await live.bookmark(pos, isMarked() ? null : "");
    const marked = isMarked();
    desk.remark.say(() => t(marked ? "bookmark.set" : "bookmark.gone"));
  }

  const replaying: Command[] = [
    {
      id: "replay-toggle",
      words: "command.replay-toggle",
      menu: "tape",
      group: 1,
      local: " ",
      enabled: replays,
      run: () => replayer.toggle(),
    },
    { id: "replay-step", words: "command.step", menu: "tape", group: 1, local: ".", enabled: replays, run: () => replayer.tell({ do: "step", events: 1 }) },
    { id: "replay-back", words: "command.back", menu: "tape", group: 1, local: ",", enabled: replays, run: () => replayer.tell({ do: "step", events: -1 }) },
    { id: "replay-start", words: "command.to-start", menu: "tape", group: 1, enabled: replays, run: tell((on) => replayer.seek(on.start_us)) },
    { id: "replay-end", words: "command.to-end", menu: "tape", group: 1, enabled: replays, run: tell((on) => replayer.seek(on.end_us)) },
    ...SPEEDS.map(
      (each): Command => ({
        id: `speed-${each === 0 ? "max" : each}`,
        words: each === 0 ? "command.speed.max" : "replay.speed.times",
        args: () => ({ n: each }),
        menu: "tape",
        group: 1,
        within: "command.speed",
        enabled: replays,
        checked: () => speed() === each,
        run: () => replayer.tell({ do: "speed", speed: each }),
      }),
    ),
    { id: "bookmark", words: "command.bookmark", menu: "tape", group: 2, enabled: running, run: () => void bookmark() },
  ];
  if (desk.solo) return replaying;

  const ofTape = (work: (tape: string) => void) => (): void => {
    const tape = id();
    if (tape !== null) work(tape);
  };
  return [
    { id: "all-tapes", words: "command.all-tapes", menu: "tape", group: 0, run: () => tapes.setListOpen(true) },
    ...replaying,
    {
      id: "keep",
      words: "command.keep",
      menu: "tape",
      group: 3,
      enabled: there,
      checked: kept,
      run: ofTape((tape) => (kept() ? tapes.release(tape) : tapes.keep(tape, ""))),
    },
    {
      id: "rename-tape",
      words: "command.rename-tape",
      menu: "tape",
      group: 3,
      // Only what is replayed has a row of its own in the list.
      enabled: () => replays() && there(),
      run: ofTape((tape) => {
        desk.setSidebarOpen(true);
        tapes.setNaming({ tape, keep: false, at: "sidebar" });
      }),
    },
    {
      id: "delete-tape",
      words: "command.delete-tape",
      menu: "tape",
      group: 3,
      enabled: () => replays() && listed()?.session === null,
      run: ofTape((tape) => {
        desk.setSidebarOpen(true);
        tapes.setDoomed({ tape, at: "sidebar" });
      }),
    },
    { id: "serve", words: "command.serve", menu: "tape", group: 4, enabled: there, run: ofTape((tape) => tapes.setSheet({ kind: "serve", tape })) },
    { id: "recording", words: "command.recording", menu: "tape", group: 4, run: () => tapes.setSheet({ kind: "recording" }) },
  ];
}
