# SPDX-License-Identifier: BSD-2-Clause
"""Modules that a source uses without depending on them.

In Embox an exported header is seen by every module of the build, and some libraries are in every
build, so nobody notices when a `depends` is missing. Here only what is asked for is built: a source
that includes a header which only a library outside the image exports brings that library in.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from library import Library
from sources import export_name
from syntax import Entity

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]', re.MULTILINE)


class Exports:
    """Which module exports a header, of those that could be added."""

    def __init__(self, library: Library, own_folders: Iterable[Path]):
        self.library, self.own_folders = library, list(own_folders)
        self._by_name: dict[str, list[Entity]] = {}
        for name, module in library.modules.items():
            if library.is_foreign(module) and not library.provided.match(name):
                for source in module.sources:
                    if exported := export_name(source):
                        self._by_name.setdefault(exported, []).append(module)

    def missing(self, files: Iterable[Path], seen: set[str]) -> Iterable[tuple[Path, str, Entity]]:
        """Headers that these files include, that are not among the seen ones nor ours, and that
        exactly one library exports."""
        for file in files:
            for name in _INCLUDE.findall(file.read_text(encoding="utf-8", errors="replace")):
                owners = self._by_name.get(name, [])
                if name in seen or len(owners) != 1 or not owners[0].is_static:
                    continue
                if not any((folder / name).is_file() for folder in [file.parent, *self.own_folders]):
                    yield file, name, owners[0]
