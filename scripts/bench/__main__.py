#!/usr/bin/env python3
"""`make bench-app`: measures the release app in a real window, beside the tutorial's page in Chromium and curl.

One run prints one table, each figure beside its target, and writes it as JSON to target/bench/app.json. It takes about
ten minutes; `--quick` shows in one that everything works, and its figures say nothing.

Why a script, and not a cargo bench: cargo would build the whole app a second time, with other features than the
bundler's, for a harness that reads /proc and speaks HTTP; and what is measured must be the very file that is packaged.
Python's own library has all that it takes, and the tests need Python anyway.

    __main__   options, the order of things, the end of everything
    app        the app's own figures             beside   Chromium and curl
    page.js    what is measured inside a page    perf     where the time goes (--profile)
    desk       screen, bus, servers, WebDriver   processes  /proc
    figures    statistics, table, JSON
"""

import argparse
import os
import platform
import shutil
import signal
import subprocess
import sys
import time

import app as the_app
import beside
import perf
from desk import Desk, Server, Unavailable
from figures import Figure, Report, Target, number

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PARTS = ("start", "idle", "flood", "long", "steady", "answer", "browser", "curl")

# Bytes free below which the session of ten million is left out: its tape may grow to 4 GiB, beside ten of a million.
ROOM = 12 * 1024**3


class Settings:
    def __init__(self, quick):
        self.quick = quick
        self.flood = 100_000 if quick else 1_000_000
        self.rounds = 4 if quick else 10
        self.long = 500_000 if quick else 10_000_000
        self.starts = 2 if quick else 5
        self.idle_seconds = 3 if quick else 20
        self.baseline_seconds = 2 if quick else 10
        self.rates = (100, 10_000) if quick else (100, 1_000, 10_000, 50_000)
        self.rate_seconds = 3 if quick else 20
        self.answer = 10_000 if quick else 100_000
        self.answer_rate = 1_000
        self.browser = 20_000 if quick else 300_000
        self.curls = 3 if quick else 5


