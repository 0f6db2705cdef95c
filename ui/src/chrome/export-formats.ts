// As what a session can be exported: always as its events, and as a scene shows it where that scene has something.

import type { ExportFormat, SceneKind, Stream } from "../ipc/bindings";
import type { Live } from "../model/api";

export interface FormatChoice {
  readonly format: ExportFormat;
  readonly ending: string;
}

/** Of any session, whole or filtered. */
export const FORMATS: readonly FormatChoice[] = [
  { format: "jsonl", ending: "jsonl" },
  { format: "csv", ending: "csv" },
  { format: "sse", ending: "sse" },
  { format: "text", ending: "txt" },
  { format: "tape", ending: "tape" },
];

/** As scenes read the whole of it; a filter has no part in that. */
export const OF_SCENES: readonly FormatChoice[] = [
  { format: "answer", ending: "json" },
  { format: "chat", ending: "txt" },
  { format: "feed", ending: "jsonl" },
  { format: "series", ending: "csv" },
];

/** The scene that shows it so. */
const SCENES: Partial<Record<ExportFormat, SceneKind>> = { chat: "chat", feed: "feed", series: "chart" };

/** What its definition says before anything of it is looked at. */
export function meant(stream: Pick<Stream, "scene" | "text_rule"> | null): Set<ExportFormat> {
  const found = new Set<ExportFormat>();
  if (!stream) return found;
  for (const { format } of OF_SCENES) if (SCENES[format] === stream.scene) found.add(format);
  if (!["auto", "lines", "joined"].includes(stream.text_rule)) found.add("answer");
  return found;
}

export interface Fitting {
  readonly has: ReadonlySet<ExportFormat>;
  /** Whether all of it has been looked at. */
  readonly done: boolean;
}

/** What the session on show has besides: an answer, messages, cards, lines. */
export async function found(live: Pick<Live, "status" | "chat" | "feed" | "series">): Promise<Fitting> {
  const status = live.status();
  const has = new Set<ExportFormat>();
  if (!status) return { has, done: true };
  if (status.figures !== null || status.dialect !== null) has.add("answer");
  const none = (): null => null;
  const [chat, feed, series] = await Promise.all([
    live.chat(0, 1).catch(none),
    live.feed(0, 1).catch(none),
    live.series({ from_us: null, to_us: null, points: 2, keys: [] }).catch(none),
  ]);
  if ((chat?.rows ?? 0) > 0) has.add("chat");
  if ((feed?.rows ?? 0) > 0) has.add("feed");
  if (series?.series.some(({ points }) => points > 0)) has.add("series");
  return { has, done: [chat, feed, series].every((page) => page?.done ?? true) };
}
