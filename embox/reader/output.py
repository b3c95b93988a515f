# SPDX-License-Identifier: BSD-2-Clause
"""The folder that the reader writes: a file changes only if its contents do, and what is no longer
written is removed, so that nothing is compiled anew for no reason and nothing old is found."""

import os
import shutil
from pathlib import Path


class Output:
    def __init__(self, folder: Path):
        self.folder = folder
        self._written: set[Path] = set()

    def write(self, name: str, text: str) -> Path:
        path = self._claim(name)
        if path.is_symlink():
            path.unlink()
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
        return path

    def link(self, name: str, target: Path) -> Path:
        """A link, so that a change of the target is seen by whatever depends on the name."""
        path = self._claim(name)
        if not path.is_symlink() or os.readlink(path) != str(target):
            path.unlink(missing_ok=True)
            path.symlink_to(target)
        return path

    def _claim(self, name: str) -> Path:
        path = self.folder / name
        if path.is_dir() and not path.is_symlink():  # of an earlier run, as are files on the way
            shutil.rmtree(path)
        for folder in path.relative_to(self.folder).parents:
            if (self.folder / folder).is_symlink() or (self.folder / folder).is_file():
                (self.folder / folder).unlink()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._written.add(path)
        return path

    def remove_old(self) -> None:
        for where, _, names in os.walk(self.folder, topdown=False):
            for name in names:
                path = Path(where, name)
                if path not in self._written:
                    path.unlink()
            if not os.listdir(where) and Path(where) != self.folder:
                os.rmdir(where)
