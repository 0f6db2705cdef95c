// A failure in the words of the window: what happened, and what to try. Codes come from the engine.

import { fmt, isKey, t, type Key } from "../i18n";
import type { Failure, Status } from "../ipc/bindings";

export interface FailureWords {
  readonly title: string;
  readonly advice: string;
  /** What the machine said, which has no other language than its own; empty where the words say it all. */
  readonly detail: string;
}

/** `method` is that of the request, where it is known. `openUs` is how long the body had been open. */
export function failureWords(failure: Failure, method: string | null, openUs: number | null = null): FailureWords {
  return { ...sentences(failure, method, openUs), detail: machineWords(failure) };
}

function machineWords(failure: Failure): string {
  const detail = failure.args["detail"]?.trim() ?? "";
  const why = failure.args["why"]?.trim() ?? "";
  switch (failure.code) {
    case "tape":
    case "filter":
      return detail;
    case "tls":
    case "encoding":
      return why;
    case "refused":
    case "dns":
      return detail.startsWith("proxy") ? why : "";
    case "limit":
      // Where there is no bound it failed for the machine's own reasons.
      return failure.args["bound"] ? "" : detail || (failure.args["what"] ? "" : failure.message);
    default:
      return "";
  }
}

function sentences(failure: Failure, method: string | null, openUs: number | null): Omit<FailureWords, "detail"> {
  const arg = (name: string): string => failure.args[name]?.trim() ?? "";
  const args = { ...failure.args, host: arg("host") || t("fail.host"), method: method ?? "GET" };
  const title = t(`fail.${failure.code}.title`, args);
  const advice = (key: Key): string => t(key, args);

  if (arg("detail") === "proxy" && failure.code !== "url") {
    return { title: advice("fail.proxy.title"), advice: advice("fail.proxy.advice") };
  }
  if (arg("detail") === "proxy-answer") {
    return { title: advice("fail.proxy.answer.title"), advice: advice("fail.proxy.answer.advice") };
  }

  switch (failure.code) {
    case "eof":
    case "reset":
      return {
        title: openUs === null ? title : t(`fail.${failure.code}.after`, { after: fmt.ms(openUs / 1000) }),
        advice: advice(`fail.${failure.code}.advice`),
      };
    case "timeout":
      return timeoutWords(arg, args);
    case "tls":
      return secureWords(arg, args);
    case "status":
      return { title, advice: advice(statusKey(Number(arg("status")))) };
    case "content-type":
      return { title, advice: advice(arg("type") ? "fail.content-type.advice" : "fail.content-type.advice.none") };
    case "redirect":
      return { title, advice: advice(REDIRECTS[arg("detail")] ?? "fail.redirect.advice") };
    case "limit":
      return limitWords(arg("what"), arg("bound"), title, args);
    case "url":
      return addressWords(arg("detail"), arg, title, args);
    case "encoding": {
      const how = arg("detail") === "unknown" ? "fail.encoding.unknown" : "fail.encoding.broken";
      return { title: t(how), advice: advice(`${how}.advice`) };
    }
    case "tape": {
      const what = `fail.tape.${arg("what")}`;
      const known = isKey(what) && isKey(`${what}.advice`);
      return known ? { title: t(what, args), advice: t(`${what}.advice` as Key, args) } : { title, advice: advice("fail.tape.advice") };
    }
    default:
      return { title, advice: advice(`fail.${failure.code}.advice`) };
  }
}

type Args = Readonly<Record<string, string>>;

function timeoutWords(arg: (name: string) => string, args: Args): Omit<FailureWords, "detail"> {
  if (!arg("seconds")) return { title: t("fail.timeout.title.plain", args), advice: t("fail.timeout.advice") };
  if (arg("detail") !== "head") return { title: t("fail.timeout.connect", args), advice: t("fail.timeout.advice") };
  return { title: t("fail.timeout.head", args), advice: t("fail.timeout.head.advice") };
}

const CERTIFICATES: Readonly<Record<string, Key>> = {
  issuer: "fail.tls.advice.issuer",
  name: "fail.tls.advice.name",
  expired: "fail.tls.advice.expired",
  "not-yet": "fail.tls.advice.not-yet",
  revoked: "fail.tls.advice.revoked",
};

function secureWords(arg: (name: string) => string, args: Args): Omit<FailureWords, "detail"> {
  const detail = arg("detail");
  if (detail === "ca-file" && arg("of") === "app") {
    return { title: t("fail.tls.ca-file.title"), advice: t("fail.tls.ca-file.app.advice", args) };
  }
  if (detail === "ca-file" || detail === "roots") {
    return { title: t(`fail.tls.${detail}.title`), advice: t(`fail.tls.${detail}.advice`, args) };
  }
  return { title: t("fail.tls.title", args), advice: t(CERTIFICATES[arg("certificate")] ?? "fail.tls.advice", args) };
}

/** An address or a request that cannot be used: also for want of a secret, or of a value. */
function addressWords(
  detail: string,
  arg: (name: string) => string,
  title: string,
  args: Readonly<Record<string, string>>,
): Omit<FailureWords, "detail"> {
  const lacking = LACKING[detail];
  if (!lacking) {
    const of = OF_MESSAGE.has(detail) ? t("fail.message.title") : OF_REQUEST.has(detail) ? t("fail.request.title") : title;
    return { title: of, advice: t(ADDRESSES[detail] ?? "fail.url.advice", args) };
  }
  const where = arg("where");
  const words = {
    ...args,
    name: arg("name"),
    where: PLACES[where] ? t(PLACES[where]) : where,
    origin: arg("origin") === "demo:" ? t("secret.demo") : arg("origin"),
    given: arg("given") === "demo:" ? t("secret.demo") : arg("given"),
  };
  // One that was never sent was given for nowhere.
  const key = lacking === "fail.secret-origin" && words.given === "" ? "fail.secret-unbound" : lacking;
  return { title: t(`${key}.title`, words), advice: t(`${key}.advice`, words) };
}

