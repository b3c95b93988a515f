# SPDX-License-Identifier: BSD-2-Clause
"""Pack a folder into the plain tar that an image takes as its RAM disk."""

import tarfile
from pathlib import Path
from typing import Optional

from say import Refusal


def pack(folder: Optional[Path], archive: Path, under: Optional[Path] = None) -> int:
    """Write the tar, the same bytes for the same files; returns its size in bytes.

    The entries of another tar come first, so that those of the folder hide them.
    """
    if folder and not folder.is_dir():
        raise Refusal(f"there is no folder {folder} to serve: name one with --root DIR")

    def plain(entry: tarfile.TarInfo) -> tarfile.TarInfo | None:
        if not (entry.isfile() or entry.isdir()):
            return None  # the guest knows files and folders
        entry.uid = entry.gid = 0
        entry.uname = entry.gname = ""
        entry.mtime = int(entry.mtime)
        return entry

    archive.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(archive, "w", format=tarfile.GNU_FORMAT, dereference=True) as tar:
            if under:
                _copy(under, tar)
            if folder:
                tar.add(folder, arcname=".", filter=plain)
    except OSError as error:
        raise Refusal(f"cannot pack {folder}: {error}") from error
    return archive.stat().st_size


def _copy(source: Path, tar: tarfile.TarFile) -> None:
    with tarfile.open(source) as entries:
        for entry in entries:
            tar.addfile(entry, entries.extractfile(entry) if entry.isfile() else None)
