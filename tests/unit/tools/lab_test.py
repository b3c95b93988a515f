# SPDX-License-Identifier: BSD-2-Clause
"""The lab's tools: job headers, verdicts, archives, ELF reading, names in backtraces."""

import contextlib
import io
import socket
import stat
import subprocess
import sys
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tools"))
sys.dont_write_bytecode = True
import backlog  # noqa: E402
import batch  # noqa: E402
import bench  # noqa: E402
import lab_packages  # noqa: E402
import referee  # noqa: E402
from cpio import CpioWriter  # noqa: E402
from elf import Elf  # noqa: E402
from job import Job, image_files, read_job  # noqa: E402
from lab import Forward, Lab, Result  # noqa: E402
from lab_image import Image  # noqa: E402
from say import Refusal  # noqa: E402
from symbolize import Consoles, Symbolizer  # noqa: E402
from verdicts import Report, Tally, parse  # noqa: E402


class InFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path


class Referee(InFolder):
    """Programs of the shell play domik-host: what they print is what the guest reports."""

    CONSOLE = ("boot: x on pv64\nT x.one ok\nT x.end ok 1 passed\n\npanic: page fault at 0x407\n"
               "write to 0x400000, which is read-only; its page walk:\n  rip 0000000000407\n"
               "  #0 0x407\n")

    def judge(self, theirs, store=None):
        folder = self.folder / "job-pv64"
        self.write("job-pv64/dom-x.cfg", 'name = "x"\nkernel = "/lab/x.elf"\n')
        self.write("job-pv64/guest-x.log", self.CONSOLE)
        program = self.write("build/native/host/domik-host", "#!/bin/sh\n" + theirs)
        program.chmod(0o755)
        with mock.patch.object(referee.build, "build_goals"), redirect_stdout(io.StringIO()) as out:
            tally = referee.compare(self.folder, [folder])
        return str(tally), out.getvalue()

    def test_the_same_report_passes_whatever_else_is_printed(self):
        tally, _ = self.judge(f"echo other; printf '%s' '{self.CONSOLE}'")
        self.assertEqual(tally, "1 passed, 0 failed, 0 skipped")

    def test_a_line_that_differs_is_named(self):
        tally, out = self.judge(f"printf '%s' '{self.CONSOLE}' | sed 's/one ok/one fail/'")
        self.assertEqual(tally, "0 passed, 1 failed, 0 skipped")
        self.assertIn("referee.job-x: only on Xen: T x.one ok", out)

    def test_another_backtrace_is_a_difference(self):
        tally, out = self.judge(f"printf '%s' '{self.CONSOLE}' | sed 's/#0 0x407/#0 0x408/'")
        self.assertIn("only on Xen:   #0 0x407", out)
        self.assertEqual(tally, "0 passed, 1 failed, 0 skipped")

    def test_a_guest_that_says_nothing_there_fails(self):
        self.assertEqual(self.judge("exit 3")[0], "0 passed, 1 failed, 0 skipped")


