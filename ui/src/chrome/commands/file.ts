// The commands of the menus File and Edit.

import { createMemo } from "solid-js";
import type { Command, CommandGround } from "../commands";
import { isOver } from "../../model/jobs";
import { tapeOf } from "../../model/tapes";
import { isLive, type Desk } from "../desk";
import { exportStreams, importStreams, type Outcome } from "../streams-file";

export function fileCommands({ desk }: CommandGround): Command[] {
  const { library, live, home, tapes } = desk;
  const kind = createMemo(() => {
    const id = library.selectedId();
    return id === null ? null : library.kind(id);
  });
  const own = (): boolean => kind() === "saved" || kind() === "draft";
  const asks = (): boolean => kind() !== null && kind() !== "tape";
  const dirty = createMemo(() => library.dirty(library.selectedId() ?? ""));
  const running = createMemo(() => live.session() !== null);
  /** A file is being chosen: a second list of files above the first would be one too many. */
  let choosing = false;

  const here = (work: (id: string) => void) => (): void => {
    const id = library.selectedId();
    if (id !== null) work(id);
  };

  const exporting: Command = { id: "export", words: "command.export", menu: "file", group: 2, native: true, enabled: running, run: () => tapes.exportShown() };
  const settings: Command = { id: "settings", words: "command.settings", menu: "file", group: 4, native: true, run: () => home.setSheet("settings") };
  // A window of one session is closed, and the app goes on.
  if (desk.solo) return [exporting, settings];

  /** Asks first where a line or a file would be cut. */
  function quit(): void {
    const busy = library.ids().some((id) => tapeOf(id) === null && isLive(desk.stateOf(id))) || tapes.jobs.all().some((work) => !isOver(work));
    if (busy) home.setSheet("quit");
    else void home.calls.quit();
  }

  async function saying(work: (desk: Desk) => Promise<Outcome | null>): Promise<void> {
    if (choosing) return;
    choosing = true;
    const outcome = await work(desk);
    choosing = false;
    if (outcome) desk.say(outcome.words);
  }

  return [
    {
      id: "new-stream",
      words: "command.new-stream",
      menu: "file",
      group: 0,
      native: true,
      run() {
        library.create();
        desk.focusAddress();
      },
    },
    {
      id: "open-file",
      words: "command.open-file",
      menu: "file",
      group: 0,
      native: true,
      run() {
        if (choosing) return;
        choosing = true;
        void tapes.importFile().finally(() => void (choosing = false));
      },
    },
    { id: "save", words: "command.save", menu: "file", group: 1, native: true, enabled: dirty, run: () => desk.save() },
    { id: "duplicate", words: "command.duplicate", menu: "file", group: 1, enabled: asks, run: here((id) => desk.duplicate(id)) },
    {
      id: "rename",
      words: "command.rename",
      menu: "file",
      group: 1,
      outside: true,
      enabled: own,
      run: here((id) => desk.setRenaming(id)),
    },
    { id: "discard", words: "command.discard", menu: "file", group: 1, enabled: () => kind() === "draft", run: here((id) => desk.remove(id)) },
    { id: "delete", words: "command.delete", menu: "file", group: 1, enabled: () => kind() === "saved", run: here((id) => desk.remove(id)) },
    exporting,
    { id: "copy-curl", words: "command.copy-curl", menu: "file", group: 2, enabled: asks, run: () => void desk.asking.copyCurl() },
    {
      id: "paste-curl",
      words: "command.paste-curl",
      menu: "file",
      group: 2,
      enabled: asks,
      run() {
        desk.setRequestOpen(true);
        desk.asking.setPasting(true);
      },
    },
    { id: "import-streams", words: "command.import-streams", menu: "file", group: 3, run: () => void saying(importStreams) },
    { id: "export-streams", words: "command.export-streams", menu: "file", group: 3, enabled: () => library.saved().length > 0, run: () => void saying(exportStreams) },
    settings,
    { id: "quit", words: "command.quit", menu: "file", group: 5, native: true, above: true, run: quit },
  ];
}

export function editCommands({ desk, stage }: CommandGround): Command[] {
  const { library, live } = desk;
  const running = createMemo(() => live.session() !== null);
  /** The scenes that have no filter of their own lead to the one that has. */
  const inEvents = (work: () => void) => (): void => {
    desk.setRequestOpen(false);
    desk.setScene("events");
    work();
  };
  const finding: Command[] = [
    { id: "find", words: "command.find", menu: "edit", group: 2, native: true, enabled: running, run: inEvents(() => stage.find()) },
    { id: "go-to", words: "command.go-to", menu: "edit", group: 2, native: true, enabled: running, run: inEvents(() => stage.goTo()) },
  ];
  if (desk.solo) return finding;
  return [
    // In a field these keys undo typing.
    {
      id: "undo-delete",
      words: "command.undo-delete",
      menu: "edit",
      group: 1,
      outside: true,
      enabled: () => library.removed() !== null,
      run: () => desk.undo(),
    },
    ...finding,
  ];
}
