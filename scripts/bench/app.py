"""The app's own figures: how it starts, what it costs at rest, and how it takes floods and steady rates."""

import os
import statistics
import time

import processes
from desk import Page, Unavailable
from figures import MB, Figure, Frames, Target, median, number
from processes import Meter, Tree

# The window of the design, and the size that the app opens by itself.
SIZE = (1240, 800)

# Seconds that an app may take to come to rest after a flood, at the most: its tape is written behind it.
REST = 30

SCENES = ("typewriter", "events")


class App:
    """The app under WebDriver, with a new user's home."""

    def __init__(self, desk, program):
        self.home = desk.home()
        self.page = Page(
            desk,
            ["WebKitWebDriver"],
            {"webkitgtk:browserOptions": {"binary": program}},
            home=self.home,
            TAURI_AUTOMATION="true",
            TAURI_WEBVIEW_AUTOMATION="true",
        )
        try:
            self.pid = processes.find(self.page.mark, program)
            if self.pid is None:
                raise Unavailable("the app's process is not to be found")
            self.tree = Tree(self.pid)
            self.page.resize(*SIZE)
            self.page.prepare()
            self.page.element("connect")
        except BaseException:
            self.close()
            raise

    def close(self):
        self.page.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def rest(self):
        """Waits until the app has nothing to do."""
        return self.tree.settle(REST)

    def memory(self):
        return sum(self.tree.memory().values()) / MB

    def disk(self):
        """What the app keeps of its own, MB on disk: all of its folder but the web view's."""
        used = 0
        for folder, folders, files in os.walk(os.path.join(self.home, "tapewriter")):
            if "webview" in folders:
                folders.remove("webview")
            for file in files:
                try:
                    used += os.lstat(os.path.join(folder, file)).st_blocks * 512
                except OSError:
                    pass
        return used / MB

    def stream(self, url):
        """Puts a new stream on show; it has not been played yet."""
        self.page.click("new-stream")
        self.page.fill("url", url)

    def scene(self, name):
        self.page.click(f"tab-{name}")

    def play(self, n, rows, limit):
        """Plays the stream on show, to its end, and answers what page.js saw, with the CPU that it took."""
        meter = Meter(self.tree)
        seen = self.page.measure("play", {"n": n, "rows": rows, "limitMs": limit * 1000}, limit=limit)
        seen["cpu"] = meter.stop()
        # The page has pressed Stop by itself; pressed again, the button would begin anew.
        self.wait_for_end()
        return seen

    def stop(self):
        self.page.click("connect")
        self.wait_for_end()

    def wait_for_end(self):
        self.page.until("the end of the session", "return !window.tapewriterBench.running()")


# The kernel keeps 15 characters of a name.
PROCESSES = {"WebKitWebProces": "web", "WebKitNetworkPr": "network"}


def processes_words(used):
    """`web 190, tapewriter 61`, the most first."""
    ordered = sorted(used.items(), key=lambda item: -item[1])
    return ", ".join(f"{PROCESSES.get(name, name)} {number(value)}" for name, value in ordered)


def start(desk, program, rounds):
    """From exec to a button that can be pressed, and from the press to the first character."""
    figures = []
    firsts, colour = [], None
    try:
        with App(desk, program) as app:
            colour = app.page.js(
                """const button = document.querySelector('[data-testid="connect"]');
                const [r, g, b, a] = getComputedStyle(button).backgroundColor.match(/[0-9.]+/g).map(Number);
                return button.disabled || a === 0 ? null : [r, g, b];"""
            )
            app.rest()
            for _ in range(rounds):
                seen = app.page.measure("firstCharacter", 10_000, limit=10)
                if seen["ms"] is not None:
                    firsts.append(seen["ms"] / 1000)
                app.stop()
    except Unavailable as why:
        figures.append(Figure("the app under WebDriver", None, note=str(why)))

    shown, why = [], "the button's colour is not known"
    if colour:
        try:
            shown = painted(desk, program, colour, rounds)
        except Unavailable as reason:
            why = str(reason)
    warm = shown[1:] or shown
    figures.insert(
        0,
        Figure(
            "exec → the Connect button on the screen",
            median(warm),
            "s",
            Target(most=1.2),
            f"median of {len(warm)}, worst {max(warm):.2f}; the first of all {shown[0]:.2f}" if shown else why,
            {"each": shown},
        ),
    )
    figures.append(
        Figure(
            "press → first character of the demo",
            median(firsts),
            "s",
            Target(most=0.3),
            f"median of {len(firsts)}, worst {max(firsts):.3f}" if firsts else "no character came",
            {"each": firsts},
        )
    )
    return figures


