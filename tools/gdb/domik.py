# SPDX-License-Identifier: BSD-2-Clause
"""gdb commands for an image in domik-host: both are one process, so one gdb sees both.

    domik-start             run until the image prints its first line; then set breakpoints
    domik-symbols FILE      the image's symbols, in a gdb that was attached to domik-host
    domik-walk ADDRESS      how the guest's page tables translate an address
    domik-threads           the guest's threads, with where each of them waits
    domik-ring [N]          the rings of vif N: indices, and what is under way
    domik-store [PATH]      the XenStore tree

All but the first only read memory: they work wherever the process has stopped.
"""

import os
import struct

import gdb

PAGE = 4096
FLAGS = ((1, "present"), (2, "write"), (4, "user"), (0x20, "accessed"), (0x40, "dirty"),
         (0x80, "large"), (1 << 63, "no-execute"))
# Signals are how domik-host runs a guest; SIGTRAP stays gdb's own.
SIGNALS = "SIGSEGV SIGBUS SIGILL SIGFPE SIGALRM SIGSYS SIGPIPE"
EXECINSTR = 4


def value(expression: str) -> gdb.Value:
    return gdb.parse_and_eval(expression)


def host(name: str, source: str) -> gdb.Value:
    """A variable of domik-host, whose name the guest may have too."""
    for candidate in (f"'{source}'::{name}", f"'../../host/{source}'::{name}", name):
        try:
            return value(candidate)
        except gdb.error:
            continue
    raise gdb.GdbError(f"domik-host's {name} cannot be read: is this gdb looking at domik-host?")


def read(address: int, n: int) -> bytes:
    return bytes(gdb.selected_inferior().read_memory(address, n))


def word(address: int) -> int:
    return struct.unpack("<Q", read(address, 8))[0]


# --- symbols and start --------------------------------------------------------------------------


def text_sections(path: str) -> list[tuple[int, int]]:
    """Start and end of each executable section of an ELF file."""
    with open(path, "rb") as f:
        data = f.read()
    at, = struct.unpack_from("<Q", data, 40)
    size, count = struct.unpack_from("<HH", data, 58)
    found = []
    for i in range(count):
        _, _, flags, address, _, n = struct.unpack_from("<IIQQQQ", data, at + i * size)
        if flags & EXECINSTR and n:
            found.append((address, address + n))
    return found


def image_path() -> str:
    name = os.environ.get("DOMIK_IMAGE", "")
    if not name:
        raise gdb.GdbError("which image? domik-symbols IMAGE.debug.elf")
    return name


def load_symbols(path: str) -> None:
    if not os.path.exists(path):
        raise gdb.GdbError(f"there is no {path}")
    gdb.execute(f"add-symbol-file {path}", to_string=True)


def expect_signals() -> None:
    gdb.execute(f"handle {SIGNALS} nostop noprint pass", to_string=True)


