"""What the app is measured beside, on the same floods: the tutorial's page in Chromium, and curl that throws away."""

import os
import re
import shutil
import subprocess
import time

from desk import Page, Unavailable, need
from figures import MB, Figure, Frames, median
from processes import Meter, Tree, stats


def browser(desk, server, n):
    """The tutorial's page: an EventSource, and one appended paragraph for each event. Answers figures and its rate."""
    need("chromedriver")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if not program:
        raise Unavailable("neither chromium nor google-chrome is installed (`make setup` installs it)")
    profile = desk.home()
    arguments = [
        # The bench may run as root, and the page is our own.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--no-proxy-server",
        "--window-size=1240,800",
        f"--user-data-dir={profile}/profile",
    ]
    page = Page(
        desk,
        ["chromedriver"],
        {"browserName": "chrome", "goog:chromeOptions": {"args": arguments, "binary": program}},
        home=profile,
    )
    try:
        # A path without a page of its own: of the server's origin, which it asks of readers, and with no policy.
        page.go(f"{server.origin}/nothing")
        page.prepare()
        tree = Tree(browser_of(page.driver.pid))
        # Its first frames are no one's.
        page.measure("idle", 1000, limit=1)
        tree.settle(10, quiet=0.1)
        before = memory(tree)
        meter = Meter(tree)
        limit = max(60, n / 2000)
        seen = page.measure("tutorial", {"url": server.flood(n), "n": n, "limitMs": limit * 1000}, limit=limit)
        used = meter.stop()
        after = memory(tree)
    finally:
        page.close()
    whole = seen["ended"] == "all"
    rate = n / (seen["shown"] / 1000) if whole else None
    frames = Frames.of(seen["gaps"])
    why = "" if whole else f"it came no further than {seen['events']:,} of {n:,} events"
    return [
        Figure("request → last paragraph", rate, "events/s", note=why or f"{n:,} events"),
        Figure("frame gap p99", frames and frames.p99, "ms", note=f"p50 / p99 / max {frames.words()}" if frames else ""),
        Figure("longest frame gap", frames and frames.max, "ms"),
        Figure("memory before", before, "MB"),
        Figure("memory after", after, "MB"),
        Figure("CPU", used.seconds * 1e6 / n, "s/million"),
    ], rate


def browser_of(driver):
    """The browser's first process, a child of the driver."""
    for pid, (name, parent, _) in stats().items():
        if parent == driver and "chrom" in name:
            return pid
    raise Unavailable("the browser's process is not to be found")


def memory(tree):
    return sum(tree.memory().values()) / MB


def curl(server, n, rounds):
    """`curl -sN`, thrown away. Answers figures and the rate."""
    need("curl")
    rates = []
    # Only what curl itself would be told of a proxy; the rest is the caller's.
    environment = {key: value for key, value in os.environ.items() if not re.fullmatch("(?i)[a-z]+_proxy", key)}
    for _ in range(rounds):
        started = time.monotonic()
        ran = subprocess.run(
            ["curl", "-sN", "--write-out", "%{stderr}%{size_download}", server.flood(n)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=300,
            check=False,
        )
        took = time.monotonic() - started
        if ran.returncode != 0 or ran.stderr.decode().strip() != str(n * 100):
            raise Unavailable(f"curl ended with {ran.returncode} after {ran.stderr.decode().strip()} bytes")
        rates.append(n / took)
    each = ", ".join(f"{rate:,.0f}" for rate in rates)
    return [Figure("curl -sN > /dev/null", median(rates), "events/s", note=f"median of {rounds}: {each}")], median(rates)