def painted(desk, program, colour, rounds):
    """Seconds from exec until the Connect button, which is enabled from the first time it is drawn, stands on the
    screen, of one start more than `rounds`. The picture in Xvfb's memory is looked at, and no driver is near: to
    negotiate a session delays the page by more than all that is measured here."""
    screen = desk.screen()
    place = None
    took = []
    for _ in range(rounds + 1):
        mark = desk.new_mark()
        if place and screen.shows(place):
            raise Unavailable("an earlier window is still on the screen")
        started = time.monotonic()
        app = desk.start([program], home=desk.home(), mark=mark)
        try:
            while True:
                # Looking everywhere takes a core's time, so it is done once; later starts look at that place.
                found = screen.shows(place) if place else screen.find(colour, 24)
                elapsed = time.monotonic() - started
                if found:
                    break
                if elapsed > 20 or app.poll() is not None:
                    raise Unavailable("the button did not come on the screen within 20 s")
                time.sleep(0.002 if place else 0.02)
            took.append(elapsed)
            place = place or found
        finally:
            processes.end(mark)
            app.wait()
        wait_until_gone(screen, place)
    return took


def wait_until_gone(screen, place):
    end = time.monotonic() + 5
    while place and screen.shows(place) and time.monotonic() < end:
        time.sleep(0.02)


def idle(desk, program, server, seconds):
    """CPU at rest. With no stream, an app that nobody drives: a driven one keeps itself drawing."""
    figures = []
    app = desk.start([program], home=desk.home(), mark=(mark := desk.new_mark()))
    try:
        tree = Tree(app.pid)
        # It must have begun before it can have come to rest.
        end = time.monotonic() + 20
        while len(tree.now()) < 3 and time.monotonic() < end:
            time.sleep(0.1)
        tree.settle(REST)
        meter = Meter(tree)
        time.sleep(seconds)
        used = meter.stop()
        figures.append(
            Figure("idle, no stream", 100 * used.share, "% of a core", Target(most=1), cpu_words(used))
        )
    finally:
        processes.end(mark)
        app.wait()

    with App(desk, program) as app:
        app.page.js("window.tapewriterBench.still()")
        app.stream(server.messages(1_000_000, gap_ms=1000))
        for scene in SCENES:
            app.scene(scene)
            app.page.click("connect")
            app.page.until("the first events", "return window.tapewriterBench.count() >= 2")
            meter = Meter(app.tree)
            time.sleep(seconds)
            used = meter.stop()
            app.stop()
            figures.append(
                Figure(
                    f"one event a second, {scene}", 100 * used.share, "% of a core", Target(most=1), cpu_words(used)
                )
            )
    return figures


def cpu_words(used):
    return processes_words({name: 100 * s / used.wall for name, s in used.by_name.items() if s >= 0.005})


def frame_figures(name, gaps, baseline, note=""):
    """The 99th hundredth of a page's frame gaps and the longest, against the targets; on a machine whose idle page is
    slower than those, against its own baseline."""
    frames = Frames.of(gaps)
    if frames is None:
        return [Figure(f"{name}: frame gaps", None, "ms", note="no frame was drawn")]

    def bound(most, idle):
        raised = 1.5 * idle if idle else 0
        return Target(most=raised, why="1.5 × idle") if raised > most else Target(most=most)

    words = f"p50 / p99 / max {frames.words()} of {frames.count:,}"
    return [
        Figure(
            f"{name}: frame gap p99",
            frames.p99,
            "ms",
            bound(25, baseline and baseline.p99),
            " · ".join(part for part in (words, note) if part),
            {"frames": frames.count, "p50": frames.p50, "p99": frames.p99, "max": frames.max},
        ),
        Figure(f"{name}: longest frame gap", frames.max, "ms", bound(60, baseline and baseline.max)),
    ]


