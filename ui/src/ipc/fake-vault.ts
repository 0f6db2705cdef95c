// The vault in memory: it takes what is secret by its name, and knows three secrets from before, one in each
// of the states that a secret can be in.

import type { Environments, Failure, Sealed, SecretInfo, Stream } from "./bindings";
import { isSecretHeader, namesSecret } from "../model/headers";
import { queryRows, withQueryRows, writePair } from "../model/pairs";
import { activeOf, secretsIn, textsOf, variablesIn } from "../model/placeholders";
import { blank } from "../model/stream";
import { failure } from "./fake-session";

const KEPT: SecretInfo = { id: "kept", origins: ["https://api.example.com"], kept: true, found: true };
const RUN: SecretInfo = { id: "run", origins: ["https://api.example.com"], kept: false, found: true };
const LOST: SecretInfo = { id: "lost", origins: ["https://api.example.com"], kept: true, found: false };

const header = (name: string, value: string, secret = false, off = false) => ({ name, value, secret, off });

/** Streams that show what a request can hold. */
export const requests: readonly Stream[] = [
  {
    ...blank("gpt"),
    name: "gpt staging",
    url: "https://api.example.com/v1/chat/completions",
    method: "POST",
    headers: [header("Authorization", "Bearer {{secret:kept}}"), header("Accept-Language", "zh-CN, en")],
    body: `{
  "model": "{{model}}",
  "stream": true,
  "messages": [
    { "role": "user", "content": "{{prompt}}" }
  ]
}`,
    body_kind: "json",
    on_end: "stop",
    idle_s: 45,
  },
  {
    ...blank("sensors"),
    name: "Home sensors",
    url: "https://home.example.net/events?room=kitchen&room=%E5%AE%A2%E5%8E%85&units=metric&token={{secret:run}}",
    headers: [
      header("X-Api-Key", "{{secret:lost}}"),
      header("X-Trace", "{{secret:run}}", true),
      header("Accept-Language", "en", false, true),
      header("X-A-Long-Name-Of-A-Header", "a long value that goes on ".repeat(12)),
    ],
    auth: { kind: "basic", user: "mira", password: "{{secret:kept}}" },
    network: { ...blank("").network, insecure: true, proxy: { kind: "through", url: "socks5://127.0.0.1:1080" }, ca_file: "/home/mira/certificates/home-authority.pem" },
  },
  { ...blank("elsewhere"), name: "Elsewhere", url: "https://other.example.org/stream", headers: [header("Authorization", "Bearer {{secret:kept}}")] },
  { ...blank("missing"), name: "Key lost", url: "https://api.example.com/stream", headers: [header("X-Api-Key", "{{secret:lost}}")] },
  { ...blank("plain-type"), name: "Wrong type", url: "https://api.example.com/type" },
  { ...blank("waits"), name: "Waits", url: "https://api.example.com/waits" },
];

