// Pretended answers of models: what the composer asks.

import type { Backend } from "./backend";
import type { Channel, Figures, Stream } from "./bindings";
import type { FakeSession } from "./fake-session";

type Script = Generator<number, void, void>;

export interface AnswerParts {
  find(session: number): FakeSession;
  play(session: FakeSession, script: Script): void;
}

const BODY = '{"model": "demo", "stream": true, "messages": [{"role": "user", "content": "{{prompt}}"}]}';

/** A stream that asks, and has a composer. */
export function answers(stream: Stream): Stream {
  return { ...stream, method: "POST", body: BODY, prompt: "Why does a stream of tokens feel faster than one long answer?" };
}

export function createFakeAnswers(parts: AnswerParts): Pick<Backend, "ask"> {
  return {
    async ask(number, prompt) {
      const session = parts.find(number);
      session.again(prompt);
      parts.play(session, answer(session));
    },
  };
}

const THOUGHTS = `The question is about waiting, not about speed. A page that shows nothing for nine seconds and then everything takes as long as one that types for nine seconds.

What differs is when the reader can begin. I should say that, and show the three things that a server must do right.`;

const FIRST = `## Because the first word arrives first

A page that waits for the whole answer makes you watch nothing. A **stream** starts paying you back after one round trip: the first token of this reply took \`212 ms\`, the last will take another nine seconds.

Three things make it work:

- the server flushes each event as it is ready;
- nothing between you and it holds bytes back;
- the reader draws what came, and never falls behind. 流式输出让等待变短。

\`\`\`
event: message
id: 181
data: {"delta": "draws what came"}
\`\`\`

So the wait is the same length, but it is no longer empty.
`;

const SECOND = `### In numbers

| | whole | streamed |
|:--|--:|--:|
| first word | 9.1 s | **0.2 s** |
| last word | 9.1 s | 9.3 s |
| reading can begin after | 9.1 s | 0.2 s |

- [x] flush after each event
- [x] turn off buffering in the proxy
- [ ] measure it from where the *readers* are

\`\`\`python
from fastapi import FastAPI
from fastapi.responses import StreamingResponse

@app.get("/stream")
async def stream():
    async def events():
        for n in range(1, 11):
            yield f"data: Message {n}\\n\\n"  # flushed as it is
    return StreamingResponse(events(), media_type="text/event-stream")
\`\`\`

> What is read while it is written is not waited for.

See [the standard](https://html.spec.whatwg.org/multipage/server-sent-events.html) for the format, and ![a diagram](https://example.com/tokens.png) for a picture that is not loaded here.
`;

const HOSTILE = [
  "<script>alert('x')</script> <img src=https://evil.example/a.png onerror=alert(1)>",
  "![pixel](https://evil.example/p.png) and [run me](javascript:alert(1)) and [data](data:text/html;base64,AAAA)",
  "مرحبا بالعالم، هذا نص من اليمين إلى اليسار مع **كلمة غامقة** و`رمز`.",
  "- שלום עולם\n- mixed שלום and English",
  "Flags 🇫🇷🇨🇳 and families 👩‍👩‍👧‍👦, never in halves.",
  `A line without an end: ${"unbroken".repeat(400)}`,
].join("\n\n");

export function* answer(session: FakeSession): Script {
  const speaker = new Speaker(session);
  switch (session.stream.url) {
    case "https://api.example.com/long":
      yield* long(session, speaker);
      return;
    case "https://api.example.com/hostile":
      yield* typed(session, speaker, "answer", HOSTILE, 3, 8);
      speaker.error("overloaded_error", "The model is overloaded. Try again in a moment.");
      session.end();
      return;
  }
  if (session.prompt === "") session.prompt = session.stream.prompt;
  yield 180;
  session.open();
  yield 32;
  const first = session.status.attempt === 1;
  if (first) yield* typed(session, speaker, "thinking", THOUGHTS, 9, 26);
  else {
    speaker.say("tool", "", "0", "search_docs");
    yield* typed(session, speaker, "tool", '{"query":"server-sent events latency","limit":3,"lang":["en","zh"]}', 4, 22, "0");
  }
  yield* typed(session, speaker, "answer", first ? FIRST : SECOND, 4, 20);
  if (!first) {
    speaker.say("citation", "Server-sent events, HTML Standard", "0", "https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream");
    speaker.say("citation", "Buffering, by an unnamed author", "1", "ftp://files.example/notes.txt");
  }
  speaker.stop("stop");
  session.end();
  session.status.asks = true;
}

