# SPDX-License-Identifier: BSD-2-Clause
"""Bring the packages of the lab's dom0: choose, download, unpack; nothing is installed."""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

import apt
from say import Refusal, step

TABLE = Path(__file__).parent / "lab" / "dom0.table"
KINDS = {"package": 1, "latest": 2, "file": 1, "module": 1, "folder": 1}


class Row(NamedTuple):
    kind: str
    words: list[str]


def read_table(text: str) -> list[Row]:
    """The rows of dom0.table; a line that is not understood is an error."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        if KINDS.get(words[0]) != len(words) - 1:
            raise Refusal(f"dom0.table:{number}: expected one of {', '.join(KINDS)} with its"
                          f" words, not: {line.strip()}")
        rows.append(Row(words[0], words[1:]))
    return rows


def _is_library(package: str) -> bool:
    return package.startswith("lib") or package == "zlib1g"


def _choose(rows: list[Row]) -> list[str]:
    """Names of all packages: those of the table and the libraries they depend on."""
    apt.update()
    meta = apt.depends({row.words[0] for row in rows if row.kind == "latest"})
    names = [row.words[0] for row in rows if row.kind == "package"]
    for row in (row for row in rows if row.kind == "latest"):
        found = [n for n in meta.get(row.words[0], []) if n.startswith(row.words[1])]
        if len(found) != 1:
            raise Refusal(f"apt gives {len(found)} packages {row.words[1]}* for"
                          f" {row.words[0]}: the lab needs Debian 12 or later on amd64")
        names += found
    kernels = [name for name in names if name.startswith("linux-image-")]
    found = apt.closure(set(names) - set(kernels), _is_library)
    return sorted(set(found) | set(kernels))


def fetch(lab_dir: Path, archive_dir: Path | None = None) -> Path:
    """The folder of the unpacked packages; downloads and unpacks when it is not there.

    archive_dir: take every .deb of that folder anew instead of asking apt.
    """
    unpacked, debs, done = lab_dir / "unpacked", lab_dir / "debs", lab_dir / "unpacked.done"
    rows = read_table(TABLE.read_text())
    packages = [" ".join(row.words) for row in rows if row.kind in ("package", "latest")]
    key = hashlib.sha256("".join(f"{name}\n" for name in packages).encode()).hexdigest()
    if archive_dir is None and done.exists() and done.read_text() == key:
        return unpacked
    lab_dir.mkdir(parents=True, exist_ok=True)
    done.unlink(missing_ok=True)
    shutil.rmtree(unpacked, ignore_errors=True)
    if archive_dir:
        files = sorted(archive_dir.glob("*.deb"))
        if not files:
            raise Refusal(f"{archive_dir} holds no .deb files: copy build/lab/debs of a"
                          " machine where ./domik setup has run into it")
    else:
        names = _choose(rows)
        step(f"downloading {len(names)} packages for the lab (about 120 MB, not installed)")
        shutil.rmtree(debs, ignore_errors=True)
        apt.download(names, debs)
        files = sorted(debs.glob("*.deb"))
    step(f"unpacking {len(files)} packages")
    unpacked.mkdir(parents=True)
    for file in files:
        if subprocess.run(["dpkg-deb", "-x", file, unpacked]).returncode:
            raise Refusal(f"{file} cannot be unpacked: remove it and run ./domik setup again")
    done.write_text(key)
    return unpacked
