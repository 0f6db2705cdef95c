// Text of a stranger, with what cannot be seen in it made visible: control characters, turns of the writing direction, and
// whatever else draws nothing or a blank that is none.

export interface VisiblePiece {
  readonly text: string;
  /** Whether it stands for a character that cannot be seen. */
  readonly spelt: boolean;
}

/** Controls, formats (bidi among them), what a font may leave out, lone surrogates, line ends, and blanks but the plain one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** The text in order; each character that cannot be seen is a piece of its own, spelt by its number. */
export function visible(text: string): VisiblePiece[] {
  const out: VisiblePiece[] = [];
  let at = 0;
  for (const found of text.matchAll(UNSEEN)) {
    if (found.index > at) out.push({ text: text.slice(at, found.index), spelt: false });
    const number = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
    out.push({ text: `U+${number}`, spelt: true });
    at = found.index + found[0].length;
  }
  if (at < text.length) out.push({ text: text.slice(at), spelt: false });
  return out;
}
