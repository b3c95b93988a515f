# SPDX-License-Identifier: BSD-2-Clause
"""Read what the tools need from an ELF file: sections, needed libraries, symbols."""

import struct
from pathlib import Path
from typing import NamedTuple

SHT_SYMTAB = 2
SHT_NOBITS = 8
DT_NEEDED = 1
STT_OBJECT, STT_FUNC, STT_NOTYPE = 1, 2, 0


class Section(NamedTuple):
    name: str
    type: int
    flags: int
    address: int
    offset: int
    size: int
    link: int


class Symbol(NamedTuple):
    name: str
    address: int
    size: int
    type: int
    section: int


def is_elf(data: bytes) -> bool:
    return data[:4] == b"\x7fELF" and data[5:6] == b"\x01"


class Elf:
    """A little-endian ELF file of either width, held in memory."""

    def __init__(self, path: Path):
        self.data = path.read_bytes()
        if not is_elf(self.data):
            raise ValueError(f"{path} is not a little-endian ELF file")
        self.wide = self.data[4] == 2
        try:
            self.sections = self._read_sections()
        except (struct.error, IndexError) as error:
            raise ValueError(f"{path}: damaged section table") from error

    @property
    def machine(self) -> int:
        return struct.unpack_from("<H", self.data, 18)[0]

    def _read_sections(self) -> list[Section]:
        form, at = ("<Q", 40) if self.wide else ("<I", 32)
        (table,) = struct.unpack_from(form, self.data, at)
        entry, count, names = struct.unpack_from("<HHH", self.data, 58 if self.wide else 46)
        form = "<IIQQQQI" if self.wide else "<IIIIIII"
        rows = [struct.unpack_from(form, self.data, table + i * entry) for i in range(count)]
        strings = rows[names][4] if rows else 0
        return [Section(self._string(strings + row[0]), *row[1:]) for row in rows]

    def _string(self, offset: int) -> str:
        return self.data[offset:self.data.index(b"\0", offset)].decode()

    def section(self, name: str) -> bytes:
        """The content of a section, empty when there is none."""
        for found in self.sections:
            if found.name == name and found.type != SHT_NOBITS:
                return self.data[found.offset:found.offset + found.size]
        return b""

    def needed(self) -> list[str]:
        """Names of the shared libraries that the file asks for."""
        dynamic, form = self.section(".dynamic"), "<qQ" if self.wide else "<iI"
        strings = self.section(".dynstr")
        usable = len(dynamic) - len(dynamic) % struct.calcsize(form)
        return [strings[value:strings.index(b"\0", value)].decode()
                for tag, value in struct.iter_unpack(form, dynamic[:usable])
                if tag == DT_NEEDED]

    def symbols(self) -> list[Symbol]:
        """The symbol table, empty when the file is stripped."""
        table = next((s for s in self.sections if s.type == SHT_SYMTAB), None)
        if table is None:
            return []
        strings = self.sections[table.link].offset
        raw = self.data[table.offset:table.offset + table.size]
        found = []
        for row in struct.iter_unpack("<IBBHQQ" if self.wide else "<IIIBBH", raw):
            if self.wide:
                name, info, _, section, address, size = row
            else:
                name, address, size, info, _, section = row
            found.append(Symbol(self._string(strings + name), address, size, info & 15, section))
        return found
