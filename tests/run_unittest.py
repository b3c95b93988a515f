#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Run a file of Python unittest cases with the same verdict lines as tests/test.c.

    tests/run_unittest.py SUITE FILE.py [CASE...]
"""

import importlib.util
import sys
import unittest
from pathlib import Path


class Verdicts(unittest.TestResult):
    """Prints a line per case as it ends."""

    def __init__(self, suite: str, alone: str):
        super().__init__()
        self.suite, self.alone, self.passed = suite, alone, 0

    def say(self, test: unittest.TestCase, verdict: str) -> None:
        name = test.id().split(".")[-1].removeprefix("test_")
        print(f"T {self.suite}.{name} {verdict}", flush=True)

    def addSuccess(self, test):
        self.passed += 1
        self.say(test, "ok")

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.say(test, f"skip {reason}")

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.explain(test, err)

    def addError(self, test, err):
        super().addError(test, err)
        self.explain(test, err)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.explain(test, err)

    def explain(self, test, err):
        last_line = (str(err[1]).strip().splitlines() or [err[0].__name__])[0]
        self.say(test, f"fail {last_line}")
        print(self._exc_info_to_string(err, test))
        print(f"  alone: {self.alone} {test.id().split('.')[-1]}", flush=True)


def load(path: Path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def cases(suite):
    for item in suite:
        yield from cases(item) if isinstance(item, unittest.TestSuite) else [item]


def main() -> int:
    suite, path, names = sys.argv[1], Path(sys.argv[2]).resolve(), sys.argv[3:]
    sys.path[:0] = [str(path.parent)]
    found = unittest.defaultTestLoader.loadTestsFromModule(load(path))
    chosen = [c for c in cases(found) if not names or c.id().split(".")[-1] in names]
    result = Verdicts(suite, f"tests/run_unittest.py {suite} {sys.argv[2]}")
    unittest.TestSuite(chosen).run(result)
    failed = len(result.failures) + len(result.errors) + (not chosen)
    skipped = len(result.skipped)
    verdict = "fail" if failed else "ok"
    print(f"T {suite}.end {verdict} {result.passed} passed, {failed} failed, {skipped} skipped")
    if failed:
        return 1
    return 0 if result.passed else 77


if __name__ == "__main__":
    sys.exit(main())
