# SPDX-License-Identifier: BSD-2-Clause
"""Run several jobs one after another in one boot of the lab (lab/batch.sh)."""

from pathlib import Path
from typing import Callable, NamedTuple, Optional

from job import Job, image_files, job_files
from lab import NO_STATUS, Content, Lab
from say import Refusal

SCRIPT = Path(__file__).parent / "lab" / "batch.sh"
BOOT_S = 120
DESTROY_S = 15
COUNTED_SLOWNESS = 10  # a second of counted time takes several of ours


class Run(NamedTuple):
    """One job on one target; image: what it is to measure, when that is not its own choice."""

    job: Job
    target: str
    image: str = ""

    @property
    def images(self) -> list[str]:
        return [*self.job.images, *([self.image] if self.image else [])]


def limit_s(runs: list[Run], clock: str) -> int:
    """Time in which the lab must be done with these jobs."""
    guest_s = sum(run.job.limit_s + DESTROY_S for run in runs)
    return BOOT_S + guest_s * (COUNTED_SLOWNESS if clock == "icount" else 1)


def gather(root: Path, runs: list[Run]) -> dict[str, Content]:
    """Everything that the runs need, by its name below /lab."""
    files: dict[str, Content] = {}
    for run in runs:
        files.update(image_files(root, run.target, run.images))
        files[f"jobs/{run.job.path.name}"] = run.job.path
        for name, path in job_files(root, run.job).items():
            files[f"files/{name}"] = path
    files["batch"] = "".join(f"{run.job.name} {run.target} {run.job.limit_s} {run.image}\n"
                             for run in runs)
    return files


def execute(lab: Lab, files: dict[str, Content], runs: list[Run], begin: Callable[[Run], None],
            line: Callable[[str], None], end: Callable[[int, str], None]) -> int:
    """Boot the lab and run the jobs: begin(run), line(text)…, end(status, why) for each.

    Returns how many have begun. When the lab ends too early, the run that it took with it
    is ended with the reason; if it was between two, the next one is begun and ended so.
    """
    begun = 0
    inside = False

    def listen(text: str) -> None:
        nonlocal begun, inside
        if text.startswith("LAB-JOB "):
            if inside:
                end(NO_STATUS, "its end was lost in a line that it left unfinished")
            begin(runs[begun])
            begun, inside = begun + 1, True
        elif text.startswith("LAB-END "):
            inside = False
            end(int(text.split()[1]), "")
        else:
            line(text)

    result = lab.run(SCRIPT, files, listen)
    why: Optional[str] = result.why or "the lab ended too early"
    if not inside and begun < len(runs):
        begin(runs[begun])
        begun, inside = begun + 1, True
    if inside:
        end(result.status, why)
    return begun
