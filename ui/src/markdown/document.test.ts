// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MarkdownBody } from "./document";

const ANSWER = `# Because the *first* word arrives first

A page that waits makes you watch nothing. A **stream** starts after one round trip: \`212 ms\`, and
[the standard](https://html.spec.whatwg.org/) says how.

1. one

   more of one
2. two
   - nested \`a\`
   - [x] done
   - [ ] to do

- the server flushes;
- nothing holds back. 流式输出让等待变短。

| left | right |
|:-----|------:|
| a    | **1** |
| b    | 2     |

> quoted
> lines

\`\`\`python
for x in y:
    print("\`\`")
\`\`\`

Setext
------

See [later] and ~~never~~.

    indented code

---

Last words 👩‍👩‍👧‍👦 end.

[later]: https://example.com/later
`;

const bodies: MarkdownBody[] = [];

function whole(text: string): MarkdownBody {
  const body = new MarkdownBody();
  body.append(text);
  body.draw(null);
  body.finish();
  return body;
}

function streamed(text: string, size: (n: number) => number): MarkdownBody {
  const body = new MarkdownBody();
  bodies.push(body);
  for (let at = 0, n = 0; at < text.length; n += 1) {
    const end = at + size(n);
    body.append(text.slice(at, end));
    body.draw(null);
    at = end;
  }
  return body;
}

/** As HTML whose attributes are in order. */
const html = (body: MarkdownBody): string => {
  const copy = body.element.cloneNode(true) as HTMLElement;
  for (const each of copy.querySelectorAll("*")) {
    const attributes = [...each.attributes].map(({ name, value }) => [name, value] as const).sort();
    for (const [name] of attributes) each.removeAttribute(name);
    for (const [name, value] of attributes) each.setAttribute(name, value);
  }
  return copy.innerHTML;
};
const text = (body: MarkdownBody): string => body.element.textContent ?? "";

beforeEach(() => void vi.spyOn(performance, "now").mockReturnValue(0));
afterEach(() => vi.restoreAllMocks());

describe("a text that comes in pieces", () => {
  it.each([1, 2, 3, 7, 50])("is set as the whole is, %i characters at a time", (size) => {
    const body = streamed(ANSWER, () => size);
    body.finish();
    expect(html(body)).toBe(html(whole(ANSWER)));
  });

  it("is set as the whole is at every moment, but for what has only begun", () => {
    const body = new MarkdownBody();
    for (const line of ANSWER.split(/(?<=\n)/)) {
      body.append(line);
      body.draw(null);
      if (!line.includes("[later]") && body.source().endsWith("\n\n")) {
        const reference = whole(body.source());
        if (!body.source().includes("[later]")) expect(html(body).replaceAll("md-code", "c")).toBe(html(reference).replaceAll("md-code", "c"));
      }
    }
  });

  it("keeps the nodes of what is complete, and of what is being written", () => {
    const body = new MarkdownBody();
    body.append("First **bold** words.\n\nThen the sec");
    body.draw(null);
    const [first, second] = body.element.querySelectorAll("p");
    const strong = body.element.querySelector("strong")?.firstChild;
    const growing = second?.firstChild;
    body.append("ond paragraph, `code` and more.\n\nAnd a third");
    body.draw(null);
    body.append(" one.\n");
    body.draw(null);
    body.finish();
    expect(body.element.querySelectorAll("p")[0]).toBe(first);
    expect(body.element.querySelectorAll("p")[1]).toBe(second);
    expect(body.element.querySelector("strong")?.firstChild).toBe(strong);
    expect(second?.firstChild).toBe(growing);
    expect(text(body)).toBe("First bold words.Then the second paragraph, code and more.And a third one.");
  });

  it("shows marks that have begun as what they will be", () => {
    const body = new MarkdownBody();
    body.append("some **bold");
    body.draw(null);
    expect(body.element.querySelector("strong")?.textContent).toBe("bold");
    expect(text(body)).toBe("some bold");
  });

  it("joins lines of Chinese without a space, and no others", () => {
    const words = (text: string): string => streamed(text, () => 1).element.textContent ?? "";
    expect(words("流式输出\n让等待变短。\n")).toBe("流式输出让等待变短。");
    expect(words("等待**变短**。\n“从不落后”\n")).toBe("等待变短。“从不落后”");
    expect(words("ひらがな\nカタカナ\n")).toBe("ひらがなカタカナ");
    expect(words("等待\nwaits\n等待 212\n毫秒\n")).toBe("等待\nwaits\n等待 212\n毫秒");
    expect(words("“so it\nis”\n“and”\n")).toBe("“so it\nis”\n“and”");
    expect(words("기다림\n짧게\n")).toBe("기다림\n짧게");
  });

  it("counts a list on over blank lines", () => {
    const body = streamed("1. one\n\n2. two\n\n3. three\n", () => 1);
    expect(body.element.querySelectorAll("ol")).toHaveLength(1);
    expect(body.element.querySelectorAll("li")).toHaveLength(3);
  });

  it("draws a long list an item at a time, and ends with the same list", { timeout: 30_000 }, () => {
    const list = Array.from({ length: 150 }, (_, n) => `${n + 1}. item *${n}*\n   - more\n`).join("") + "\nAfter it.\n";
    const body = streamed(list, () => 11);
    const first = body.element.querySelector("li");
    body.finish();
    expect(html(body)).toBe(html(whole(list)));
    expect(body.element.querySelector("li")).toBe(first);
  });
});

