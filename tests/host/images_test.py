# SPDX-License-Identifier: BSD-2-Clause
"""The test images of tests/boot under domik-host: what they report, and how they die.

The jobs there run the same images on real Xen with the same arguments; a case that fails
here and passes there is an error of the host.
"""

import io
import re
import signal
import tarfile
import tempfile
import time
import unittest
from pathlib import Path

import guest
from guest import Host

# As tests/boot/violate.job: what must be in the image's own report.
VIOLATIONS = {
    "write-text": r"write to 0x[0-9a-f]+, which is read-only",
    "write-hypercall-page": r"write to 0x[0-9a-f]+, which is read-only",
    "write-constant": r"write to 0x[0-9a-f]+, which is read-only",
    "write-page-table": r"write to 0x[0-9a-f]+, which is read-only",
    "execute-data": r"execution of 0x[0-9a-f]+, which is not executable",
    "execute-heap": r"execution of 0x[0-9a-f]+, which is not executable",
    "execute-stack": r"execution of 0x[0-9a-f]+, which is not executable",
    "execute-new-page": r"execution of 0x[0-9a-f]+, which is not executable",
    "read-null": r"read of 0x8, which is not mapped \(null pointer\)",
    "call-null": r"execution of 0x0, which is not mapped \(null pointer\)",
    "invalid-opcode": r"invalid opcode \(exception 6, error code 0x0\) at 0x",
    "divide-by-zero": r"divide error \(exception 0, error code 0x0\) at 0x",
    "fail-assertion": r"assertion failed: variable == 2 \(tests/boot/images/violate.c:",
    "call-abort": r"the program called abort\(\)",
}


def site() -> bytes:
    """The RAM disk of tests/boot/posix.job."""
    files = {"hello.txt": b"hello from the RAM disk\n42\n", "dir/a": b"a\n", "dir/b": b"b\n",
             "big": bytes(range(256)) * 5860,
             "etc/hosts": b"# the printer\n192.0.2.7 printer printer.lan\n2001:db8::7 printer\n"}
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name in ("./", "./dir", "./etc"):
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, data in files.items():
            entry = tarfile.TarInfo("./" + name)
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


