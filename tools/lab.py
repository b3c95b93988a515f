# SPDX-License-Identifier: BSD-2-Clause
"""The lab: real Xen and a Linux dom0 in QEMU, where shell jobs run with files beside them.

A job runs in dom0 in /lab with the functions of lab/lib.sh at hand. Its output streams out
over a serial port; what it leaves in /lab/out comes back when it has ended. Lines that
begin with "LAB-" are the lab's own and are acted upon, not shown:

    LAB-READY              dom0 is up, the job starts
    LAB-DOM NAME TARGET IMAGE   a domain is about to be created (for symbol names)
    LAB-HOST S WORDS       the job asks for a program to be run on the host, for S seconds at most
    LAB-INIT WHY           dom0 could not start
    LAB-EXIT STATUS        the job has ended

Those that are not known here go to on_line with the rest.
"""

import ctypes
import os
import shlex
import shutil
import signal
import socket
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Mapping, Optional

import backlog
import lab_image
from cpio import CpioWriter
from say import Refusal, warn

HERE = Path(__file__).parent
GUEST = "192.168.2.11"
XEN_ARGS = ("console=com1 com1=115200,8n1 dom0_max_vcpus=1 dom0_vcpus_pin bootscrub=0"
            " loglvl=all guest_loglvl=all noreboot=0")
DOM0_ARGS = "console=hvc0 rdinit=/init quiet loglevel=4 mitigations=off"
# QEMU's TCG cannot run dom0 with SMAP and SMEP, nor Xen's idle loop with MWAIT.
CPU = "EPYC,-smap,-smep,-monitor"
HOST_SEPARATOR = "\x1f"
NO_STATUS = 125
TIMED_OUT = 124

Content = Path | bytes | str


@dataclass
class Forward:
    """A TCP port of this machine that leads to a port of a guest."""

    host_port: int
    guest_port: int = 80
    guest_address: str = GUEST
    host_address: str = "127.0.0.1"

    def qemu(self) -> str:
        return (f",hostfwd=tcp:{self.host_address}:{self.host_port}"
                f"-{self.guest_address}:{self.guest_port}")


@dataclass
class Result:
    """How a job ended, and where to look."""

    status: int
    out: Path
    seconds: float
    why: str = ""

    @property
    def console_log(self) -> Path:
        return self.out / "console.log"


@dataclass
class Lab:
    """One kind of lab; run() boots it for one job.

    out:    folder for console.log (Xen and dom0), job.log, what the job leaves, and qemu.sh,
            which boots the same again
    clock:  "real", or "icount": instructions are time, so that runs are repeatable; one
            CPU, no network card, no host calls
    """

    root: Path
    out: Path
    clock: str = "real"
    limit_s: float = 300
    memory_mb: int = 2048
    dom0_mb: int = 768
    forwards: list[Forward] = field(default_factory=list)
    xen_args: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self, job: Content, files: Mapping[str, Content],
            on_line: Callable[[str], None] = print) -> Result:
        """Boot, run a job with its files (name below /lab -> content), give every line of
        its output to on_line, and wait for the end."""
        self.out.mkdir(parents=True, exist_ok=True)
        initrd = self.out / "initrd"
        image = lab_image.ensure(self.root)
        self._pack(image.initramfs, initrd, {**files, "job.sh": job})
        command = self._command(image, initrd)
        (self.out / "qemu.sh").write_text(shlex.join(command) + "\n")
        return _Session(self, command, on_line).run()

    def _pack(self, initramfs: Path, initrd: Path, files: Mapping[str, Content]) -> None:
        """dom0's initramfs and, after it, a second archive with what this job brings."""
        shutil.copyfile(initramfs, initrd)
        with open(initrd, "ab") as out:
            cpio = CpioWriter(out)
            everything = {"lib.sh": HERE / "lab" / "lib.sh", **files}
            for name, content in sorted(everything.items()):
                if isinstance(content, Path):
                    cpio.copy(f"lab/{name}", content)
                else:
                    data = content.encode() if isinstance(content, str) else content
                    cpio.file(f"lab/{name}", data)
            cpio.close()

    def _command(self, image: lab_image.Image, initrd: Path) -> list[str]:
        counted = self.clock == "icount"
        dom0 = DOM0_ARGS + f" lab.clock={self.clock}" + (" norandmaps" if counted else "")
        xen = f"{XEN_ARGS} dom0_mem={self.dom0_mb}M,max:{self.dom0_mb}M {self.xen_args}"
        command = [
            "qemu-system-x86_64", "-cpu", CPU, "-m", str(self.memory_mb),
            "-nodefaults", "-no-reboot", "-display", "none", "-monitor", "none",
            "-serial", f"file:{self.out}/console.log",
            "-chardev", "stdio,id=job,signal=off", "-serial", "chardev:job",
            "-fsdev", f"local,id=lab,path={self.out},security_model=none,multidevs=remap",
            "-device", "virtio-9p-pci,fsdev=lab,mount_tag=lab",
            "-kernel", str(image.xen), "-append", xen,
            "-initrd", f"{image.kernel} {dom0.replace(',', ',,')},{initrd}"]
        if counted:
            return command + ["-accel", "tcg,thread=single", "-smp", "1",
                              "-icount", "shift=0,sleep=off", "-seed", "1",
                              "-rtc", "base=2026-01-01,clock=vm"]
        net = "user,id=net,restrict=on,net=192.168.2.0/24,host=192.168.2.2,dhcpstart=" + GUEST
        return command + ["-accel", "tcg,thread=multi", "-smp", "2",
                          "-netdev", net + "".join(f.qemu() for f in self.forwards),
                          "-device", "virtio-net-pci,netdev=net,romfile="]