def baseline(app, seconds):
    """Frame gaps of the idle page, and what asking for every frame costs by itself."""
    app.rest()
    # The web view's first frames take long in software drawing; they are no baseline.
    app.page.measure("idle", 1000, limit=1)
    meter = Meter(app.tree)
    seen = app.page.measure("idle", seconds * 1000, limit=seconds)
    used = meter.stop()
    frames = Frames.of(seen["gaps"])
    return frames, Figure(
        "idle page: frame gap p99",
        frames and frames.p99,
        "ms",
        note=f"p50 / p99 / max {frames.words()} · asking for each frame: {100 * used.share:.0f} % of a core"
        if frames
        else "no frame was drawn",
    )


def floods(app, server, settings, idle_frames, say):
    """Floods by turns in both scenes, and the memory before, between and after them. Answers the figures, the rate of
    the slower scene with its name, and the memory after the first flood in MB."""
    n, rounds = settings.flood, settings.rounds
    limit = max(60, n / 20_000)
    memory = {"start": app.tree.memory()}
    disk_before = app.disk()
    runs = {scene: [] for scene in SCENES}
    disk = None
    short = 0
    app.stream(server.flood(n))
    for round in range(rounds):
        scene = SCENES[round % len(SCENES)]
        app.scene(scene)
        seen = app.play(n, scene == "events", limit)
        runs[scene].append(seen)
        short += seen["ended"] != "all" or seen["events"] != n
        say(f"flood {round + 1} of {rounds}, {scene}: {words_of(seen, n)}")
        if round == 0:
            app.rest()
            disk = app.disk() - disk_before
            memory["one"] = app.tree.memory()
    app.rest()
    memory["all"] = app.tree.memory()

    figures, rates = [], {}
    for scene, seens in runs.items():
        whole = [seen for seen in seens if seen["ended"] == "all"]
        each = [n / (seen["shown"] / 1000) for seen in whole]
        rates[scene] = median(each)
        figures.append(
            Figure(
                f"{scene}: request → last one shown",
                median(each),
                "events/s",
                Target(least=600_000),
                " · ".join(
                    [f"median of {len(each)}: {', '.join(f'{rate:,.0f}' for rate in each)}"] * bool(each)
                    + [words_of(seen, n) for seen in seens if seen["ended"] != "all"]
                ),
                {"each": each},
            )
        )
        cpu = [seen["cpu"].seconds for seen in whole]
        note = f"{statistics.mean(cpu) * 1e6 / n:.1f} s of CPU a million events" if cpu else ""
        figures += frame_figures(scene, [gap for seen in seens for gap in seen["gaps"]], idle_frames, note)
    figures.append(Figure("floods that did not come whole", short, "", Target(most=0)))
    figures.append(Figure("on disk after one flood", disk, "MB", note="all that the app keeps but the web view's files"))

    total = {when: sum(used.values()) / MB for when, used in memory.items()}
    parts = {when: {name: used / MB for name, used in each.items()} for when, each in memory.items()}
    figures.append(
        Figure("memory before", total["start"], "MB", None, processes_words(parts["start"]), parts["start"])
    )
    figures.append(
        Figure("memory after one flood", total["one"], "MB", Target(most=400), processes_words(parts["one"]), parts["one"])
    )
    figures.append(
        Figure(
            f"memory after {rounds} floods", total["all"], "MB", Target(most=400), processes_words(parts["all"]), parts["all"]
        )
    )
    growth = 100 * (total["all"] / total["one"] - 1)
    figures.append(Figure("growth since one flood", growth, "%", Target(most=15)))
    known = [(rate, scene) for scene, rate in rates.items() if rate]
    return figures, min(known) if known else None, total["one"]


