# SPDX-License-Identifier: BSD-2-Clause
"""The cases of tests/http against httpd in domik-host."""

import os
import sys
import tempfile
from pathlib import Path

import guest
from guest import ROOT

sys.path.insert(0, str(ROOT / "tests" / "http"))
import site_files  # noqa: E402

PORT = guest.free_port()
os.environ["LAB_URL"] = f"http://127.0.0.1:{PORT}"
os.environ.pop("HTTPD", None)
import http_test  # noqa: E402
from http_test import *  # noqa: E402, F403

serve, end = http_test.setUpModule, http_test.tearDownModule
host = None


def start_guest():
    global host
    with tempfile.TemporaryDirectory(prefix="domik-http-") as folder:
        tar = Path(folder) / "site.tar"
        site_files.write_tar(tar, site_files.BIG_MB)
        host = guest.Host("-c", guest.IMAGES / "httpd.cfg", guest.image("httpd"), "--memory=32",
                          f"--ramdisk={tar}", "--cmdline=-- -t 600 -l off",
                          f"--net=user,tcp:127.0.0.1:{PORT}-:80")
        host.wait_text("listening on port 80")
    serve()


def end_guest():
    end()
    if host.stop():
        raise RuntimeError(host.text[-4000:])


# The cases are of that module, which is asked for these.
http_test.setUpModule, http_test.tearDownModule = start_guest, end_guest