class _Session:
    """One run of QEMU: streams, host calls, time limit."""

    def __init__(self, lab: Lab, command: list[str], on_line: Callable[[str], None]):
        self.lab, self.command, self.on_line = lab, command, on_line
        self.why = ""
        self.status: Optional[int] = None

    def run(self) -> Result:
        if not shutil.which(self.command[0]):
            raise Refusal(f"{self.command[0]} is missing: run ./domik setup")
        start = time.monotonic()
        errors = open(self.lab.out / "qemu.log", "w+")
        self.qemu = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                     stdout=subprocess.PIPE, stderr=errors,
                                     start_new_session=True,
                                     preexec_fn=_die_with_parent)
        guard = threading.Thread(target=self._guard, daemon=True)
        guard.start()
        try:
            self._follow()
            self.qemu.wait()
        finally:
            self._kill()
            guard.join()
            errors.seek(0)
            complaint = errors.read().strip()
            errors.close()
        if self.status is None and not self.why:
            self.why = f"the lab died: {complaint or 'see ' + str(self.lab.out / 'console.log')}"
        status = NO_STATUS if self.status is None else self.status
        if self.why.startswith("time limit"):
            status = TIMED_OUT
        return Result(status, self.lab.out, time.monotonic() - start, self.why)

    def _guard(self) -> None:
        """Kill QEMU at the time limit, or when asked to stop."""
        end = time.monotonic() + self.lab.limit_s
        while self.qemu.poll() is None:
            if self.lab.stop.wait(0.1):
                break
            if time.monotonic() > end:
                self.why = f"time limit of {self.lab.limit_s:g} s reached"
                break
        self._kill()

    def _kill(self) -> None:
        if self.qemu.poll() is None:
            self.qemu.kill()
            self.qemu.wait()

    def _follow(self) -> None:
        assert self.qemu.stdout
        with open(self.lab.out / "job.log", "w") as log:
            for raw in self.qemu.stdout:
                line = raw.decode(errors="replace").rstrip("\r\n")
                log.write(line + "\n")
                log.flush()
                if line.startswith("LAB-"):
                    self._control(line)
                else:
                    self.on_line(line)

    def _control(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if word == "LAB-EXIT":
            self.status = int(rest)
        elif word == "LAB-INIT":
            self.why = f"dom0 could not start: {rest}"
        elif word == "LAB-HOST":
            limit, _, words = rest.partition(" ")
            self._reply(self._host_call(int(limit),
                                        words.rstrip(HOST_SEPARATOR).split(HOST_SEPARATOR)))
        elif word == "LAB-READY":
            for forward in self.lab.forwards:
                backlog.widen(self.qemu.pid, forward.host_port)
        else:
            self.on_line(line)

    def _host_call(self, limit_s: int, words: list[str]) -> int:
        """Run a program of the source tree for the job; its output joins the job's."""
        program = (self.lab.root / words[0]).resolve()
        if not program.is_relative_to(self.lab.root.resolve()) or not program.is_file():
            warn(f"a job asked for {words[0]}, which is no file of this tree")
            return NO_STATUS
        forward = next((f for f in self.lab.forwards if f.guest_port == 80), None)
        if forward is None:
            warn(f"a job asked for {words[0]}, but this lab has no way from the host to guests")
            return NO_STATUS
        env = dict(os.environ, LAB_URL=f"http://{forward.host_address}:{forward.host_port}")
        with subprocess.Popen([str(program), *words[1:]], stdin=subprocess.DEVNULL, env=env,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", cwd=self.lab.root) as child:
            assert child.stdout
            guard = threading.Timer(limit_s, child.kill)
            guard.start()
            for line in child.stdout:
                self.on_line(line.rstrip("\n"))
            guard.cancel()
        return child.returncode

    def _reply(self, status: int) -> None:
        assert self.qemu.stdin
        self.qemu.stdin.write(f"{status}\n".encode())
        self.qemu.stdin.flush()


def _die_with_parent() -> None:
    """In the child: have the kernel end QEMU should this program die without cleaning up."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
