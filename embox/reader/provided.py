# SPDX-License-Identifier: BSD-2-Clause
"""embox/provided.table: which of Embox's modules Domik itself stands for.

    NAME                 MODULE...    Domik's modules that do what this one does ('-': none is needed)
    NAME                 absent WHY   not here; a configuration that names it goes on without it
    NAME                 build        not ours: an exception to a line below

NAME is a full name, or ends in .* (all below) or holds * within a part. The first line that matches
is taken.
"""

import fnmatch
import re
from dataclasses import dataclass
from pathlib import Path

from problem import Place, Problem


@dataclass(frozen=True)
class Entry:
    name: str
    needs: tuple[str, ...] | None  # None: from the checkout
    absent: str  # why it is not here; "" if it is
    is_pattern: bool
    place: Place


class Provided:
    def __init__(self, entries: list[Entry]):
        self.exact: dict[str, tuple[int, Entry]] = {}
        self.patterns: list[tuple[int, re.Pattern, Entry]] = []
        for at, entry in enumerate(entries):
            if entry.is_pattern:
                regex = re.compile(fnmatch.translate(entry.name))
                self.patterns.append((at, regex, entry))
            else:
                self.exact.setdefault(entry.name, (at, entry))

    def match(self, name: str) -> Entry | None:
        at, found = self.exact.get(name, (1 << 30, None))
        for pattern_at, regex, entry in self.patterns:
            if pattern_at > at:
                break
            if regex.match(name):
                found = entry
                break
        return found if found and found.needs is not None else None

    def names(self) -> list[str]:
        return list(self.exact)


def load(path: Path) -> Provided:
    entries = []
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = text.partition("#")[0].split()
        if not words:
            continue
        place = Place(path, number)
        if len(words) < 2:
            raise Problem(place, f"nothing stands beside {words[0]}",
                          "name modules of Domik, or -, or 'absent' with the reason")
        absent = " ".join(words[2:]) if words[1] == "absent" else ""
        needs = {"absent": (), "-": (), "build": None}.get(words[1], tuple(words[1:]))
        entries.append(Entry(words[0], needs, absent, "*" in words[0], place))
    return Provided(entries)
