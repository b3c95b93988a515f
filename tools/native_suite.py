# SPDX-License-Identifier: BSD-2-Clause
"""The suites that run on this machine under Meson, and none of them forgotten."""

import json
import subprocess
from pathlib import Path
from typing import Optional

import build
from say import Refusal, step
from verdicts import Report, Tally

SUITES = ("unit", "fake", "http", "host", "tree", "size")


def run(root: Path, suite: str, only: Optional[str]) -> Tally:
    """Run one suite, or one program of it."""
    folder = build.configure(root, "native")
    log = folder / "meson-logs" / "testlog.json"
    log.unlink(missing_ok=True)
    command = ["meson", "test", "-C", str(folder.relative_to(root)), "--suite", suite,
               *([only] if only else [])]
    step(" ".join(command))
    done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    results = [json.loads(line) for line in log.open()] if log.exists() else []
    total = Tally()
    for result in results:
        total.add(_report(suite, result))
    if done.returncode and not total.failed:
        report = Report(suite, " ".join(command), done.stdout.splitlines()[-40:])
        total.add(report.finish(done.returncode))
    elif not results:
        print(f"     skipped {suite}: it has no tests yet")
        total.count("skip")
    return total


def unknown_suites(root: Path) -> list[str]:
    """Suites that the build declares and SUITES does not name."""
    folder = build.configure(root, "native")
    done = subprocess.run(["meson", "introspect", "--tests", str(folder)], cwd=root, text=True,
                          stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise Refusal("Meson cannot list the tests: see its message above")
    found = {name.partition(":")[2] or name for test in json.loads(done.stdout)
             for name in test["suite"]}
    return sorted(found - set(SUITES))


def _report(suite: str, result: dict) -> Tally:
    """Read one program's verdicts; one that prints none is a case by itself."""
    name = result["name"].rpartition(" / ")[2]
    report = Report(f"{suite} {name}", f"./domik test {suite}/{name}")
    for stream in ("stdout", "stderr"):
        for line in result.get(stream, "").splitlines():
            report.line(line)
    status = result["returncode"]
    if not report.cases and status == 0:
        report.line(f"T {suite}.{name.replace(' ', '-')} ok")
    why = "it took too long" if result["result"] == "TIMEOUT" else ""
    return report.finish(status, why)
