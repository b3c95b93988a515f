# SPDX-License-Identifier: BSD-2-Clause
"""`./domik build`: configure and build a target's images with Meson and Ninja."""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import embox_choice
import setup
from job import TARGETS
from say import Refusal, step

COMPILERS = ("gcc", "clang")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--target", choices=TARGETS, help="only this target (default: both)")
    parser.add_argument("--image", metavar="NAME", help="only this image (default: all)")
    parser.add_argument("--compiler", choices=COMPILERS, default="gcc",
                        help="clang builds in build/TARGET-clang (default: gcc)")
    embox_choice.add_arguments(parser)


def build_dir(root: Path, target: str, compiler: str = "gcc") -> Path:
    return root / "build" / (target if compiler == "gcc" else f"{target}-{compiler}")


def _command(command: list[str], root: Path, quiet: bool = False) -> None:
    """Run a step of the build and show it; quiet: show what it prints only if it fails."""
    print("  " + " ".join(command), flush=True)
    done = subprocess.run(command, cwd=root, stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE if quiet else None,
                          stderr=subprocess.STDOUT if quiet else None)
    if done.returncode:
        print((done.stdout or b"").decode(errors="replace"), end="")
        raise Refusal(f"this failed: {' '.join(command)}: see its messages above")


def need_writable(root: Path) -> None:
    """Refuse to build in a tree that somebody else has made for us to use."""
    place = root / "build" if (root / "build").exists() else root
    if not os.access(place, os.W_OK):
        raise Refusal(f"{place} cannot be written by this user: clone the tree for yourself")


def configure(root: Path, target: str, compiler: str = "gcc") -> Path:
    """Make sure that the target's build directory is configured; "native" is one too."""
    need_writable(root)
    folder = build_dir(root, target, compiler)
    if not (folder / "build.ninja").exists():
        command = ["meson", "setup", str(folder.relative_to(root)), "--wrap-mode=nodownload"]
        if target != "native":
            suffix = "" if compiler == "gcc" else f"-{compiler}"
            command.append(f"--cross-file=arch/cross/{target}{suffix}.ini")
        _command(command, root, quiet=True)
    else:  # what is declared may have changed
        _command(["ninja", "-C", str(folder.relative_to(root)), "build.ninja"], root, quiet=True)
    return folder


def build(root: Path, target: str, compiler: str = "gcc", images: list[str] = []) -> Path:
    """Build images of a target (all when none is named); returns the build directory."""
    folder = configure(root, target, compiler)
    known = sorted(path.stem for path in folder.glob("*.cfg"))
    for image in images:
        if image not in known:
            raise Refusal(f"there is no image {image} for {target}; there are:"
                          f" {' '.join(known) or 'none yet'}")
    _ninja(root, folder, [f"{image}.elf" for image in images])
    return folder


def build_goals(root: Path, target: str, goals: list[str]) -> Path:
    """Build what the build directory of a target calls so; "native" is one too."""
    folder = configure(root, target)
    _ninja(root, folder, goals)
    return folder


def _ninja(root: Path, folder: Path, goals: list[str]) -> None:
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    _command(["ninja", *quiet, "-C", str(folder.relative_to(root)), *goals], root)


def ensure_images(root: Path, target: str, images: list[str]) -> None:
    """Build images from whatever state the tree is in."""
    setup.ensure_build_tools(root)
    step(f"building {' '.join(images)} for {target}")
    build(root, target, images=images)


def run(root: Path, options: argparse.Namespace) -> int:
    setup.ensure_build_tools(root)
    options.image = embox_choice.choose(root, options) or options.image
    for target in [options.target] if options.target else TARGETS:
        step(f"building {options.image or 'all images'} for {target} with {options.compiler}")
        folder = build(root, target, options.compiler,
                       [options.image] if options.image else [])
        for elf in sorted(folder.glob(f"{options.image or '*'}.elf")):
            if not elf.name.endswith(".debug.elf"):
                print(f"  {os.path.relpath(elf, Path.cwd())}  {elf.stat().st_size:,} bytes")
    return 0
