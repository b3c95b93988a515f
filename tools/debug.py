# SPDX-License-Identifier: BSD-2-Clause
"""`./domik debug`: an image in domik-host under gdb, with the symbols of both."""

import argparse
import os
import shutil
from pathlib import Path

import domik_host
import setup
from run import command_line

HERE = Path(__file__).parent


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("image", nargs="?", default="httpd", metavar="IMAGE",
                        help="(default: httpd)")
    parser.add_argument("--root", type=Path, metavar="DIR", help="folder to serve")
    parser.add_argument("--memory", type=int, metavar="MB", help="memory of the domain")
    parser.add_argument("--port", type=int, default=8080, help="port of 127.0.0.1 (default: 8080)")
    parser.add_argument("--args", metavar='"…"', help="the program's own words")
    parser.add_argument("--command", action="append", default=[], metavar="GDB-COMMAND",
                        help="done at the start, in order; without a terminal gdb ends after"
                             " the last")


def run(root: Path, options: argparse.Namespace) -> int:
    if not shutil.which("gdb"):
        setup.ensure_host("debug")
    domik_host.ensure(root, options.image)
    site = domik_host.ram_disk(root, options.image, options.root, "debug-site.tar")
    words = domik_host.command(root, options.image, site=site, memory=options.memory,
                               cmdline=command_line(None, options.args),
                               net=domik_host.forwards(options.port))
    gdb_words = ["gdb", "-q", "-x", str(HERE / "gdb" / "domik.py")]
    for command in ["domik-start", *options.command]:
        gdb_words += ["-ex", command]
    if not os.isatty(0):
        gdb_words.append("-batch")
    environment = {**os.environ,
                   "DOMIK_IMAGE": str(root / "build" / "pv64" / f"{options.image}.debug.elf")}
    print("  " + " ".join(words).replace(f"{root}/", ""), flush=True)
    os.execvpe("gdb", [*gdb_words, "--args", *words], environment)
