import { describe, expect, it } from "vitest";
import { pieces, readAddress } from "./address";

describe("an address", () => {
  it("is shown as it is opened, in three parts", () => {
    for (const text of ["https://news.example.com/2026/7?a=b#c", "http://127.0.0.1:4737/", "https://a:b@host.example/x", "mailto:desk@example.org?subject=x"]) {
      const address = readAddress(text);
      expect(address).not.toBeNull();
      expect(`${address?.before}${address?.host}${address?.after}`).toBe(address?.href);
    }
    expect(readAddress("https://news.example.com/2026/7")).toMatchObject({ before: "https://", host: "news.example.com", after: "/2026/7" });
  });

  it("shows where it leads, whatever it looks like", () => {
    expect(readAddress("https://good.example@evil.example/good.example")).toMatchObject({ host: "evil.example", before: "https://good.example@", named: true });
    expect(readAddress("https://evil.example:443@evil.example:8443/")).toMatchObject({ host: "evil.example:8443", named: true });
    expect(readAddress("http://аррӏе.com/")?.host).toBe("xn--80ak6aa92e.com");
    expect(readAddress("https://example.org\\@evil.example/")?.host).toBe("example.org");
    expect(readAddress("mailto:a@evil.example")?.host).toBe("evil.example");
  });

  it("is nothing else", () => {
    const not = ["", "javascript:alert(1)", "JavaScript:alert(1)", " java\nscript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x", "example.org", "//example.org", "https:", "https://", "ftp://example.org", "blob:https://example.org/x", "http:evil", "mailto:", `https://example.org/${"a".repeat(9_000)}`];
    expect(not.filter((text) => readAddress(text) !== null)).toEqual([]);
  });

  it("carries no control characters or blanks outside", () => {
    expect(readAddress("https://example.org/a b\u202ec\u0000d")?.href).toBe("https://example.org/a%20b%E2%80%AEc%00d");
    expect(readAddress('mailto:a@b.example?subject="&calc&"')?.href).toBe("mailto:a@b.example?subject=%22&calc&%22");
    expect(readAddress("https://example.org/?a|b`c^d")?.href).toBe("https://example.org/?a%7Cb%60c%5Ed");
    expect(readAddress("https://exa\tmple.org/")?.href).toBe("https://example.org/");
  });
});

describe("the links of a text", () => {
  const links = (text: string): (string | null)[] => pieces(text).map(({ link }) => link);

  it("are web addresses, and the text stays what it was", () => {
    for (const text of ["", "no link", "see https://a.example/x, and http://b.example.", "https://a.example", "（https://a.example/）", "a\nhttps://a.example\nb"]) {
      expect(pieces(text).map((piece) => piece.text).join("")).toBe(text);
    }
    expect(links("see https://a.example/x, and http://b.example.")).toEqual([null, "https://a.example/x", null, "http://b.example/", null]);
    expect(links("(https://a.example/x_(y))")).toEqual([null, "https://a.example/x_(y)", null]);
    expect(links("看 https://a.example/x。然后")).toEqual([null, "https://a.example/x", null]);
  });

  it("are of no other kind", () => {
    for (const text of ["javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "[a](javascript:alert(1))", "data:text/html,x", "xhttps:/nothing"]) {
      expect(links(text)).toEqual([null]);
    }
  });

  it("end where the writing turns about", () => {
    expect(links("https://a.example/\u202egnp.exe")).toEqual(["https://a.example/", null]);
  });

  it("are bounded, and a long text takes no long time", () => {
    const many = "https://a.example/ ".repeat(5_000);
    expect(links(many).filter((link) => link !== null).length).toBeLessThanOrEqual(64);
    const begun = performance.now();
    for (const text of [`https://a.example/${")".repeat(200_000)}`, "https://".repeat(50_000), "a".repeat(1_000_000)]) {
      expect(pieces(text).map((piece) => piece.text).join("")).toBe(text);
    }
    expect(performance.now() - begun).toBeLessThan(1_500);
  });
});
