# SPDX-License-Identifier: BSD-2-Clause
"""domik-host as the cases use it: start it with an image, talk to it, see how it ends."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
PROGRAM = os.environ.get("DOMIK_HOST", str(ROOT / "build/native/host/domik-host"))
GUESTS = Path(os.environ.get("GUESTS", ROOT / "build/native/tests/host"))
IMAGES = Path(os.environ.get("IMAGES", ROOT / "build/pv64"))
NOBODY = 65534
LIMIT_S = 60


def small(name: str) -> str:
    """One of the guests of tests/host/guests."""
    return str(GUESTS / f"guest-{name}.elf")


def image(name: str) -> Path:
    """An image of the tree; a case that needs one that is not built is skipped."""
    path = IMAGES / f"{name}.elf"
    if not path.is_file():
        raise unittest.SkipTest(f"{name} is not built: ./domik build --target pv64")
    return path


def has_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as s:
        s.bind(("::1", 0))
        return True
    return False


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until(condition, seconds: float = 20.0, what: str = "") -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what or condition}")
        time.sleep(0.01)


def run(*words, user: int | None = None, stdin=subprocess.DEVNULL, limit_s: float = LIMIT_S):
    """Run domik-host to its end; returns status and what it has printed, on both streams.
    The tree may lie where another user must not enter, in /root for example."""
    program = copy_for_anybody(Path(PROGRAM)) if user else PROGRAM
    done = subprocess.run([program, *map(str, words)], stdin=stdin, capture_output=True,
                          text=True, errors="replace", check=False, timeout=limit_s,
                          user=user, group=user, extra_groups=[] if user else None)
    return done.returncode, done.stdout, done.stderr


def as_ordinary_user():
    """Arguments for run() that take root's rights away, if we have them."""
    return {"user": NOBODY} if os.geteuid() == 0 else {}


def copy_for_anybody(path: Path) -> Path:
    """A copy that every user may read, in a folder that lasts as long as this process."""
    folder = Path(_shared.name)
    copy = folder / path.name
    shutil.copy(path, copy)
    copy.chmod(0o755)
    return copy


_shared = tempfile.TemporaryDirectory(prefix="domik-host-")
os.chmod(_shared.name, 0o755)


class Host:
    """One that runs, with the lines that it prints."""

    def __init__(self, *words):
        self.process = subprocess.Popen(
            [PROGRAM, *map(str, words)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)
        self.text = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        while chunk := os.read(self.process.stdout.fileno(), 65536):
            self.text += chunk.decode("utf-8", "replace")

    def wait_text(self, text: str, seconds: float = 20.0, times: int = 1):
        def there():
            if self.process.poll() is not None:
                self.reader.join(2)
                if self.text.count(text) < times:
                    raise AssertionError(f"ended without {text!r}:\n{self.text[-3000:]}")
            return self.text.count(text) >= times
        wait_until(there, seconds, text)

    def signal(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def end(self, seconds: float = 20.0) -> int:
        """Wait for the end; the status."""
        try:
            status = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it did not end:\n{self.text[-3000:]}") from None
        self.reader.join(2)
        return status

    def stop(self) -> int:
        """Ctrl-C, and if need be again; the status."""
        with contextlib.suppress(ProcessLookupError):
            self.signal()
        try:
            status = self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.signal()
            status = self.process.wait(10)
        self.reader.join(2)
        self.process.stdin.close()
        self.process.stdout.close()
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self.reader.join(2)
        self.process.stdin.close()
        self.process.stdout.close()


class Control:
    """A client of the control socket."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(20)
        self.socket.connect(str(path))
        self.file = self.socket.makefile("rw", newline="\n")

    def ask(self, line: str) -> list[str]:
        """The lines of an answer; what is refused raises."""
        self.file.write(line + "\n")
        self.file.flush()
        answer = []
        for text in self.file:
            text = text.rstrip("\n")
            if text == "ok":
                return answer
            if text.startswith("error "):
                raise ValueError(text)
            answer.append(text)
        raise ConnectionError(f"closed while answering {line}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()
