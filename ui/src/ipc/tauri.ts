// The real backend. The only file of the window that names Tauri.

import { Channel, invoke } from "@tauri-apps/api/core";
import type { Backend } from "./backend";
import type { Tick } from "./bindings";

export const tauri: Backend = {
  hello: (epoch, onTick) => invoke("hello", { epoch, onTick: new Channel<Tick>(onTick) }),
  ack: (epoch, no) => invoke("ack", { epoch, no }),
  watch: (epoch, session, view, visible) => invoke("watch", { epoch, session, view, visible }),

  connect: (key, stream, prompt) => invoke("connect", { key, stream, prompt: prompt ?? null }),
  stop: (session) => invoke("stop", { session }),
  closeSession: (session) => invoke("close_session", { session }),
  reconnectNow: (session) => invoke("reconnect_now", { session }),
  setTextRule: (session, rule, path) => invoke("set_text_rule", { session, rule, path }),

  entries: (session, view, from, len) => invoke("entries", { session, view, from, len }),
  entry: (session, pos, from) => invoke("entry", { session, pos, from }),
  text: (session, beforePos, maxChars) => invoke("text", { session, beforePos, maxChars }),
  strip: (session, fromUs, toUs, bins) => invoke("strip", { session, fromUs, toUs, bins }),

  openView: (session, filter) => invoke("open_view", { session, filter }),
  cancelView: (session, view) => invoke("cancel_view", { session, view }),
  closeView: (session, view) => invoke("close_view", { session, view }),
  facets: (session, path) => invoke("facets", { session, path }),
  locate: (session, view, target) => invoke("locate", { session, view, target }),
  bookmarks: (session) => invoke("bookmarks", { session }),
  bookmark: (session, pos, note) => invoke("bookmark", { session, pos, note }),

  ask: (session, prompt) => invoke("ask", { session, prompt }),
  send: (session, id, text) => invoke("send", { session, id, text }),
  chat: (session, from, len) => invoke("chat", { session, from, len }),
  feed: (session, from, len) => invoke("feed", { session, from, len }),
  series: (session, query) => invoke("series", { session, query }),
  setScenes: (session, scenes, actions) => invoke("set_scenes", { session, scenes, actions }),
  tryAction: (session, action) => invoke("try_action", { session, action }),

  tapes: () => invoke("tapes"),
  openTape: (tape) => invoke("open_tape", { tape }),
  keepTape: (tape, name, kept) => invoke("keep_tape", { tape, name, kept }),
  deleteTape: (tape) => invoke("delete_tape", { tape }),
  replay: (session, command) => invoke("replay", { session, command }),
  setTitle: (title) => invoke("set_title", { title }),
  openUrl: (url) => invoke("open_url", { url }),
  openWindow: (session) => invoke("open_window", { session }),

  choosePath: (name) => invoke("choose_path", { name }),
  exportTo: (request) => invoke("export_to", { request }),
  importFile: (path) => invoke("import_file", { path }),
  dropBegin: (name) => invoke("drop_begin", { name }),
  dropPart: (drop, bytes) => invoke("drop_part", bytes, { headers: { drop: String(drop) } }),
  dropEnd: (drop) => invoke("drop_end", { drop }),
  dropAbandon: (drop) => invoke("drop_abandon", { drop }),
  job: (job) => invoke("job", { job }),
  cancelJob: (job) => invoke("cancel_job", { job }),

  serve: (request) => invoke("serve", { request }),
  served: () => invoke("served"),
  stopServing: (id) => invoke("stop_serving", { id }),

  saveSettings: (settings) => invoke("save_settings", { settings }),
  painted: () => invoke("painted"),
  setMenu: (parts) => invoke("set_menu", { parts }),
  settleOpening: (id) => invoke("settle_opening", { id }),
  stay: () => invoke("stay"),
  quit: () => invoke("quit"),
  exportStreams: (path, ids) => invoke("export_streams", { path, ids }),
  importStreams: (path) => invoke("import_streams", { path }),
  diagnostics: () => invoke("diagnostics"),

  wire: (session, from, len, form) => invoke("wire", { session, from, len, form }),
  wireBytes: (session, no, from, form) => invoke("wire_bytes", { session, no, from, form }),
  wireRaw: (session) => invoke("wire_raw", { session }),
  findings: (session) => invoke("findings", { session }),

  sealStream: (stream) => invoke("seal_stream", { stream }),
  pasteCurl: (text) => invoke("paste_curl", { text }),
  copyCurl: (stream) => invoke("copy_curl", { stream }),
  allowSecrets: (stream, origin) => invoke("allow_secrets", { stream, origin }),
  saveEnvironments: (environments) => invoke("save_environments", { environments }),
  chooseFile: () => invoke("choose_file"),

  saveStream: (stream) => invoke("save_stream", { stream }),
  deleteStream: (id) => invoke("delete_stream", { id }),
  restoreStream: (id) => invoke("restore_stream", { id }),
};
