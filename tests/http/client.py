# SPDX-License-Identifier: BSD-2-Clause
"""An HTTP client that can misbehave: it sends any bytes, and reads answers strictly."""

import contextlib
import os
import socket
import struct
from dataclasses import dataclass

TIMEOUT_S = 120 if "LAB_URL" in os.environ else 20  # an emulated machine may be slow


class ProtocolError(Exception):
    """The answer is not what HTTP allows."""


@dataclass
class Response:
    status: int
    reason: str
    fields: dict[str, str]  # names in lower case
    body: bytes

    def __getitem__(self, name: str) -> str:
        return self.fields[name.lower()]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.fields


class Client:
    """One connection."""

    def __init__(self, address, receive_buffer=None):
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(TIMEOUT_S)
        self.socket.connect(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def finish(self) -> None:
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Close so that the other side gets a RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def receive(self) -> bytes:
        data = self.socket.recv(65536)
        self.buffer += data
        return data

    def is_closed(self) -> bool:
        """Whether the server closes now, having sent nothing more."""
        with contextlib.suppress(ConnectionResetError):
            return not self.buffer and not self.receive()
        return True

    def read_head(self) -> Response:
        while b"\r\n\r\n" not in self.buffer:
            if not self.receive():
                raise ProtocolError(f"closed within a head: {self.buffer[:80]!r}")
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        first, *lines = head.decode("ascii").split("\r\n")
        version, status, reason = first.split(" ", 2)
        if version != "HTTP/1.1":
            raise ProtocolError(f"not a status line: {first!r}")
        fields = {}
        for line in lines:
            name, colon, value = line.partition(": ")
            if not colon or name.lower() in fields:
                raise ProtocolError(f"not a field, or twice: {line!r}")
            fields[name.lower()] = value
        return Response(int(status), reason, fields, b"")

    def read(self, method: str = "GET") -> Response:
        """One answer with its body."""
        response = self.read_head()
        if method == "HEAD" or response.status in (204, 304) or response.status < 200:
            if response.status in (100, 204, 304) and "content-length" in response:
                raise ProtocolError("a length where there cannot be a body")
            return response
        left = int(response["content-length"])
        parts = [self.buffer[:left]]
        left -= len(parts[0])
        self.buffer = self.buffer[len(parts[0]):]
        while left:
            data = self.socket.recv(min(left, 1 << 20))
            if not data:
                raise ProtocolError(f"closed with {left} bytes of a body missing")
            parts.append(data)
            left -= len(data)
        response.body = b"".join(parts)
        return response

    def ask(self, method: str, target: str, *fields: str, version="1.1") -> Response:
        lines = [f"{method} {target} HTTP/{version}"]
        if version == "1.1":
            lines.append("Host: test")
        self.send(("\r\n".join([*lines, *fields]) + "\r\n\r\n").encode("latin-1"))
        return self.read(method)

    def get(self, target: str, *fields: str) -> Response:
        return self.ask("GET", target, *fields)
