# SPDX-License-Identifier: BSD-2-Clause
"""httpd in domik-host behind libslirp: from outside it is a web server like any other."""

import hashlib
import http.client
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import guest
from guest import Control, Host, ROOT, wait_until

sys.path.insert(0, str(ROOT / "tests" / "http"))
import site_files  # noqa: E402

HUGE = 100 << 20
PAGE = site_files.files()["index.html"]
folder = None


def setUpModule():
    """A site with 100 MB in one file, as a RAM disk."""
    global folder, huge_sum
    guest.image("httpd")
    folder = tempfile.TemporaryDirectory(prefix="domik-serve-")
    root = Path(folder.name)
    site_files.write(root / "site", 1)
    block = site_files.noise("huge", 1 << 20)
    huge_sum = hashlib.sha256()
    with open(root / "site" / "huge.bin", "wb") as f:
        for i in range(HUGE >> 20):
            piece = block[i:] + block[:i]
            f.write(piece)
            huge_sum.update(piece)
    with tarfile.open(root / "huge.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        tar.add(root / "site", arcname=".")
    (root / "site" / "huge.bin").unlink()
    with tarfile.open(root / "site.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        tar.add(root / "site", arcname=".")


def tearDownModule():
    folder.cleanup()


def get(port: int, path: str = "/index.html", host: str = "127.0.0.1"):
    connection = http.client.HTTPConnection(host, port, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def serve(*more, tar: str = "site.tar", memory: int = 24, net: str = "", port: int = 0) -> Host:
    """Start httpd; its port of this machine is host.port."""
    port = port or guest.free_port()
    forwards = f"user,tcp:127.0.0.1:{port}-:80"
    if guest.has_ipv6():
        forwards += f",tcp:[::1]:{port}-:80"
    host = Host("-c", guest.IMAGES / "httpd.cfg", guest.image("httpd"), f"--memory={memory}",
                f"--ramdisk={folder.name}/{tar}", f"--net={net or forwards}", *more)
    host.port = port
    try:
        host.wait_text("listening on port 80")
    except AssertionError:
        host.__exit__()
        raise
    return host


class Serve(unittest.TestCase):
    def test_100_mb_arrive_unchanged(self):
        with serve(tar="huge.tar", memory=140) as host:
            connection = http.client.HTTPConnection("127.0.0.1", host.port, timeout=120)
            connection.request("GET", "/huge.bin")
            response = connection.getresponse()
            got, n = hashlib.sha256(), 0
            while chunk := response.read(1 << 20):
                got.update(chunk)
                n += len(chunk)
            connection.close()
            self.assertEqual((response.status, n), (200, HUGE))
            self.assertEqual(got.hexdigest(), huge_sum.hexdigest())
            self.assertEqual(host.stop(), 0, host.text)

    def test_20_clients_at_once(self):
        big = site_files.files()["1m.bin"]
        with serve(memory=32) as host, ThreadPoolExecutor(20) as pool:
            begin = time.monotonic()
            answers = list(pool.map(lambda _: get(host.port, "/1m.bin"), range(20)))
            self.assertTrue(all(a == (200, big) for a in answers))
            quick = list(pool.map(lambda _: get(host.port), range(400)))
            self.assertTrue(all(a == (200, PAGE) for a in quick))
            self.assertLess(time.monotonic() - begin, 30)
            self.assertEqual(host.stop(), 0, host.text)

    def test_over_ipv6(self):
        if not guest.has_ipv6():
            self.skipTest("this machine has no IPv6")
        with serve() as host:
            wait_until(lambda: self.answers_v6(host.port), 15, "an answer over IPv6")

    @staticmethod
    def answers_v6(port: int) -> bool:
        try:
            return get(port, host="::1") == (200, PAGE)
        except OSError:
            return False

    def test_two_at_the_same_time_on_two_ports(self):
        with serve() as one, serve() as two:
            self.assertEqual(get(one.port), (200, PAGE))
            self.assertEqual(get(two.port), (200, PAGE))
            self.assertEqual(one.stop(), 0)
            self.assertEqual(get(two.port), (200, PAGE))
            self.assertEqual(two.stop(), 0)

    def test_by_dhcp(self):
        with serve("--cmdline=ip=dhcp") as host:
            wait_until(lambda: self.answers(host.port), 15, "an answer")

    @staticmethod
    def answers(port: int) -> bool:
        try:
            return get(port) == (200, PAGE)
        except OSError:
            return False

    def test_the_first_reply_comes_soon(self):
        begin = time.monotonic()
        with serve() as host:
            self.assertEqual(get(host.port), (200, PAGE))
            self.assertLess(time.monotonic() - begin, 2)

    def test_back_ends_that_offer_less(self):
        for without in ("split", "sg", "gso", "csum", "split,sg,gso,csum"):
            with serve(f"--without={without}") as host:
                self.assertEqual(get(host.port, "/64k.bin"),
                                 (200, site_files.files()["64k.bin"]), without)

    def test_wrk_has_no_errors_with_100_connections(self):
        if not shutil.which("wrk"):
            self.skipTest("wrk is not installed: apt-get install wrk")
        with serve("--cmdline=-- -l off") as host:
            done = subprocess.run(
                ["wrk", "-c", "100", "-t", "2", "-d", "10",
                 f"http://127.0.0.1:{host.port}/index.html"],
                capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertNotRegex(done.stdout, "Socket errors|Non-2xx", done.stdout)
            self.assertIn("requests in", done.stdout)
            self.assertEqual(host.stop(), 0, host.text)


class Commands(unittest.TestCase):
    """The control socket."""

    def serve(self, *more):
        path = Path(folder.name) / "control"
        host = serve(f"--control={path}", *more)
        self.addCleanup(host.__exit__)
        control = Control(path)
        self.addCleanup(control.__exit__)
        return host, control

    def test_xenstore_can_be_read_and_written(self):
        host, control = self.serve()
        self.assertEqual(control.ask("read /local/domain/7/name"), ["httpd"])
        tree = control.ask("tree /local/domain/7/device/vif")
        self.assertTrue(any("vif/0/state = \"4\"" in line for line in tree), tree)
        control.ask("write /test/a some text")
        self.assertEqual(control.ask("read /test/a"), ["some text"])
        control.ask("rm /test")
        for line in ("read /test/a", "read test", "dance", "plug x none", "unplug 9", ""):
            with self.assertRaises(ValueError, msg=line):
                control.ask(line)
        self.assertGreater(len(control.ask("help")), 8)
        self.assertTrue(any("upcalls" in line for line in control.ask("stats")))
        self.assertEqual(host.stop(), 0)

    def test_a_second_interface_comes_and_goes(self):
        host, control = self.serve()
        control.ask("plug 1 none mac=00:16:3e:00:00:99")
        host.wait_text("vif1 00:16:3e:00:00:99")
        wait_until(lambda: control.ask("read /local/domain/7/device/vif/1/state") == ["4"])
        control.ask("unplug 1")
        host.wait_text("vif1", times=2)
        self.assertEqual(get(host.port), (200, PAGE))
        self.assertEqual(host.stop(), 0)

    def test_a_back_end_dies_and_returns(self):
        host, control = self.serve()
        for how in ("", " crash"):
            self.assertEqual(get(host.port), (200, PAGE))
            control.ask(f"die 0{how}")
            time.sleep(0.2)
            control.ask("return 0")
            wait_until(lambda: Serve.answers(host.port), 15, f"an answer after die{how}")
        self.assertEqual(host.stop(), 0)

    def test_a_reboot_serves_again(self):
        host, control = self.serve()
        self.assertEqual(get(host.port), (200, PAGE))
        control.ask("shutdown reboot")
        host.wait_text("listening on port 80", times=2)
        self.assertEqual(get(host.port), (200, PAGE))
        self.assertEqual(host.stop(), 0)

    def test_a_shutdown_by_the_toolstack(self):
        host, control = self.serve()
        control.ask("shutdown poweroff")
        self.assertEqual(host.end(), 0)
        self.assertIn("has powered itself off", host.text)
        self.assertFalse((Path(folder.name) / "control").exists())


if __name__ == "__main__":
    unittest.main()