class Images(unittest.TestCase):
    def all_pass(self, console: str, suite: str, skipped: int = 0):
        verdicts = re.findall(rf"(?m)^T {suite}\.(\S+) (ok|skip|fail)(.*)", console)
        self.assertTrue(verdicts, console[-2000:])
        bad = [" ".join(v) for v in verdicts if v[1] == "fail"]
        self.assertEqual(bad, [], console[-2000:])
        self.assertRegex(console, rf"(?m)^T {suite}\.end ok \d+ passed, 0 failed, {skipped} skipped")

    def run_image(self, name, *options, limit_s=120):
        status, out, err = guest.run(guest.image(name), *options, limit_s=limit_s)
        return status, out, err

    def test_kernel(self):
        _, out, _ = self.run_image("kernel-test", "--memory", 16)
        self.all_pass(out, "kernel-boot")

    def test_memory_mostly_mapped_by_the_image(self):
        _, out, err = self.run_image("memory-test", "--memory", 64)
        self.all_pass(out, "memory")
        self.assertRegex(err, "host: refused .* is in use as L4 table .* writable page")

    def test_memory_mapped_by_the_builder(self):
        _, out, _ = self.run_image("memory-test", "--memory", 6)
        self.all_pass(out, "memory")

    def test_a_large_domain_boots(self):
        _, out, _ = self.run_image("memory-test", "--memory", 700, "--cmdline",
                                   "-- translation_keeps_the_offset")
        self.all_pass(out, "memory")

    def test_the_smallest_domain_boots(self):
        status, out, _ = self.run_image("hello", "--memory", 4)
        self.assertEqual(status, 0)
        self.assertIn("hello from hello", out)
        status, _, err = self.run_image("hello", "--memory", 2)
        self.assertEqual(status, 74, err)

    def test_posix(self):
        with tempfile.TemporaryDirectory() as folder:
            disk = Path(folder) / "root.tar"
            disk.write_bytes(site())
            status, out, _ = self.run_image("posix-test", "--memory", 24, "--ramdisk", disk)
        self.all_pass(out, "posix-boot")
        self.assertIn("farewell from atexit", out)
        self.assertEqual(status, 0)

    def test_xen(self):
        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "store"  # as tests/boot/xen.job fills it
            store.write_text("".join(f"data/big/a-rather-long-name-{n} x\n"
                                     for n in range(1000, 1400)))
            status, out, _ = self.run_image("xen-test", "--memory", 32, "--store", store)
        self.all_pass(out, "xen-boot")
        self.assertEqual(status, 0)

    def test_refusals_are_those_of_xen(self):
        status, out, err = self.run_image("refusals-test", "--memory", 16)
        self.all_pass(out, "refusals")
        self.assertEqual(status, 0)
        self.assertIn("host: refused event channels: send of port 1000, which is not in use", err)

    def test_violations_are_reported_and_end_the_domain(self):
        for name, words in VIOLATIONS.items():
            with self.subTest(name):
                status, out, err = self.run_image("violate-test", "--memory", 8, "--cmdline",
                                                  f"-- {name}")
                self.assertEqual(status, 80, err)
                for regex in (words, 'in thread "main"', r"(?m)^ +#0 0x[0-9a-f]+",
                              r"(?m)^ +#1 0x[0-9a-f]+"):
                    self.assertRegex(out, regex)
                self.assertNotRegex(out, "still alive|fault in the report")

    def test_a_stack_overflow_is_what_xen_ends_a_domain_for(self):
        status, out, err = self.run_image("violate-test", "--memory", 8, "--cmdline",
                                          "-- overflow-stack")
        self.assertEqual(status, 81, err)
        guard = int(re.search(r"guard page at (0x[0-9a-f]+)", out)[1], 16)
        rsp = int(re.search(r"rsp ([0-9a-f]{16})", err)[1], 16)
        self.assertTrue(0 <= rsp - guard <= 4096 + 256, f"{rsp:x} is not at {guard:x}")

    def test_input_and_panic_by_the_console(self):
        with Host(guest.image("control-test"), "--memory", 16) as host:
            host.wait_text("control: waiting")
            host.process.stdin.write(b"a line of input\n")
            host.process.stdin.flush()
            host.wait_text("heard: a line of input")
            host.process.stdin.write(b"panic\n")
            host.process.stdin.flush()
            self.assertEqual(host.end(), 80)
            self.assertIn("asked for on the console", host.text)

    def test_a_flood_of_output_comes_out(self):
        with Host(guest.image("control-test"), "--memory", 16) as host:
            host.wait_text("control: waiting")
            host.process.stdin.write(b"flood\n")
            host.process.stdin.flush()
            host.wait_text("flood over", 60)
            self.assertRegex(host.text, r"all out|bytes dropped\]")
            host.stop()

    def test_signals_at_any_moment_do_no_harm(self):
        # Of kernel-test those that do not judge times.
        state = ("vector_and_floating_point_state_survives_preemption "
                 "the_rounding_mode_belongs_to_a_thread "
                 "errno_and_thread_local_variables_are_each_threads_own "
                 "the_heap_serves_threads_that_preempt_each_other")
        for name, suite, cases in (("kernel-test", "kernel-boot", f"-- {state}"),
                                   ("memory-test", "memory", "")):
            with (self.subTest(name),
                  Host(guest.image(name), "--memory", 64, "--cmdline", cases) as host):
                host.wait_text("boot: ")
                while host.process.poll() is None:
                    for _ in range(100):
                        host.signal(signal.SIGALRM)
                self.assertEqual(host.end(), 0)
                self.all_pass(host.text.replace("\r", ""), suite)

    def test_a_page_that_is_not_flushed_may_be_seen_as_it_was(self):
        status, _, err = guest.run(guest.small("no_flush"), "--stale-tlb")
        self.assertEqual(status, 80, err)
        status, _, err = guest.run(guest.small("no_flush"))
        self.assertEqual(status, 0, err)

    def test_our_images_flush_what_they_change(self):
        for name, suite in (("kernel-test", "kernel-boot"), ("memory-test", "memory")):
            _, out, _ = self.run_image(name, "--memory", 64, "--stale-tlb")
            self.all_pass(out, suite)

    def test_an_idle_domain_costs_nothing(self):
        with Host(guest.image("control-test"), "--memory", 16) as host:
            host.wait_text("control: waiting")
            stat = Path(f"/proc/{host.process.pid}/stat")
            ticks = [sum(map(int, stat.read_text().rsplit(")")[1].split()[11:13]))
                     for _ in (0, 1) if not time.sleep(2)]
            self.assertLessEqual(ticks[1] - ticks[0], 2)  # hundredths of a second, of two
            host.stop()


if __name__ == "__main__":
    unittest.main()
