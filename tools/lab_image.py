# SPDX-License-Identifier: BSD-2-Clause
"""Build the lab's boot files: xen, the dom0 kernel, and dom0's initramfs."""

import fcntl
import gzip
import hashlib
import lzma
import os
import shutil
import subprocess
from pathlib import Path
from typing import Iterator, NamedTuple

import lab_packages
from cpio import CpioWriter
from elf import Elf, is_elf
from say import Refusal, step

HERE = Path(__file__).parent
LIBRARY_DIRS = ("lib/x86_64-linux-gnu", "usr/lib/x86_64-linux-gnu")
SOURCES = ("lab_image.py", "cpio.py", "elf.py", "lab/dom0.table", "lab/init", "lab/vif-lab",
           "lab/probe.c")
IMAGES_KEPT = 6
XZ_MAGIC = b"\xfd7zXZ\0"
SIEGERC = """verbose = false
logging = false
show-logfile = false
protocol = HTTP/1.1
connection = close
benchmark = true
limit = 1024
color = off
json_output = false
parser = false
"""
CONFIG_FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
    "etc/group": "root:x:0:\n",
    "etc/hosts": "127.0.0.1 localhost dom0\n",
    "etc/services": "http 80/tcp\n",
    "etc/protocols": "tcp 6 TCP\nudp 17 UDP\nicmp 1 ICMP\n",
    "etc/nsswitch.conf": "hosts: files\n",
    "etc/siege/siegerc": SIEGERC,
    "root/.siege/siege.conf": SIEGERC,
    "etc/xen/xl.conf": 'autoballoon="off"\nlockfile="/run/lock/xl"\n'
                       'vif.default.bridge="xenbr0"\nvif.default.script="vif-lab"\n',
}


class Image(NamedTuple):
    """The files that QEMU boots; the kernel is unpacked, which saves an emulated machine
    seconds."""

    xen: Path
    kernel: Path
    initramfs: Path


def lab_dir(root: Path) -> Path:
    """Where the lab lives: build/lab, or DOMIK_LAB when several checkouts share one."""
    return Path(os.environ.get("DOMIK_LAB") or root / "build" / "lab").absolute()


