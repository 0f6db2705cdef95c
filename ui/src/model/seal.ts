// What comes back from the vault, laid over what was typed meanwhile.

import type { Header, Stream } from "../ipc/bindings";

/** Whether a definition may hold something that the vault would take: most do not, and need not be asked about. */
export function mayHoldSecrets(stream: Stream): boolean {
  return (
    /[?@]/.test(stream.url) ||
    /[?@]/.test(stream.scenes.chat.send_url) ||
    stream.auth.kind !== "none" ||
    stream.headers.some((header) => header.value !== "") ||
    stream.network.proxy.kind === "through"
  );
}

/** `now` with what `answer` changed of `sent`, wherever nobody has typed since. */
export function sealedOver(now: Stream, sent: Stream, answer: Stream): Stream {
  const next: Record<string, unknown> = { ...now };
  for (const key of ["url", "auth", "network", "body"] as const) {
    if (equal(now[key], sent[key])) next[key] = answer[key];
  }
  const { scenes } = now;
  // Of the scenes only the address that messages go to can hold one.
  const sendUrl = answer.scenes.chat.send_url;
  if (scenes.chat.send_url === sent.scenes.chat.send_url && scenes.chat.send_url !== sendUrl) {
    next["scenes"] = { ...scenes, chat: { ...scenes.chat, send_url: sendUrl } };
  }
  const { headers } = now;
  if (headers.length === sent.headers.length && headers.length === answer.headers.length) {
    next["headers"] = headers.map((header, at): Header => {
      const sealed = answer.headers[at];
      return sealed && equal(header, sent.headers[at]) ? sealed : header;
    });
  }
  return next as unknown as Stream;
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
