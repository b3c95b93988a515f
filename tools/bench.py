# SPDX-License-Identifier: BSD-2-Clause
"""`./domik bench`: measure images side by side on the same Xen, and print a table."""

import argparse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional

import batch
import bench_host
import build
import linux_domu
import setup
from batch import Run
from boot_suite import find_jobs
from job import CLOCKS, TARGETS
from lab import Lab
from say import Refusal, step, warn

LINUX = "linux"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", nargs="*", metavar="NAME",
                        help="measurements of tests/bench (default: all), or host: domik-host"
                             " on this machine, beside nginx")
    parser.add_argument("--subject", action="append", metavar="IMAGE:TARGET",
                        help="what to measure, several times for several; linux:linux is a Linux"
                             " domU (default: httpd:pv64 linux:linux)")
    parser.add_argument("--clock", choices=CLOCKS, default="icount",
                        help="icount: instructions are time, repeatable (default);"
                             " real: as fast as this machine happens to be")


@dataclass
class Subject:
    """One image on one target, and its figures: name -> (value, unit)."""

    image: str
    target: str
    figures: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return LINUX if self.target == LINUX else f"{self.image} {self.target}"


def parse_subject(text: str) -> Subject:
    image, _, target = text.partition(":")
    target = target or (LINUX if image == LINUX else TARGETS[0])
    if not image or target not in (*TARGETS, LINUX) or (target == LINUX) != (image == LINUX):
        raise Refusal(f"--subject {text}: give IMAGE:TARGET with a target of"
                      f" {' '.join(TARGETS)}, or linux:linux")
    return Subject(image, target)


def table(subjects: list[Subject]) -> str:
    """The figures, a row for each name in the order of their appearance."""
    names = list(dict.fromkeys(name for s in subjects for name in s.figures))
    rows = [["", *(s.title for s in subjects), ""]]
    for name in names:
        unit = next(s.figures[name][1] for s in subjects if name in s.figures)
        rows.append([name, *(s.figures.get(name, ("-", ""))[0] for s in subjects), unit])
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    return "\n".join("  ".join([row[0].ljust(widths[0]),
                                *(cell.rjust(width) for cell, width in
                                  zip(row[1:-1], widths[1:])), row[-1]]).rstrip()
                     for row in rows)


def run(root: Path, options: argparse.Namespace) -> int:
    if bench_host.names_host(options.names):
        return bench_host.run(root)
    subjects = [parse_subject(text) for text in
                options.subject or ("httpd:pv64", "linux:linux")]
    folder = root / "tests" / "bench"
    names = options.names or [None]
    jobs = [job for name in names for job in find_jobs(folder, name)]
    setup.ensure_lab_tools()
    for subject in subjects:
        if subject.target == LINUX:
            linux_domu.ensure(root)
        else:
            build.ensure_images(root, subject.target, [subject.image])
        subject.figures["image-size"] = _image_size(root, subject)
    runs = [Run(job, s.target, s.image) for s in subjects for job in jobs]
    step(f"measuring: {len(jobs)} jobs for each of {len(subjects)} ({options.clock} clock)")
    lab = Lab(root, root / "build" / "bench", clock=options.clock,
              limit_s=batch.limit_s(runs, options.clock))
    meter = _Meter(subjects)
    begun = batch.execute(lab, batch.gather(root, runs), runs, meter.begin, meter.line,
                          meter.end)
    print()
    print(table(subjects))
    return 1 if meter.failed or begun < len(runs) else 0


def _image_size(root: Path, subject: Subject) -> tuple[str, str]:
    if subject.target == LINUX:
        size = linux_domu.size_bytes(root)
    else:
        size = (root / "build" / subject.target / f"{subject.image}.elf").stat().st_size
    return f"{size / 1000:.0f}", "KB"


class _Meter:
    """Collects "B NAME VALUE UNIT" lines, and shows the output of a job that fails."""

    def __init__(self, subjects: list[Subject]):
        self.subjects = subjects
        self.subject: Optional[Subject] = None
        self.name = ""
        self.lines: list[str] = []
        self.failed = False

    def begin(self, run: Run) -> None:
        self.subject = next(s for s in self.subjects
                            if (s.image, s.target) == (run.image, run.target))
        self.name = f"{run.job.name} {self.subject.title}"
        self.lines = []

    def line(self, text: str) -> None:
        words = text.split(None, 3)
        if words[:1] == ["B"] and len(words) >= 3 and self.subject:
            self.subject.figures[words[1]] = (words[2], words[3] if len(words) > 3 else "")
        elif not text.startswith("LAB-"):
            self.lines.append(text)

    def end(self, status: int, why: str) -> None:
        if status == 0:
            step(f"measured {self.name}")
            return
        self.failed = True
        print("\n".join(f"    {text}" for text in self.lines))
        warn(f"{self.name} failed: {why or f'status {status}'}")