/** Places of a request that the engine names in its own words; others are names of headers and parameters. */
const PLACES: Readonly<Record<string, Key>> = {
  auth: "request.auth",
  proxy: "request.proxy",
  body: "request.body",
  url: "address.label",
};

/** Whether the line was up before this: then it dropped, else it never came. */
export function wasUp(failure: Failure): boolean {
  return ["eof", "reset", "idle", "limit", "encoding"].includes(failure.code);
}

/** The beginning of what the server sent with a refusal; empty if it sent nothing. */
export function serverWords(failure: Failure): string {
  return failure.args["body"]?.trim() ?? "";
}

export interface Told {
  readonly words: string;
  /** Its type, status or code; may be empty. */
  readonly label: string;
}

/** What the server itself said was wrong, where its answer was JSON that says so. */
export function serverTold(failure: Failure): Told | null {
  const words = failure.args["error"]?.trim() ?? "";
  const label = failure.args["error_type"]?.trim() ?? "";
  return words === "" && label === "" ? null : { words, label };
}

/** A session that ended as it was meant to: the words for it, without what it had brought. */
export function endWords(status: Status): string {
  switch (status.failure?.code) {
    case "eof":
      return t("end.eof");
    case "status":
      return t("end.204");
    default:
      return t("end.stopped");
  }
}

/** What the engine names as `detail` of an address; other details are the parser's own English words. */
const ADDRESSES: Readonly<Record<string, Key>> = {
  empty: "fail.url.advice.empty",
  "demo-off": "fail.url.advice.demo-off",
  scheme: "fail.url.advice.scheme",
  method: "fail.url.advice.method",
  header: "fail.url.advice.header",
  "secret-host": "fail.url.advice.secret-host",
  "auth-user": "fail.url.advice.auth-user",
  "body-file": "fail.url.advice.body-file",
  "body-limit": "fail.url.advice.body-limit",
  "prompt-missing": "fail.url.advice.prompt-missing",
  proxy: "fail.url.advice.proxy",
  network: "fail.url.advice.network",
  "send-url": "fail.url.advice.send-url",
  "text-missing": "fail.url.advice.text-missing",
};

/** Those of them that speak of a message to a room. */
const OF_MESSAGE: ReadonlySet<string> = new Set(["send-url", "text-missing"]);

/** Those of them that speak of the request and not of its address. */
const OF_REQUEST: ReadonlySet<string> = new Set(["method", "header", "auth-user", "body-file", "body-limit", "prompt-missing", "proxy", "network"]);

const LACKING: Readonly<Record<string, "fail.secret-origin" | "fail.secret-missing" | "fail.variable-missing">> = {
  "secret-origin": "fail.secret-origin",
  "secret-missing": "fail.secret-missing",
  "variable-missing": "fail.variable-missing",
};

const REDIRECTS: Readonly<Record<string, Key>> = {
  location: "fail.redirect.advice.location",
  scheme: "fail.redirect.advice.scheme",
  userinfo: "fail.redirect.advice.userinfo",
  secret: "fail.redirect.advice.secret",
};

function statusKey(status: number): Key {
  switch (status) {
    case 401:
      return "fail.status.advice.401";
    case 403:
      return "fail.status.advice.403";
    case 404:
    case 410:
      return "fail.status.advice.404";
    case 405:
      return "fail.status.advice.405";
    case 429:
      return "fail.status.advice.429";
    default:
      return status >= 500 ? "fail.status.advice.5xx" : "fail.status.advice";
  }
}

function limitWords(
  what: string,
  bound: string,
  plain: string,
  args: Readonly<Record<string, string>>,
): Omit<FailureWords, "detail"> {
  switch (what) {
    case "line":
      return { title: t("fail.limit.line", { bound }), advice: t("fail.limit.event.advice") };
    case "event":
      return { title: t("fail.limit.event", { bound }), advice: t("fail.limit.event.advice") };
    case "id":
      return { title: t("fail.limit.id", { bound }), advice: t("fail.limit.event.advice") };
    case "head":
      return { title: t("fail.limit.head", { bound }), advice: t("fail.limit.head.advice") };
    case "sessions":
      return { title: t("fail.limit.sessions", { bound }), advice: t("fail.limit.sessions.advice") };
    case "served":
      // Where it names no bound, the machine refused.
      if (bound === "") return { title: t("fail.limit.served.failed"), advice: t("fail.limit.served.failed.advice") };
      break;
    case "":
      // Nothing was too much: whatever it was, its words come from the machine.
      if (bound === "") return { title: t("fail.plain.title"), advice: t("fail.plain.advice") };
  }
  const key = `fail.limit.${what}`;
  const words = { ...args, bound: boundWords(what, bound), field: fieldName(args["field"] ?? "") };
  if (isKey(key) && isKey(`${key}.advice`)) return { title: t(key, words), advice: t(`${key}.advice` as Key, words) };
  return { title: plain, advice: bound ? t("fail.limit.advice", args) : "" };
}

/** A bound as the engine gives it: whole MiB of what is sent, and numbers of everything else. */
function boundWords(what: string, bound: string): string {
  const n = Number(bound);
  if (bound === "" || !Number.isFinite(n)) return bound;
  return what === "prompt" || what === "message" ? `${fmt.int(n)} MiB` : fmt.int(n);
}

/** What the window calls a field of the rules that the engine names. */
export function fieldName(field: string): string {
  const key = `fields.${field.replace(/^(chat|feed)\./, "").replaceAll("_", "-")}`;
  return isKey(key) ? t(key) : field;
}
