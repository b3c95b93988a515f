# SPDX-License-Identifier: BSD-2-Clause
"""Suites in an image: each is counted, also when one takes the domain with it."""

import contextlib
import io
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
from embox_suite import Count, HostDomain  # noqa: E402
from symbolize import Symbolizer  # noqa: E402

GOOD = ["T {0}.one ok", "T {0}.two ok", "T {0}.end ok"]
BAD = ["T {0}.one ok", "T {0}.two fail test_assert(0) at x.c:1", "T {0}.end fail"]
CRASH = ["T {0}.one ok", "panic: page fault at 0x1", "  #0 0x2"]
CUT = ["T {0}.one ok"]


class FakeDomain:
    def __init__(self, lines, why=""):
        self._lines, self.why = lines, why

    def lines(self):
        yield from self._lines


class FakeImage:
    """Runs its suites in order, up to one that does not reach its end."""

    def __init__(self, suites, before=(), why="it ended with status 80"):
        self.suites, self.before, self.why, self.starts = suites, before, why, []

    def start(self, words):
        self.starts.append(words)
        names = list(self.suites)
        after = words.removeprefix("suites=after:")
        lines, why = ["boot: a line", *self.before], ""
        for name in names[names.index(after) + 1 if words else 0:]:
            lines.append(f"test: running {name}")
            lines += [text.format(name.rpartition(".")[2]) for text in self.suites[name]]
            if ".end " not in lines[-1]:
                why = self.why
                break
        return FakeDomain(lines, why)


class Counting(unittest.TestCase):
    def count(self, image, names=None):
        counted = Count("image", [n.replace(".", "__") for n in names or image.suites], image.start)
        with contextlib.redirect_stdout(io.StringIO()) as out:
            counted.run()
        tally = counted.tally
        self.said = out.getvalue()
        return counted.n_passed, counted.n_suites, tally.passed, tally.failed

    def test_suites_that_pass_take_one_start(self):
        image = FakeImage({"a.x": GOOD, "a.b.y": GOOD})
        self.assertEqual(self.count(image), (2, 2, 4, 0))
        self.assertEqual(image.starts, [""])
        self.assertIn("ok   a.b.y: 2 passed", self.said)

    def test_a_failed_case_fails_its_suite_alone(self):
        image = FakeImage({"a.x": BAD, "a.y": GOOD})
        self.assertEqual(self.count(image), (1, 2, 3, 1))
        self.assertEqual(image.starts, [""])

    def test_after_a_crash_the_image_starts_again_for_the_rest(self):
        image = FakeImage({"a.x": GOOD, "a.y": CRASH, "a.z": GOOD, "a.w": CRASH, "a.v": GOOD})
        self.assertEqual(self.count(image), (3, 5, 8, 2))
        self.assertEqual(image.starts, ["", "suites=after:a.x", "suites=after:a.y",
                                        "suites=after:a.z", "suites=after:a.w"])
        self.assertIn("FAILED y.case_2: panic: page fault at 0x1", self.said)

    def test_a_crash_of_the_last_suite_starts_nothing(self):
        image = FakeImage({"a.x": CRASH})
        self.assertEqual(self.count(image), (0, 1, 1, 1))
        self.assertEqual(len(image.starts), 1)

    def test_what_crashes_behind_others_alone_has_not_failed(self):
        class Fragile(FakeImage):
            def start(self, words):
                first = not words or words.endswith("a.x")
                self.suites["a.y"] = GOOD if words else CRASH
                return super().start(words) if first else None
        image = Fragile({"a.x": GOOD, "a.y": CRASH, "a.z": GOOD})
        self.assertEqual(self.count(image), (3, 3, 6, 0))
        self.assertEqual(image.starts, ["", "suites=after:a.x"])
        self.assertIn("note: a.y (1 ran before it): panic: page fault at 0x1", self.said)

    def test_a_suite_that_hangs_has_the_limit_as_its_reason(self):
        image = FakeImage({"a.x": CUT, "a.y": GOOD}, why="nothing more in 60 s")
        self.assertEqual(self.count(image), (1, 2, 3, 1))
        self.assertIn("FAILED x.case_2: nothing more in 60 s", self.said)

    def test_a_suite_that_ends_the_domain_politely_has_failed_too(self):
        image = FakeImage({"a.x": CUT, "a.y": GOOD}, why="")
        self.assertEqual(self.count(image), (1, 2, 3, 1))
        self.assertIn("FAILED x.case_2: it powered the domain off", self.said)

    def test_suites_that_nothing_reaches_have_failed_each(self):
        image = FakeImage({"a.x": GOOD})
        self.assertEqual(self.count(image, ["a.x", "a.y", "a.z"]), (1, 3, 2, 2))
        self.assertEqual(len(image.starts), 1)
        self.assertIn("FAIL a.y", self.said)

    def test_an_image_that_does_not_come_up_is_started_once(self):
        class Broken:
            suites, starts = {"a.x": GOOD}, []

            def start(self, words):
                self.starts.append(words)
                return FakeDomain(["panic: no memory"], "it ended with status 80")
        image = Broken()
        self.assertEqual(self.count(image), (0, 1, 0, 2))
        self.assertEqual(len(image.starts), 1)
        self.assertIn("panic: no memory", self.said)

    def test_a_verdict_behind_a_line_that_a_test_left_open_counts(self):
        image = FakeImage({"a.x": ["some textT x.one ok", "more T x.end ok"], "a.y": GOOD})
        self.assertEqual(self.count(image), (2, 2, 3, 0))

    def test_a_suite_without_a_verdict_has_failed(self):
        self.assertEqual(self.count(FakeImage({"a.x": ["T x.end ok"]})), (0, 1, 0, 1))


class Host(unittest.TestCase):
    """With programs of this machine in domik-host's place."""

    def lines(self, script, limit_s=20.0):
        domain = HostDomain(["/bin/sh", "-c", script], Symbolizer(Path("/nonexistent")), limit_s)
        return list(domain.lines()), domain.why

    def test_all_lines_come_also_one_without_an_end(self):
        self.assertEqual(self.lines("printf 'a\\r\\nb\\n\\nc'"), (["a", "b", "", "c"], ""))

    def test_a_bad_end_is_told(self):
        self.assertEqual(self.lines("echo a; exit 80"), (["a", ""], "it ended with status 80"))

    def test_what_takes_too_long_is_ended(self):
        self.assertEqual(self.lines("echo a; exec sleep 50", 0.5), (["a", ""], "nothing more in 0.5 s"))

    def test_each_suite_has_the_whole_limit(self):
        script = "for i in 1 2 3 4; do echo test: running a.b$i; sleep 0.4; done"
        lines, why = self.lines(script, 1.0)
        self.assertEqual((len(lines), why), (5, ""))


if __name__ == "__main__":
    unittest.main()
