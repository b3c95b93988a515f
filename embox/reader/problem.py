# SPDX-License-Identifier: BSD-2-Clause
"""What is wrong with a description, where, and what its author can do about it."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Place:
    """A line of a file; line 0 is no line, and the file a word of the command line."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)


class Problem(Exception):
    """One refusal: the place, the reason, and the way out."""

    def __init__(self, place: Place | None, reason: str, advice: str):
        super().__init__(place, reason, advice)
        self.place, self.reason, self.advice = place, reason, advice

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        return f"{where}{self.reason}\n    {self.advice}"


def near(name: str, known: Iterable[str]) -> str:
    """A question after the one name that looks like it, or nothing.

    Of dotted names, those with the same last part come first: packages are what people forget.
    """
    names = list(known)
    last = name.rpartition(".")[2]
    same_end = [other for other in names if other.rpartition(".")[2] == last]
    close = difflib.get_close_matches(name, same_end or names, n=1, cutoff=0.0 if same_end else 0.6)
    return f"did you mean '{close[0]}'?" if close else ""
