# SPDX-License-Identifier: BSD-2-Clause
"""Real Xen as the referee of domik-host: what a test image reports must be the same on both.

The boot suite leaves, for every guest that gave verdicts or panicked, its console and what
it was created from: guest-NAME.log, dom-NAME.cfg, dom-NAME.ramdisk, and dom-NAME.store with
lines "KEY VALUE" that the toolstack had put below its home in XenStore before it ran. The
same is given to domik-host.
"""

import difflib
import re
import subprocess
from pathlib import Path

import build
import domik_host
from run import cfg_value
from say import step
from verdicts import Report, Tally

LIMIT_S = 120
# Verdicts, and of a panic what does not depend on which frames the domain has.
REPORTED = re.compile(r"T |panic: |in thread |  #\d|.*, which is not ")


def compare(root: Path, folders: list[Path]) -> Tally:
    """Run again what ran on real Xen in these results of pv64 jobs; a case for each guest."""
    build.build_goals(root, "native", [domik_host.PROGRAM])
    step("the same images in domik-host, and real Xen as the referee")
    report = Report("referee pv64", "./domik test boot --target pv64")
    for folder in folders:
        job = folder.name.removesuffix("-pv64")
        for cfg in sorted(folder.glob("dom-*.cfg")):
            name = cfg.stem.removeprefix("dom-")
            real = reported((folder / f"guest-{name}.log").read_text(errors="replace"))
            ours = reported(_run(root, cfg))
            difference = _first_difference(real, ours)
            report.line(f"T referee.{job}-{name} "
                        + (f"fail {difference}" if difference else "ok"))
            print(f"     {name}: {len(real)} lines of report, "
                  + ("not the same" if difference else "the same"), flush=True)
    if not report.cases:
        report.line("T referee.guests skip no guest of this job reports by itself")
    return report.finish(0)


def reported(console: str) -> list[str]:
    return [line.rstrip() for line in console.splitlines() if REPORTED.match(line)]


def _first_difference(real: list[str], ours: list[str]) -> str:
    for line in difflib.ndiff(real, ours):
        if line.startswith("- "):
            return f"only on Xen: {line[2:]}"
        if line.startswith("+ "):
            return f"only in domik-host: {line[2:]}"
    return ""


def _run(root: Path, cfg: Path) -> str:
    """What the guest prints in domik-host."""
    image = root / "build" / "pv64" / Path(cfg_value(cfg.read_text(), "kernel")).name
    words = [str(domik_host.program(root)), "-c", str(cfg), str(image)]
    if cfg.with_suffix(".ramdisk").exists():
        words.append(f"--ramdisk={cfg.with_suffix('.ramdisk')}")
    if cfg.with_suffix(".store").exists():
        words.append(f"--store={cfg.with_suffix('.store')}")
    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True, errors="replace",
                              timeout=LIMIT_S, check=False).stdout
    except subprocess.TimeoutExpired:
        return f"T referee.run fail it does not end in {LIMIT_S} s\n"
