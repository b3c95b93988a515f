# SPDX-License-Identifier: BSD-2-Clause
"""`./domik run --xen`: boot Xen, create a domU from an image, serve until Ctrl-C."""

import argparse
import re
import shlex
import threading
from pathlib import Path

import build
import lab_image
import setup
import site_tar
from answer import wait_for_reply
from job import image_files
from lab import Content, Forward, Lab, Result
from run import MIB, cfg_value, choose_memory, command_line, guest_address
from say import Refusal, step
from symbolize import Consoles

HERE = Path(__file__).parent
XEN_MB = 300
DOM0_MB = 768


def _check_host_memory(needed_mb: int) -> None:
    try:
        text = Path("/proc/meminfo").read_text()
    except OSError:
        return
    match = re.search(r"^MemAvailable:\s+(\d+) kB", text, re.MULTILINE)
    if match and int(match[1]) // 1024 < needed_mb:
        raise Refusal(f"the lab needs {needed_mb} MB of this machine's memory and"
                      f" {int(match[1]) // 1024} MB are free: close something, or give the"
                      " domU less with --memory")


def run(root: Path, options: argparse.Namespace) -> int:
    forward = Forward(options.port, guest_address=guest_address(options.ip))
    cmdline = command_line(options.ip, options.args)
    out = root / "build" / "run"
    setup.ensure_lab_tools()
    build.ensure_images(root, options.target, [options.image])
    images = image_files(root, options.target, [options.image])
    files: dict[str, Content] = {**images, "run.sh": HERE / "lab" / "run.sh"}
    cfg = images[f"{options.target}/{options.image}.cfg"].read_text()
    settings, tar_bytes = [], 0
    own = root / "build" / options.target / f"{options.image}.tar"
    folder = options.root
    if not own.exists() and cfg_value(cfg, "vif"):
        folder = folder or root / "apps" / "www"
    if folder or own.exists():
        tar_bytes = site_tar.pack(folder, out / "site.tar", own if own.exists() else None)
        files["site.tar"] = out / "site.tar"
        settings.append("ramdisk=/lab/site.tar")
        step(f"packed {folder or own}: {tar_bytes // 1024} KB become the RAM disk")
    memory_mb = choose_memory(options.memory, options.target,
                              int(cfg_value(cfg, "memory") or 16), tar_bytes)
    settings += [f"memory={memory_mb}", *([f"cmdline={cmdline}"] if cmdline else [])]
    dom0_mb = DOM0_MB + 2 * (tar_bytes // MIB)
    lab_mb = max(2048, XEN_MB + dom0_mb + memory_mb + 64)
    _check_host_memory(lab_mb)
    lab_image.ensure(root)
    lab = Lab(root, out, limit_s=float("inf"), memory_mb=lab_mb, dom0_mb=dom0_mb,
              forwards=[forward])
    step(f"booting Xen and dom0 in QEMU; then a domU {options.image} ({options.target},"
         f" {memory_mb} MB)")
    words = " ".join(shlex.quote(word) for word in [options.image, *settings])
    start = f"export TARGET={options.target}\nexec bash run.sh {words}\n"
    return _Serving(lab, options, root).run(start, files)


class _Serving:
    """The lab with its one domain, watched from outside."""

    def __init__(self, lab: Lab, options: argparse.Namespace, root: Path):
        self.lab, self.options = lab, options
        self.consoles = Consoles(root)
        self.state = ""
        self.over = threading.Event()

    def run(self, start: str, files: dict[str, Content]) -> int:
        try:
            result = self.lab.run(start, files, self._line)
        except KeyboardInterrupt:
            self.over.set()
            print()
            step("stopped")
            return 0
        finally:
            self.over.set()
        return self._tell(result)

    def _tell(self, result: Result) -> int:
        if result.why:
            raise Refusal(result.why)
        if not self.state:
            raise Refusal("xl could not create the domU: see its message above")
        logs = f"logs: {result.out}"
        if self.state == "gone":
            step(f"the domU has powered itself off; {logs}")
        else:
            step(f"the domU has ended: {self.state}; {logs}")
        return result.status

    def _line(self, line: str) -> None:
        if line == "LAB-CREATED":
            step("the domU is created; its console:")
            threading.Thread(target=wait_for_reply, args=(self.options.port, self.over),
                             daemon=True).start()
        elif line.startswith("LAB-ENDED "):
            self.state = line.split()[1]
        else:
            shown = self.consoles.line(line)
            if shown is not None:
                print(shown, flush=True)
