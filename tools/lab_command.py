# SPDX-License-Identifier: BSD-2-Clause
"""`./domik lab`: run one shell job in dom0 and exit as it does."""

import argparse
import sys
from pathlib import Path

import build
import lab_image
import setup
from job import TARGETS, image_files, job_files, read_job
from lab import Content, Forward, Lab, free_port
from say import Refusal, step
from symbolize import Consoles


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("job", type=Path, help="shell script, run by bash in /lab of dom0")
    parser.add_argument("files", type=Path, nargs="*", help="files to put beside it")
    parser.add_argument("--target", choices=TARGETS, default="pv64",
                        help="target whose images the job uses (default: pv64)")
    parser.add_argument("--icount", action="store_true",
                        help="count instructions as time (repeatable; no network to the host)")
    parser.add_argument("--limit", type=float, default=600, metavar="S",
                        help="end the lab after S seconds (default: 600)")
    parser.add_argument("--out", type=Path, metavar="DIR",
                        help="where results and logs go (default: build/lab-out/JOB)")


def gather(root: Path, job_path: Path, extra: list[Path], target: str) -> dict[str, Content]:
    """What the job finds in /lab: itself, its images, the files given with it."""
    job = read_job(job_path)
    if job.images:
        build.ensure_images(root, target, job.images)
    files: dict[str, Content] = {**image_files(root, target, job.images)}
    for path in [*job_files(root, job).values(), *extra]:
        if not path.is_file():
            raise Refusal(f"there is no file {path}")
        if path.name in files:
            raise Refusal(f"two files are called {path.name}: rename one")
        files[path.name] = path
    files[job_path.name] = job_path
    return files


def run(root: Path, options: argparse.Namespace) -> int:
    setup.ensure_lab_tools()
    clock = "icount" if options.icount else read_job(options.job).clock
    files = gather(root, options.job, options.files, options.target)
    out = options.out or root / "build" / "lab-out" / read_job(options.job).name
    if out.exists() and not out.is_dir():
        raise Refusal(f"--out {out} is a file: name a folder")
    forwards = [] if clock == "icount" else [Forward(free_port())]
    lab = Lab(root, out.absolute(), clock=clock, limit_s=options.limit, forwards=forwards)
    start = (f"export TARGET={options.target} CLOCK={clock}\n"
             f"exec bash '{options.job.name}'\n")
    consoles = Consoles(root)

    def show(line: str) -> None:
        shown = consoles.line(line)
        if shown is not None:
            print(shown, flush=True)

    lab_image.ensure(root)
    step(f"booting Xen and dom0 in QEMU ({clock} clock)")
    result = lab.run(start, files, show)
    step(f"the job ended with status {result.status} after {result.seconds:.1f} s;"
         f" results and logs: {result.out}")
    if result.why:
        print(f"domik: {result.why}", file=sys.stderr)
    return result.status
