# SPDX-License-Identifier: BSD-2-Clause
"""What the tools say to a person: steps, notes, and refusals that name the remedy."""

import sys
import time

_START = time.monotonic()


class Refusal(Exception):
    """A request that cannot be met; the text is one line and says what to do."""


def step(text: str) -> None:
    """Announce a step that may take a while."""
    print(f"domik [{time.monotonic() - _START:5.1f} s] {text}", flush=True)


def warn(text: str) -> None:
    """Say what is odd but does not stop us."""
    print(f"domik: {text}", file=sys.stderr, flush=True)
