# SPDX-License-Identifier: BSD-2-Clause
"""`./domik test --embox DIR --include MODULE`: suites of Embox run in an image, which is judged by what
it says. In domik-host; on real Xen the same image is started by ./domik run --xen."""

import subprocess
import time
from pathlib import Path

import domik_host
from say import Refusal, step
from verdicts import Report, Tally

LIMIT_S = 300
NO_SHELL = "-- sh -c exit"  # else an image with commands waits at its prompt


def run(root: Path, image: str) -> Tally:
    """Start the image, wait for its end, and count the cases of its suites."""
    domik_host.ensure(root, image)
    site = domik_host.ram_disk(root, image, None)
    report = Report(f"embox {image}", f"./domik run --image {image}")
    began = time.monotonic()
    try:
        words = domik_host.command(root, image, site=site, cmdline=NO_SHELL, net="none")
        step(f"running {image} in domik-host, {LIMIT_S} s at most")
        done = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=LIMIT_S, check=False)
        text, status, why = done.stdout, done.returncode, ""
    except subprocess.TimeoutExpired as error:
        text, status, why = error.stdout or b"", 0, f"it did not end in {LIMIT_S} s"
    except OSError as error:
        raise Refusal(f"domik-host does not start: {error}") from error
    finally:
        if site:
            site.unlink(missing_ok=True)
    report.took_s = time.monotonic() - began
    for line in text.decode(errors="replace").splitlines():
        report.line(line.rstrip("\r"))
    return report.finish(status, why)
