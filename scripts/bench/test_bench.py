"""The arithmetic of the bench: `python3 -m unittest discover scripts/bench`. What it drives is not driven here."""

import json
import os
import subprocess
import sys
import tempfile
import unittest

import perf
import processes
from figures import Figure, Frames, Report, Target, judged, median, number, percentile


class Statistics(unittest.TestCase):
    def test_percentiles_are_by_nearest_rank(self):
        hundred = list(range(1, 101))
        self.assertEqual([percentile(hundred, share) for share in (0, 0.5, 0.99, 1)], [1, 50, 99, 100])
        self.assertEqual(percentile([7], 0.99), 7)
        # Of few, the 99th hundredth is the largest.
        self.assertEqual(percentile([3, 1, 2], 0.99), 3)
        self.assertIsNone(percentile([], 0.5))

    def test_medians_of_odd_and_even_numbers(self):
        self.assertEqual(median([9, 1, 5]), 5)
        self.assertEqual(median([4, 1, 9, 2]), 3)
        self.assertIsNone(median([]))

    def test_frames(self):
        frames = Frames.of([16] * 98 + [40, 90])
        self.assertEqual((frames.count, frames.p50, frames.p99, frames.max), (100, 16, 40, 90))
        self.assertIsNone(Frames.of([]))


class Targets(unittest.TestCase):
    def test_bounds_on_both_sides(self):
        self.assertTrue(Target(least=20).met(20))
        self.assertFalse(Target(least=20).met(19.9))
        self.assertTrue(Target(most=25).met(25))
        self.assertFalse(Target(most=25).met(25.1))
        self.assertIsNone(Target(most=25).met(None))

    def test_words(self):
        self.assertEqual(judged(Figure("", 540_000.0, target=Target(least=600_000))), "≥ 600,000: MISSED by 10 %")
        self.assertEqual(judged(Figure("", 50.0, target=Target(most=40, why="1.5 × idle"))), "≤ 40 (1.5 × idle): MISSED by 25 %")
        self.assertEqual(judged(Figure("", 3, target=Target(most=0))), "≤ 0: MISSED")
        self.assertEqual(judged(Figure("", 0, target=Target(most=0))), "≤ 0: met")
        self.assertEqual(judged(Figure("", None, target=Target(most=1))), "≤ 1: not measured")
        self.assertEqual([number(n) for n in (1234.5, 12.34, 0.456, 7, None)], ["1,234", "12.3", "0.46", "7", "–"])

    def test_a_report_is_written_as_it_grows(self):
        with tempfile.TemporaryDirectory() as folder:
            report = Report({"cores": 2}, {}, os.path.join(folder, "out.json"))
            sys.stdout, out = open(os.devnull, "w"), sys.stdout
            try:
                report.group("one", [Figure("a", 2.0, "ms", Target(most=1)), Figure("b", None, note="no")])
            finally:
                sys.stdout.close()
                sys.stdout = out
            with open(report.path, encoding="utf-8") as file:
                written = json.load(file)["groups"][0]["figures"]
        self.assertEqual((written[0]["value"], written[0]["met"]), (2.0, False))
        self.assertEqual((written[1]["value"], written[1]["note"]), (None, "no"))
        self.assertEqual([figure.name for _, figure in report.missed()], ["a"])


class Processes(unittest.TestCase):
    def test_memory_as_the_kernel_writes_it(self):
        rollup = "55d0-7ffe ---p 00000000 00:00 0 [rollup]\nRss:   9000 kB\nPss:   1234 kB\nPss_Dirty:  99 kB\n"
        self.assertEqual(processes.parse_pss(rollup), 1234 * 1024)
        self.assertIsNone(processes.parse_pss(""))

    def test_a_name_may_look_like_the_rest_of_the_line(self):
        stat = "42 (a) S 1 (b) R 7 8 9 0 -1 4194304 1 2 3 4 150 50 0 0 20 0 1 0 12345 1 2"
        name, parent, cpu = processes.parse_stat(stat)
        self.assertEqual((name, parent), ("a) S 1 (b", 7))
        self.assertAlmostEqual(cpu, 200 / processes.TICKS)

    def test_a_tree_is_seen_measured_and_ended(self):
        mark = f"/test-{os.getpid()}/"
        env = {**os.environ, processes.MARK: f"{mark}1/"}
        # A child that works, and says when it has begun.
        busy = "import sys; print(1, flush=True)\nwhile True: pass"
        script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}])"
        with subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.PIPE) as parent:
            try:
                parent.stdout.readline()
                tree = processes.Tree(parent.pid)
                meter = processes.Meter(tree)
                self.assertEqual(len(tree.now()), 2)
                self.assertEqual(sorted(processes.marked(mark)), sorted(tree.now()))
                self.assertGreater(sum(tree.memory().values()), 1_000_000)
                while meter.stop().seconds < 0.05:
                    pass
                self.assertEqual(processes.marked("/another/"), [])
            finally:
                processes.end(mark)
        self.assertEqual(processes.marked(mark), [])


class Profiles(unittest.TestCase):
    def test_threads_by_their_share(self):
        report = """# Overhead\tPid\tComm\tDso\tSym
 10.00%\t 7:WebKitWebProces\tCompositor \tlibweb.so\t[.] 0x0000000001366933
  2.00%\t 7:WebKitWebProces\tCompositor \tlibweb.so\t[.] 0x0000000001366944
 20.50%\t 8:tapewriter\ttokio-rt-worker\ttapewriter\t[.] parse<a, b>
 20.00%\t 9:tapewriter\ttokio-rt-worker\ttapewriter\t[.] parse<a, b>
  5%\t 7:WebKitWebProces\tCompositor\tlibc.so.6\t[.] copy
"""
        lines = list(perf.threads(perf.parse(report), {7: "web", 8: "tapewriter", 9: "tapewriter"}))
        self.assertEqual(lines[0], "\ntapewriter, tokio-rt-worker: 40.5 % of all samples")
        self.assertEqual(lines[1], "   40.5 %  [.] parse<a, b>  (tapewriter)")
        self.assertEqual(lines[2], "\nweb, Compositor: 17.0 % of all samples")
        self.assertEqual(lines[3], "   12.0 %  [.] without names  (libweb.so)")
        self.assertEqual(len(lines), 5)


if __name__ == "__main__":
    unittest.main()
