# SPDX-License-Identifier: BSD-2-Clause
"""The boot suite: tests/boot/*.job on real Xen, as many as can share one boot of the lab.

Each target has a lab of its own, and they run at the same time: much of a job is waiting.
"""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Optional

import batch
import both_hosts
import build
import domik_host
import setup
from batch import Run
from job import CLOCKS, Job, read_job
from lab import Forward, Lab, free_port
from say import Refusal, step
from symbolize import Consoles
from verdicts import Report, Tally


def find_jobs(folder: Path, only: Optional[str]) -> list[Job]:
    """The jobs of a folder in the order of their names, or the one that is asked for."""
    jobs = [read_job(path) for path in sorted(folder.glob("*.job"))]
    chosen = [job for job in jobs if only in (None, job.name)]
    if only and not chosen:
        raise Refusal(f"there is no {only}.job in {folder}; there are:"
                      f" {' '.join(job.name for job in jobs) or 'none'}")
    return chosen


def run(root: Path, only: Optional[str], targets: list[str]) -> Tally:
    setup.ensure_lab_tools()
    jobs = find_jobs(root / "tests" / "boot", only)
    total = Tally()
    stop = threading.Event()
    said: dict[str, list[str]] = {}  # by the jobs for pv64
    for clock in CLOCKS:
        with ThreadPoolExecutor(len(targets)) as pool:
            labs = [pool.submit(_run_all, root, clock, stop, said,
                                [Run(job, target) for job in jobs
                                 if target in job.targets and job.clock == clock])
                    for target in targets]
            try:
                for tally in [lab.result() for lab in labs]:
                    total.add(tally)
            except BaseException:
                stop.set()
                raise
    build.build_goals(root, "native", [domik_host.PROGRAM])
    total.add(both_hosts.compare(root, said))
    return total


def _run_all(root: Path, clock: str, stop: threading.Event, said: dict[str, list[str]],
             runs: list[Run]) -> Tally:
    """Run jobs of one clock and target; a lab that dies under one of them is booted anew for
    the rest."""
    judge = _Judge(root, said)
    waiting = [run for run in runs if judge.has_files(run)]
    boots = 0
    while waiting and not stop.is_set():
        boots += 1
        target = waiting[0].target
        step(f"boot: {len(waiting)} jobs for {target} in one lab ({clock} clock)")
        forwards = [] if clock == "icount" else [Forward(free_port())]
        lab = Lab(root, root / "build" / "boot" / f"{target}-{clock}-{boots}", clock=clock,
                  limit_s=batch.limit_s(waiting, clock), forwards=forwards, stop=stop)
        files = batch.gather(root, waiting)
        begun = batch.execute(lab, files, waiting, judge.begin, judge.line, judge.end)
        waiting = waiting[begun:]
    return judge.total


_telling = threading.Lock()  # one report at a time


class _Judge:
    """Collects what each run prints and judges it at its end."""

    def __init__(self, root: Path, said: dict[str, list[str]]):
        self.root = root
        self.said = said
        self.run: Optional[Run] = None
        self.total = Tally()
        self.report: Optional[Report] = None
        self.began = 0.0
        self.consoles = Consoles(root)

    def has_files(self, run: Run) -> bool:
        """Whether all that a run needs is there; if not, it has failed."""
        try:
            batch.gather(self.root, [run])
            return True
        except Refusal as refusal:
            self.begin(run)
            self.end(0, str(refusal))
            return False

    def begin(self, run: Run) -> None:
        self.began = time.monotonic()
        self.run = run
        self.report = Report(f"boot/{run.job.name} {run.target}",
                             f"./domik test boot/{run.job.name} --target {run.target}")

    def line(self, text: str) -> None:
        shown = self.consoles.line(text)
        if self.report and shown is not None:
            self.report.line(shown)

    def end(self, status: int, why: str) -> None:
        if self.report and self.run:
            if self.run.target == "pv64":
                self.said[self.run.job.name] = self.report.lines
            self.report.took_s = time.monotonic() - self.began
            with _telling:
                self.total.add(self.report.finish(status, why))
        self.report = None
