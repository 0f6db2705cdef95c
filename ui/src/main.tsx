// Starts the window: finds the backend, says hello, and draws.

import "./locale-guard";
import { createEffect, createRoot, on } from "solid-js";
import { render } from "solid-js/web";
import "./styles/fonts.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/chrome.css";
import "./styles/sidebar.css";
import "./styles/page.css";
import "./styles/request.css";
import "./styles/request-tables.css";
import "./styles/environments.css";
import "./styles/scenes.css";
import "./styles/tapes.css";
import "./styles/tape-sheets.css";
import "./styles/tape-list.css";
import "./styles/answer.css";
import "./styles/markdown.css";
import "./styles/chart.css";
import "./styles/chat.css";
import "./styles/feed.css";
import "./styles/fields.css";
import "./styles/composer.css";
import "./styles/actions.css";
import "./styles/made.css";
import "./styles/settings.css";
import "./styles/palette.css";
import "./styles/openings.css";
import "./styles/narrow.css";
import "./styles/narrow-pages.css";
import "./styles/access.css";
import { App } from "./chrome/App";
import { createDesk, demoName } from "./chrome/desk";
import { Failed } from "./chrome/Failed";
import { firstPaint } from "./chrome/first-paint";
import { keepToThePage } from "./chrome/page-guard";
import { createScenes } from "./chrome/scene-makers";
import { setLanguage, t } from "./i18n";
import type { Backend } from "./ipc/backend";
import { tauri } from "./ipc/tauri";
import { createLibrary, type Bookmark } from "./model/library";
import { createLive } from "./model/live";
import { soloSession } from "./model/solo";
import { createVault } from "./model/vault";

async function backend(): Promise<Backend> {
  // The pretended backend is for looking at the window in a browser; a build does not hold it.
  if (import.meta.env.DEV && new URLSearchParams(location.search).has("fake")) {
    const { createFake } = await import("./ipc/fake");
    const fake = createFake();
    // What plays the desktop's part: a script in the browser has it ask for something.
    Object.assign(globalThis, { fake });
    return fake;
  }
  return tauri;
}

const SELECTED_KEY = "selected";

/** A page that is loaded again shows what it showed. */
const bookmark: Bookmark = {
  read: () => sessionStorage.getItem(SELECTED_KEY),
  write: (id) => (id === null ? sessionStorage.removeItem(SELECTED_KEY) : sessionStorage.setItem(SELECTED_KEY, id)),
};

async function start(root: HTMLElement): Promise<void> {
  keepToThePage();
  const chosen = await backend();
  const live = createLive(chosen);
  try {
    const hello = await live.start();
    setLanguage(hello.language);
    const found = soloSession(location.search, hello.sessions, sessionStorage);
    if (found === undefined) {
      render(() => <Failed title={t("window.gone")} advice={t("window.gone.advice")} />, root);
      void firstPaint(() => chosen.painted());
      return;
    }
    const library = createLibrary(
      chosen,
      hello,
      {
        copyOf: (name) => t("stream.copy", { name }),
        unnamed: () => t("stream.unnamed"),
        demoName,
      },
      found === null ? bookmark : { read: () => found.stream.id, write: () => undefined },
    );
    const desk = createDesk({ backend: chosen, live, library, hello, vault: createVault(chosen, hello), solo: found !== null });
    createRoot(() => createEffect(on(desk.home.preferences.language, setLanguage, { defer: true })));
    const scenes = createScenes(desk);
    let bar: Promise<void> | null = null;
    render(() => <App desk={desk} scenes={scenes} onBar={(first) => (bar = first)} />, root);
    void firstPaint(() => chosen.painted(), bar);
  } catch (reason) {
    // The language was to come with the answer; what the page says of itself is the best guess left.
    if (navigator.language.startsWith("zh")) setLanguage("zh-CN");
    root.replaceChildren();
    render(() => <Failed detail={reason} />, root);
    void firstPaint(() => chosen.painted());
  }
}

const root = document.getElementById("root");
if (root) void start(root);
