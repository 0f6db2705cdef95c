// Header names: which are secret by their nature, and which are worth suggesting.

/** Whether a header's value is secret whatever the user says; the vault has the last word. */
export function isSecretHeader(name: string): boolean {
  const lower = name.trim().toLowerCase();
  return /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$|[-_]key$|token$/.test(lower) || lower === "key";
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
