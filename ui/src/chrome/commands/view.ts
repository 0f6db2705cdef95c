// The commands of the menus View and Help.

import { t } from "../../i18n";
import { turnTo, type Command, type CommandGround } from "../commands";
import type { PageForm, Settings, Theme } from "../../ipc/bindings";
import { ZOOM_STEPS } from "../../model/settings";
import type { SceneName } from "../desk";
import { turnSidebar } from "../SidebarToggle";

const SCENES: readonly SceneName[] = ["typewriter", "events", "chart", "chat", "feed", "wire"];
const THEMES: readonly Theme[] = ["system", "light", "dark"];
const FORMS: readonly PageForm[] = ["auto", "plain", "markdown"];

export function viewCommands({ desk, stage, regions }: CommandGround): Command[] {
  const { library, live, home } = desk;
  const settings = home.preferences.settings;

  function set(patch: Partial<Settings>): void {
    home.preferences.save(patch).catch((reason: unknown) => desk.say(() => t("command.settings-failed"), reason));
  }
  const zoomed = (step: 1 | -1): number | undefined => {
    const { zoom } = settings();
    return step > 0 ? ZOOM_STEPS.find((each) => each > zoom) : ZOOM_STEPS.findLast((each) => each < zoom);
  };
  const zoom = (step: 1 | -1): Pick<Command, "enabled" | "run"> => ({
    enabled: () => zoomed(step) !== undefined,
    run() {
      const next = zoomed(step);
      if (next !== undefined) set({ zoom: next });
    },
  });

  const scenes = SCENES.map(
    (scene): Command => ({
      id: `scene-${scene}`,
      words: `tabs.${scene}` as const,
      menu: "view",
      group: 0,
      native: true,
      checked: () => desk.scene() === scene,
      run: () => turnTo(desk, scene),
    }),
  );
  const panels: Command[] = [
    {
      id: "request",
      words: "command.request",
      menu: "view",
      group: 1,
      enabled: () => library.current() !== null && !desk.isReplay(),
      checked: desk.requestOpen,
      run: () => desk.setRequestOpen(!desk.requestOpen()),
    },
    {
      id: "toggle-sidebar",
      words: "command.sidebar",
      menu: "view",
      group: 1,
      checked: desk.sidebarOpen,
      run: () => turnSidebar(desk),
    },
  ];
  return [
    ...scenes,
    ...(desk.solo ? [] : panels),
    { id: "newest", words: "jump.newest", menu: "view", group: 2, native: true, enabled: () => live.session() !== null && stage.there(), run: () => stage.newest() },
    ...FORMS.map(
      (form): Command => ({
        id: `form-${form}`,
        words: `text-rule.form.${form}` as const,
        menu: "view",
        group: 3,
        within: "command.form",
        enabled: () => library.current() !== null,
        checked: () => (library.current()?.page_form ?? "auto") === form,
        run: () => library.edit({ page_form: form }),
      }),
    ),
    ...THEMES.map(
      (theme): Command => ({
        id: `theme-${theme}`,
        words: `settings.theme.${theme}` as const,
        menu: "view",
        group: 3,
        within: "settings.theme",
        checked: () => settings().theme === theme,
        run: () => set({ theme }),
      }),
    ),
    { id: "zoom-in", words: "command.zoom-in", menu: "view", group: 4, native: true, repeats: true, above: true, ...zoom(1) },
    { id: "zoom-out", words: "command.zoom-out", menu: "view", group: 4, native: true, repeats: true, above: true, ...zoom(-1) },
    {
      id: "zoom-reset",
      words: "command.zoom-reset",
      menu: "view",
      group: 4,
      native: true,
      above: true,
      enabled: () => settings().zoom !== 100,
      run: () => set({ zoom: 100 }),
    },
    { id: "palette", words: "command.palette", menu: "view", group: 5, native: true, silent: true, run: () => home.setSheet("palette") },
    { id: "next-region", words: "command.next-region", menu: null, group: 0, silent: true, repeats: true, run: () => void regions.go(1) },
    { id: "previous-region", words: "command.previous-region", menu: null, group: 0, silent: true, repeats: true, run: () => void regions.go(-1) },
  ];
}

export function helpCommands({ desk: { home } }: CommandGround): Command[] {
  return [
    { id: "shortcuts", words: "command.shortcuts", menu: "help", group: 0, native: true, run: () => home.setSheet("shortcuts") },
    { id: "about", words: "command.about", menu: "help", group: 0, run: () => home.setSheet("about") },
  ];
}
