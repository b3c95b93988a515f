# SPDX-License-Identifier: BSD-2-Clause
"""Write initramfs archives (cpio, "newc"): same input, same bytes; all owned by root."""

import stat
from pathlib import Path
from typing import BinaryIO


class CpioWriter:
    """Appends entries to a file; folders are made as their children need them."""

    def __init__(self, out: BinaryIO):
        self._out = out
        self._inode = 0
        self._names: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def folder(self, name: str) -> None:
        parts = name.strip("/").split("/")
        for i in range(1, len(parts) + 1):
            path = "/".join(parts[:i])
            if path and path not in self._names:
                self._entry(path, stat.S_IFDIR | 0o755, b"")

    def file(self, name: str, data: bytes, mode: int = 0o644) -> None:
        self._inside(name)
        self._entry(name, stat.S_IFREG | mode, data)

    def copy(self, name: str, source: Path) -> None:
        mode = 0o755 if source.stat().st_mode & 0o111 else 0o644
        self.file(name, source.read_bytes(), mode)

    def link(self, name: str, target: str) -> None:
        self._inside(name)
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def close(self) -> None:
        """Write the trailer and fill up to the next 512 bytes."""
        self._entry("TRAILER!!!", 0, b"")
        self._out.write(b"\0" * (-self._out.tell() % 512))

    def _inside(self, name: str) -> None:
        if "/" in name:
            self.folder(name.rpartition("/")[0])

    def _entry(self, name: str, mode: int, data: bytes) -> None:
        if name in self._names:
            raise ValueError(f"{name} is in the archive twice")
        self._names.add(name)
        self._inode += 1
        encoded = name.encode() + b"\0"
        fields = (self._inode, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(encoded), 0)
        header = b"070701" + b"".join(b"%08X" % field for field in fields) + encoded
        self._out.write(header + b"\0" * (-len(header) % 4))
        self._out.write(data + b"\0" * (-len(data) % 4))
