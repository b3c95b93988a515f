# SPDX-License-Identifier: BSD-2-Clause
"""What cannot be: each a clear line and its own exit status, and never a hang or a signal."""

import os
import random
import shutil
import socket
import struct
import tempfile
import unittest
from pathlib import Path

import guest
from guest import small

STATUSES = range(0, 131)


class BadInput(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def file(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def refused(self, status: int, says: str, *words, **options) -> None:
        """It ends with that status after one line that says so."""
        got, out, err = guest.run(*words, **options)
        self.assertEqual(got, status, f"{words}: {err}")
        self.assertRegex(err, says)
        self.assertEqual((out, err.count("\n")), ("", 1), err)
        self.assertTrue(err.startswith("domik-host: "), err)


class Images(BadInput):
    def test_a_program_of_linux_is_no_pv_guest(self):
        self.refused(70, "(?i)not .*PV", shutil.which("true"))

    def test_a_text_is_no_image(self):
        self.refused(70, "ELF", self.file("a.elf", "hello\n"))

    def test_an_empty_file_and_a_folder_are_no_images(self):
        got, _, err = guest.run(self.file("a.elf", ""))
        self.assertIn(got, (66, 70), err)
        got, _, err = guest.run(self.folder)
        self.assertIn(got, (66, 70), err)

    def test_a_32_bit_image_has_a_status_of_its_own(self):
        elf = bytearray(Path(small("poweroff")).read_bytes())
        elf[4] = 1
        struct.pack_into("<H", elf, 18, 3)
        self.refused(71, "32-bit", self.file("a.elf", bytes(elf)))

    def test_another_machines_image_is_refused(self):
        elf = bytearray(Path(small("poweroff")).read_bytes())
        struct.pack_into("<H", elf, 18, 183)  # 64-bit ARM
        got, _, err = guest.run(self.file("a.elf", bytes(elf)))
        self.assertIn(got, (70, 72), err)

    def test_an_image_that_is_not_there(self):
        self.refused(66, "/no/such.elf", "/no/such.elf")

    def test_an_image_that_may_not_be_read(self):
        path = self.file("a.elf", Path(small("poweroff")).read_bytes())
        path.chmod(0)
        self.folder.chmod(0o755)
        self.refused(66, "a.elf", path, **guest.as_ordinary_user())

    def test_truncated_images_are_refused(self):
        elf = Path(small("poweroff")).read_bytes()
        for n in (1, 4, 17, 63, 64, 100, 200, len(elf) // 2):
            got, _, err = guest.run(self.file("a.elf", elf[:n]), limit_s=20)
            self.assertIn(got, (70, 72), f"{n} bytes: {err}")

    def test_damaged_images_never_harm_the_host(self):
        elf = Path(small("poweroff")).read_bytes()
        dice = random.Random(4)
        for i in range(60):
            bad = bytearray(elf)
            for _ in range(dice.randint(1, 6)):
                bad[dice.randrange(400 if i % 2 else len(bad))] = dice.randrange(256)
            got, _, err = guest.run(self.file("a.elf", bytes(bad)), "--watchdog=1", limit_s=30)
            self.assertIn(got, STATUSES, f"case {i}: {err}")

    def test_an_image_linked_too_low_for_an_ordinary_user(self):
        copy = guest.copy_for_anybody(Path(small("low")))
        self.refused(73, "(?i)root|low", copy, **guest.as_ordinary_user())

    def test_an_image_linked_too_high(self):
        got, _, err = guest.run(small("high"))
        self.assertIn(got, (72, 73), err)

    def test_more_than_the_memory_holds(self):
        self.refused(74, "(?i)memory|too little", guest.image("httpd"), "--memory=1")
        tar = self.file("a.tar", b"\0" * (20 << 20))
        self.refused(74, "(?i)memory|too little", guest.image("hello"), "--memory=16", f"--ramdisk={tar}")

    def test_a_pipe_is_no_file_and_is_not_waited_for(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.refused(66, "not a file", pipe)
        self.refused(66, "not a file", small("poweroff"), "--ramdisk", pipe)

    def test_a_ram_disk_that_is_not_there(self):
        self.refused(66, "/no/such.tar", small("poweroff"), "--ramdisk=/no/such.tar")


class Words(BadInput):
    def test_options_that_make_no_sense(self):
        for words in ((), ("--colour", small("poweroff")), ("--memory=x", small("poweroff")),
                      ("--trace=colours", small("poweroff")), ("a.elf", "b.elf"),
                      ("--net=wire", small("poweroff")), ("--net",),
                      ("--without=colour", small("poweroff"), "--net=none"),
                      ("--net=user,tcp:127.0.0.1:80", small("poweroff")),
                      ("--control=" + "x" * 200, small("poweroff"))):
            self.refused(64, "give|--help|names|wants|expected|at most", *words)

    def test_help_tells_that_it_is_no_security_boundary(self):
        status, out, _ = guest.run("--help")
        self.assertEqual(status, 0)
        self.assertIn("no security boundary", out)
        for word in ("--net", "--trace", "--watchdog", "Exit status"):
            self.assertIn(word, out)

    def test_a_configuration_with_an_error_names_the_line(self):
        for text, line in (("name = 'a\n", 1), ("\nmemory = 'x'\n", 2), ("type='hvm'", 1),
                           ("vif = 'x'", 1), ("kernel = a.elf", 1), ("name='a'\nvif=[\n", 2)):
            cfg = self.file("a.cfg", text)
            self.refused(65, rf"a\.cfg:{line}: ", "-c", cfg, small("poweroff"))

    def test_a_configuration_without_a_kernel(self):
        self.refused(65, "names no kernel", "-c", self.file("a.cfg", "name='a'"))

    def test_a_configuration_that_is_not_there(self):
        self.refused(66, "/no/such.cfg", "-c", "/no/such.cfg")

    def test_a_command_line_that_xen_has_no_room_for(self):
        self.refused(64, "1023", small("poweroff"), "--cmdline=" + "x" * 1024)


class Network(BadInput):
    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.refused(76, f"TCP port {port} of 127.0.0.1 is in use",
                         small("poweroff"), f"--net=user,tcp:127.0.0.1:{port}-:80")

    def test_a_tap_needs_rights(self):
        copy = guest.copy_for_anybody(Path(small("poweroff")))
        got, _, err = guest.run(copy, "--net=tap=domik-none", **guest.as_ordinary_user())
        if "no /dev/net/tun" in err:
            self.skipTest("this machine has no /dev/net/tun")
        self.assertEqual(got, 75, err)
        self.assertIn("no permission", err)

    def test_a_namespace_that_is_not_there(self):
        got, _, err = guest.run(small("poweroff"), "--net=tap=t0,netns=no-such-namespace")
        self.assertIn(got, (75, 78), err)


if __name__ == "__main__":
    os.environ.setdefault("DOMIK_HOST", guest.PROGRAM)
    unittest.main()