describe("code", () => {
  it("is appended to while its fence is open, and its fence is never shown", () => {
    const body = new MarkdownBody();
    const shown: string[] = [];
    for (const letter of "```js\nlet a;\n``` \nb") {
      body.append(letter);
      body.draw(null);
      shown.push(body.element.querySelector("code")?.textContent ?? "");
    }
    expect(shown.some((each) => each.includes("`"))).toBe(false);
    expect(shown.at(-1)).toBe("let a;\n");
    expect(body.element.querySelector(".md-code-lang")?.textContent).toBe("js");
    expect(body.element.querySelector("p")?.textContent).toBe("b");
  });

  it("keeps its node while it grows", () => {
    const body = streamed("```\nab", () => 1);
    const node = body.element.querySelector("code")?.firstChild;
    body.append("c\nd");
    body.draw(null);
    expect(body.element.querySelector("code")?.firstChild).toBe(node);
    expect(node?.textContent).toBe("abc\nd");
  });

  it("is coloured once its fence closes", async () => {
    vi.restoreAllMocks();
    const body = streamed("```python\ndef f(): pass\n```\n", () => 4);
    document.body.replaceChildren(body.element);
    await vi.waitFor(() => expect(body.element.querySelector(".hl-keyword")?.textContent).toBe("def"));
    expect(body.element.querySelector("code")?.textContent).toBe("def f(): pass\n");
  });

  it("waits with its colours for a selection in it to go", async () => {
    vi.restoreAllMocks();
    const body = streamed("```python\ndef f(): pass\n", () => 4);
    document.body.replaceChildren(body.element);
    const node = body.element.querySelector("code")?.firstChild;
    if (!node) throw new Error("no code");
    document.getSelection()?.setBaseAndExtent(node, 0, node, 3);
    body.append("```\nafter\n");
    body.draw(null);
    body.finish();
    await new Promise((done) => setTimeout(done, 100));
    expect(body.element.querySelector("code")?.firstChild).toBe(node);
    expect(document.getSelection()?.toString()).toBe("def");
    document.getSelection()?.removeAllRanges();
    document.dispatchEvent(new Event("selectionchange"));
    await vi.waitFor(() => expect(body.element.querySelector(".hl-keyword")?.textContent).toBe("def"));
  });

  it("of five megabytes is neither coloured nor one node, and takes no time that grows", { timeout: 30_000 }, async () => {
    vi.restoreAllMocks();
    const body = new MarkdownBody();
    const line = `let value = "${"x".repeat(84)}";\n`;
    body.append("```js\n");
    body.draw(null);
    const begun = performance.now();
    for (let n = 0; n < 50; n += 1) {
      body.append(line.repeat(1_050));
      body.draw(null);
    }
    body.append("```\n");
    body.draw(null);
    expect(performance.now() - begun).toBeLessThan(3_000);
    await new Promise((done) => setTimeout(done, 50));
    const code = body.element.querySelector("code");
    expect(code?.textContent).toHaveLength(50 * 1_050 * line.length);
    expect(code?.childNodes.length).toBeGreaterThan(1_000);
    expect(code?.querySelector("span")).toBeNull();
  });
});

