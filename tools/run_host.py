# SPDX-License-Identifier: BSD-2-Clause
"""`./domik run`: an image in domik-host, as a process of this machine, until Ctrl-C."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import domik_host
from answer import wait_for_reply
from run import command_line, guest_address
from say import step
from symbolize import Symbolizer

FORWARDED = (signal.SIGTERM, signal.SIGHUP)
FRAME = b"  #"


def run(root: Path, options: argparse.Namespace) -> int:
    domik_host.ensure(root, options.image)
    site = domik_host.ram_disk(root, options.image, options.root)
    more = (*([f"--trace={options.trace}"] if options.trace else []),
            *(["--stats"] if options.stats else []))
    address = guest_address(options.ip) if options.ip not in (None, "dhcp") else ""
    try:
        words = domik_host.command(
            root, options.image, site=site, memory=options.memory,
            cmdline=command_line(options.ip, options.args),
            net=domik_host.forwards(options.port, address), more=more)
        print("  " + " ".join(_short(word, root) for word in words), flush=True)
        return _serve(words, options.port, any(w.startswith("--net=") for w in words), root,
                      options.image)
    finally:
        if site:
            site.unlink(missing_ok=True)


def _short(word: str, root: Path) -> str:
    word = word.replace(f"{root}/", "")
    return f'"{word}"' if " " in word else word


def _serve(words: list[str], port: int, has_net: bool, root: Path, image: str) -> int:
    """Run it to its end. Ctrl-C at a terminal reaches it without us; elsewhere it is in a
    process group of its own, and what we are sent is sent on."""
    old = {s: signal.signal(s, signal.SIG_IGN) for s in (signal.SIGINT, *FORWARDED)}
    at_terminal = _in_foreground()
    over = threading.Event()
    try:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                   preexec_fn=_default_signals,
                                   process_group=None if at_terminal else 0)
        for s in FORWARDED if at_terminal else (signal.SIGINT, *FORWARDED):
            signal.signal(s, lambda *_: process.send_signal(signal.SIGTERM))
        if has_net:
            threading.Thread(target=wait_for_reply, args=(port, over, 0.01),
                             daemon=True).start()
        _copy(process.stdout.fileno(),
              Symbolizer(root / "build" / "pv64" / f"{image}.debug.elf"))
        status = process.wait()
    finally:
        over.set()
        for s, handler in old.items():
            signal.signal(s, handler)
    if status == 130:
        step("stopped")
    return status if status >= 0 else 128 - status


def _in_foreground() -> bool:
    try:
        return os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
    except OSError:  # it is not the terminal of our session
        return False


def _default_signals() -> None:
    for s in (signal.SIGINT, *FORWARDED):
        signal.signal(s, signal.SIG_DFL)


def _copy(fd: int, symbols: Symbolizer) -> None:
    """Show the console as it comes; frames of a backtrace wait for their line's end and get
    names."""
    out, held = sys.stdout.buffer, b""
    while chunk := os.read(fd, 65536):
        *lines, held = (held + chunk).split(b"\n")
        for line in lines:
            text = line.decode("utf-8", "replace")
            out.write((symbols.line(text) if line.startswith(FRAME) else text).encode() + b"\n")
        if held and not FRAME.startswith(held[:3]):
            out.write(held)
            held = b""
        out.flush()
    out.write(held)
    out.flush()
