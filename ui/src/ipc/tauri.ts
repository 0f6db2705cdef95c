// The real backend. The only file of the window that names Tauri.

import { Channel, invoke } from "@tauri-apps/api/core";
import type { Backend } from "./backend";
import type { Tick } from "./bindings";

export const tauri: Backend = {
  hello: (epoch, onTick) => invoke("hello", { epoch, onTick: new Channel<Tick>(onTick) }),
  ack: (epoch, no) => invoke("ack", { epoch, no }),
  watch: (epoch, session, visible) => invoke("watch", { epoch, session, visible }),

  connect: (key, stream) => invoke("connect", { key, stream }),
  stop: (session) => invoke("stop", { session }),
  closeSession: (session) => invoke("close_session", { session }),
  reconnectNow: (session) => invoke("reconnect_now", { session }),
  setTextRule: (session, rule) => invoke("set_text_rule", { session, rule }),

  entries: (session, fromPos, len) => invoke("entries", { session, fromPos, len }),
  entry: (session, pos, from) => invoke("entry", { session, pos, from }),
  text: (session, beforePos, maxChars) => invoke("text", { session, beforePos, maxChars }),
  strip: (session) => invoke("strip", { session }),

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
