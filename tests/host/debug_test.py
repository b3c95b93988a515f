# SPDX-License-Identifier: BSD-2-Clause
"""gdb on domik-host: breakpoints in the guest, and the helpers of tools/gdb."""

import os
import re
import shutil
import subprocess
import unittest

import guest
from guest import ROOT


class Debug(unittest.TestCase):
    def gdb(self, image: str, *commands: str, words: tuple[str, ...] = ()) -> str:
        if not shutil.which("gdb"):
            self.skipTest("gdb is not installed: apt-get install gdb")
        path = guest.image(image)
        debug = path.with_name(f"{image}.debug.elf")
        if not debug.is_file():
            self.skipTest(f"{debug.name} is not built: ./domik build --target pv64")
        line = ["gdb", "-q", "-batch", "-x", str(ROOT / "tools/gdb/domik.py")]
        for command in ("domik-start", *commands):
            line += ["-ex", command]
        done = subprocess.run(
            [*line, "--args", guest.PROGRAM, str(path), *words], capture_output=True, text=True,
            errors="replace", check=False, timeout=120, stdin=subprocess.DEVNULL,
            env={**os.environ, "DOMIK_IMAGE": str(debug)})
        return done.stdout + done.stderr

    def test_a_breakpoint_in_the_guest_is_reached_and_left(self):
        text = self.gdb("hello", "break main", "continue", "bt", "delete", "continue")
        self.assertRegex(text, r"Breakpoint 1(\.\d)?, main \(")
        self.assertRegex(text, r"#0 +main \(.*hello\.c")
        self.assertRegex(text, r"#1 .* in run_program|#1 ")
        self.assertIn("hello from hello", text)
        self.assertIn("has powered itself off", text)

    def test_the_helpers_show_page_tables_threads_and_xenstore(self):
        text = self.gdb("hello", "break main", "continue", "domik-walk &main", "domik-walk 0",
                        "domik-threads", "domik-store /local/domain/7/name", "domik-ring 0",
                        "kill")
        self.assertEqual(len(re.findall(r"level 1 entry", text)), 1, text)
        self.assertRegex(text, r"-> pfn 0x[0-9a-f]+; domik-host sees the byte at 0x")
        self.assertIn("-> not mapped", text)
        self.assertRegex(text, r"\* main +prio 16 +RUNS")
        self.assertRegex(text, r"  idle +prio +0 +\w+ +\w+ < ")
        self.assertIn("/local/domain/7/name = 'hello'", text)
        self.assertIn("there is no vif 0", text)

    def test_the_rings_of_a_vif(self):
        text = self.gdb("httpd", "break accept4", "break ethernet_input", "continue",
                        "domik-ring", "kill", words=("--net=user",))
        self.assertRegex(text, r"vif0 queue 0 tx: front end has put up \d+, back end has taken")
        self.assertRegex(text, r"request \d+ in slot \d+: id \d+ gref \d+")


if __name__ == "__main__":
    unittest.main()
