# SPDX-License-Identifier: BSD-2-Clause
"""Turn the addresses of a guest's backtrace ("  #1 0x40123a") into function names."""

import bisect
import re
from pathlib import Path
from typing import Optional

from elf import STT_FUNC, STT_NOTYPE, Elf

FRAME = re.compile(r"#\d+\s+0x([0-9a-fA-F]+)")


class Symbolizer:
    """Names for the code addresses of one image, read when the first one is asked for."""

    def __init__(self, debug_elf: Path):
        self._path = debug_elf
        self._starts: Optional[list[int]] = None
        self._names: list[str] = []

    def _load(self) -> list[int]:
        if self._starts is None:
            try:
                symbols = [s for s in Elf(self._path).symbols()
                           if s.type in (STT_FUNC, STT_NOTYPE) and s.section and s.name]
            except (OSError, ValueError):
                symbols = []
            # Of several names for one address a function's wins: it sorts last.
            symbols.sort(key=lambda s: (s.address, s.type == STT_FUNC))
            self._starts = [s.address for s in symbols]
            self._names = [s.name for s in symbols]
        return self._starts

    def name(self, address: int) -> str:
        """"function+0x12", or nothing for an address before the first symbol."""
        starts = self._load()
        i = bisect.bisect_right(starts, address) - 1
        if i < 0:
            return ""
        return f"{self._names[i]}+0x{address - starts[i]:x}"

    def line(self, text: str) -> str:
        """The line, with a name after the address if it is a frame of a backtrace."""
        match = FRAME.search(text)
        name = self.name(int(match[1], 16)) if match else ""
        if not match or not name:
            return text
        return f"{text[:match.end()]} {name}{text[match.end():]}"


class ConsoleNames:
    """Names in job output: learns from LAB-DOM lines which image a "NAME| " line is of."""

    def __init__(self, root: Path):
        self._root = root
        self._of: dict[str, Symbolizer] = {}

    def line(self, text: str) -> Optional[str]:
        """The line to show, or None for one that is only meant for us."""
        if text.startswith("LAB-DOM "):
            _, domain, target, image = (text.split() + [""] * 4)[:4]
            debug = self._root / "build" / target / f"{image}.debug.elf"
            self._of[domain] = Symbolizer(debug)
            return None
        domain, bar, _ = text.partition("| ")
        return self._of[domain].line(text) if bar and domain in self._of else text
