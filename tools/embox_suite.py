# SPDX-License-Identifier: BSD-2-Clause
"""`./domik test --embox DIR --include MODULE`: suites of Embox run in an image, which is judged by what
it says. In domik-host; on real Xen the same image is started by ./domik run --xen.

A suite that ends the domain, or does not end itself, has failed there; the image is started again for
those after it (`suites=after:NAME`, embox/suites.c), until each has reported or cannot be reached. If
others ran before it, it gets a domain of its own first: threads that they have left may have done it.
"""

import os
import re
import selectors
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Optional, Protocol

import domik_host
from elf import Elf
from say import Refusal, step
from symbolize import Symbolizer
from verdicts import Report, Tally

LIMIT_S = 60  # for one suite
# A tree that can be written, as suites expect; and an image with commands would wait at its prompt.
WORDS = "root=ram -- sh -c exit"
RUNNING = re.compile(r"\btest: running (\S+)$")
SYMBOL = "__test_suite__"


class Domain(Protocol):
    """One start of the image. why: after its last line, what was wrong with its end, if anything."""

    why: str

    def lines(self) -> Iterator[str]: ...


class HostDomain:
    """In domik-host; ended when a suite takes longer than it may."""

    def __init__(self, words: list[str], symbols: Symbolizer, limit_s: float = LIMIT_S):
        self.why = ""
        self._symbols, self._limit_s = symbols, limit_s
        try:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                             stderr=subprocess.STDOUT)
        except OSError as error:
            raise Refusal(f"{words[0]} does not start: {error}") from error

    def lines(self) -> Iterator[str]:
        try:
            yield from self._read()
        finally:
            self._process.kill()
            status = self._process.wait()
            self._process.stdout.close()
        if status != 0 and not self.why:
            self.why = f"it ended with status {status}"

    def _read(self) -> Iterator[str]:
        fd, held = self._process.stdout.fileno(), b""
        until = time.monotonic() + self._limit_s
        with selectors.DefaultSelector() as selector:
            selector.register(fd, selectors.EVENT_READ)
            while selector.select(max(0.0, until - time.monotonic())):
                chunk = os.read(fd, 65536)
                *lines, held = (held + chunk).split(b"\n") if chunk else (held, b"")
                for text in (line.decode(errors="replace").rstrip("\r") for line in lines):
                    if RUNNING.search(text):
                        until = time.monotonic() + self._limit_s
                    yield self._symbols.line(text)
                if not chunk:
                    self._process.wait()
                    return
        self.why = f"nothing more in {self._limit_s:g} s"
        yield held.decode(errors="replace")


class Count:
    """Suites of an image, over as many starts as it takes.

    names: as symbols have them, a__b__suite
    start: starts the image with words of the command line
    alone: how to do that by hand
    """

    def __init__(self, image: str, names: list[str], start: Callable[[str], Domain], alone: str = ""):
        self.image, self.waiting, self._start, self._alone = image, set(names), start, alone
        self.tally = Tally()
        self.n_suites, self.n_passed = len(names), 0
        self._report: Optional[Report] = None  # of the suite that runs
        self._ended: list[str] = []  # since the last start
        self._outside: list[str] = []  # what is said while none runs

    def run(self) -> None:
        last: Optional[str] = None  # the suite behind which the next start goes on
        more = True
        while more:
            domain = self._start(f"suites=after:{last}" if last else "")
            began, self._ended, self._outside = last, [], []
            for text in domain.lines():
                self._line(text)
            last = self._ended[-1] if self._ended else last
            if self._report and self._ended:
                self._put_back(domain.why)
            elif self._report:
                last = self._report.name
                self._cut_off(domain.why)
                more = bool(self.waiting)
            else:
                more = bool(self.waiting) and bool(domain.why) and last != began
                if domain.why and not more:
                    self._fail(f"{self.image}", self._outside, domain.why)
        for name in sorted(self.waiting):
            self._fail(name.replace("__", "."), [], "it did not run")

    def _line(self, text: str) -> None:
        begins = RUNNING.search(text)
        if begins:
            self._end()
            self.waiting.discard(begins[1].replace(".", "__"))
            self._report = self._new(begins[1])
            return
        if not self._report:
            self._outside.append(text)
            return
        at = text.find(f"T {self._suite()}.")  # not always at the start: a test may leave a line open
        self._report.line(text[max(at, 0):])
        if self._report.ends:
            self._end()

    def _suite(self) -> str:
        return self._report.name.rpartition(".")[2] if self._report else ""

    def _new(self, name: str) -> Report:
        return Report(name, f'{self._alone} --cmdline="suites={name} {WORDS}"')

    def _reason(self, why: str) -> str:
        lines = self._report.lines
        panic = next((text for text in lines if text.startswith("panic: ")), "")
        return panic or why or "it powered the domain off"

    def _cut_off(self, why: str) -> None:
        """The domain has ended in the midst of a suite."""
        self._report.line(f"T {self._suite()}.case_{len(self._report.cases) + 1} fail"
                          f" {self._reason(why)}")
        self._end()

    def _put_back(self, why: str) -> None:
        """The same, but others ran before it."""
        print(f"note: {self._report.name} ({len(self._ended)} ran before it): {self._reason(why)};"
              " once more, in a domain of its own", flush=True)
        self.waiting.add(self._report.name.replace(".", "__"))
        self._report = None

    def _end(self) -> None:
        if self._report:
            tally = self._report.finish(0)
            self.tally.add(tally)
            self.n_passed += not tally.failed
            self._ended.append(self._report.name)
            self._report = None

    def _fail(self, name: str, lines: list[str], why: str) -> None:
        report = self._new(name)
        report.lines += lines
        self.tally.add(report.finish(0, why))


def suites_of(elf: Path) -> list[str]:
    return sorted(s.name.removeprefix(SYMBOL) for s in Elf(elf).symbols()
                  if s.name.startswith(SYMBOL) and s.section)


def run(root: Path, image: str) -> Tally:
    """Run the suites of the image, and count their cases."""
    domik_host.ensure(root, image)
    debug = root / "build" / "pv64" / f"{image}.debug.elf"
    symbols = Symbolizer(debug)
    site = domik_host.ram_disk(root, image, None)

    def start(words: str) -> Domain:
        return HostDomain(domik_host.command(root, image, site=site, net="none",
                                             cmdline=f"{words} {WORDS}".strip()), symbols)
    tar = f" --ramdisk=build/pv64/{image}.tar" if site else ""
    count = Count(image, suites_of(debug), start, f"build/native/{domik_host.PROGRAM}"
                  f" -c build/pv64/{image}.cfg build/pv64/{image}.elf{tar}")
    step(f"running {count.n_suites} suites of {image} in domik-host, {LIMIT_S} s at most for each")
    try:
        count.run()
    finally:
        if site:
            site.unlink(missing_ok=True)
    print(f"{count.n_passed} of {count.n_suites} suites pass")
    return count.tally
