# SPDX-License-Identifier: BSD-2-Clause
"""Every header compiles alone and twice, with the flags of its own folder, for both targets."""

import os
import shlex
import subprocess
import unittest
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import ROOT, TARGETS, build_dir, compile_commands, files, layer

WITH_VALUE = {"-o", "-c", "-MF", "-MQ"}


def flags_of(command: str) -> list[str]:
    """A compile command without its input and outputs."""
    words = shlex.split(command)
    kept = [words[0]]
    skip = False
    for word in words[1:]:
        if skip:
            skip = False
        elif word in WITH_VALUE:
            skip = True
        elif word not in ("-MD", "-MMD"):
            kept.append(word)
    return kept


def n_includes(flags: list[str]) -> int:
    return sum(flag.startswith(("-I", "-isystem")) for flag in flags)


def folder_flags(target: str) -> dict[str, list[str]]:
    """The flags of each of our folders: of the source there that may include the most."""
    flags: dict[str, list[str]] = {}
    for entry in compile_commands(target):
        source = (build_dir(target) / entry["file"]).resolve()
        if source.is_relative_to(ROOT) and source.suffix == ".c":
            folder = str(source.relative_to(ROOT).parent)
            flags[folder] = max(flags.get(folder, []), flags_of(entry["command"]), key=n_includes)
    return flags


def flags_for(header: Path, flags: dict[str, list[str]]) -> list[str] | None:
    """Those of the nearest folder with sources, else of any in its layer or a later one."""
    for folder in header.parents:
        if str(folder) in flags:
            return flags[str(folder)]
    later = [f for f in flags if f.split("/")[0] == header.parts[0]]
    return flags[later[0]] if later else None


def complaint(target: str, header: Path, flags: list[str]) -> str | None:
    name = header
    for folder in ("libc-glue/include", "embox/include"):
        if header.is_relative_to(folder):
            name = header.relative_to(folder)
    twice = ["-include", str(name), "-include", str(name)]
    command = [*flags, "-fsyntax-only", "-x", "c", *twice, os.devnull]
    done = subprocess.run(
        command, cwd=build_dir(target), capture_output=True, text=True, check=False
    )
    return f"{target}: {header}: {done.stderr.strip()}" if done.returncode else None


def target_headers(target: str) -> list[Path]:
    """All but those that belong to another target."""
    others = [f"arch/{other}" for other in TARGETS if other != target]
    found = [h for h in files("*.h") if not any(h.is_relative_to(o) for o in others)]
    return sorted(found, key=layer)

EMBOX = Path("embox/include")  # programs name what is in there by the path below it
TWICE = EMBOX / "assert.h"  # may come more than once, like the C library's


class Headers(unittest.TestCase):
    def check_target(self, target: str):
        flags = folder_flags(target)
        if not flags:
            self.skipTest(f"build/{target} is not set up: ./domik build --target {target}")
        jobs = [(target, h, f) for h in target_headers(target) if (f := flags_for(h, flags))]
        self.assertGreater(len(jobs), 20)
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            bad = [text for text in pool.map(lambda job: complaint(*job), jobs) if text]
        self.assertEqual(bad, [], "\n".join(bad))

    def test_each_header_compiles_alone_and_twice_for_pv64(self):
        self.check_target("pv64")

    def test_each_header_compiles_alone_and_twice_for_pv32(self):
        self.check_target("pv32")

    def test_guards_are_named_after_the_path(self):
        bad = []
        for header in files("*.h"):
            public = any(map(header.is_relative_to, ("libc-glue/include", "embox/include")))
            if public or header.parts[0] == "apps":
                continue
            if header == TWICE:
                continue
            text = (ROOT / header).read_text(encoding="utf-8")
            path = header.relative_to(EMBOX) if header.is_relative_to(EMBOX) else header
            parts = [part for part in path.parts if part not in TARGETS]
            words = "/".join(parts).upper().replace("-", "_").replace("/", "_").replace(".", "_")
            wanted = [words] if path == header else [words, f"EMBOX_{words}"]
            if not any(f"#ifndef {w}\n#define {w}\n" in text for w in wanted):
                bad.append(f"{header}: wants {' or '.join(wanted)}")
        self.assertEqual(bad, [], "\n".join(bad))


if __name__ == "__main__":
    unittest.main()
