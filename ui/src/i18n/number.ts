// Reading a number that somebody typed.

const APOSTROPHES = /['’]/g;

/** The number that a text means: digits grouped or not, a decimal sign as the language or as machines write it; null for
 *  what is none, undefined for nothing at all. Both `1,234.5` and `1.234,5` are read, as is `0,5`; a single sign between
 *  groups of three digits is taken as the language takes it. Full-width digits and a true minus are read as well. */
export function readNumber(text: string, language: string): number | null | undefined {
  let plain = text.normalize("NFKC").trim().replace(/[\s\u00a0\u202f]/g, "").replace(APOSTROPHES, "").replace(/\u2212/g, "-");
  plain = plain.replace(/，/g, ",").replace(/。/g, ".");
  if (plain === "") return undefined;
  const commas = plain.split(",").length - 1;
  const dots = plain.split(".").length - 1;
  if (commas > 0 && dots > 0) {
    // The last of the two is the decimal sign, and it stands once.
    const decimal = plain.lastIndexOf(",") > plain.lastIndexOf(".") ? "," : ".";
    const group = decimal === "," ? "." : ",";
    const [whole = "", ...rest] = plain.split(decimal);
    if (rest.length !== 1 || !groupedWell(whole, group) || rest[0]?.includes(group)) return null;
    plain = `${whole.replaceAll(group, "")}.${rest[0] ?? ""}`;
  } else if (commas > 0 || dots > 1) {
    const sign = commas > 0 ? "," : ".";
    const isGroup = groupedWell(plain, sign) && (plain.split(sign).length > 2 || sign !== decimalSign(language));
    if (isGroup) plain = plain.replaceAll(sign, "");
    else if (plain.split(sign).length === 2) plain = plain.replace(sign, ".");
    else return null;
  } else if (dots === 1 && decimalSign(language) === "," && groupedWell(plain, ".")) plain = plain.replace(".", "");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** Whether `sign` parts groups of three digits. */
function groupedWell(text: string, sign: string): boolean {
  const [first = "", ...rest] = text.replace(/^[+-]/, "").split(sign);
  return rest.length > 0 && /^[1-9]\d{0,2}$/.test(first) && rest.every((each) => /^\d{3}$/.test(each));
}

function decimalSign(language: string): string {
  return new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === "decimal")?.value ?? ".";
}

/** A number as it stands in a field: no grouping, so that it can be edited. */
export function fieldNumber(value: number | null, language: string): string {
  if (value === null) return "";
  return new Intl.NumberFormat(language, { useGrouping: false, maximumFractionDigits: 15 }).format(value);
}
