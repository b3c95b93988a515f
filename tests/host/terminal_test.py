# SPDX-License-Identifier: BSD-2-Clause
"""domik-host at a terminal: keys reach the domain, Ctrl-C does not, and the mode is put back."""

import fcntl
import os
import pty
import signal
import subprocess
import termios
import time
import unittest

import guest
from guest import small, wait_until

ECHO, ICANON = termios.ECHO, termios.ICANON


class Terminal(unittest.TestCase):
    def setUp(self):
        self.ours, self.theirs = pty.openpty()
        self.addCleanup(os.close, self.ours)
        self.addCleanup(os.close, self.theirs)
        self.text = ""

    def start(self, image, *words):
        def take_terminal():
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        process = subprocess.Popen([guest.PROGRAM, str(image), *words], stdin=self.theirs,
                                   stdout=self.theirs, stderr=self.theirs,
                                   preexec_fn=take_terminal)
        self.addCleanup(self.end, process)
        os.set_blocking(self.ours, False)
        return process

    @staticmethod
    def end(process):
        process.kill()
        process.wait()

    def flags(self) -> int:
        return termios.tcgetattr(self.theirs)[3]

    def is_raw(self) -> bool:
        return not self.flags() & (ECHO | ICANON)

    def is_as_before(self) -> bool:
        return self.flags() & (ECHO | ICANON) == ECHO | ICANON

    def shows(self, text: str) -> bool:
        try:
            self.text += os.read(self.ours, 65536).decode("utf-8", "replace")
        except BlockingIOError:
            pass
        return text in self.text

    def press(self, keys: bytes):
        os.write(self.ours, keys)

    def test_the_mode_is_put_back_at_the_end(self):
        process = self.start(small("poweroff"))
        self.assertEqual(process.wait(20), 0)
        self.assertTrue(self.is_as_before())

    def test_the_mode_is_put_back_by_a_second_ctrl_c(self):
        process = self.start(small("sleep"))
        wait_until(self.is_raw, what="raw mode")
        self.press(b"\x03")
        wait_until(lambda: self.shows("is asked to power off"), what="the first")
        self.press(b"\x03")
        self.assertEqual(process.wait(20), 130)
        wait_until(self.is_as_before, what="the mode from before")

    def test_the_mode_is_put_back_by_quitting(self):
        process = self.start(guest.image("control-test"))
        wait_until(lambda: self.is_raw() and self.shows("control: waiting"), what="raw mode")
        process.send_signal(signal.SIGQUIT)
        self.assertEqual(process.wait(10), 130)
        self.assertTrue(self.is_as_before())

    def test_the_mode_is_put_back_when_the_domain_dies(self):
        process = self.start(small("dies"))
        self.assertEqual(process.wait(20), 81)
        self.assertTrue(self.is_as_before())

    def test_what_is_typed_reaches_the_domain_without_an_echo_of_ours(self):
        process = self.start(guest.image("httpd"), "--net=none", "--cmdline=ip=10.0.0.2/24")
        wait_until(lambda: self.shows("listening on port 80"), what="httpd")
        self.assertTrue(self.is_raw())
        before = len(self.text)
        self.press(b"nobody reads this\r" * 200)  # more than the console's ring holds
        time.sleep(0.5)
        self.shows("")
        self.assertNotIn("nobody", self.text[before:])
        self.press(b"\x03")
        self.assertEqual(process.wait(20), 0)
        self.assertTrue(self.is_as_before())


if __name__ == "__main__":
    unittest.main()