describe("what a stranger sends", () => {
  const HOSTILE = [
    "<script>alert(1)</script>",
    '<img src="https://evil.example/x.png" onerror="alert(1)">',
    "![pixel](https://evil.example/p.png)",
    "![inline](data:image/svg+xml;base64,PHN2Zz4=)",
    "[run](javascript:alert(1)) [data](data:text/html,x) [rel](/etc/passwd) [file](file:///etc/passwd)",
    "[x](JaVaScRiPt:alert(1)) [y](&#106;avascript:alert(1))",
    "<https://ok.example/> <javascript:alert(1)>",
    "```<img>\n<iframe src=x></iframe>\n```",
    "| <b>a</b> | [q](vbscript:x) |\n|---|:-:|\n| ![i](http://e/x) | <svg onload=x> |",
  ].join("\n\n");

  it("loads nothing, runs nothing and stays text", () => {
    for (const size of [1, 5, 1_000]) {
      const body = streamed(HOSTILE, () => size);
      const made = (): Set<string> => new Set([...body.element.querySelectorAll("*")].map((each) => each.localName));
      const allowed = new Set("div p span a code pre figure button table thead tbody tr th td h1 h2".split(" "));
      expect([...made()].filter((tag) => !allowed.has(tag))).toEqual([]);
      body.finish();
      expect([...made()].filter((tag) => !allowed.has(tag))).toEqual([]);
      for (const each of body.element.querySelectorAll("*")) {
        for (const { name } of each.attributes) expect(["class", "dir", "role", "tabindex", "title", "data-address", "aria-label", "type", "hidden"]).toContain(name);
      }
      expect(text(body)).toContain("<script>alert(1)</script>");
      expect(text(body)).toContain("[run](javascript:alert(1))");
      const links = [...body.element.querySelectorAll("[data-address]")].map((each) => each.getAttribute("data-address"));
      expect(links).toEqual(["https://evil.example/p.png", "https://ok.example/", "http://e/x"]);
      expect(body.element.querySelector(".md-chip")?.textContent).toContain("https://evil.example/p.png");
    }
  });

  it("lets a picture's address be asked about, unless the picture is a link itself", () => {
    const body = whole("![a](https://a.example/p.png) [![b](https://b.example/p.png)](https://b.example/) ![c](/c.png)");
    const chips = [...body.element.querySelectorAll(".md-chip")];
    expect(chips.map((chip) => ["role", "tabindex", "data-address"].map((name) => chip.getAttribute(name)))).toEqual([
      ["link", "0", "https://a.example/p.png"],
      [null, null, null],
      ...chips.slice(2).map(() => [null, null, null]),
    ]);
    expect(chips[1]?.closest("[data-address]")?.getAttribute("data-address")).toBe("https://b.example/");
  });

  it("offers no address that would be refused when it is pressed", () => {
    const body = whole("[a](http:x) [b](mailto:x) [c](https://u@h.example/) [d](mailto:a@b.example)");
    expect([...body.element.querySelectorAll(".md-link")].map((each) => each.getAttribute("data-address"))).toEqual(["https://u@h.example/", "mailto:a@b.example"]);
  });

  it("follows the direction of the first letter", () => {
    const body = whole("مرحبا بالعالم\n\n- שלום\n");
    for (const each of body.element.querySelectorAll("p, li")) expect(each.getAttribute("dir")).toBe("auto");
  });

  it.each([
    ["brackets", "[".repeat(200_000)],
    ["stars", "*a ".repeat(60_000)],
    ["backticks", "`".repeat(1) + "a`` ".repeat(50_000)],
    ["one long line", "word ".repeat(40_000)],
    ["quotes", `${">".repeat(5_000)} deep`],
    ["pipes", `${"|a".repeat(50_000)}\n${"|-".repeat(50_000)}\n`],
  ])("%s of 200,000 characters end in time", { timeout: 30_000 }, (_name, hostile) => {
    vi.restoreAllMocks();
    const begun = performance.now();
    const body = streamed(hostile, () => 20_000);
    body.finish();
    expect(performance.now() - begun).toBeLessThan(4_000);
    expect(text(body).length).toBeGreaterThan(0);
  });
});

