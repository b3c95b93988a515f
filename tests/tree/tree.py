# SPDX-License-Identifier: BSD-2-Clause
"""The tree as its rules see it: the folders in order, their files, their builds."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# Reading order, boot order and include order.
LAYERS = ["arch", "kernel", "xen", "net", "libc-glue", "embox", "apps"]
TARGETS = ["pv64", "pv32"]

INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]', re.MULTILINE)


def files(*patterns: str, folders: list[str] | None = None) -> list[Path]:
    """Our files of these names in the layers (or the given folders), relative to the root."""
    found: list[Path] = []
    for folder in folders or LAYERS:
        for pattern in patterns:
            found += (ROOT / folder).rglob(pattern)
    return sorted(path.relative_to(ROOT) for path in found)


def includes(path: Path) -> list[tuple[str, str]]:
    """Pairs of the opening quote and the name."""
    return INCLUDE.findall((ROOT / path).read_text(encoding="utf-8"))


def layer(path: Path) -> int:
    return LAYERS.index(path.parts[0])


def build_dir(target: str) -> Path:
    return ROOT / "build" / target


def compile_commands(target: str) -> list[dict]:
    """What Meson compiles for a target; empty before meson setup."""
    path = build_dir(target) / "compile_commands.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
