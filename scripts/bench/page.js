// Measures inside a page, so that the driver's own time is in no figure. The driver runs this text once in each page;
// what ends later answers through the callback that WebDriver's asynchronous scripts are given last.
window.tapewriterBench = (() => {
  const at = (id) => document.querySelector(`[data-testid="${id}"]`);
  const count = () => Number(at("event-count")?.dataset.value ?? 0);
  const state = () => at("status")?.dataset.state ?? "";
  const running = () => at("connect")?.dataset.action === "stop";

  /** Calls `begin`, then `look(elapsed)` in each frame until it answers something, and `done` with that and the gaps
   *  between frames. All in ms. */
  function eachFrame(limitMs, begin, look, done) {
    const gaps = [];
    const started = performance.now();
    let last = started;
    let over = false;
    const end = (answer) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      done({ ...answer, gaps });
    };
    // Frames stop when a page is hidden or hangs; the answer must come all the same.
    const timer = setTimeout(() => end({ ended: "limit" }), limitMs);
    begin();
    requestAnimationFrame(function frame() {
      if (over) return;
      const now = performance.now();
      gaps.push(now - last);
      last = now;
      const answer = look(now - started);
      if (answer) end(answer);
      else requestAnimationFrame(frame);
    });
  }

  /** Frames of a page on which nothing happens. */
  function idle(ms, done) {
    eachFrame(ms + 10000, () => {}, (elapsed) => (elapsed >= ms ? { ended: "time" } : null), done);
  }

  // How long a line that ended short may still be counted: two ticks on a slow machine, and then some.
  const LATE = 2000;

  /**
   * Presses Connect and looks at each frame until event `n` is counted and, if `rows`, its row is on the page; then
   * presses Stop.
   */
  function play({ n, rows, limitMs }, done) {
    // The count of an earlier session stands until the first tick of this one.
    let fresh = count() < n;
    let first = null;
    let counted = null;
    let frames = 0;
    let framesCounted = 0;
    let overSince = null;
    let stopped = false;
    // Once: between the press and its effect the button still says Stop, and then Connect.
    const stop = () => {
      if (!stopped && running()) at("connect").click();
      stopped = true;
    };
    const row = `[data-testid="event-row"][data-seq="${n}"]`;
    eachFrame(
      limitMs,
      () => at("connect").click(),
      (elapsed) => {
        const seen = count();
        frames += 1;
        if (seen < n) fresh = true;
        if (!fresh) return null;
        if (seen > 0) first ??= elapsed;
        if (seen >= n && counted === null) {
          counted = elapsed;
          framesCounted = frames;
        }
        // A stream that ends is opened again after a while, and would be counted on.
        if (counted !== null && state() === "waiting") stop();
        if (counted !== null && (!rows || document.querySelector(row))) return { ended: "all", shown: elapsed };
        if (["closed", "failed", "waiting"].includes(state())) {
          overSince ??= elapsed;
          if (elapsed - overSince > LATE) return { ended: counted === null ? "short" : "unseen" };
        }
        return null;
      },
      (answer) => {
        const words = { first, counted, events: count(), state: state() };
        stop();
        // What was waited for in vain afterwards is no part of the flood.
        if (answer.ended === "unseen") answer.gaps.length = framesCounted;
        done({ ...words, ...answer });
      },
    );
  }

  /** Presses Connect and answers how long it takes until a character stands on the paper, in ms. */
  function firstCharacter(limitMs, done) {
    const typed = () => at("typewriter")?.textContent.trim() ?? "";
    const before = typed();
    const started = performance.now();
    let over = false;
    const end = (answer) => {
      if (over) return;
      over = true;
      observer.disconnect();
      clearTimeout(timer);
      done(answer);
    };
    const observer = new MutationObserver(() => {
      const now = typed();
      if (now !== "" && now !== before) end({ ms: performance.now() - started, text: now });
    });
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    const timer = setTimeout(() => end({ ms: null, text: typed() }), limitMs);
    at("connect").click();
  }

  /** Asks through the composer and looks at each frame until the answer is over and all of it stands on the paper:
   *  `{lags, chars, shown}`, where a lag is the age of the oldest character that is not shown yet, in ms. */
  function answer({ prompt, limitMs }, done) {
    const field = at("composer").querySelector("textarea");
    const typed = () => at("typewriter")?.textContent.length ?? 0;
    const lags = [];
    let begun = false;
    let overSince = null;
    eachFrame(
      limitMs,
      () => {
        Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value").set.call(field, prompt);
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
      },
      (elapsed) => {
        begun ||= state() === "open";
        const lag = Number(at("typing-lag")?.dataset.value ?? 0);
        if (begun && lag > 0) lags.push(lag);
        if (!begun || !["closed", "failed"].includes(state())) return null;
        overSince ??= elapsed;
        // The figure is written four times a second: the newest may still be on its way.
        return lag === 0 && elapsed - overSince > 1000 ? { ended: "all", shown: overSince } : null;
      },
      (ended) => done({ lags, chars: typed(), events: count(), state: state(), ...ended }),
    );
  }

  /** The tutorial's page: an EventSource, and one appended paragraph for each event. */
  function tutorial({ url, n, limitMs }, done) {
    document.body.replaceChildren();
    let got = 0;
    let over = false;
    let source;
    const begin = () => {
      source = new EventSource(url);
      source.onmessage = (event) => {
        const paragraph = document.createElement("p");
        paragraph.textContent = event.data;
        document.body.appendChild(paragraph);
        got += 1;
      };
      // The end of the stream, too, is an error to an EventSource: it would open it again.
      source.onerror = () => {
        over = true;
        source.close();
      };
    };
    eachFrame(
      limitMs,
      begin,
      (elapsed) => {
        if (got >= n) return { ended: "all", shown: elapsed };
        return over ? { ended: "short" } : null;
      },
      (answer) => {
        source.close();
        done({ ...answer, events: got });
      },
    );
  }

  /** Takes away the pixel that keeps a driven page drawing for screenshots: it would be counted as idle work. */
  function still() {
    document.querySelectorAll('body > i[aria-hidden="true"]').forEach((pixel) => pixel.remove());
  }

  return { idle, play, firstCharacter, answer, tutorial, still, state, count, running };
})();
