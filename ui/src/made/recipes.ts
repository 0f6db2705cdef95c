// The shortest server and page for each kind of stream, as files: tests/window/made.rs runs every one of them.

import type { Key } from "../i18n";
import answersPage from "./answers/client.html?raw";
import answersServer from "./answers/server.py?raw";
import chatPage from "./chat/client.html?raw";
import chatServer from "./chat/server.py?raw";
import flakyPage from "./flaky/client.html?raw";
import flakyServer from "./flaky/server.py?raw";
import messagePage from "./message/client.html?raw";
import messageServer from "./message/server.py?raw";
import monitorPage from "./monitor/client.html?raw";
import monitorServer from "./monitor/server.py?raw";
import newsPage from "./news/client.html?raw";
import newsServer from "./news/server.py?raw";

export interface Recipe {
  /** What the server does. */
  readonly server: Key;
  /** What the page does. */
  readonly page: Key;
  readonly serverCode: string;
  readonly pageCode: string;
  /** Where the stream is, once the server runs as its first line says. */
  readonly path: string;
  /** Whether it is asked for by POST, so that its address alone is of no use. */
  readonly post?: true;
}

const recipes: Readonly<Record<string, Recipe>> = {
  message: {
    server: "made.message.server",
    page: "made.message.page",
    serverCode: messageServer,
    pageCode: messagePage,
    path: "/stream",
  },
  answers: {
    server: "made.answers.server",
    page: "made.answers.page",
    serverCode: answersServer,
    pageCode: answersPage,
    path: "/v1/chat/completions",
    post: true,
  },
  monitor: {
    server: "made.monitor.server",
    page: "made.monitor.page",
    serverCode: monitorServer,
    pageCode: monitorPage,
    path: "/monitor",
  },
  chat: {
    server: "made.chat.server",
    page: "made.chat.page",
    serverCode: chatServer,
    pageCode: chatPage,
    path: "/chat",
  },
  news: {
    server: "made.news.server",
    page: "made.news.page",
    serverCode: newsServer,
    pageCode: newsPage,
    path: "/news",
  },
  flaky: {
    server: "made.flaky.server",
    page: "made.flaky.page",
    serverCode: flakyServer,
    pageCode: flakyPage,
    path: "/flaky",
  },
};

/** How the demo of this key is made; null for one that is only more of another. */
export function recipeOf(demo: string): Recipe | null {
  return Object.hasOwn(recipes, demo) ? (recipes[demo] ?? null) : null;
}
