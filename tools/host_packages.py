# SPDX-License-Identifier: BSD-2-Clause
"""What the host needs, why, and how to tell that it is there."""

from typing import NamedTuple


class Need(NamedTuple):
    package: str
    why: str
    use: str  # "build", "lab", "debug" or "check"


NEEDS = (
    Need("gcc", "compiles the images and the tests", "build"),
    Need("libc6-dev", "compiles the tests that run on this machine", "build"),
    Need("gcc-multilib", "gcc's run-time for 32-bit code (pv32)", "build"),
    Need("binutils", "links, strips and reads images", "build"),
    Need("meson", "describes the build", "build"),
    Need("ninja-build", "runs the build", "build"),
    Need("patch", "applies the patches to the libraries", "build"),
    Need("xz-utils", "unpacks the libraries", "build"),
    Need("libxen-dev", "Xen's public headers", "build"),
    Need("libslirp-dev", "domik-host: a network without rights", "build"),
    Need("gcc", "compiles the lab's probe", "lab"),
    Need("libc6-dev", "the lab's probe is linked with it", "lab"),
    Need("qemu-system-x86", "runs Xen", "lab"),
    Need("clang", "the second compiler of the checks", "check"),
    Need("clang-format", "checks the formatting", "check"),
    Need("gdb", "debugs an image in domik-host", "debug"),
    Need("iproute2", "makes network namespaces and taps for domik-host", "check"),
    Need("wrk", "loads httpd in domik-host", "check"),
)


def needs_for(*uses: str) -> dict[str, Need]:
    """Packages for the given uses, each once, in order."""
    chosen: dict[str, Need] = {}
    for need in NEEDS:
        if need.use in uses:
            chosen.setdefault(need.package, need)
    return chosen
