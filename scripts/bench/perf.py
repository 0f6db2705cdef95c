"""Where the time goes: floods recorded with `perf`, as the functions that took most of it, for each thread."""

import os
import re
import signal
import subprocess
import time

import app as the_app
from desk import Server, Unavailable, need

# Samples a second and core. Not a round number, so that it keeps no step with timers.
FREQUENCY = 997

# Floods that are recorded: one is over too soon for the smaller threads to be seen.
FLOODS = 3

THREADS, SYMBOLS = 12, 10


def profile(desk, program, tape, settings, folder):
    """Records floods in the Typewriter and answers a table."""
    need("perf")
    server = Server(desk, tape)
    data = os.path.join(folder, "perf.data")
    if os.path.exists(data):
        os.remove(data)
    with the_app.App(desk, program) as app:
        app.stream(server.flood(settings.flood))
        # The first one also loads and compiles.
        app.play(settings.flood, False, 120)
        app.rest()
        processes = {pid: name for pid, (name, *_) in app.tree.now().items()} | {server.process.pid: "server"}
        pids = ",".join(map(str, processes))
        recorder = desk.start(["perf", "record", "-F", str(FREQUENCY), "-o", data, "-p", pids])
        # It writes its file's head once it has attached itself to all threads.
        while not (os.path.exists(data) and os.path.getsize(data)):
            if recorder.poll() is not None:
                raise Unavailable(f"perf recorded nothing; see {desk.log} (kernel.perf_event_paranoid may forbid it)")
            time.sleep(0.02)
        started = time.monotonic()
        seen = [app.play(settings.flood, False, 120) for _ in range(FLOODS)]
        took = time.monotonic() - started
        owners = {tid: the_app.PROCESSES.get(name, name) for pid, name in processes.items() for tid in tasks(pid)}
        recorder.send_signal(signal.SIGINT)
        recorder.wait(120)
    report = subprocess.run(
        ["perf", "report", "--stdio", "-i", data, "-F", "overhead,pid,comm,dso,sym", "-t", "\t"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    head = f"{FLOODS} floods in {took:.1f} s: " + "; ".join(the_app.words_of(each, settings.flood) for each in seen)
    return "\n".join([head, *threads(parse(report), owners), "", f"All of it: perf report -i {os.path.relpath(data)}"])


def tasks(pid):
    """The ids of a process's threads."""
    try:
        return [int(tid) for tid in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []


def parse(report):
    """(share in %, thread's id, its name, object, symbol) of each line of perf's report with tabs between fields."""
    for line in report.splitlines():
        fields = [field.strip() for field in line.split("\t")]
        # "  4.20%", "1234:tapewriter", "tokio-rt-worker", "libc.so.6", "[.] malloc"
        if len(fields) == 5 and re.fullmatch(r"[0-9.]+%", fields[0]):
            # What perf calls pid here is the thread's own number.
            share, task, thread, binary, symbol = fields
            yield float(share[:-1]), int(task.split(":")[0]), thread, binary, symbol


def threads(lines, owners):
    """The busiest threads, those of one name in one process as one, each with its busiest functions. Functions of a
    program that keeps no names are one. `owners` tells a thread's process."""
    of = {}
    for share, tid, thread, binary, symbol in lines:
        symbol = re.sub(r"^(\[.\]) (0x)?[0-9a-f]{12,}$", r"\1 without names", symbol)
        functions = of.setdefault((owners.get(tid, "ended"), thread), {})
        functions[symbol, binary] = functions.get((symbol, binary), 0) + share
    busiest = sorted(of.items(), key=lambda item: -sum(item[1].values()))
    for (owner, thread), functions in busiest[:THREADS]:
        yield f"\n{owner}, {thread}: {sum(functions.values()):.1f} % of all samples"
        for (symbol, binary), share in sorted(functions.items(), key=lambda item: -item[1])[:SYMBOLS]:
            yield f"  {share:5.1f} %  {symbol}  ({binary})"