def options():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__.split("\n\n")[0])
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that everything works")
    parser.add_argument("--only", metavar="PARTS", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--app", metavar="FILE", help="measure this program and build nothing")
    parser.add_argument("--tape", metavar="FILE", help="the `tape` whose demo server floods; with --app")
    parser.add_argument("--profile", action="store_true", help="record floods with perf instead, and print where time goes")
    parser.add_argument("--out", metavar="FILE", default=os.path.join(ROOT, "target/bench/app.json"))
    chosen = parser.parse_args()
    os.makedirs(os.path.dirname(os.path.abspath(chosen.out)), exist_ok=True)
    chosen.only = chosen.only.split(",")
    if unknown := set(chosen.only) - set(PARTS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    if bool(chosen.app) != bool(chosen.tape):
        parser.error("--app and --tape go together")
    return chosen


def say(words):
    """Progress, beside the table and not in it."""
    print(f"bench: {words}", file=sys.stderr, flush=True)


def build(profile):
    """Builds the app and `tape` as they are packaged; for a profile with the names of their functions left in."""
    target = os.path.join(ROOT, "target")
    env = dict(os.environ)
    if profile:
        # In a folder of its own: to cargo it is another build, and the packaged one must stay as it is.
        target = os.path.join(target, "profile")
        env.update(CARGO_TARGET_DIR=target, CARGO_PROFILE_RELEASE_STRIP="none")
    for command in (
        ["ui/node_modules/.bin/tauri", "build", "--ci", "--no-bundle"],
        ["cargo", "build", "--release", "--package", "tapewriter-cli"],
    ):
        say(" ".join(command))
        subprocess.run(command, cwd=ROOT, env=env, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    return os.path.join(target, "release/tapewriter"), os.path.join(target, "release/tape")


def first_line(command):
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=20, check=False).stdout.split("\n")[0].strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def machine():
    with open("/proc/meminfo", encoding="ascii") as file:
        memory = int(file.readline().split()[1]) // 1_000_000
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        models = [line.split(":", 1)[1].strip() for line in file if line.startswith("model name")]
    return {
        "when": time.strftime("%Y-%m-%d %H:%M"),
        "commit": first_line(["git", "-C", ROOT, "describe", "--always", "--dirty"]),
        "cores": os.cpu_count(),
        "processor": models[0] if models else platform.machine(),
        "memory_gb": memory,
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.platform()),
        "webkit": first_line(["pkg-config", "--modversion", "webkit2gtk-4.1"]),
        "chromium": first_line([shutil.which("chromium") or "google-chrome", "--version"]),
        "load_before": os.getloadavg()[0],
    }


def run(chosen, program, tape):
    settings = Settings(chosen.quick)
    facts = machine()
    report = Report(facts, vars(settings), chosen.out)
    print(
        f"Tapewriter {facts['commit']} · {facts['when']} · {facts['cores']} × {facts['processor']}, {facts['memory_gb']} GB · "
        f"{facts['system']} · WebKitGTK {facts['webkit']} · {facts['chromium']}"
    )
    if facts["load_before"] > 0.5:
        print(f"The machine was busy (load {facts['load_before']:.1f}): the figures are of a shared one.")
    if chosen.quick:
        print("A quick try: these figures say nothing.")

    def part(title, measure, only):
        """Measures a group; where it cannot be had, the table says so and goes on."""
        if only not in chosen.only:
            return None
        say(title)
        try:
            return measure(title)
        except Unavailable as why:
            report.group(title, [Figure("not measured", None, note=str(why))])
            return None

    with Desk(os.path.join(ROOT, "target/bench")) as desk:
        server = Server(desk, tape)

        def start(title):
            report.group(title, [*the_app.start(desk, program, settings.starts), the_app.package(ROOT, program)])

        def idle(title):
            report.group(title, the_app.idle(desk, program, server, settings.idle_seconds))

        def flood(title):
            """All that one window goes through, one after the other."""
            rate = None
            with the_app.App(desk, program) as app:
                idle_frames, line = the_app.baseline(app, settings.baseline_seconds)
                one = None
                if "flood" in chosen.only:
                    figures, rate, one = the_app.floods(app, server, settings, idle_frames, say)
                    report.group(title, [line, *figures])
                else:
                    report.group("The idle page", [line])
                part(f"One session of {settings.long:,} events", lambda name: long(name, app, one, idle_frames), "long")
            return rate

        def long(title, app, one, idle_frames):
            if not chosen.quick and shutil.disk_usage(desk.folder).free < ROOM:
                raise Unavailable(f"less than {ROOM // 1024**3} GiB are free")
            report.group(title, the_app.long_session(app, server, settings.long, one, idle_frames))

        def steady(title):
            # Of its own: it is the floods' memory that this one must not begin with.
            with the_app.App(desk, program) as app:
                idle_frames, _ = the_app.baseline(app, settings.baseline_seconds)
                for scene in the_app.SCENES:
                    figures = []
                    for rate in settings.rates:
                        say(f"{rate:,}/s, {scene}")
                        figures += the_app.steady(app, server, scene, rate, settings.rate_seconds, idle_frames)
                    report.group(f"{title}, {scene}", figures)

        def answer(title):
            with the_app.App(desk, program) as app:
                idle_frames, _ = the_app.baseline(app, settings.baseline_seconds)
                report.group(title, the_app.answers(app, idle_frames, settings.answer, settings.answer_rate))

        def browser(title):
            figures, rate = beside.browser(desk, server, settings.browser)
            report.group(title, figures)
            return rate

        def curl(title):
            figures, rate = beside.curl(server, settings.flood, settings.curls)
            report.group(title, figures)
            return rate

        part("From a click to a character", start, "start")
        part(f"At rest, over {settings.idle_seconds} s", idle, "idle")
        floods = "flood" if "flood" in chosen.only else "long"
        ours = part(f"Floods of {settings.flood:,} events of 100 B", flood, floods)
        part(f"Steady rates for {settings.rate_seconds} s", steady, "steady")
        part(f"An answer of {settings.answer:,} characters at {settings.answer_rate:,} tokens/s", answer, "answer")
        page = part("Beside it: the tutorial's page in Chromium", browser, "browser")
        curls = part("Beside it: nothing but the line", curl, "curl")

    if {"flood", "browser", "curl"} <= set(chosen.only):
        report.group("App : page : curl", ratio(ours, page, curls))
    summary(report)


def ratio(ours, page, curls):
    rate, scene = ours or (None, "")
    words = " : ".join(f"{each / page:.1f}" if each and page else "–" for each in (rate, page, curls))
    figures = [Figure("app, the page as one", rate / page if rate and page else None, "×", Target(least=20), words)]
    if scene:
        figures[0].note += f", the app in its slower scene ({scene})"
    figures.append(Figure("app, curl as one", rate / curls if rate and curls else None, "×"))
    return figures


def summary(report):
    missed = report.missed()
    print("\nTargets missed:" if missed else "\nNo target was missed.")
    for title, figure in missed:
        print(f"  {title}: {figure.name} {number(figure.value)} {figure.unit}".rstrip())


def main():
    chosen = options()
    for each in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, lambda received, _: sys.exit(128 + received))
    # Also in a shell's background, where it would be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        program, tape = (chosen.app, chosen.tape) if chosen.app else build(chosen.profile)
        program, tape = os.path.abspath(program), os.path.abspath(tape)
        if chosen.profile:
            with Desk(os.path.join(ROOT, "target/bench")) as desk:
                print(perf.profile(desk, program, tape, Settings(chosen.quick), os.path.dirname(os.path.abspath(chosen.out))))
            return
        run(chosen, program, tape)
        print(f"\nWritten to {os.path.relpath(chosen.out)}")
    except Unavailable as why:
        sys.exit(f"bench: {why}")
    except subprocess.CalledProcessError as error:
        sys.exit(f"bench: {error.cmd[0]} ended with {error.returncode}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