describe("what is older", () => {
  it.each([10, 60, 200, 400, 560])("joins what was there, cut at %i", (cut) => {
    const body = new MarkdownBody();
    body.append(ANSWER.slice(cut));
    body.draw(null);
    body.prepend(ANSWER.slice(cut / 2, cut), 0);
    body.prepend(ANSWER.slice(0, cut / 2), -cut / 2);
    expect(body.from).toBe(-cut);
    body.finish();
    expect(html(body)).toBe(html(whole(ANSWER)));
  });

  it("keeps the nodes that it does not touch", () => {
    const body = streamed("nd of one.\n\nTwo.\n\nThree", () => 3);
    const [, second] = body.element.children;
    body.prepend("Zero.\n\nThe e", 0);
    expect([...body.element.children].map((each) => each.textContent)).toEqual(["Zero.", "The end of one.", "Two.", "Three"]);
    expect(body.element.children[2]).toBe(second);
    body.append(" more");
    body.draw(null);
    expect(body.element.lastElementChild?.textContent).toBe("Three more");
  });
});

describe("bounds", () => {
  it("drops whole blocks, and takes the rest back", () => {
    const body = streamed(ANSWER, () => 9);
    body.finish();
    const place = ANSWER.indexOf("| b");
    body.dropBefore(place);
    // The table that it stands in is kept whole.
    expect(body.from).toBe(ANSWER.indexOf("| left"));
    expect(body.element.firstElementChild?.className).toBe("md-table");
    body.prepend(ANSWER.slice(0, place), place);
    expect(body.from).toBe(0);
    body.finish();
    expect(html(body)).toBe(html(whole(ANSWER)));
  });

  it("drops the beginning of a fence that is too long to be kept whole", { timeout: 30_000 }, () => {
    const code = Array.from({ length: 4_000 }, (_, n) => `line ${n}\n`).join("");
    const source = `Before\n\n\`\`\`js\n${code}\`\`\`\nAfter\n`;
    const body = streamed(source, () => 1_000);
    const place = source.indexOf("line 3000");
    body.dropBefore(place);
    const shown = (): string => body.element.querySelector("code")?.textContent ?? "";
    expect(shown().startsWith("line 3000\n")).toBe(true);
    expect(shown().endsWith("line 3999\n")).toBe(true);
    const half = source.indexOf("line 2000");
    body.prepend(source.slice(half, place), place);
    expect(shown().startsWith("line 2000\n")).toBe(true);
    expect(body.element.lastElementChild?.textContent).toBe("After");
    body.prepend(source.slice(0, half), half);
    body.finish();
    expect(html(body)).toBe(html(whole(source)));
  });

  it("goes on in an open fence whose beginning was dropped", () => {
    const body = new MarkdownBody();
    body.append("```js\n");
    for (let n = 0; n < 2_000; n += 1) body.append(`line ${n}\n`);
    body.draw(null);
    body.dropBefore(15_000);
    body.append("more\n``");
    body.draw(null);
    body.append("`\n*end*\n");
    body.draw(null);
    expect(body.element.querySelector("code")?.textContent?.endsWith("line 1999\nmore\n")).toBe(true);
    expect(body.element.querySelector("em")?.textContent).toBe("end");
  });
});