def ensure(root: Path, archive_dir: Path | None = None) -> Image:
    """The lab's boot files, built anew when anything they are made from has changed."""
    top = lab_dir(root)
    top.mkdir(parents=True, exist_ok=True)
    with open(top / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        unpacked = lab_packages.fetch(top, archive_dir)
        key = hashlib.sha256((top / "unpacked.done").read_bytes())
        for name in SOURCES:
            key.update((HERE / name).read_bytes())
        folder = top / f"image-{key.hexdigest()[:12]}"
        image = Image(folder / "xen", folder / "vmlinux", folder / "dom0.cpio")
        if not folder.exists():
            _build(unpacked, image)
    return image


def _build(unpacked: Path, image: Image) -> None:
    step("building the lab image")
    folder = image.xen.parent
    work = folder.with_name("image-work")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    (work / image.xen.name).write_bytes(gzip.decompress(_one(unpacked, "boot/xen-*.gz")
                                                        .read_bytes()))
    (work / image.kernel.name).write_bytes(_unpack_kernel(packed_kernel(unpacked)))
    with open(work / image.initramfs.name, "wb") as out:
        _write_initramfs(unpacked, CpioWriter(out), _compile_probe(work))
    images = sorted(folder.parent.glob("image-????????????"), key=lambda p: p.stat().st_mtime)
    for old in images[:-IMAGES_KEPT]:
        shutil.rmtree(old, ignore_errors=True)
    work.rename(folder)


def packed_kernel(unpacked: Path) -> Path:
    """dom0's kernel as the distribution ships it."""
    return _one(unpacked, "boot/vmlinuz-*")


def _unpack_kernel(bzimage: Path) -> bytes:
    data = bzimage.read_bytes()
    start = data.find(XZ_MAGIC)
    if start < 0:
        raise Refusal(f"{bzimage.name} is not compressed with xz, as the lab expects it")
    return lzma.LZMADecompressor().decompress(data[start:])


def _one(unpacked: Path, pattern: str) -> Path:
    found = sorted(unpacked.glob(pattern))
    if len(found) != 1:
        raise Refusal(f"the lab's packages hold {len(found)} files {pattern}: remove"
                      f" {unpacked.parent} and run ./domik setup again")
    return found[0]


def _compile_probe(work: Path) -> Path:
    probe = work / "probe"
    command = ["gcc", "-O2", "-Wall", "-Wextra", "-Werror", "-static", "-s", "-o", probe,
               HERE / "lab" / "probe.c"]
    if subprocess.run(command).returncode:
        raise Refusal("the lab's probe does not compile: see gcc's message above")
    return probe


def _write_initramfs(unpacked: Path, cpio: CpioWriter, probe: Path) -> None:
    rows = lab_packages.read_table(lab_packages.TABLE.read_text())
    for row in rows:
        if row.kind == "folder":
            cpio.folder(row.words[0])
    programs = [p for row in rows if row.kind == "file" for p in _files(unpacked, row.words[0])]
    for path in programs:
        cpio.copy(str(path.relative_to(unpacked)), path)
    for path in _libraries(unpacked, programs):
        cpio.copy(f"{LIBRARY_DIRS[0]}/{path.name}", path)
    cpio.link("lib64/ld-linux-x86-64.so.2", f"../{LIBRARY_DIRS[0]}/ld-linux-x86-64.so.2")
    cpio.link("var/run", "/run")
    modules = list(_modules(unpacked, [r.words[0] for r in rows if r.kind == "module"]))
    for path in modules:
        cpio.copy(f"lib/modules/{path.name}", path)
    cpio.file("lib/modules/list", "".join(f"{p.name}\n" for p in modules).encode())
    for name, text in CONFIG_FILES.items():
        cpio.file(name, text.encode())
    cpio.file("init", (HERE / "lab/init").read_bytes(), 0o755)
    cpio.file("etc/xen/scripts/vif-lab", (HERE / "lab/vif-lab").read_bytes(), 0o755)
    cpio.file("bin/probe", probe.read_bytes(), 0o755)
    for applet in _applets(unpacked / "bin/busybox"):
        if not any(f"{folder}/{applet}" in cpio for folder in ("bin", "usr/bin")):
            cpio.link(f"bin/{applet}", "busybox")
    cpio.close()


def _files(unpacked: Path, pattern: str) -> list[Path]:
    found = sorted(path for path in unpacked.glob(pattern) if path.is_file())
    if not found:
        raise Refusal(f"no file {pattern} in the lab's packages: dom0.table asks for what this"
                      " distribution does not have")
    return found


def _libraries(unpacked: Path, programs: list[Path]) -> Iterator[Path]:
    """Every shared library that the programs need, each once, libraries' own included."""
    have = {path.name for path in programs}
    waiting = list(programs)
    while waiting:
        path = waiting.pop()
        with open(path, "rb") as file:
            if not is_elf(file.read(8)):
                continue
        for name in sorted(set(Elf(path).needed()) - have):
            places = [unpacked / folder / name for folder in LIBRARY_DIRS]
            library = next((place for place in places if place.exists()), None)
            if library is None:
                raise Refusal(f"{path.name} needs {name}, which no package of dom0.table"
                              " brings")
            have.add(name)
            waiting.append(library)
            yield library


def _modules(unpacked: Path, wanted: list[str]) -> Iterator[Path]:
    """Kernel modules in loading order; one that is built in needs no loading."""
    paths = {path.stem.replace("-", "_"): path
             for path in unpacked.glob("lib/modules/*/kernel/**/*.ko")}
    built_in = {Path(line).stem.replace("-", "_")
                for line in _one(unpacked, "lib/modules/*/modules.builtin").read_text().split()}
    done: set[str] = set()

    def load(name: str) -> Iterator[Path]:
        key = name.replace("-", "_")
        if key in done or key in built_in:
            return
        if key not in paths:
            raise Refusal(f"the dom0 kernel has no module {name}: is dom0.table right?")
        done.add(key)
        for field in Elf(paths[key]).section(".modinfo").split(b"\0"):
            if field.startswith(b"depends="):
                for need in filter(None, field[8:].decode().split(",")):
                    yield from load(need)
        yield paths[key]

    for name in wanted:
        yield from load(name)


def _applets(busybox: Path) -> list[str]:
    done = subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split() if name != "busybox"]
