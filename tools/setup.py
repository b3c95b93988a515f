# SPDX-License-Identifier: BSD-2-Clause
"""`./domik setup`: bring what is missing: host packages, library sources, lab packages."""

import argparse
from pathlib import Path
from typing import Optional

import apt
import lab_image
from fetch_subprojects import FetchError, archive_bases, fetch_subprojects
from host_packages import needs_for
from say import Refusal, step


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="archive", type=Path, metavar="DIR",
                        help="take library archives and lab packages from DIR")


def ensure_host(*uses: str) -> None:
    """Install the host packages of these uses that are missing."""
    missing = [n for n in needs_for(*uses).values() if not apt.is_installed(n.package)]
    if not missing:
        return
    apt.need_apt()
    step("installing what is missing on this machine:")
    for need in missing:
        print(f"  {need.package:16} {need.why}")
    apt.install(need.package for need in missing)


def ensure_build_tools(root: Path, archive_dir: Optional[Path] = None) -> None:
    """Compilers, Meson, headers, and the sources of the libraries."""
    ensure_host("build")
    try:
        if archive_dir is None and not archive_bases():
            apt.update()
        fetch_subprojects(root, archive_dir)
    except FetchError as error:
        raise Refusal(str(error)) from error


def ensure_lab_tools() -> None:
    ensure_host("lab")


def run(root: Path, options: argparse.Namespace) -> int:
    if options.archive and not options.archive.is_dir():
        raise Refusal(f"--from {options.archive}: there is no such folder")
    ensure_host("build", "lab", "debug", "check")
    ensure_build_tools(root, options.archive)
    lab_image.ensure(root, options.archive)
    step("everything is there; next: ./domik run, or ./domik test")
    return 0
