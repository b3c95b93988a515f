# SPDX-License-Identifier: BSD-2-Clause
"""Wait until a server answers over HTTP, and tell the user where it is."""

import http.client
import threading
import time

from say import step


def wait_for_reply(port: int, over: threading.Event, every_s: float = 0.2) -> None:
    """Ask again and again until it answers, or there is nobody left who could."""
    while not over.is_set():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/", headers={"Connection": "close"})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            time.sleep(every_s)
            continue
        finally:
            connection.close()
        step(f"it answers (HTTP {status}): http://127.0.0.1:{port}/   Ctrl-C ends it")
        return
