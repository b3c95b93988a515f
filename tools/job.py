# SPDX-License-Identifier: BSD-2-Clause
"""Lab jobs: read a job's header, and gather what it needs below /lab.

The header is the comment lines at the top of a job, all optional:

    # images: NAME…            images of the job's target, below $IMAGES
    # targets: pv64 pv32       targets it is run for (both when not said)
    # files: PATH…             files of the source tree, beside the job
    # made: PROGRAM FILE       a file that a program of the tree writes, beside the job
    # limit: SECONDS           it is ended after that (60 when not said)
    # clock: real|icount       the clock it needs (real when not said)
"""

import re
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from say import Refusal

TARGETS = ("pv64", "pv32")
CLOCKS = ("real", "icount")
HEADER = re.compile(r"#\s*([a-z]+):\s*(.*)")
KEYS = ("images", "targets", "files", "made", "limit", "clock")


@dataclass
class Job:
    path: Path
    images: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=lambda: list(TARGETS))
    files: list[str] = field(default_factory=list)
    made: list[str] = field(default_factory=list)
    limit_s: int = 60
    clock: str = "real"

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".job").removesuffix(".sh")


def read_job(path: Path) -> Job:
    """Read a job's header; anything odd in it is refused with the line at fault."""
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"cannot read the job {path}: {error}") from error
    job = Job(path)
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("#"):
            if line.strip():
                break
            continue
        match = HEADER.fullmatch(line.strip())
        if match and match[1] in KEYS:
            _set(job, match[1], match[2].split(), f"{path}:{number}")
    return job


def _set(job: Job, key: str, words: list[str], where: str) -> None:
    if key in ("images", "files"):
        setattr(job, key, words)
    elif key == "made" and len(words) == 2:
        job.made = words
    elif key == "targets" and words and set(words) <= set(TARGETS):
        job.targets = words
    elif key == "limit" and len(words) == 1 and words[0].isdigit() and int(words[0]) > 0:
        job.limit_s = int(words[0])
    elif key == "clock" and len(words) == 1 and words[0] in CLOCKS:
        job.clock = words[0]
    else:
        raise Refusal(f"{where}: '{key}: {' '.join(words)}' is not understood: targets are"
                      f" {' '.join(TARGETS)}, clocks {' '.join(CLOCKS)}, a limit is seconds")


def job_files(root: Path, job: Job) -> dict[str, Path]:
    """What a job finds beside it, by name."""
    paths = [root / name for name in job.files]
    if job.made:
        program, name = job.made
        paths.append(_make(root, job, program, name))
    for path in paths:
        if not path.is_file():
            raise Refusal(f"{job.path} asks for {path}, which is no file")
    return {path.name: path for path in paths}


def _make(root: Path, job: Job, program: str, name: str) -> Path:
    """Have a program of the tree write a file; whole at any time, for another lab may read it."""
    folder = root / "build" / "made"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as temporary:
        written = Path(temporary) / name
        if subprocess.run([root / program, written], check=False).returncode:
            raise Refusal(f"{job.path}: {program} could not write {name}")
        return written.replace(folder / name)


def image_files(root: Path, target: str, images: list[str]) -> dict[str, Path]:
    """The built images and their configurations, by their name below /lab."""
    found = {}
    for image in images:
        for ending in ("elf", "cfg"):
            path = root / "build" / target / f"{image}.{ending}"
            if not path.is_file():
                raise Refusal(f"there is no {path}: ./domik build --target {target} makes the"
                              " images; is the name right?")
            found[f"{target}/{image}.{ending}"] = path
        for ending in ("cpio.gz", "tar"):  # what it may have as its RAM disk
            for path in (root / "build" / target).glob(f"{image}.{ending}"):
                found[f"{target}/{path.name}"] = path
    return found
