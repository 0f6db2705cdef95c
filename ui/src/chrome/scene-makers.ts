// How each scene of the window is made. One is made anew when the window speaks another language; what it is to go on with
// is kept here.

import { createEffect, createRoot } from "solid-js";
import type { Scenes } from "../ipc/bindings";
import { chartMemory, createChart } from "../scenes/chart";
import { createChat } from "../scenes/chat";
import { createEvents } from "../scenes/events";
import type { FilterMemory } from "../scenes/events/filter";
import { createFeed } from "../scenes/feed";
import { createTypewriter, type TypewriterScene } from "../scenes/typewriter";
import { createWire } from "../scenes/wire";
import type { SceneMakers } from "./App";
import type { Desk } from "./desk";
import { openSheets } from "./sheets";
import { createTypeSetter, type TypeSetter } from "./type-look";

export function createScenes(desk: Desk, types: TypeSetter = createTypeSetter()): SceneMakers {
  const { live, library } = desk;
  const { preferences } = desk.home;
  const reading = {
    fixed: desk.solo,
    stream: () => library.selectedId(),
    scenes: () => library.current()?.scenes ?? null,
    async apply(patch: Partial<Scenes>) {
      const of = library.selectedId();
      const sealed = await desk.asking.sealScenes(patch);
      if (library.selectedId() === of) await desk.setScenes(sealed);
    },
  };
  // A window of one session shares it with the main window, and not what is known of its stream.
  const editing = !desk.solo;
  const acting = { count: () => desk.reading.actions().length, open: () => desk.reading.openActions() };
  const open = (address: string): void => desk.openLink(address);
  const filters: FilterMemory = new Map();
  const looked = chartMemory();

  let typewriter: TypewriterScene | null = null;
  createRoot(() =>
    createEffect(() => {
      const { face, face_px } = preferences.settings();
      void types.set({ face, face_px }, (change) => (typewriter ? typewriter.around(change) : change()));
    }),
  );

  return {
    typewriter(tools) {
      const scene = createTypewriter(live, {
        tools,
        open,
        actions: () => desk.reading.actions(),
        pace: () => preferences.settings().pace,
        covered: () => openSheets() > 0,
      });
      const end = createRoot((dispose) => {
        createEffect(() => scene.setForm(library.current()?.page_form ?? "auto"));
        return dispose;
      });
      typewriter = scene;
      return {
        ...scene,
        dispose() {
          if (typewriter === scene) typewriter = null;
          end();
          scene.dispose();
        },
      };
    },
    events: (tools, onRange) =>
      createEvents(live, {
        tools,
        onRange,
        onExport: () => desk.tapes.exportShown(),
        actions: () => desk.reading.actions(),
        memory: filters,
        ...(editing ? { onChart: (key) => desk.chartValue(key), onAction: (draft) => desk.reading.openActions(draft) } : {}),
      }),
    chart: (tools, _, toEvent) =>
      createChart(live, {
        tools,
        rule: () => desk.reading.scenes().chart,
        setRule: (rule) => desk.reading.setChart(rule),
        fixed: !editing,
        actions: () => desk.reading.actions(),
        onExport: () => desk.tapes.exportSeries(),
        toEvent,
        axis: desk.axis,
        kept: looked,
      }),
    chat: (tools) => createChat(live, { tools, reading, open, outbox: desk.outbox, allow: (origin) => desk.asking.permit(origin) }),
    feed: (tools) => createFeed(live, { tools, reading, open, ...(editing ? { actions: acting } : {}) }),
    wire: (tools) =>
      createWire(live, {
        tools,
        remedies: { plain: () => desk.withoutCompression(), anyway: () => desk.readAnyway() },
        asked: () => desk.compressionAsked(),
      }),
  };
}
