# SPDX-License-Identifier: BSD-2-Clause
"""A small tree with descriptions in a temporary folder, which the reader takes for a checkout."""

import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "embox" / "reader"))
sys.dont_write_bytecode = True

import plan  # noqa: E402
from output import Output  # noqa: E402
from problem import Problem  # noqa: E402


class CheckoutCase(unittest.TestCase):
    """write() files below it, then make() a plan."""

    def setUp(self):
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.top = Path(place.name) / "checkout"
        self.out = Path(place.name) / "out"
        (self.top / "mk").mkdir(parents=True)
        (self.top / "src").mkdir()

    def write(self, name: str, text: str = "") -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def describe(self, text: str) -> Path:
        """src/Mybuild, and an empty file for each of its sources."""
        path = self.write("src/Mybuild", text)
        for source in [w for w in text.split('"') if w.endswith((".c", ".h"))]:
            if len(source) < 256 and not (self.top / "src" / source).exists():
                self.write(f"src/{source}")
        return path

    def make(self, *include: str, conf: str = "", init: tuple[str, ...] = ()) -> plan.Plan:
        path = self.write("conf/mods.conf", conf) if conf else None
        request = plan.Request("image", self.top, path, list(include), list(init))
        return plan.make(request, Output(self.out))

    def write_out(self, *include: str, conf: str = "") -> plan.Plan:
        made = self.make(*include, conf=conf)
        plan.write(made, Output(self.out))
        return made

    def refusal(self, *include: str, conf: str = "") -> Problem:
        with self.assertRaises(Problem) as caught:
            self.write_out(*include, conf=conf)
        return caught.exception

    def names(self, made: plan.Plan) -> list[str]:
        return [i.name for i in made.closure.instances]
