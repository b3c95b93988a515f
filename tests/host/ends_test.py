# SPDX-License-Identifier: BSD-2-Clause
"""How a domain ends, and that each way has a line and an exit status of its own."""

import resource
import signal
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

import guest
from guest import Host, small


class Ends(unittest.TestCase):
    def check(self, name, status, says, *options):
        got, _, err = guest.run(small(name), *options)
        self.assertEqual(got, status, err)
        self.assertRegex(err, rf"(?m)^domik-host: .*{says}")
        return err

    def test_power_off(self):
        self.check("poweroff", 0, "has powered itself off")

    def test_power_off_where_linux_maps_elsewhere(self):
        unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        done = subprocess.run([guest.PROGRAM, guest.small("poweroff")], check=False,
                              capture_output=True, text=True, timeout=20,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK,
                                                                    unlimited))
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_crash_that_the_domain_reports(self):
        self.check("crash", 80, "says that it has crashed")

    def test_a_domain_that_wants_to_be_saved(self):
        self.check("suspend", 83, "wants to be saved, which is not possible")

    def test_an_exception_without_a_handler(self):
        self.check("dies", 81, r"exception 6 .*without a handler")

    def test_no_stack_for_an_exceptions_frame(self):
        self.check("no_stack", 81, "has died")

    def test_a_jump_to_nowhere(self):
        self.check("wild_jump", 81, "has died")

    def test_the_impossible_is_refused(self):
        status, _, err = guest.run(small("impossible"))
        self.assertIn(status, (0, 81), err)  # it may harm itself, and nobody else
        self.assertIn("host: refused ", err)

    def test_a_reboot_reboots_until_the_configuration_says_otherwise(self):
        with tempfile.TemporaryDirectory() as folder:
            cfg = Path(folder) / "a.cfg"
            cfg.write_text("on_reboot = 'destroy'\n")
            status, _, err = guest.run("-c", cfg, small("reboot"))
        self.assertEqual((status, err.count("reboots")), (0, 1), err)
        with Host(small("reboot")) as host:
            host.wait_text("reboots", times=5)
            host.process.kill()

    def test_on_crash_may_restart_too(self):
        with tempfile.TemporaryDirectory() as folder:
            cfg = Path(folder) / "a.cfg"
            cfg.write_text("on_crash = 'restart'\n")
            with Host("-c", cfg, small("crash")) as host:
                host.wait_text("says that it has crashed", times=3)
                host.process.kill()


class Loops(unittest.TestCase):
    """Guests that would never end by themselves."""

    def test_the_watchdog_ends_a_guest_with_its_events_off(self):
        for name in ("loop", "asks"):
            begin = time.monotonic()
            status, _, err = guest.run("--watchdog=1", small(name))
            self.assertEqual(status, 82, err)
            self.assertRegex(err, "the watchdog ends the domain")
            self.assertLess(time.monotonic() - begin, 10)

    def test_the_watchdog_lets_a_guest_sleep(self):
        with Host("--watchdog=1", small("sleep")) as host:
            time.sleep(2.5)
            self.assertIsNone(host.process.poll(), host.text)

    def test_a_second_ctrl_c_ends_what_does_not_listen(self):
        for name in ("loop", "asks", "sleep"):
            with Host(small(name)) as host:
                host.wait_text("no security boundary")
                time.sleep(0.2)
                host.signal()
                host.wait_text("is asked to power off")
                self.assertIsNone(host.process.poll())
                host.signal()
                self.assertEqual(host.end(5), 130)
                self.assertIn("ended at once", host.text)

    def test_sigterm_counts_like_ctrl_c(self):
        with Host(small("sleep")) as host:
            host.wait_text("no security boundary")
            time.sleep(0.2)
            host.signal(signal.SIGTERM)
            host.wait_text("is asked to power off")
            host.signal(signal.SIGTERM)
            self.assertEqual(host.end(5), 130)


if __name__ == "__main__":
    unittest.main()
