# SPDX-License-Identifier: BSD-2-Clause
"""The Linux domU that measurements are compared with: same server, same files.

It is dom0's kernel as a plain ELF, and an initramfs of busybox, the network front end and
our own httpd compiled for Linux; it lands in build/linux as an image like any other.
"""

import gzip
import io
import shutil
import subprocess
from pathlib import Path

import lab_image
import lab_packages
from cpio import CpioWriter
from say import Refusal, step

HERE = Path(__file__).parent
NOT_FOR_LINUX = ("platform_domik.c", "poller_poll.c")
FOLDERS = ("proc", "sys", "dev", "www")


def ensure(root: Path) -> None:
    """Build build/linux/linux.elf, .cfg and .cpio.gz."""
    image = lab_image.ensure(root)
    unpacked = lab_packages.fetch(lab_image.lab_dir(root))
    folder = root / "build" / "linux"
    folder.mkdir(parents=True, exist_ok=True)
    step("building the Linux domU to compare with")
    shutil.copyfile(image.kernel, folder / "linux.elf")
    (folder / "linux.cpio.gz").write_bytes(_initramfs(unpacked, _compile_server(root, folder)))
    (folder / "linux.cfg").write_text(
        'name="linux"\ntype="pv"\nkernel="linux.elf"\nmemory=256\n'
        'cmdline="console=hvc0 rdinit=/init quiet mitigations=off"\nvif=["bridge=xenbr0"]\n')


def size_bytes(root: Path) -> int:
    """What a host keeps of it: the compressed kernel and the initramfs."""
    unpacked = lab_packages.fetch(lab_image.lab_dir(root))
    return (lab_image.packed_kernel(unpacked).stat().st_size
            + (root / "build" / "linux" / "linux.cpio.gz").stat().st_size)


def _compile_server(root: Path, folder: Path) -> Path:
    server = folder / "httpd"
    sources = [path for path in sorted((root / "apps" / "httpd").glob("*.c"))
               if path.name not in NOT_FOR_LINUX]
    command = ["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-O2", "-static", "-s", "-I", root,
               "-o", server, *sources]
    if subprocess.run(command, check=False).returncode:
        raise Refusal("httpd does not compile for Linux: see gcc's message above")
    return server


def _initramfs(unpacked: Path, server: Path) -> bytes:
    out = io.BytesIO()
    cpio = CpioWriter(out)
    for name in FOLDERS:
        cpio.folder(name)
    cpio.copy("bin/busybox", unpacked / "bin/busybox")
    cpio.copy("bin/httpd", server)
    [front_end] = unpacked.glob("lib/modules/*/kernel/drivers/net/xen-netfront.ko")
    cpio.copy("xen-netfront.ko", front_end)
    cpio.file("init", (HERE / "lab" / "linux-init").read_bytes(), 0o755)
    cpio.close()
    return gzip.compress(out.getvalue(), mtime=0)
