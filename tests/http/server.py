# SPDX-License-Identifier: BSD-2-Clause
"""The server under test: one that is started here, or one that runs somewhere already.

    HTTPD=PROGRAM             started on a free port, serving the site of site_files.py
    LAB_URL=http://HOST:PORT  serves that site already
"""

import os
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from urllib.parse import urlsplit

import site_files

PROGRAM = os.environ.get("HTTPD")
RUNNING = os.environ.get("LAB_URL")


class Server:
    """A process of its own, with what it prints."""

    def __init__(self, root, *options, address="127.0.0.1"):
        self.lines = []
        self.process = subprocess.Popen(
            [PROGRAM, "-p", "0", "-r", str(root), *options],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        first = self.process.stdout.readline()
        if "listening on port" not in first:
            raise RuntimeError(f"the server did not start: {first}{self.process.stdout.read()}")
        self.lines.append(first.rstrip("\n"))
        self.address = (address, int(first.split("port ")[1].split(",")[0]))
        self.reader = threading.Thread(target=self.read_lines, daemon=True)
        self.reader.start()

    def read_lines(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def stop(self) -> int:
        """Ask it to end; its exit status, which a sanitizer's report makes non-zero."""
        for _ in range(50):
            self.process.send_signal(signal.SIGTERM)
            try:
                status = self.process.wait(0.2)
                self.reader.join(2)
                self.process.stdout.close()
                return status
            except subprocess.TimeoutExpired:
                pass
        self.process.kill()
        self.process.wait()
        return -1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Site:
    """The site in a folder of its own."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="domik-http-")
        self.root = Path(self.folder.name)
        site_files.write(self.root, site_files.BIG_MB)

    def remove(self):
        self.folder.cleanup()


class UnderTest:
    """The one that cases share."""

    def __init__(self):
        self.site = self.server = None
        if PROGRAM:
            self.site = Site()
            self.server = Server(self.site.root)
            self.address = self.server.address
        elif RUNNING:
            url = urlsplit(RUNNING)
            self.address = (url.hostname, url.port or 80)
        else:
            raise RuntimeError("name the server under test: HTTPD=PROGRAM or LAB_URL=http://HOST:PORT")

    def end(self):
        """One that was started must end well: a sanitizer that found something makes it fail."""
        if not self.server:
            return
        status = self.server.stop()
        self.site.remove()
        if status:
            raise RuntimeError("\n".join([f"the server ended with status {status}", *self.server.lines[-40:]]))
