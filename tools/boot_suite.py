# SPDX-License-Identifier: BSD-2-Clause
"""The boot suite: tests/boot/*.job on real Xen, as many as can share one boot of the lab."""

from pathlib import Path
from typing import NamedTuple, Optional

import setup
from job import CLOCKS, Job, image_files, read_job
from lab import Content, Forward, Lab, free_port
from say import Refusal, step
from symbolize import ConsoleNames
from verdicts import Report, Tally

HERE = Path(__file__).parent
BOOT_S = 120
DESTROY_S = 15


class Run(NamedTuple):
    """One job on one target."""

    job: Job
    target: str

    @property
    def report(self) -> Report:
        return Report(f"boot/{self.job.name} {self.target}",
                      f"./domik test boot/{self.job.name} --target {self.target}")


def find_jobs(root: Path, only: Optional[str]) -> list[Job]:
    jobs = [read_job(path) for path in sorted((root / "tests" / "boot").glob("*.job"))]
    chosen = [job for job in jobs if only in (None, job.name)]
    if only and not chosen:
        raise Refusal(f"there is no tests/boot/{only}.job; there are:"
                      f" {' '.join(job.name for job in jobs) or 'none'}")
    return chosen


def run(root: Path, only: Optional[str], targets: list[str]) -> Tally:
    setup.ensure_lab_tools()
    jobs = find_jobs(root, only)
    total = Tally()
    for clock in CLOCKS:
        waiting = [Run(job, target) for target in targets for job in jobs
                   if target in job.targets and job.clock == clock]
        number = 0
        while waiting:
            number += 1
            batch = _Batch(root, clock, number, waiting)
            total.add(batch.run())
            waiting = waiting[batch.started:]
    return total


class _Batch:
    """Some runs in one boot; `started` says how far it came before the lab ended."""

    def __init__(self, root: Path, clock: str, number: int, runs: list[Run]):
        self.root, self.clock, self.runs = root, clock, runs
        self.out = root / "build" / "boot" / f"{clock}-{number}"
        self.started = 0
        self.total = Tally()
        self.report: Optional[Report] = None
        self.names = ConsoleNames(root)

    def run(self) -> Tally:
        runnable = []
        for run in self.runs:
            try:
                image_files(self.root, run.target, run.job.images)
                runnable.append(run)
            except Refusal as refusal:
                self.total.add(run.report.finish(0, str(refusal)))
        self.runs[:] = runnable
        if not runnable:
            return self.total
        step(f"boot: {len(runnable)} jobs in one lab ({self.clock} clock)")
        limit_s = BOOT_S + sum(run.job.limit_s + DESTROY_S for run in runnable)
        forwards = [] if self.clock == "icount" else [Forward(free_port())]
        lab = Lab(self.root, self.out, clock=self.clock, limit_s=limit_s, forwards=forwards)
        result = lab.run(HERE / "lab" / "batch.sh", self._files(), self._line)
        if self.report:
            self._end(result.status, result.why or "the lab ended under it")
        elif self.started < len(runnable):
            self.started += 1
            self.total.add(runnable[self.started - 1].report.finish(
                result.status, result.why or "the lab ended before it"))
        return self.total

    def _files(self) -> dict[str, Content]:
        files: dict[str, Content] = {}
        for run in self.runs:
            files.update(image_files(self.root, run.target, run.job.images))
            files[f"jobs/{run.job.path.name}"] = run.job.path
            for name in run.job.files:
                path = self.root / name
                if not path.is_file():
                    raise Refusal(f"{run.job.path} asks for {name}, which does not exist")
                files[f"files/{path.name}"] = path
        files["batch"] = "".join(f"{run.job.name} {run.target} {run.job.limit_s}\n"
                                 for run in self.runs)
        return files

    def _line(self, line: str) -> None:
        if line.startswith("LAB-JOB "):
            self.report = self.runs[self.started].report
            self.started += 1
        elif line.startswith("LAB-END "):
            self._end(int(line.split()[1]), "")
        else:
            shown = self.names.line(line)
            if self.report and shown is not None:
                self.report.line(shown)

    def _end(self, status: int, why: str) -> None:
        assert self.report
        self.total.add(self.report.finish(status, why))
        self.report = None
