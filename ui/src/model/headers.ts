// Header names: which are secret by their nature, and which are worth suggesting.

/** Keys that only name a thing, and that whoever holds them may tell. */
const HARMLESS_KEYS: ReadonlySet<string> = new Set(["cache", "idempotency", "sort", "surrogate", "websocket"]);
/** Tokens that name a place in a list of results. */
const HARMLESS_TOKENS: ReadonlySet<string> = new Set(["continuation", "cursor", "next", "page"]);

const SECRET_WORD =
  /^(?:o?auth|authorization|authentication|cookies?|cookie2|secrets?|password|passwd|passphrase|passcode|pwd|credentials?|signature|sig|jwt|sid|sessionid|sessid)$|(?:token|password|secret)$/;
const AFTER_SESSION: ReadonlySet<string | undefined> = new Set([undefined, "id", "key", "cookie"]);

/** Whether a name, of a variable or in a query, says that its value is a secret: the engine's rule
 *  (src-tauri/engine/src/redact.rs), which has the last word. */
export function namesSecret(name: string): boolean {
  const words = wordsOf(name);
  const last = words[words.length - 1];
  if (last === undefined) return false;
  const before = words[words.length - 2] ?? "";
  if (last === "key" && HARMLESS_KEYS.has(before)) return false;
  if (last === "token" && HARMLESS_TOKENS.has(before)) return false;
  if (last === "key" || /(?:api|access|secret)key$/.test(last)) return true;
  return words.some((word, at) =>
    word === "session" || word === "sess" ? AFTER_SESSION.has(words[at + 1]) : SECRET_WORD.test(word),
  );
}

/** Whether a header's value is secret whatever the user says; the case of its name says nothing. */
export function isSecretHeader(name: string): boolean {
  return namesSecret(name.toLowerCase());
}

/** Cut where neither letter nor digit stands, and where lower case becomes upper case. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])(?=[A-Z])/g, "$1 ")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/** What requests for streams carry; the engine sends Accept, Cache-Control and User-Agent by itself. */
export const SUGGESTED_HEADERS: readonly string[] = [
  "Accept",
  "Accept-Language",
  "Authorization",
  "Cache-Control",
  "Content-Type",
  "Cookie",
  "Idempotency-Key",
  "Last-Event-ID",
  "Origin",
  "Referer",
  "User-Agent",
  "X-Api-Key",
  "X-Request-ID",
  "anthropic-version",
];
