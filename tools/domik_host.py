# SPDX-License-Identifier: BSD-2-Clause
"""Find or build domik-host and an image for it, and put its command together."""

import os
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Optional

import build
import setup
import site_tar
from run import cfg_value, choose_memory
from say import Refusal, step

PROGRAM = "host/domik-host"


def program(root: Path) -> Path:
    return root / "build" / "native" / PROGRAM


def ensure(root: Path, image: str) -> None:
    """Build domik-host and the image, unless somebody has whose tree we may only read."""
    made = program(root).exists() and (root / "build" / "pv64" / f"{image}.elf").exists()
    if made and (not os.access(root / "build" / "native", os.W_OK) or _up_to_date(root, image)):
        return
    if not made:
        setup.ensure_build_tools(root)
        step(f"building domik-host and {image}")
    build.build_goals(root, "native", [PROGRAM])
    build.build(root, "pv64", images=[image])


def _up_to_date(root: Path, image: str) -> bool:
    """Is there nothing to build? Both build directories are asked at once: it is the usual
    case, and somebody waits for the first page."""
    asked = [subprocess.Popen(["ninja", "-n", "-C", str(root / "build" / target), goal],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                              stdin=subprocess.DEVNULL)
             for target, goal in (("native", PROGRAM), ("pv64", f"{image}.elf"))]
    answers = [process.communicate()[0] for process in asked]
    return all("no work to do" in text for text in answers)


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


def forwards(port: int, guest_address: str = "") -> str:
    """The argument of --net: a port of this machine, on both of its loopback addresses."""
    words = ["user", f"tcp:127.0.0.1:{port}-{guest_address}:80"]
    if has_ipv6():
        words.append(f"tcp:[::1]:{port}-:80")
    return ",".join(words)


def ram_disk(root: Path, image: str, folder: Optional[Path], name: str = "") -> Optional[Path]:
    """What an image gets as its RAM disk: the folder that is asked for, over the files of its
    own modules; without either a site of ours, if it serves files at all."""
    own = root / "build" / "pv64" / f"{image}.tar"
    if not own.exists():
        if not folder and not wants_site(root, image):
            return None
        folder = folder or root / "apps" / "www"
    return pack(root, folder, name, own if own.exists() else None)


def pack(root: Path, folder: Optional[Path], name: str = "",
         under: Optional[Path] = None) -> Path:
    """The folder as a RAM disk: in a file of that name, which stays, or in one that may be
    removed once domik-host has read it."""
    place = root / "build" if os.access(root / "build", os.W_OK) else Path(tempfile.gettempdir())
    if name:
        path = place / name
    else:
        handle, text = tempfile.mkstemp(prefix="site-", suffix=".tar", dir=place)
        os.close(handle)
        path = Path(text)
    try:
        site_tar.pack(folder, path, under)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def command(root: Path, image: str, *, site: Optional[Path] = None, memory: Optional[int] = None,
            cmdline: str = "", net: str = "", more: tuple[str, ...] = ()) -> list[str]:
    """domik-host with the image's own configuration, and what shall be otherwise."""
    folder = root / "build" / "pv64"
    try:
        cfg = (folder / f"{image}.cfg").read_text()
    except OSError as error:
        raise Refusal(f"there is no image {image}: ./domik build --target pv64") from error
    memory_mb = choose_memory(memory, "pv64", int(cfg_value(cfg, "memory") or 16),
                              site.stat().st_size if site else 0)
    words = [str(program(root)), "-c", str(folder / f"{image}.cfg"),
             str(folder / f"{image}.elf"), f"--memory={memory_mb}"]
    if site:
        words.append(f"--ramdisk={site}")
    if cmdline:
        words.append(f"--cmdline={cmdline}")
    if net and cfg_value(cfg, "vif"):
        words.append(f"--net={net}")
    return words + list(more)


def wants_site(root: Path, image: str) -> bool:
    """Is it an image with a network, which serves files?"""
    try:
        cfg = (root / "build" / "pv64" / f"{image}.cfg").read_text()
    except OSError:
        return False
    return bool(cfg_value(cfg, "vif"))