def long_session(app, server, n, memory_after_one, idle_frames):
    """As many events in a single session."""
    app.stream(server.flood(n))
    app.scene("typewriter")
    seen = app.play(n, False, max(120, n / 20_000))
    app.rest()
    memory = app.tree.memory()
    total = sum(memory.values()) / MB
    whole = seen["ended"] == "all"
    rate = n / (seen["shown"] / 1000) if whole else None
    growth = 100 * (total / memory_after_one - 1) if memory_after_one else None
    return [
        Figure("request → last one shown", rate, "events/s", Target(least=600_000), "" if whole else words_of(seen, n)),
        *frame_figures("typewriter", seen["gaps"], idle_frames),
        Figure(
            "memory after it",
            total,
            "MB",
            Target(most=400),
            processes_words({name: used / MB for name, used in memory.items()}),
        ),
        Figure("growth since one flood", growth, "%", Target(most=15)),
        Figure("on disk, all sessions of this run", app.disk(), "MB"),
    ]


def steady(app, server, scene, rate, seconds, idle_frames):
    """A steady rate for some seconds, in one scene."""
    n = rate * seconds
    app.stream(server.flood(n, rate=rate))
    app.scene(scene)
    seen = app.play(n, scene == "events", seconds + 30)
    memory = app.memory()
    used = seen["cpu"]
    late = seen["shown"] - (n - 1) / rate * 1000 if seen["ended"] == "all" else None
    lag = f"the last {late:.0f} ms after it was due" if late is not None else words_of(seen, n)
    note = f"CPU {100 * used.share:.0f} % of a core · {memory:.0f} MB"
    missing = Figure(
        f"{rate:,}/s: missing of {n:,}",
        abs(n - seen["events"]),
        "events",
        Target(most=0),
        lag,
        {"late_ms": late, "cpu_percent": 100 * used.share, "memory_mb": memory},
    )
    return [missing, *frame_figures(f"{rate:,}/s", seen["gaps"], idle_frames, note)]


def answers(app, idle_frames, chars, rate):
    """One long answer, in markdown, at a steady rate of tokens."""
    app.page.click_selector('[data-testid="stream-item"][data-name="Streaming Q&A"]')
    app.page.fill("url", f"demo:/v1/chat/completions?rate={rate}")
    limit = 60 + chars // rate
    seen = app.page.measure(
        "answer", {"prompt": f"write {chars} characters", "limitMs": limit * 1000}, limit=limit
    )
    lags = sorted(seen["lags"])
    p95 = lags[int(0.95 * (len(lags) - 1))] if lags else None
    short = seen["ended"] != "all" or seen["chars"] < 0.9 * chars
    return [
        Figure(
            "typing lag p95",
            p95,
            "ms",
            Target(most=500),
            f"worst {max(lags):.0f} of {len(lags):,} frames with a backlog" if lags else "no lag was seen",
        ),
        Figure("answers that did not come whole", int(short), "", Target(most=0), f"{seen['chars']:,} characters on the page"),
        *frame_figures("answer", seen["gaps"], idle_frames),
    ]


def words_of(seen, n):
    """A flood in a few words."""
    if seen["ended"] == "all":
        return f"{n / (seen['shown'] / 1000):,.0f} events/s, longest frame gap {max(seen['gaps']):.0f} ms"
    if seen["ended"] == "unseen":
        return f"all counted within {seen['counted']:.0f} ms, but the last one's row never came on the page"
    why = {"limit": "not done in time", "short": "the stream ended short"}[seen["ended"]]
    return f"{why}: {seen['events']:,} of {n:,} events, {seen['state']}"


def package(root, program):
    """The size of the package, or of the program where none was built since."""
    folder = os.path.join(root, "target/release/bundle/deb")
    built = [os.path.join(folder, name) for name in (os.listdir(folder) if os.path.isdir(folder) else [])]
    current = [path for path in built if path.endswith(".deb") and os.path.getmtime(path) >= os.path.getmtime(program)]
    if current:
        newest = max(current, key=os.path.getmtime)
        return Figure("package", os.path.getsize(newest) / MB, "MB", note=os.path.basename(newest))
    return Figure("program", os.path.getsize(program) / MB, "MB", note="no .deb of this build (`make package` makes one)")
