"""Processes as /proc tells of them: what they use, who started whom, and the end of all that the bench started.

WebKit's and Chromium's processes share no group or session with the program that they belong to; a variable in their
environment marks all that comes of one run, so that nothing outlives it. Marks are paths: `/1234/` is a run, and
`/1234/2/` one of the programs that it started.
"""

import os
import signal
import time

MARK = "TAPEWRITER_BENCH"

TICKS = os.sysconf("SC_CLK_TCK")


def parse_pss(rollup):
    """Bytes of `Pss:` in the text of a smaps_rollup: memory as the kernel shares it out between its users."""
    for line in rollup.splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return None


def parse_stat(stat):
    """(name, parent, seconds of CPU) in the text of a /proc/*/stat."""
    # The name stands in parentheses and may hold any character, these included.
    opened, closed = stat.index("("), stat.rindex(")")
    rest = stat[closed + 2 :].split()
    # Fields 4, 14 and 15 of proc(5).
    return stat[opened + 1 : closed], int(rest[1]), (int(rest[11]) + int(rest[12])) / TICKS


def read(pid, file):
    """None where the process has ended, or is not ours to look into."""
    try:
        with open(f"/proc/{pid}/{file}", "rb") as opened:
            return opened.read()
    except OSError:
        return None


def stats():
    """pid → parse_stat, of all processes."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (stat := read(entry, "stat")):
            found[int(entry)] = parse_stat(stat.decode(errors="replace"))
    return found


class Tree:
    """A process and all that came of it, as they are at each look."""

    def __init__(self, root):
        self.root = root

    def now(self):
        """pid → parse_stat of the living ones."""
        everyone = stats()
        children = {}
        for pid, (_, parent, _) in everyone.items():
            children.setdefault(parent, []).append(pid)
        found, queue = {}, [self.root]
        while queue:
            pid = queue.pop()
            if pid in everyone:
                found[pid] = everyone[pid]
                queue += children.get(pid, [])
        return found

    def memory(self):
        """name → bytes of PSS."""
        used = {}
        for pid, (name, *_) in self.now().items():
            rollup = read(pid, "smaps_rollup")
            if rollup:
                used[name] = used.get(name, 0) + (parse_pss(rollup.decode()) or 0)
        return used

    def cpu(self):
        """pid → (name, seconds of CPU)."""
        return {pid: (name, cpu) for pid, (name, _, cpu) in self.now().items()}

    def settle(self, limit, quiet=0.02, window=1.0):
        """Waits until the tree has used less than `quiet` of a core over `window` seconds, `limit` at the most.
        Answers whether it has."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            meter = Meter(self)
            time.sleep(window)
            if meter.stop().share < quiet:
                return True
        return False


class Meter:
    """CPU that a tree uses from now on."""

    def __init__(self, tree):
        self.tree = tree
        self.before = tree.cpu()
        self.started = time.monotonic()

    def stop(self):
        self.wall = time.monotonic() - self.started
        self.by_name = {}
        for pid, (name, cpu) in self.tree.cpu().items():
            used = cpu - self.before.get(pid, (name, 0))[1]
            self.by_name[name] = self.by_name.get(name, 0) + used
        self.seconds = sum(self.by_name.values())
        # Of one core.
        self.share = self.seconds / self.wall if self.wall else 0
        return self


def marked(value):
    """Pids whose environment carries this mark, or one that begins with it."""
    wanted = f"{MARK}={value}".encode()
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            environment = read(entry, "environ")
            if environment and any(variable.startswith(wanted) for variable in environment.split(b"\0")):
                found.append(int(entry))
    return found


def find(value, program):
    """The pid of the marked process that runs this program; None where there is none."""
    program = os.path.realpath(program)
    for pid in sorted(marked(value)):
        try:
            if os.path.realpath(f"/proc/{pid}/exe") == program:
                return pid
        except OSError:
            continue
    return None


def end(value):
    """Kills all that carry the mark; until none is left, for one may have started another meanwhile."""
    for _ in range(300):
        left = marked(value)
        if not left:
            return
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        # What has been killed and not been waited for has no environment any more.
        time.sleep(0.01)
