#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Bring the archives named by subprojects/*.wrap, checked by hash, into subprojects/packagefiles.

They come from the Debian archive that this machine's apt already uses (no host is named here), or from a folder:

    tools/fetch_subprojects.py [FOLDER]
"""

import configparser
import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

APT_HELPER = "/usr/lib/apt/apt-helper"


class FetchError(Exception):
    """An archive cannot be had; the text says what to do."""


@dataclass
class Archive:
    """What one wrap file wants."""

    name: str
    sha256: str
    pool: str  # folder below pool/ of a Debian archive
    directory: str  # where Meson unpacks it, below subprojects/

    def matches(self, path: Path) -> bool:
        if not path.is_file():
            return False
        return hashlib.sha256(path.read_bytes()).hexdigest() == self.sha256


def read_wrap(path: Path) -> Archive:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(path, encoding="utf-8")
    wrap = parser["wrap-file"]
    return Archive(
        wrap["source_filename"], wrap["source_hash"], wrap["debian_pool"], wrap["directory"]
    )


def archive_bases() -> list[str]:
    """The archives in apt's own order; an empty list before the first apt-get update."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)"]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise FetchError(f"cannot ask apt for its archives: {error}") from error
    return list(dict.fromkeys(done.stdout.split()))


def copy_from_folder(archive: Archive, folder: Path, target: Path) -> None:
    source = folder / archive.name
    if not source.is_file():
        raise FetchError(f"{folder} has no {archive.name}; put it there")
    if not archive.matches(source):
        raise FetchError(f"{source} is damaged: its SHA-256 is not {archive.sha256}")
    shutil.copyfile(source, target)


def download(archive: Archive, target: Path) -> None:
    bases = archive_bases()
    if not bases:
        raise FetchError("apt knows no archive yet; run: apt-get update")
    said = ""
    for base in bases:
        uri = f"{base.rstrip('/')}/pool/{archive.pool}/{archive.name}"
        command = [APT_HELPER, "-qq", "-o", "APT::Sandbox::User=root"]
        command += ["download-file", uri, str(target), f"SHA256:{archive.sha256}"]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode == 0 and archive.matches(target):
            return
        said += done.stderr
        target.unlink(missing_ok=True)
        target.with_name(target.name + ".FAILED").unlink(missing_ok=True)
    raise FetchError(
        f"cannot fetch {archive.name}; if the archive has moved on, get the file elsewhere and "
        f"name its folder on the command line\n{said.strip()}"
    )


def fetch_subprojects(root: Path | str, archive_dir: Path | str | None = None) -> list[str]:
    """Make every archive present below root; returns the names of those that had to be brought."""
    subprojects = Path(root) / "subprojects"
    packagefiles = subprojects / "packagefiles"
    brought = []
    for wrap in sorted(subprojects.glob("*.wrap")):
        archive = read_wrap(wrap)
        target = packagefiles / archive.name
        if archive.matches(target):
            continue
        if archive_dir is None:
            download(archive, target)
        else:
            copy_from_folder(archive, Path(archive_dir), target)
        brought.append(archive.name)
    return brought


def main() -> int:
    root = Path(__file__).resolve().parent.parent
    try:
        for name in fetch_subprojects(root, *sys.argv[1:2]):
            print(f"fetched {name}")
    except FetchError as error:
        print(f"fetch_subprojects: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
