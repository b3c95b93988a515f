# SPDX-License-Identifier: BSD-2-Clause
"""`./domik test`: every suite that this machine can run, and one line that sums it up."""

import argparse
from pathlib import Path

import boot_suite
import build
import embox_choice
import embox_suite
import native_suite
import setup
from job import TARGETS
from say import Refusal, step
from verdicts import Report, Tally

SUITES = (*native_suite.SUITES, "boot")
WITHOUT_IMAGES = ("unit", "fake", "http")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suites", nargs="*", metavar="SUITE[/NAME]",
                        help=f"of {', '.join(SUITES)}; NAME is a program or job of it"
                             " (default: all)")
    parser.add_argument("--target", choices=TARGETS, help="only this target (default: both)")
    parser.add_argument("--image", metavar="NAME",
                        help="with --embox: what to call the image (default: embox)")
    embox_choice.add_arguments(parser)


def run(root: Path, options: argparse.Namespace) -> int:
    image = embox_choice.choose(root, options)
    if image and options.target == "pv32":
        raise Refusal("suites of Embox are run in domik-host, which runs pv64; for pv32 start the"
                      " image on Xen: ./domik run --target pv32 …")
    if image:
        total = embox_suite.run(root, image)
        print(total)
        return 1 if total.failed else 0
    chosen = [text.partition("/")[::2] for text in options.suites or SUITES]
    for suite, _ in chosen:
        if suite not in SUITES:
            raise Refusal(f"there is no suite {suite}; there are {', '.join(SUITES)}")
    targets = [options.target] if options.target else list(TARGETS)
    setup.ensure_build_tools(root)
    total = Tally()
    if any(suite not in WITHOUT_IMAGES for suite, _ in chosen):
        setup.ensure_host("debug", "check")
        for target in targets:
            total.add(_build(root, target))
    if not options.suites:
        total.add(_all_suites_known(root))
    for suite, name in chosen:
        total.add(_run_suite(root, suite, name or None, targets))
    print(total)
    return 1 if total.failed else 0


def _build(root: Path, target: str) -> Tally:
    """Building every image is a case too: a suite must not run what is left from before."""
    step(f"building all images for {target}")
    report = Report(f"build {target}", f"./domik build --target {target}")
    try:
        build.build(root, target)
        report.line(f"T build.{target} ok")
    except Refusal as refusal:
        report.line(f"T build.{target} fail {refusal}")
    return report.finish(0)


def _all_suites_known(root: Path) -> Tally:
    """No test may be left out because its suite is not run from here."""
    report = Report("suites", "meson introspect --tests build/native")
    unknown = native_suite.unknown_suites(root)
    outcome = f"fail ./domik test does not run {' '.join(unknown)}" if unknown else "ok"
    report.line(f"T suites.all-are-run {outcome}")
    return report.finish(0)


def _run_suite(root: Path, suite: str, name: str | None, targets: list[str]) -> Tally:
    try:
        if suite == "boot":
            return boot_suite.run(root, name, targets)
        return native_suite.run(root, suite, name)
    except Refusal as refusal:
        report = Report(suite, f"./domik test {suite}")
        return report.finish(0, str(refusal))