class Start(gdb.Command):
    """Run domik-host until its image prints its first line. By then the kernel has its page
tables as it wants them, its code is mapped, and breakpoints in it hold."""

    def __init__(self):
        super().__init__("domik-start", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        path = argument or image_path()
        expect_signals()
        stop = gdb.Breakpoint("terminal_print", internal=True, temporary=True)
        stop.silent = True
        gdb.execute("run")
        for begin, end in text_sections(path):
            value(f"(unsigned)debug_map({begin}, {end})")
        load_symbols(path)
        print(f"{os.path.basename(path)} runs; set breakpoints in it, then continue")


class Symbols(gdb.Command):
    """Load the symbols of the image, in a gdb that was attached: domik-symbols FILE"""

    def __init__(self):
        super().__init__("domik-symbols", gdb.COMMAND_FILES, gdb.COMPLETE_FILENAME)

    def invoke(self, argument, from_tty):
        expect_signals()
        load_symbols(argument or image_path())


# --- page tables --------------------------------------------------------------------------------


class Memory:
    """The machine's memory as domik-host keeps it: host/memory.h."""

    MULTIPLIER, OFFSET = 0x9e3779b1, 0x1f3

    def __init__(self):
        m = host("memory", "memory.c")
        self.base, self.frames = int(m["ptr"]), int(m["n_frames"])
        self.pages = int(m["n_pages"])
        self.first, self.mask = int(m["mfn_first"]), int(m["mfn_mask"])
        self.inverse = pow(self.MULTIPLIER, -1, self.mask + 1)

    def index(self, mfn: int):
        """Our number of a machine frame, None when there is none."""
        n = mfn - self.first
        if not 0 <= n <= self.mask:
            return None
        index = (n - self.OFFSET) * self.inverse & self.mask
        return index if index < self.frames else None

    def address(self, index: int) -> int:
        return self.base + index * PAGE


def flags_of(entry: int) -> str:
    return " ".join(name for bit, name in FLAGS if entry & bit) or "empty"


class Walk(gdb.Command):
    """How the guest's page tables translate an address: domik-walk ADDRESS"""

    def __init__(self):
        super().__init__("domik-walk", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("domik-walk ADDRESS")
        address = int(value(argument)) & (1 << 64) - 1
        memory, index = Memory(), int(host("mmu_root", "mmu.c"))
        for level in (4, 3, 2, 1):
            slot = address >> 12 + 9 * (level - 1) & 511
            entry = word(memory.address(index) + slot * 8)
            mfn = (entry & 0x000ffffffffff000) >> 12
            print(f"level {level} entry {slot:3}: {entry:#018x}  mfn {mfn:#x}, {flags_of(entry)}")
            index = memory.index(mfn) if entry & 1 else None
            if index is None:
                print("-> not mapped" if not entry & 1 else "-> a frame that is not there")
                return
        where = f"pfn {index:#x}" if index < memory.pages else "a frame shared with Xen"
        at = memory.address(index) + (address & PAGE - 1)
        print(f"-> {where}; domik-host sees the byte at {at:#x}")


# --- threads ------------------------------------------------------------------------------------


def list_items(head: gdb.Value, type_name: str, member: str):
    """The structures in a list of kernel/list.h."""
    kind = gdb.lookup_type(type_name)
    offset = next(f.bitpos // 8 for f in kind.fields() if f.name == member)
    link = head["next"]
    while link != head.address:
        yield (link.cast(gdb.lookup_type("char").pointer()) - offset).cast(
            kind.pointer()).dereference()
        link = link["next"]


def code_name(back: int) -> str:
    """The function that a return address leads to: that of the call before it, for what
    follows a call that does not return is another function."""
    block = gdb.block_for_pc(back - 1)
    while block and not block.function:
        block = block.superblock
    if block:
        return block.function.name
    symbol = gdb.execute(f"info symbol {back - 1:#x}", to_string=True)  # of assembly
    return f"{back:#x}" if symbol.startswith("No symbol") else symbol.split()[0]


def frames_from(frame: int, n: int) -> list[str]:
    """Functions that a chain of saved %rbp goes through."""
    names = []
    for _ in range(n):
        try:
            up, back = struct.unpack("<QQ", read(frame, 16))
        except gdb.MemoryError:
            break
        if not back:
            break
        names.append(code_name(back))
        if up <= frame:
            break
        frame = up
    return names


class Threads(gdb.Command):
    """The guest's threads: state, priority, name, and where each of them goes on."""

    def __init__(self):
        super().__init__("domik-threads", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        try:
            head, current = value("all_threads"), value("sched_current")
        except gdb.error as error:
            raise gdb.GdbError(f"{error}: load the image's symbols first") from error
        for t in list_items(head, "struct thread", "all"):
            runs = t.address == current
            state = "RUNS" if runs else str(t["state"]).removeprefix("THREAD_")
            where = "" if runs else " < ".join(self.where(t))
            print(f"{'*' if runs else ' '} {t['name'].string():15} prio {int(t['priority']):2}"
                  f"  {state:9} {where}")

    @staticmethod
    def where(thread) -> list[str]:
        """From what arch_switch_stack() of arch/pv64/entry.S has pushed: rounding modes, r15
        r14 r13 r12 rbx, rbp, and where it returns to."""
        try:
            *_, frame, back = struct.unpack("<8Q", read(int(thread["context"]["sp"]), 64))
        except (gdb.error, gdb.MemoryError):
            return []
        return [code_name(back), *frames_from(frame, 6)]


# --- rings --------------------------------------------------------------------------------------


class Ring(gdb.Command):
    """The rings of a vif as its back end sees them: domik-ring [N]"""

    SLOTS, SHOWN = 256, 4

    def __init__(self):
        super().__init__("domik-ring", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        wanted = int(argument or 0)
        for vif in list_items(host("vifs", "vif.c"), "struct vif", "link"):
            if int(vif["config"]["id"]) == wanted:
                break
        else:
            raise gdb.GdbError(f"there is no vif {wanted}")
        back = vif["netback"]
        if not back or not back["connected"]:
            print(f"vif{wanted}: its back end is not connected")
            return
        for i in range(int(back["n_queues"])):
            self.show(f"vif{wanted} queue {i}", back["queue"][i])

    def show(self, name: str, queue: gdb.Value) -> None:
        for kind in ("tx", "rx"):
            ring = queue[kind]
            cons, answered = (int(queue[f"{kind}_{x}"]) for x in ("req_cons", "rsp_prod"))
            asked, shown = int(ring["req_prod"]), int(ring["rsp_prod"])
            print(f"{name} {kind}: front end has put up {asked}, back end has taken {cons}"
                  f" and answered {answered} (shown {shown});"
                  f" events at request {int(ring['req_event'])}, response"
                  f" {int(ring['rsp_event'])}")
            slots = int(ring["slots"].address)
            waiting = range(cons, min(asked, cons + self.SLOTS))
            for at in waiting[:self.SHOWN]:
                self.request(kind, at, slots)
            if len(waiting) > self.SHOWN:
                print(f"   and {len(waiting) - self.SHOWN} more")

    def request(self, kind: str, at: int, slots: int) -> None:
        slot = at % self.SLOTS
        if kind == "tx":
            gref, offset, flags, number, size = struct.unpack(
                "<IHHHH", read(slots + slot * 12, 12))
            print(f"   request {at} in slot {slot}: id {number} gref {gref} offset {offset}"
                  f" size {size} flags {flags:#x}")
        else:
            number, _, gref = struct.unpack("<HHI", read(slots + slot * 8, 8))
            print(f"   request {at} in slot {slot}: id {number} gref {gref}")


# --- XenStore -----------------------------------------------------------------------------------


class Store(gdb.Command):
    """The XenStore tree, or what is below a path: domik-store [PATH]"""

    def __init__(self):
        super().__init__("domik-store", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        nodes = {}
        buckets = host("store", "xenstore_db.c")["buckets"]
        low, high = buckets.type.range()
        for i in range(low, high + 1):
            node = buckets[i]
            while node:
                n = node.dereference()
                nodes[n["path"].string()] = read(int(n["value"]), int(n["value_bytes"]))
                node = n["next"]
        top = argument.rstrip("/")
        for path in sorted(nodes, key=lambda p: p.split("/")):
            if path == argument or path.startswith(f"{top}/"):
                text = nodes[path].decode("ascii", "backslashreplace")
                print(f"{path} = {text!r}")


for command in (Start, Symbols, Walk, Threads, Ring, Store):
    command()
# The thread library would ask the guest's thread pointer, which is not its own.
for setting in ("libthread-db-search-path /nonexistent", "confirm off", "pagination off", "breakpoint pending on",
                "print thread-events off", "debuginfod enabled off"):
    try:
        gdb.execute(f"set {setting}", to_string=True)
    except gdb.error:
        pass  # an older gdb has not all of them