class Backlog(unittest.TestCase):
    """Another process listens with room for one, and never accepts."""

    LISTENER = ("import socket, sys; s = socket.create_server(('127.0.0.1', 0), backlog=0);"
                "print(s.getsockname()[1], flush=True); sys.stdin.read()")

    def setUp(self):
        self.process = subprocess.Popen([sys.executable, "-c", self.LISTENER], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.addCleanup(self.process.communicate)
        self.port = int(self.process.stdout.readline())

    def connect(self, clients):
        """How many connections are made at once."""
        with contextlib.ExitStack() as stack:
            for n in range(clients):
                try:
                    stack.enter_context(
                        socket.create_connection(("127.0.0.1", self.port), timeout=0.5))
                except TimeoutError:
                    return n
        return clients

    def test_more_clients_find_room(self):
        self.assertLess(self.connect(20), 20)
        self.assertTrue(backlog.widen(self.process.pid, self.port))
        self.assertEqual(self.connect(20), 20)

    def test_a_port_that_it_does_not_listen_on_is_not_found(self):
        self.assertFalse(backlog.widen(self.process.pid, 1))


class JobHeader(InFolder):
    def job(self, text):
        return read_job(self.write("ping.job", text))

    def test_a_job_without_a_header_runs_on_both_targets_for_a_minute(self):
        job = self.job("echo hi\n# targets: pv32\n")
        self.assertEqual((job.name, job.targets, job.limit_s, job.clock, job.images),
                         ("ping", ["pv64", "pv32"], 60, "real", []))

    def test_every_key_is_read(self):
        job = self.job("#!/bin/bash\n# SPDX-License-Identifier: X\n# images: a b\n#targets: pv32\n"
                       "\n# files: x/y.tar\n# limit: 7\n# clock: icount\n. lib.sh\n")
        self.assertEqual((job.images, job.targets, job.files, job.limit_s, job.clock),
                         (["a", "b"], ["pv32"], ["x/y.tar"], 7, "icount"))

    def test_what_is_not_understood_is_refused_with_its_line(self):
        for line in ("# targets: pv16", "# targets:", "# limit: soon", "# limit: 0",
                     "# limit: 1 2", "# clock: fast"):
            with self.subTest(line), self.assertRaisesRegex(Refusal, r"ping\.job:2: "):
                self.job(f"# a comment\n{line}\n")

    def test_a_job_that_is_not_there_is_refused(self):
        with self.assertRaisesRegex(Refusal, "cannot read the job"):
            read_job(self.folder / "none.job")

    def test_an_image_that_is_not_built_is_refused_with_the_command_that_builds_it(self):
        with self.assertRaisesRegex(Refusal, r"\./domik build --target pv32"):
            image_files(self.folder, "pv32", ["httpd"])


class VerdictLines(unittest.TestCase):
    def test_the_three_outcomes_are_read_with_their_reason(self):
        self.assertEqual(parse("T a.b ok"), ("a.b", "ok", ""))
        self.assertEqual(parse("T a.b skip no vif  here "), ("a.b", "skip", "no vif  here"))
        self.assertEqual(parse("T a.b fail x"), ("a.b", "fail", "x"))

    def test_other_lines_are_no_verdicts(self):
        for line in ("", "Tea", " T a.b ok", "t a.b ok"):
            self.assertIsNone(parse(line))

    def test_a_damaged_verdict_is_a_failure(self):
        for line in ("T a.b", "T a.b okay", "T ab ok", "T "):
            self.assertEqual(parse(line).outcome, "fail", line)

    def finish(self, lines, status=0, why=""):
        report = Report("boot/x pv64", "./domik test boot/x")
        for line in lines:
            report.line(line)
        self.shown = io.StringIO()
        with redirect_stdout(self.shown):
            return report.finish(status, why)

    def test_cases_are_counted_and_the_end_line_is_not_one(self):
        tally = self.finish(["T a.b ok", "noise", "T a.c skip why", "T a.end ok 1 passed"])
        self.assertEqual(tally, Tally(1, 0, 1))
        self.assertIn("skipped a.c: why", self.shown.getvalue())

    def test_a_run_without_a_verdict_has_failed(self):
        self.assertEqual(self.finish(["hello"]), Tally(0, 1, 0))
        self.assertEqual(self.finish(["T a.end ok 0 passed"]), Tally(0, 1, 0))

    def test_a_bad_status_fails_a_run_whose_cases_passed(self):
        self.assertEqual(self.finish(["T a.b ok"], status=137), Tally(1, 1, 0))

    def test_a_bad_status_does_not_count_a_failed_case_twice(self):
        self.assertEqual(self.finish(["T a.b fail x"], status=1), Tally(0, 1, 0))

    def test_an_end_line_that_tells_of_failures_nobody_saw_fails(self):
        self.assertEqual(self.finish(["T a.b ok", "T a.end fail 1 failed"]), Tally(1, 1, 0))

    def test_a_time_limit_fails(self):
        self.assertEqual(self.finish(["T a.b ok"], status=124, why="time limit"), Tally(1, 1, 0))

    def test_status_77_without_verdicts_is_a_skip_with_the_last_line_as_reason(self):
        self.assertEqual(self.finish(["no clang here"], status=77), Tally(0, 0, 1))
        self.assertIn("no clang here", self.shown.getvalue())

    def test_a_note_is_shown_although_all_went_well(self):
        self.finish(["some detail", "note: the shim was woken", "T a.b ok"])
        self.assertIn("     note: the shim was woken\n", self.shown.getvalue())
        self.assertNotIn("some detail", self.shown.getvalue())

    def test_a_failure_shows_the_output_and_the_command_that_runs_it_alone(self):
        self.finish(["some detail", "T a.b fail x"])
        for part in ("some detail", "FAILED a.b: x", "alone: ./domik test boot/x"):
            self.assertIn(part, self.shown.getvalue())


class Table(unittest.TestCase):
    def test_the_table_in_the_tree_is_understood(self):
        kinds = {row.kind for row in lab_packages.read_table(lab_packages.TABLE.read_text())}
        self.assertEqual(kinds, set(lab_packages.KINDS))

    def test_a_line_that_is_not_understood_is_refused_with_its_number(self):
        for line in ("pakage bash", "package", "package a b", "latest x"):
            with self.assertRaisesRegex(Refusal, r"dom0\.table:2: "):
                lab_packages.read_table(f"# first\n{line}\n")


class Archive(InFolder):
    def test_cpio_unpacks_what_was_written(self):
        path = self.folder / "a.cpio"
        with open(path, "wb") as out:
            cpio = CpioWriter(out)
            cpio.file("a/b/c", b"hello", 0o755)
            cpio.link("a/l", "b/c")
            cpio.file("odd", b"1234567")
            cpio.close()
        entries = dict(self.entries(path.read_bytes()))
        self.assertEqual(list(entries), ["a", "a/b", "a/b/c", "a/l", "odd"])
        self.assertEqual(entries["a/b/c"], (stat.S_IFREG | 0o755, b"hello"))
        self.assertEqual(entries["a/l"], (stat.S_IFLNK | 0o777, b"b/c"))
        self.assertEqual(entries["odd"][1], b"1234567")
        self.assertEqual(path.stat().st_size % 512, 0)

    @staticmethod
    def entries(data):
        at = 0
        while True:
            assert data[at:at + 6] == b"070701", at
            mode, size, name_size = (int(data[at + i:at + i + 8], 16) for i in (14, 54, 94))
            name = data[at + 110:at + 110 + name_size - 1].decode()
            at += 110 + name_size
            at += -at % 4
            if name == "TRAILER!!!":
                return
            yield name, (mode, data[at:at + size])
            at += size + -size % 4

    def test_a_name_cannot_be_written_twice(self):
        with open(self.folder / "a", "wb") as out:
            cpio = CpioWriter(out)
            cpio.file("x", b"")
            with self.assertRaises(ValueError):
                cpio.file("x", b"")


class Names(InFolder):
    SOURCE = ".globl one, two\n.type one,@function\n.type two,@function\n" \
             "one: .skip 16\ntwo: .skip 16\n"

    def link(self, width):
        source = self.write("x.s", self.SOURCE)
        elf = self.folder / "build/pv64/x.debug.elf"
        elf.parent.mkdir(parents=True, exist_ok=True)
        flag = "-m64" if width == 64 else "-m32"
        subprocess.run(["gcc", flag, "-nostdlib", "-static", "-Wl,-Ttext=0x400000",
                        "-Wl,-e,one", "-Wl,--build-id=none", "-o", elf, source], check=True)
        return elf

    def test_symbols_of_both_widths_are_found(self):
        for width in (64, 32):
            found = {s.name: s.address for s in Elf(self.link(width)).symbols()}
            self.assertEqual((found["one"], found["two"]), (0x400000, 0x400010), width)

    def test_a_frame_gets_its_function_and_other_lines_stay(self):
        names = Symbolizer(self.link(64))
        self.assertEqual(names.line("  #1 0x400014"), "  #1 0x400014 two+0x4")
        self.assertEqual(names.line("  #0 0x3 (odd)"), "  #0 0x3 (odd)")
        self.assertEqual(names.line("at 0x400014"), "at 0x400014")

    def test_names_follow_the_image_that_a_domain_was_made_from(self):
        self.link(64)
        names = Consoles(self.folder)
        self.assertIsNone(names.line("LAB-DOM web pv64 x"))
        self.assertEqual(names.line("web| #2 0x400000"), "web| #2 0x400000 one+0x0")
        self.assertEqual(names.line("other| #2 0x400000"), "other| #2 0x400000")

    def test_what_the_shim_says_before_the_guest_is_left_out(self):
        consoles = Consoles(self.folder)
        consoles.line("LAB-DOM web pv32 x")
        lines = ["web| (XEN) boots", "web| hello", "web| (XEN) crash"]
        self.assertEqual([consoles.line(text) for text in lines], [None, *lines[1:]])

    def test_an_image_without_symbols_changes_nothing(self):
        self.assertEqual(Symbolizer(self.folder / "none").line("#1 0x400000"), "#1 0x400000")

    def test_libraries_that_a_program_needs_are_read(self):
        self.assertIn("libc.so.6", Elf(Path("/bin/true").resolve()).needed())

    def test_a_file_that_is_no_elf_is_refused(self):
        with self.assertRaises(ValueError):
            Elf(self.write("text", "hello, this is no program at all"))


class Batch(InFolder):
    """How a batch reads the job output of a lab that is only played here."""

    class PlayedLab:
        def __init__(self, lines, status=0, why=""):
            self.lines, self.result = lines, Result(status, Path("/out"), 1.0, why)

        def run(self, _job, _files, on_line):
            for text in self.lines:
                on_line(text)
            return self.result

    def play(self, lines, **result):
        runs = [batch.Run(Job(Path(f"{name}.job")), "pv64") for name in ("a", "b", "c")]
        said = []
        begun = batch.execute(self.PlayedLab(lines, **result), {}, runs,
                              lambda run: said.append(run.job.name), said.append,
                              lambda status, why: said.append((status, why)))
        return begun, said

    def test_each_job_begins_speaks_and_ends(self):
        lines = ["LAB-JOB a pv64", "T a.x ok", "LAB-END 0", "LAB-JOB b pv64", "LAB-END 3",
                 "LAB-JOB c pv64", "LAB-END 0"]
        begun, said = self.play(lines)
        self.assertEqual(begun, 3)
        self.assertEqual(said, ["a", "T a.x ok", (0, ""), "b", (3, ""), "c", (0, "")])

    def test_a_job_whose_end_is_not_seen_has_failed(self):
        lines = ["LAB-JOB a pv64", "T a.x ok", "no line endLAB-END 0", "LAB-JOB b pv64", "LAB-END 0",
                 "LAB-JOB c pv64", "LAB-END 0"]
        _, said = self.play(lines)
        self.assertEqual(said[3][0], 125)
        self.assertEqual(said[4:], ["b", (0, ""), "c", (0, "")])

    def test_a_lab_that_dies_ends_the_job_it_took_along_and_leaves_the_rest(self):
        begun, said = self.play(["LAB-JOB a pv64"], status=124, why="time limit")
        self.assertEqual((begun, said), (1, ["a", (124, "time limit")]))

    def test_a_lab_that_dies_between_jobs_fails_the_next(self):
        begun, said = self.play([], status=125)
        self.assertEqual((begun, said[0], said[1][0]), (1, "a", 125))

    def test_what_a_job_needs_and_is_not_there_is_refused(self):
        job = Job(self.folder / "a.job", files=["none.tar"])
        with self.assertRaisesRegex(Refusal, "none.tar"):
            batch.gather(self.folder, [batch.Run(job, "pv64")])

    def test_counted_time_gets_a_longer_limit(self):
        runs = [batch.Run(Job(Path("a.job"), limit_s=10), "pv64")]
        self.assertGreater(batch.limit_s(runs, "icount"), batch.limit_s(runs, "real"))


class BenchTable(unittest.TestCase):
    def test_figures_of_several_subjects_stand_side_by_side(self):
        one = bench.Subject("httpd", "pv64", {"a": ("1", "s"), "b": ("2.50", "ms")})
        two = bench.Subject("linux", "linux", {"b": ("10", "ms"), "c": ("3", "")})
        self.assertEqual(bench.table([one, two]).splitlines(),
                         ["   httpd pv64  linux", "a           1      -  s",
                          "b        2.50     10  ms", "c           -      3"])

    def test_subjects_are_images_with_a_target(self):
        self.assertEqual(bench.parse_subject("httpd").target, "pv64")
        self.assertEqual(bench.parse_subject("x:pv32").target, "pv32")
        self.assertEqual(bench.parse_subject("linux").target, "linux")
        for text in ("", ":pv64", "httpd:pv9", "httpd:linux", "linux:pv64"):
            with self.assertRaises(Refusal, msg=text):
                bench.parse_subject(text)


class QemuCommand(unittest.TestCase):
    def command(self, **options):
        lab = Lab(ROOT, Path("/out"), **options)
        return lab._command(Image(Path("/x"), Path("/k"), Path("/i")), Path("/initrd"))

    def test_the_real_clock_has_two_cpus_and_leads_the_port_to_the_guest(self):
        command = " ".join(self.command(forwards=[Forward(8080)]))
        self.assertIn("hostfwd=tcp:127.0.0.1:8080-192.168.2.11:80", command)
        self.assertIn("-smp 2", command)
        self.assertNotIn("-icount", command)

    def test_counted_time_has_one_cpu_a_fixed_seed_and_no_network(self):
        command = " ".join(self.command(clock="icount"))
        for part in ("-icount shift=0,sleep=off", "-smp 1", "-seed 1"):
            self.assertIn(part, command)
        self.assertNotIn("netdev", command)


if __name__ == "__main__":
    unittest.main()
