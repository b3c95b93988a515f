# SPDX-License-Identifier: BSD-2-Clause
"""What test images report on real Xen and in domik-host, line by line: it has to be the same.

Where a line differs, one of the two is wrong. The jobs of tests/boot run the images on Xen;
here each is run once more in domik-host, with the same memory, files and keys.
"""

import io
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

import domik_host
from say import step
from verdicts import Report, Tally, parse

LIMIT_S = 300


@dataclass
class Image:
    """An image that prints verdicts, and the job that runs it on Xen."""

    name: str
    job: str
    suite: str
    memory_mb: int
    cfg: str = ""
    files: Callable[[Path], list[str]] = field(default=lambda folder: [])


def _root_tar(folder: Path) -> list[str]:
    """The RAM disk of tests/boot/posix.job."""
    content = {"hello.txt": b"hello from the RAM disk\n42\n", "dir/a": b"a\n", "dir/b": b"b\n",
               "big": bytes(range(250)) * 6000,
               "etc/hosts": b"# the printer\n192.0.2.7 printer printer.lan\n"
                            b"2001:db8::7 printer\n"}
    with tarfile.open(folder / "root.tar", "w", format=tarfile.GNU_FORMAT) as tar:
        for name in (".", "./dir", "./etc"):
            entry = tarfile.TarInfo(name)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            tar.addfile(entry)
        for name, data in content.items():
            entry = tarfile.TarInfo(f"./{name}")
            entry.size, entry.mode = len(data), 0o644
            tar.addfile(entry, io.BytesIO(data))
    return [f"--ramdisk={folder / 'root.tar'}"]


def _big_directory(folder: Path) -> list[str]:
    """The keys that tests/boot/xen.job writes before the domain runs."""
    keys = folder / "keys"
    keys.write_text("".join(f"data/big/a-rather-long-name-{i} x\n" for i in range(1000, 1400)))
    return [f"--store={keys}"]


IMAGES = (
    Image("kernel-test", "kernel", "kernel-boot", 16),
    Image("memory-test", "memory", "memory", 64),
    Image("posix-test", "posix", "posix-boot", 24, files=_root_tar),
    Image("xen-test", "xen", "xen-boot", 32, cfg="max_grant_frames = 64\n",
          files=_big_directory),
    Image("refusals-test", "refusals", "refusals", 16),
)


def compare(root: Path, on_xen: dict[str, list[str]]) -> Tally:
    """A case for each image whose job has run for pv64; on_xen has the lines of each job."""
    report = Report("boot/both", "./domik test boot --target pv64")
    for image in IMAGES:
        if image.job in on_xen:
            host = _in_domik_host(root, image)
            why = _difference(_verdicts(on_xen[image.job], image), host)
            if not why:
                step(f"{image.name}: {len(host)} lines are the same on Xen and in domik-host")
            report.line(f"T both.{image.name} {f'fail {why}' if why else 'ok'}")
    return report.finish(0) if report.lines else Tally()


def _verdicts(lines: list[str], image: Image) -> dict[str, str]:
    """Case and outcome of the image's own verdicts: up to its end line."""
    found: dict[str, str] = {}
    for line in lines:
        verdict = parse(line.rstrip())
        if verdict and verdict.name.startswith(f"{image.suite}."):
            found[verdict.name] = f"{verdict.outcome} {verdict.why}".strip()
            if verdict.is_end:
                break
    return found


def _in_domik_host(root: Path, image: Image) -> dict[str, str]:
    with tempfile.TemporaryDirectory(prefix="domik-both-") as name:
        folder = Path(name)
        (folder / "both.cfg").write_text(image.cfg)
        words = [str(domik_host.program(root)), "-c", str(folder / "both.cfg"),
                 str(root / "build" / "pv64" / f"{image.name}.elf"),
                 f"--memory={image.memory_mb}", *image.files(folder)]
        try:
            done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True,
                                  text=True, errors="replace", check=False, timeout=LIMIT_S)
            lines = done.stdout.splitlines()
        except subprocess.TimeoutExpired as late:
            lines = (late.stdout or b"").decode(errors="replace").splitlines()
    return _verdicts(lines, image)


def _difference(xen: dict[str, str], host: dict[str, str]) -> str:
    """The first case that differs, in words; empty when all are the same. A job's own
    checks before the image's end line are not the image's."""
    for name, outcome in host.items():
        if xen.get(name) != outcome:
            return f"{name}: on Xen {xen.get(name, 'not there')}; in domik-host {outcome}"
    if not any(name.endswith(".end") for name in host):
        return f"in domik-host it printed no end after {len(host)} cases"
    return ""
