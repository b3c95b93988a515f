# SPDX-License-Identifier: BSD-2-Clause
"""httpd in domik-host behind a tap, in a network namespace of its own; for root only."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import guest
from guest import ROOT, Host

sys.path.insert(0, str(ROOT / "tests" / "http"))
import site_files  # noqa: E402

US, GUEST = "10.99.8.1", "10.99.8.2"
FETCH = """
import hashlib, sys, urllib.request
body = urllib.request.urlopen(sys.argv[1], timeout=20).read()
print(len(body), hashlib.sha256(body).hexdigest())
"""


class Tap(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.name = f"domik-test-{os.getpid()}"
        guest.image("httpd")
        if os.geteuid() != 0 or not shutil.which("ip", path=os.environ["PATH"] + ":/usr/sbin"):
            raise unittest.SkipTest("only root may make network namespaces, with iproute2")
        if not Path("/dev/net/tun").exists() or cls.ip("netns", "add", cls.name):
            raise unittest.SkipTest("this machine has no /dev/net/tun or no namespaces")
        cls.addClassCleanup(cls.ip, "netns", "del", cls.name)
        cls.inside = ["nsenter", f"--net=/run/netns/{cls.name}"]  # `ip netns exec` mounts too
        for words in (("tuntap", "add", "dev", "t0", "mode", "tap"),
                      ("addr", "add", f"{US}/24", "dev", "t0")):
            if cls.ip(*words, before=cls.inside):
                raise AssertionError(f"in the namespace this failed: ip {' '.join(words)}")
        folder = tempfile.TemporaryDirectory(prefix="domik-tap-")
        cls.addClassCleanup(folder.cleanup)
        cls.tar = Path(folder.name) / "site.tar"
        site_files.write_tar(cls.tar, 4)

    @staticmethod
    def ip(*words, before=()) -> int:
        env = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"}
        return subprocess.run([*before, "ip", *words], check=False, env=env,
                              stderr=subprocess.DEVNULL).returncode

    def serve(self, *more) -> Host:
        host = Host("-c", guest.IMAGES / "httpd.cfg", guest.image("httpd"), "--memory=32",
                    f"--ramdisk={self.tar}", f"--cmdline=ip={GUEST}/24",
                    f"--net=tap=t0,netns={self.name}", *more)
        host.wait_text("listening on port 80")
        return host

    def fetch(self, url: str) -> str:
        for _ in range(50):
            done = subprocess.run(
                [*self.inside, sys.executable, "-c", FETCH, url],
                capture_output=True, text=True, check=False, timeout=60)
            if done.returncode == 0:
                return done.stdout.strip()
            time.sleep(0.2)
        raise AssertionError(done.stderr)

    def test_files_arrive_with_and_without_offloads(self):
        for without in ("", "csum", "sg,gso,csum,split"):
            with self.serve(*([f"--without={without}"] if without else [])) as host:
                for name in ("index.html", "1m.bin", "big.bin"):
                    body = site_files.files()[name]
                    self.assertEqual(self.fetch(f"http://{GUEST}/{name}"),
                                     f"{len(body)} {hashlib.sha256(body).hexdigest()}",
                                     f"{name} without {without}")
                self.assertEqual(host.stop(), 0)

    def test_a_tap_serves_one_at_a_time(self):
        with self.serve():
            status, _, err = guest.run(guest.small("poweroff"),
                                       f"--net=tap=t0,netns={self.name}")
            self.assertEqual((status, err.count("\n")), (76, 1), err)
            self.assertIn("in use", err)

    def test_an_ordinary_user_may_not_enter_the_namespace(self):
        copy = guest.copy_for_anybody(Path(guest.small("poweroff")))
        status, _, err = guest.run(copy, f"--net=tap=t0,netns={self.name}", user=guest.NOBODY)
        self.assertEqual((status, err.count("\n")), (75, 1), err)


if __name__ == "__main__":
    unittest.main()
