# SPDX-License-Identifier: BSD-2-Clause
"""Let more clients wait at a port that another process of ours listens on.

QEMU's user network listens with room for one: whoever comes while it is busy has his SYN
dropped and tries again a second later. A socket's room can be set again at any time, by
everybody who has a descriptor of it, and Linux (5.6 and later) hands one out to who may
debug the process.
"""

import contextlib
import ctypes
import os
import socket

_PIDFD_GETFD = 438
ROOM = 256


def widen(pid: int, port: int) -> bool:
    """Give the TCP port that this process listens on room; False where that cannot be."""
    with contextlib.ExitStack() as stack:
        try:
            process = os.pidfd_open(pid)
            stack.callback(os.close, process)
            numbers = [int(name) for name in os.listdir(f"/proc/{pid}/fd")]
        except OSError:
            return False
        return any([_widen_one(process, number, port) for number in numbers])


def _widen_one(process: int, number: int, port: int) -> bool:
    copy = ctypes.CDLL(None, use_errno=True).syscall(_PIDFD_GETFD, process, number, 0)
    if copy < 0:
        return False
    try:
        listener = socket.socket(fileno=copy)
    except OSError:  # it is no socket
        os.close(copy)
        return False
    with listener:
        try:
            if (listener.getsockname()[1] != port or
                    not listener.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)):
                return False
            listener.listen(ROOM)
            return True
        except (OSError, IndexError, TypeError):  # of another family
            return False
