# SPDX-License-Identifier: BSD-2-Clause
"""Verdict lines, "T SUITE.CASE ok|skip|fail WHY": read them, count them, tell of them. A line
"note: …" is shown even if all went well."""

from dataclasses import dataclass, field
from typing import NamedTuple, Optional

OUTCOMES = ("ok", "skip", "fail")


class Verdict(NamedTuple):
    name: str
    outcome: str
    why: str = ""

    @property
    def is_end(self) -> bool:
        """The line with which a test program sums up its cases; not a case itself."""
        return self.name.endswith(".end")


def parse(line: str) -> Optional[Verdict]:
    """The verdict in a line of output, None when it is no verdict line. One that begins
    like a verdict but is none counts as a failure: a case must not get lost."""
    if not line.startswith("T "):
        return None
    words = line.split(None, 3)
    if len(words) < 3 or words[2] not in OUTCOMES or "." not in words[1]:
        return Verdict(words[1] if len(words) > 1 else "?", "fail",
                       f"not a verdict: {line.strip()}")
    return Verdict(words[1], words[2], words[3].strip() if len(words) > 3 else "")


@dataclass
class Tally:
    """Cases counted by outcome."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def count(self, outcome: str) -> None:
        self.passed += outcome == "ok"
        self.skipped += outcome == "skip"
        self.failed += outcome == "fail"

    def add(self, other: "Tally") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass
class Report:
    """What one test program or job said, line by line, and what follows from it.

    name:   as shown, e.g. "unit kernel.heap" or "boot/http pv64"
    alone:  the command that runs it by itself
    took_s: how long it ran, where that is worth telling
    """

    name: str
    alone: str
    took_s: Optional[float] = None
    lines: list[str] = field(default_factory=list)
    cases: list[Verdict] = field(default_factory=list)
    ends: list[Verdict] = field(default_factory=list)

    def line(self, text: str) -> None:
        self.lines.append(text)
        verdict = parse(text)
        if verdict:
            (self.ends if verdict.is_end else self.cases).append(verdict)

    def fail(self, why: str) -> None:
        self.cases.append(Verdict("the run itself", "fail", why))

    def finish(self, status: int, why: str = "") -> Tally:
        """Judge the run by its exit status too, show what is worth showing, and count."""
        failed = any(v.outcome == "fail" for v in self.cases)
        if why:
            self.fail(why)
        elif status == 77 and not self.cases:
            reason = next((text for text in reversed(self.lines) if text.strip()), "no reason")
            self.cases.append(Verdict("all", "skip", reason.strip()))
        elif status not in (0, 77) and not failed:
            self.fail(f"it ended with status {status}")
        elif not failed and any(v.outcome == "fail" for v in self.ends):
            self.fail("its last line says that a case failed, but none did")
        elif not self.cases:
            self.fail("it printed no verdict")
        return self._show()

    def _show(self) -> Tally:
        tally = Tally()
        for verdict in self.cases:
            tally.count(verdict.outcome)
        if tally.failed:
            for text in self.lines:
                print(f"    {text}")
        took = "" if self.took_s is None else f" ({self.took_s:.0f} s)"
        print(f"{'FAIL' if tally.failed else 'ok  '} {self.name}: {tally}{took}", flush=True)
        for text in self.lines:
            if text.startswith("note: ") and not tally.failed:
                print(f"     {text}")
        for verdict in self.cases:
            if verdict.outcome == "skip":
                print(f"     skipped {verdict.name}: {verdict.why or 'no reason given'}")
            elif verdict.outcome == "fail":
                print(f"     FAILED {verdict.name}: {verdict.why or 'no reason given'}")
        if tally.failed:
            print(f"     alone: {self.alone}", flush=True)
        return tally
