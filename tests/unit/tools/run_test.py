# SPDX-License-Identifier: BSD-2-Clause
"""./domik and ./domik run: what is refused, and what a domain is given."""

import socket
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import bench_host  # noqa: E402
import both_hosts  # noqa: E402
import domik_host  # noqa: E402
import new  # noqa: E402
import run  # noqa: E402
import site_tar  # noqa: E402
from say import Refusal  # noqa: E402


def domik(*words):
    return subprocess.run([str(ROOT / "domik"), *words], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, check=False)


class Command(unittest.TestCase):
    def test_help_names_every_command(self):
        done = domik("--help")
        self.assertEqual(done.returncode, 0)
        for name in ("setup", "build", "run", "debug", "lab", "test", "bench", "size", "new"):
            self.assertRegex(done.stdout, rf"(?m)^  {name} ")

    def test_an_unknown_command_is_refused_with_the_list(self):
        done = domik("dance")
        self.assertEqual(done.returncode, 2)
        self.assertIn("no command dance", done.stderr)
        self.assertIn("build", done.stderr)

    def test_an_unknown_target_is_refused_with_the_known_ones(self):
        done = domik("build", "--target", "pv128")
        self.assertEqual(done.returncode, 2)
        self.assertIn("pv64", done.stderr)

    def test_an_unknown_suite_is_refused_with_the_known_ones(self):
        done = domik("test", "boots")
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"no suite boots; there are unit, .*boot")

    def test_a_setup_folder_that_is_not_there_is_refused(self):
        done = domik("setup", "--from", "/nonexistent")
        self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))

    def test_a_port_in_use_is_refused_in_one_line(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            done = domik("run", "--port", str(taken.getsockname()[1]))
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"^domik: port \d+ of 127\.0\.0\.1 is in use: .*--port N\n$")


class Domain(unittest.TestCase):
    def test_ports_outside_the_range_are_refused(self):
        for port in (0, -1, 65536):
            with self.assertRaises(Refusal):
                run.check_port(port)

    def test_memory_is_as_configured_when_the_files_are_small(self):
        self.assertEqual(run.choose_memory(None, "pv64", 16, 20_000), 16)
        self.assertEqual(run.choose_memory(None, "pv32", 40, 0), 40)

    def test_memory_grows_with_the_files(self):
        self.assertGreater(run.choose_memory(None, "pv64", 16, 100 << 20), 100)

    def test_pv32_gets_what_the_shim_takes(self):
        self.assertEqual(run.choose_memory(None, "pv32", 16, 0), 32)

    def test_too_little_memory_is_refused_with_the_least_that_does(self):
        for asked, target, size, least in ((3, "pv64", 0, 4), (31, "pv32", 0, 32),
                                           (50, "pv64", 100 << 20, 109)):
            with self.assertRaisesRegex(Refusal, f"at least {least} MB"):
                run.choose_memory(asked, target, 16, size)
            self.assertEqual(run.choose_memory(least, target, 16, size), least)

    def test_the_command_line_has_the_address_before_the_programs_words(self):
        self.assertEqual(run.command_line("dhcp", "-p 80"), "ip=dhcp -- -p 80")
        self.assertEqual(run.command_line(None, None), "")

    def test_words_that_xl_would_garble_are_refused(self):
        for args in ('a "b"', "a\\b", "a\nb", "x" * 1024):
            with self.assertRaises(Refusal):
                run.command_line(None, args)

    def test_the_host_port_leads_to_the_address_that_is_asked_for(self):
        self.assertEqual(run.guest_address("192.168.2.77/24,192.168.2.2"), "192.168.2.77")
        self.assertEqual(run.guest_address("dhcp"), run.GUEST)
        self.assertEqual(run.guest_address(None), run.GUEST)

    def test_an_address_outside_the_lab_or_taken_is_refused(self):
        for ip in ("10.0.0.1/8", "192.168.2.10/24", "192.168.2.20", "web", "192.168.2.20/33"):
            with self.assertRaises(Refusal):
                run.guest_address(ip)

    def test_values_are_read_from_a_configuration(self):
        text = 'name="web"\nmemory=16\nvif = ["bridge=xenbr0"]\n'
        self.assertEqual(run.cfg_value(text, "name"), "web")
        self.assertEqual(run.cfg_value(text, "memory"), "16")
        self.assertIsNotNone(run.cfg_value(text, "vif"))
        self.assertIsNone(run.cfg_value(text, "cmdline"))


