#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Pack the files that modules give to the file tree (@InitFS) into the tar of the RAM disk.

    ramdisk.py OUTPUT.tar LIST      a line of LIST: mode in octal, name, file or folder, with tabs between

The same files give the same bytes. A name that comes twice means the last.
"""

import sys
import tarfile
from pathlib import Path


def pack(output: Path, rows: list[tuple[int, str, Path]]) -> None:
    with tarfile.open(output, "w", format=tarfile.GNU_FORMAT) as tar:
        for mode, name, file in rows:
            entry = tarfile.TarInfo(name)
            entry.mode, entry.mtime = mode, int(file.stat().st_mtime)
            if file.is_dir():
                entry.type, entry.mtime = tarfile.DIRTYPE, 0  # a time of each working copy
                tar.addfile(entry)
                continue
            entry.size = file.stat().st_size
            with file.open("rb") as data:
                tar.addfile(entry, data)


def read_list(path: Path) -> list[tuple[int, str, Path]]:
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(int(mode, 8), name, Path(file)) for mode, name, file in rows]


if __name__ == "__main__":
    pack(Path(sys.argv[1]), read_list(Path(sys.argv[2])))
