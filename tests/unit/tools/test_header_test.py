# SPDX-License-Identifier: BSD-2-Clause
"""tests/test.h: each kind of check passes, fails and reports as it should."""

import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

PROGRAM = """
#include "tests/test.h"
TEST(passes) { CHECK(1); CHECK_EQ(2, 2); CHECK_STR("a", "a"); EXPECT(!test_failed()); }
TEST(check) { CHECK(1 == 2); test_skip("never reached"); }
TEST(check_eq) { CHECK_EQ(1 + 1, 3); }
TEST(check_str) { CHECK_STR("a", "b"); }
TEST(expect) { EXPECT(0); CHECK_EQ(1, 2); }
TEST(row) { test_row("row %d", 7); CHECK(0); }
TEST(row_is_forgotten) { CHECK(0); }
TEST(skips) { test_skip("no such thing here"); }
"""


class TestHeader(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        source = Path(cls.folder.name) / "t.c"
        source.write_text(PROGRAM, encoding="utf-8")
        cls.program = Path(cls.folder.name) / "t"
        command = ["gcc", "-I", str(ROOT), '-DTEST_SUITE="s"', "-o", str(cls.program), str(source)]
        subprocess.run([*command, str(ROOT / "tests/test.c")], check=True)

    def run_cases(self, *cases):
        command = [str(self.program), *cases]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def assert_fails(self, case, why):
        done = self.run_cases(case)
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, rf"(?m)^T s\.{case} fail .*t\.c:\d+: {why}$")
        self.assertIn(f"  alone: {self.program} {case}\n", done.stdout)

    def test_a_case_that_holds_is_ok(self):
        done = self.run_cases("passes")
        self.assertEqual(done.returncode, 0)
        self.assertEqual(
            done.stdout, "T s.passes ok\nT s.end ok 1 passed, 0 failed, 0 skipped\n"
        )

    def test_check_fails_and_leaves_the_case(self):
        self.assert_fails("check", "1 == 2")

    def test_check_eq_shows_both_numbers(self):
        self.assert_fails("check_eq", r"1 \+ 1 is 2, not 3 \(3\)")

    def test_check_str_shows_both_strings(self):
        self.assert_fails("check_str", '"a" is "a", not "b"')

    def test_expect_goes_on_and_the_first_reason_is_kept(self):
        self.assert_fails("expect", "0")

    def test_the_row_of_a_table_is_shown(self):
        self.assert_fails("row", r"\[row 7\] 0")

    def test_a_row_ends_with_its_case(self):
        done = self.run_cases("row", "row_is_forgotten")
        self.assertEqual(done.stdout.count("[row 7]"), 1)

    def test_only_skips_end_with_77(self):
        done = self.run_cases("skips")
        self.assertEqual(done.returncode, 77)
        self.assertIn("T s.skips skip no such thing here\n", done.stdout)

    def test_an_unknown_case_fails(self):
        self.assertEqual(self.run_cases("nothing").returncode, 1)

    def test_all_cases_run_in_the_order_of_the_file(self):
        done = self.run_cases()
        self.assertEqual(done.returncode, 1)
        self.assertIn("T s.end fail 1 passed, 6 failed, 1 skipped\n", done.stdout)
        self.assertLess(done.stdout.index("s.passes"), done.stdout.index("s.skips"))


if __name__ == "__main__":
    unittest.main()
