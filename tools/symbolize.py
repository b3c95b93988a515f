# SPDX-License-Identifier: BSD-2-Clause
"""Turn the addresses of a guest's backtrace ("  #1 0x40123a") into names; show consoles."""

import bisect
import re
from pathlib import Path
from typing import Optional

from elf import STT_FUNC, STT_NOTYPE, Elf

SHIM = "(XEN) "
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


class Consoles:
    """What to show of a job's output: learns from LAB-DOM lines which image a "NAME| " line
    comes from, gives frames their names, and leaves out what the PV shim says before the
    guest's own first line."""

    def __init__(self, root: Path):
        self._root = root
        self._of: dict[str, Symbolizer] = {}
        self._silent: set[str] = set()

    def line(self, text: str) -> Optional[str]:
        """The line to show, or None for one that is only meant for us."""
        if text.startswith("LAB-DOM "):
            _, domain, target, image = (text.split() + [""] * 4)[:4]
            debug = self._root / "build" / target / f"{image}.debug.elf"
            self._of[domain] = Symbolizer(debug)
            self._silent.add(domain)
            return None
        domain, bar, said = text.partition("| ")
        if not bar or domain not in self._of:
            return text
        if domain in self._silent and said.startswith(SHIM):
            return None
        self._silent.discard(domain)
        return self._of[domain].line(text)