class Host(unittest.TestCase):
    """./domik run with domik-host."""

    def test_tracing_real_xen_is_refused(self):
        for words in (("--xen", "--trace=net"), ("--target", "pv32", "--stats")):
            done = domik("run", *words)
            self.assertEqual((done.returncode, done.stderr.count("\n")), (2, 1))
            self.assertIn("domik-host's", done.stderr)

    def test_a_port_leads_to_the_domain_over_both_families(self):
        words = domik_host.forwards(8080).split(",")
        self.assertEqual(words[:2], ["user", "tcp:127.0.0.1:8080-:80"])
        self.assertIn(words[2:], ([], ["tcp:[::1]:8080-:80"]))
        self.assertIn("tcp:127.0.0.1:80-192.168.2.77:80", domik_host.forwards(80, "192.168.2.77"))

    def test_the_command_takes_the_configuration_and_what_shall_be_otherwise(self):
        with tempfile.TemporaryDirectory() as name:
            root = Path(name)
            (root / "build/pv64").mkdir(parents=True)
            cfg = root / "build/pv64/web.cfg"
            cfg.write_text('name="web"\nmemory=16\nvif=["bridge=xenbr0"]\n')
            site = root / "site.tar"
            site.write_bytes(b"\0" * (50 << 20))
            words = domik_host.command(root, "web", site=site, cmdline="-- -l off", net="none")
            self.assertEqual(words[1:3], ["-c", str(cfg)])
            self.assertIn("--cmdline=-- -l off", words)
            self.assertIn("--net=none", words)
            memory, = (int(w.partition("=")[2]) for w in words if w.startswith("--memory="))
            self.assertGreater(memory, 50)
            cfg.write_text('name="web"\nmemory=16\n')
            self.assertFalse(any(w.startswith("--net") for w in
                                 domik_host.command(root, "web", net="none")))
            with self.assertRaisesRegex(Refusal, "no image other"):
                domik_host.command(root, "other")

    def test_the_benchmark_of_the_host_goes_alone(self):
        self.assertTrue(bench_host.names_host(["host"]))
        self.assertFalse(bench_host.names_host(["ping"]))
        self.assertFalse(bench_host.names_host([]))
        with self.assertRaises(Refusal):
            bench_host.names_host(["host", "ping"])


class BothHosts(unittest.TestCase):
    """The comparison of what an image says on Xen and in domik-host."""

    IMAGE = both_hosts.Image("a-test", "a", "a", 16)

    def lines(self, *texts):
        return both_hosts._verdicts(list(texts), self.IMAGE)

    def difference(self, xen, host):
        return both_hosts._difference(self.lines(*xen), self.lines(*host))

    def test_equal_reports_are_equal_whatever_the_job_adds(self):
        said = ("T a.one ok", "T a.two skip no card", "T a.end ok 1 passed, 0 failed, 1 skipped")
        xen = ("T a.a_check_of_the_job ok", *said, "T a.another fail x", "LAB-DOM a")
        self.assertEqual(self.difference(xen, ("boot: a", *said)), "")

    def test_what_differs_is_named(self):
        xen = ("T a.one ok", "T a.two ok", "T a.end ok 2 passed")
        for host, says in ((("T a.one fail x", "T a.end fail 0 passed"), "a.one: on Xen ok"),
                           (("T a.one ok", "T a.end ok 1 passed"), "a.end: on Xen"),
                           (("T a.one ok", "T a.three ok"), "a.three: on Xen not there"),
                           (("T a.one ok", "T a.two ok"), "printed no end after 2"),
                           ((), "printed no end")):
            self.assertIn(says, self.difference(xen, host), host)


class New(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.apps = Path(folder.name)
        (self.apps / "meson.build").write_text("modules += {}\n")

    def test_a_program_gets_its_source_its_module_and_its_image(self):
        source = new.create(self.apps, "echo-server")
        self.assertIn("int main(", source.read_text())
        listing = (self.apps / "meson.build").read_text()
        self.assertIn("'apps.echo-server': {'src': files('echo-server.c')", listing)
        self.assertIn("'echo-server': {'roots': ['apps.echo-server']", listing)

    def test_a_name_that_is_taken_or_odd_is_refused(self):
        new.create(self.apps, "web")
        for name in ("web", "Web", "a/b", "../x", "", "1x"):
            with self.assertRaises(Refusal, msg=name):
                new.create(self.apps, name)


class Site(unittest.TestCase):
    def test_a_folder_becomes_a_plain_tar_the_same_each_time(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "www/sub").mkdir(parents=True)
            (folder / "www/index.html").write_text("hello")
            (folder / "www/sub/a").write_text("a")
            sizes = [site_tar.pack(folder / "www", folder / f"{i}.tar") for i in (1, 2)]
            self.assertEqual(sizes[0] % 512, 0)
            self.assertEqual((folder / "1.tar").read_bytes(), (folder / "2.tar").read_bytes())
            with tarfile.open(folder / "1.tar") as tar:
                self.assertEqual(sorted(tar.getnames()), [".", "./index.html", "./sub", "./sub/a"])

    def test_a_folder_that_is_not_there_is_refused(self):
        with self.assertRaisesRegex(Refusal, "--root DIR"):
            site_tar.pack(Path("/nonexistent"), Path("/tmp/x.tar"))


if __name__ == "__main__":
    unittest.main()
