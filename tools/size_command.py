# SPDX-License-Identifier: BSD-2-Clause
"""`./domik size`: build an image, and tell how many bytes come from which folder."""

import argparse
import subprocess
import sys
from pathlib import Path

import build
from job import TARGETS


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", choices=TARGETS, help="only this target (default: both)")
    parser.add_argument("--image", default="httpd", metavar="NAME", help="(default: httpd)")
    parser.add_argument("--update", action="store_true",
                        help="write the figures into the committed table tests/size/NAME.txt")


def run(root: Path, options: argparse.Namespace) -> int:
    targets = [options.target] if options.target else list(TARGETS)
    for target in targets:
        build.ensure_images(root, target, [options.image])
    command = [sys.executable, str(root / "tools" / "size_report.py"), "--image", options.image,
               *(["--update"] if options.update else []), *targets]
    return subprocess.run(command, cwd=root, check=False).returncode