export class FakeVault {
  #secrets = new Map<string, SecretInfo>([KEPT, RUN, LOST].map((info) => [info.id, info]));
  #last = 0;
  #environments: Environments = {
    all: [
      {
        id: "staging",
        name: "staging",
        variables: [
          { name: "model", value: "small-2", secret: false },
          { name: "key", value: "{{secret:kept}}", secret: true },
        ],
      },
      { id: "production", name: "production", variables: [{ name: "model", value: "large-2", secret: false }] },
    ],
    active: "staging",
  };

  /** Without a keychain, what is taken lasts for this run only. */
  constructor(readonly keychain: boolean) {}

  get environments(): Environments {
    return this.#environments;
  }

  get secrets(): SecretInfo[] {
    return [...this.#secrets.values()];
  }

  seal(stream: Stream): Sealed {
    const headers = stream.headers.map((each) =>
      each.secret || isSecretHeader(each.name) ? { ...each, value: this.#take(each.value, stream.url) } : each,
    );
    const rows = queryRows(stream.url, []).map((row) =>
      namesSecret(row.name) ? { ...row, raw: writePair(row.raw, { value: this.#take(row.value, stream.url) }, "query") } : row,
    );
    const { auth } = stream;
    const sealed: Stream = {
      ...stream,
      headers,
      url: rows.length === 0 ? stream.url : withQueryRows(stream.url, rows).url,
      auth:
        auth.kind === "bearer"
          ? { ...auth, token: this.#take(auth.token, stream.url) }
          : auth.kind === "basic"
            ? { ...auth, password: this.#take(auth.password, stream.url) }
            : auth,
    };
    return { stream: sealed, secrets: this.#named(textsOf(sealed)), ignored: [] };
  }

  paste(text: string): Sealed {
    const words = Array.from(text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g), (found) => found[1] ?? found[2] ?? found[3] ?? "");
    const stream: Stream = blank("");
    const ignored: string[] = [];
    for (let at = 1; at < words.length; at += 1) {
      const word = words[at] ?? "";
      if (word === "-H") {
        const [name = "", ...value] = (words[(at += 1)] ?? "").split(":");
        stream.headers.push(header(name, value.join(":").trim()));
      } else if (word === "-d") {
        Object.assign(stream, { method: "POST", body: words[(at += 1)] ?? "", body_kind: "json" });
      } else if (word.startsWith("-")) {
        if (word !== "-N") ignored.push(word);
      } else stream.url = word;
    }
    if (stream.url === "") throw failure("url", { detail: "empty" });
    return { ...this.seal(stream), ignored };
  }

  allow(stream: Stream, origin: string): SecretInfo[] {
    const infos = originOf(stream.url) === origin ? this.#named(textsOf(stream)) : [];
    for (const info of infos) this.#secrets.set(info.id, { ...info, origins: [...new Set([...info.origins, origin])] });
    return this.#named(textsOf(stream));
  }

  save(environments: Environments): { environments: Environments; secrets: SecretInfo[] } {
    this.#environments = {
      ...environments,
      all: environments.all.map((each) => ({
        ...each,
        variables: each.variables.map((variable) =>
          variable.secret || namesSecret(variable.name)
            ? { ...variable, value: this.#take(variable.value, ""), secret: true }
            : variable,
        ),
      })),
    };
    const texts = this.#environments.all.flatMap((each) => each.variables.map((variable) => variable.value));
    return { environments: this.#environments, secrets: this.#named(texts) };
  }

  /** Why a definition cannot be sent, if it cannot. */
  refusal(stream: Stream): Failure | null {
    const texts = textsOf(stream);
    const variables = new Set(activeOf(this.#environments)?.variables.map((variable) => variable.name));
    const unknown = texts.flatMap(variablesIn).find((name) => name !== "prompt" && !variables.has(name));
    if (unknown !== undefined) return failure("url", { detail: "variable-missing", name: unknown });
    const origin = originOf(stream.url);
    const named = this.#named(texts);
    const lost = named.find((info) => !info.found);
    if (lost) {
      const where = stream.headers.find((each) => each.value.includes(lost.id))?.name ?? "auth";
      return failure("url", { detail: "secret-missing", where });
    }
    const strays = named.filter((info) => (info.origins.length > 0 ? !info.origins.includes(origin) : stream.foreign === true));
    if (strays.length === 0) return null;
    const given = strays.flatMap((info) => info.origins).join(", ");
    return failure("url", { detail: "secret-origin", origin, given, secrets: strays.map((info) => info.id).join(",") });
  }

  #take(value: string, url: string): string {
    if (value === "" || /\{\{/.test(value)) return value;
    const [scheme] = /^(?:Bearer|Basic) +/i.exec(value) ?? [""];
    const id = `taken-${(this.#last += 1)}`;
    const origin = originOf(url);
    this.#secrets.set(id, { id, origins: origin === "" ? [] : [origin], kept: this.keychain, found: true });
    return `${scheme}{{secret:${id}}}`;
  }

  #named(texts: readonly string[]): SecretInfo[] {
    const ids = new Set(texts.flatMap(secretsIn));
    return this.secrets.filter((info) => ids.has(info.id));
  }
}

function originOf(url: string): string {
  return url.startsWith("demo:") ? "demo:" : (/^[a-z]+:\/\/[^/?#]+/i.exec(url)?.[0] ?? "");
}
