// Addresses that a stream names. They are shown before they are opened, as they will be opened; what is no address of a
// web page or of a mailbox is text and nothing else.

export interface Address {
  /** As it is opened: the host in ASCII, blanks and control characters escaped. */
  readonly href: string;
  /** What stands before the host: the scheme, and user names that only look like a host. */
  readonly before: string;
  /** The host, with its port; of a mailbox, its domain. */
  readonly host: string;
  readonly after: string;
  /** Whether it names a user: a host written before an @ is not where it leads. */
  readonly named: boolean;
}

/** Bytes of an address that is opened; the backend refuses longer ones. */
const LONGEST = 8_192;
const SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:"]);

/** Null for whatever is not to be opened. */
export function readAddress(text: string): Address | null {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST || !/^(?:https?:\/\/|mailto:)/i.test(trimmed)) return null;
  let url: URL;
  try {
    url = new URL(trimmed);
  } catch {
    return null;
  }
  // What ends a quotation in some system's command line has another way of being written.
  const href = url.href.replace(/["<>\\^`|]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
  if (!SCHEMES.has(url.protocol) || href.length > LONGEST || /[^!-~]/.test(href)) return null;
  if (url.protocol !== "mailto:") return apart(href, url);
  const host = /@([^?@]+)/.exec(href)?.[1] ?? "";
  return host === "" ? null : around(href, href.indexOf(`@${host}`) + 1, host, false);
}

/** An address that another program asks to be opened as a stream, as it would be asked for; null where it is none.
 *  Nothing in it is a placeholder. However long, it is whole. */
export function readAsked(text: string): Address | null {
  if (!/^https?:\/\//i.test(text.trim())) return null;
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return null;
  }
  return apart(url.href.replaceAll("{{", "%7B%7B").replaceAll("}}", "%7D%7D"), url);
}

function apart(href: string, url: URL): Address | null {
  if (url.host === "") return null;
  const user = url.username !== "" || url.password !== "";
  return around(href, href.indexOf(url.host, user ? href.indexOf("@") : url.protocol.length), url.host, user);
}

function around(href: string, from: number, host: string, named: boolean): Address {
  return { href, before: href.slice(0, from), host, after: href.slice(from + host.length), named };
}

export interface TextPiece {
  readonly text: string;
  /** An address of the web that it spells; null for plain words. */
  readonly link: string | null;
}

/** Links of one text that can be pressed; beyond them they are words. */
const MOST_LINKS = 64;
const LINK = /https?:\/\/[^\s<>"'`\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\u3000-\u303f\uff00-\uff0f\uff1a-\uff20]{1,2048}/gi;

/** A text as words and web addresses. Nothing else in it becomes a link. */
export function pieces(text: string): TextPiece[] {
  const out: TextPiece[] = [];
  let at = 0;
  let links = 0;
  for (const match of text.matchAll(LINK)) {
    if (links >= MOST_LINKS) break;
    const spelt = withoutTail(match[0]);
    const address = readAddress(spelt);
    if (!address) continue;
    if (match.index > at) out.push({ text: text.slice(at, match.index), link: null });
    out.push({ text: spelt, link: address.href });
    at = match.index + spelt.length;
    links += 1;
  }
  if (at < text.length || out.length === 0) out.push({ text: text.slice(at), link: null });
  return out;
}

/** A sentence goes on behind an address: its stops, and a bracket that was not opened in it, are no part of it. */
function withoutTail(spelt: string): string {
  let end = spelt.length;
  for (; end > 0; end -= 1) {
    const last = spelt.charAt(end - 1);
    if (/[.,;:!?*_~]/.test(last)) continue;
    const open = { ")": "(", "]": "[", "}": "{" }[last];
    if (open === undefined) break;
    const inside = spelt.slice(0, end);
    if (inside.split(open).length >= inside.split(last).length) break;
  }
  return spelt.slice(0, end);
}
