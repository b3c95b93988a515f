# SPDX-License-Identifier: BSD-2-Clause
"""A guest that we did not write: the distribution's GRUB for 64-bit PV domains.

It is linked at 0, which needs root; it uses the `syscall` instruction instead of the
hypercall page.
"""

import os
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import guest
from guest import Host

PACKAGE = "grub-xen-host"
INSIDE = "usr/lib/grub-xen/grub-x86_64-xen.bin"


def grub(folder: Path) -> Path:
    """The image: installed, or out of the package, which is only unpacked."""
    if (installed := Path("/") / INSIDE).is_file():
        return installed
    got = subprocess.run(["apt-get", "download", PACKAGE], cwd=folder, capture_output=True,
                         text=True, check=False)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
        return folder / INSIDE
    raise unittest.SkipTest(f"no {PACKAGE} to be had: {got.stderr.strip()[-100:]}")


class Grub(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.image = grub(Path(self.folder.name))

    def test_it_reaches_its_prompt_takes_commands_and_powers_off(self):
        if os.geteuid() != 0:
            self.skipTest("needs root: GRUB is linked at 0")
        with Host(self.image, "--memory", 64) as host:
            host.wait_text("grub>", 60)
            for line in (b"echo seven is $?7\r", b"ls\r"):
                host.process.stdin.write(line)
                host.process.stdin.flush()
                time.sleep(1)
            host.wait_text("(memdisk)", 20)
            self.assertIn("seven is 07", host.text)
            host.process.stdin.write(b"halt\r")
            host.process.stdin.flush()
            self.assertEqual(host.end(30), 0)

    def test_an_ordinary_user_is_told_why_not(self):
        os.chmod(self.folder.name, 0o755)
        status, _, err = guest.run(self.image, "--memory", 64, **guest.as_ordinary_user())
        self.assertEqual(status, 73, err)
        self.assertIn("run it as root", err)


if __name__ == "__main__":
    unittest.main()