/** A thousand tokens of four letters a second, a hundred thousand characters of everything. */
function* long(session: FakeSession, speaker: Speaker): Script {
  session.open();
  const chars = Number(new URLSearchParams(globalThis.location?.search).get("chars") ?? 100_000);
  const begun = session.now;
  const text = `${FIRST}\n${SECOND}\n`;
  for (let tokens = 0; tokens * 4 < chars; ) {
    // Timers are not so fine: as many as are due.
    for (const due = (session.now - begun) / 1_000; tokens <= due; tokens += 1) {
      const at = (tokens * 4) % text.length;
      speaker.say("answer", text.slice(at, at + 4));
    }
    yield 4;
  }
  speaker.stop("length");
  session.end();
}

function* typed(session: FakeSession, speaker: Speaker, channel: Channel, text: string, size: number, ms: number, block = ""): Script {
  if (session.status.state !== "open") session.open();
  for (let at = 0; at < text.length; ) {
    const n = 1 + ((at * 7) % (2 * size - 1));
    speaker.say(channel, text.slice(at, at + n), block);
    at += n;
    yield ms / 2 + ((at * 13) % ms);
  }
}

/** Says the parts of one turn, and keeps its figures. */
class Speaker {
  readonly #session: FakeSession;
  readonly #figures: Figures;

  constructor(session: FakeSession) {
    this.#session = session;
    this.#figures = {
      turn: session.status.attempt,
      dialect: "openai-chat",
      model: "demo-1",
      asked_at_us: session.now,
      first_event_us: null,
      first_thinking_us: null,
      first_answer_us: null,
      newest_us: 0,
      longest_stall_us: 0,
      answer_chars: 0,
      thinking_chars: 0,
      tools: 0,
      input_tokens: null,
      output_tokens: null,
      thinking_tokens: null,
      cached_tokens: null,
      stop: "",
      error: "",
      done: false,
    };
  }

  say(channel: Channel, text: string, block = "", label = ""): void {
    const figures = this.#figures;
    const at = Math.max(1, this.#session.now - figures.asked_at_us);
    figures.first_event_us ??= at;
    if (channel === "thinking") figures.first_thinking_us ??= at;
    if (channel === "answer") figures.first_answer_us ??= at;
    if (figures.newest_us > 0) figures.longest_stall_us = Math.max(figures.longest_stall_us, at - figures.newest_us);
    figures.newest_us = at;
    if (channel === "answer") figures.answer_chars += text.length;
    if (channel === "thinking") figures.thinking_chars += text.length;
    this.#session.status.dialect = "openai-chat";
    this.#session.status.figures = { ...figures };
    const data = JSON.stringify({ object: "chat.completion.chunk", choices: [{ index: 0, delta: { [channel === "answer" ? "content" : channel]: text } }] });
    this.#session.event(data, "message", "", { said: { part: { turn: figures.turn, channel, block, label }, text } });
  }

  stop(reason: string): void {
    const figures = this.#figures;
    Object.assign(figures, {
      stop: reason,
      done: true,
      input_tokens: 24,
      output_tokens: Math.round((figures.answer_chars + figures.thinking_chars) / 4),
      thinking_tokens: Math.round(figures.thinking_chars / 4),
      cached_tokens: 16,
    });
    this.say("stop", reason);
  }

  error(kind: string, words: string): void {
    Object.assign(this.#figures, { error: words, done: true });
    this.say("error", words, "", kind);
  }
}
