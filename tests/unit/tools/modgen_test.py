# SPDX-License-Identifier: BSD-2-Clause
"""The module orderer: closure, order, table and its refusals."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "kernel"))
sys.dont_write_bytecode = True
import modgen  # noqa: E402

SPECS = [
    "apps.httpd;;;libc,net.netfront",
    "net.netfront;netfront_start;net_words;xen.xenbus",
    "xen.xenbus;xenbus_start;;xen.xenstore,xen.grant",
    "xen.xenstore;xenstore_start;;xen.evtchn",
    "xen.grant;grant_start;;xen.evtchn",
    "xen.evtchn;;;kernel",
    "xen.spare;spare_start;;kernel",
    "kernel;kernel_start;;",
    "libc;libc_start;;kernel",
]


def order(specs, *roots):
    return modgen.boot_order(modgen.parse_specs(specs), list(roots))


class Order(unittest.TestCase):
    def test_each_module_follows_all_that_it_needs(self):
        result = order(SPECS, "apps.httpd")
        for spec in SPECS:
            name, _, _, needs = spec.split(";")
            for need in needs.split(",") if name in result and needs else []:
                self.assertLess(result.index(need), result.index(name))

    def test_only_what_the_roots_need_is_linked(self):
        self.assertNotIn("xen.spare", order(SPECS, "apps.httpd"))
        self.assertEqual(order(SPECS, "xen.spare"), ["kernel", "xen.spare"])

    def test_ties_keep_the_order_of_declaration(self):
        specs = ["b;b;;", "a;a;;", "c;c;;"]
        self.assertEqual(order(specs, "a", "b", "c"), ["b", "a", "c"])

    def test_several_roots_share_what_they_need(self):
        result = order(SPECS, "xen.spare", "libc")
        self.assertEqual(result, ["kernel", "xen.spare", "libc"])


class Refusals(unittest.TestCase):
    def test_an_unknown_need_names_its_user_and_the_nearest_name(self):
        with self.assertRaisesRegex(modgen.ModuleError, "'a' needs 'xen.grnt'.*'xen.grant'"):
            order([*SPECS, "a;;;xen.grnt"], "a")

    def test_an_unknown_root_is_refused(self):
        with self.assertRaisesRegex(modgen.ModuleError, "the image needs 'nothing'"):
            order(SPECS, "nothing")

    def test_a_cycle_is_printed_as_a_path(self):
        specs = ["a;;;b", "b;;;c,d", "c;;;d", "d;;;b"]
        with self.assertRaises(modgen.ModuleError) as caught:
            order(specs, "a")
        path = str(caught.exception).removeprefix("cycle: ").split(" -> ")
        self.assertEqual(path[0], path[-1])
        needs = {s.split(";")[0]: s.split(";")[3].split(",") for s in specs}
        for name, following in zip(path, path[1:]):
            self.assertIn(following, needs[name])

    def test_a_module_that_needs_itself_is_a_cycle(self):
        with self.assertRaisesRegex(modgen.ModuleError, "cycle: a -> a"):
            order(["a;;;a"], "a")

    def test_words_without_a_start_are_refused(self):
        with self.assertRaisesRegex(modgen.ModuleError, "'words' but no 'init'"):
            order(["a;;a_words;"], "a")

    def test_the_command_reports_in_one_line_and_fails(self):
        command = [sys.executable, str(ROOT / "kernel/modgen.py"), "order", "a", "--", "a;;;b"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr.count("\n"), 1)


class Table(unittest.TestCase):
    def setUp(self):
        self.modules = modgen.parse_specs(SPECS)
        self.order = modgen.boot_order(self.modules, ["apps.httpd"])
        self.source = modgen.modtab_source(self.modules, self.order, "httpd")

    def test_needs_are_found_through_modules_that_start_nothing(self):
        self.assertIn('{"xen.grant", grant_start, (const unsigned char[]){0}, 1, 0},', self.source)

    def test_the_boot_order_lists_what_is_started(self):
        text = modgen.boot_order_text(self.modules, self.order)
        self.assertEqual(text.splitlines()[0], "kernel")
        self.assertNotIn("apps.httpd", text)

    def test_the_table_compiles(self):
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder) / "modtab.c"
            source.write_text(self.source, encoding="utf-8")
            command = ["gcc", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I", str(ROOT)]
            subprocess.run([*command, str(source)], check=True)


if __name__ == "__main__":
    unittest.main()
