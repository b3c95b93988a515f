# SPDX-License-Identifier: BSD-2-Clause
"""Ask the distribution's package tools: what exists, download without installing, install."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Callable, Iterable

from say import Refusal, step, warn

QUIET = dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C")
WAIT = ("-o", "DPkg::Lock::Timeout=300")  # s, for another one who installs something
_updated = False


def need_apt() -> None:
    if not shutil.which("apt-get"):
        raise Refusal("this machine has no apt-get: install the packages that"
                      " tools/host_packages.py lists by hand, and give the lab's packages"
                      " with ./domik setup --from DIR")


def as_root(command: list[str]) -> list[str]:
    """The command, through sudo unless we are root already."""
    if os.geteuid() == 0:
        return command
    if not shutil.which("sudo"):
        raise Refusal("packages are missing and only root may install them: run this once"
                      " as root, or: " + " ".join(command))
    return ["sudo", *command]


def update() -> None:
    """Refresh apt's lists, once per run; old lists do when the archive is out of reach."""
    global _updated
    if _updated:
        return
    need_apt()
    step("refreshing apt's package lists")
    done = subprocess.run(as_root(["apt-get", "-qq", "update"]), env=QUIET,
                          stdin=subprocess.DEVNULL)
    if done.returncode:
        warn("apt-get update failed; going on with the lists that are there")
    _updated = True


def is_installed(package: str) -> bool:
    done = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status}", package],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() == "installed"


def install(packages: Iterable[str]) -> None:
    names = list(packages)
    if not names:
        return
    command = as_root(["apt-get", "-qq", "-y", "--no-install-recommends", *WAIT, "install", *names])
    update()
    print("  " + " ".join(command), flush=True)
    done = subprocess.run(command, env=QUIET, stdin=subprocess.DEVNULL,
                          stdout=subprocess.DEVNULL)
    if done.returncode:
        raise Refusal(f"apt could not install {' '.join(names)}: see its message above;"
                      " then run the same command again")


def depends(packages: Iterable[str]) -> dict[str, list[str]]:
    """The direct dependencies of each package that apt knows."""
    need_apt()
    done = subprocess.run(
        ["apt-cache", "depends", "--important", *packages], env=QUIET,
        capture_output=True, text=True, check=False)
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in done.stdout.splitlines():
        word = line.strip().lstrip("|")
        if not line.startswith(" ") and not line.startswith("|"):
            current = found.setdefault(line.strip(), [])
        elif word.startswith(("Depends: ", "PreDepends: ")):
            current.append(word.split(": ", 1)[1])
    return found


def closure(packages: Iterable[str], follow: Callable[[str], bool]) -> list[str]:
    """The packages and, transitively, those of their dependencies that follow() accepts."""
    known: dict[str, list[str]] = {}
    wanted = set(packages)
    while wanted - known.keys():
        asked = sorted(wanted - known.keys())
        found = depends(asked)
        missing = [name for name in asked if name not in found]
        if missing:
            raise Refusal(f"apt knows no package {' '.join(missing)}: run apt-get update, or"
                          " use Debian 12")
        known.update(found)
        wanted |= {name for names in found.values() for name in names if follow(name)}
    return sorted(known)


def download(packages: Iterable[str], folder: Path) -> None:
    """Fetch packages into a folder without installing them."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["apt-get", "-qq", "-o", "APT::Sandbox::User=root", "download", *packages]
    done = subprocess.run(command, cwd=folder, env=QUIET, capture_output=True, text=True,
                          check=False)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Refusal(f"apt could not download the lab's packages ({reason}): check the"
                      " network, run apt-get update, and try again")
