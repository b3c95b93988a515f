# SPDX-License-Identifier: BSD-2-Clause
"""All descriptions that an image may draw from: our own, those of a checkout, what Domik provides.

A name is looked up in its file's imports, in its file's package, and as it stands. Where a name is
both ours and the checkout's, ours is meant.
"""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from parser import parse_file
from problem import Place, Problem, near
from provided import Entry, Provided
from syntax import Annotation, Entity, File, Reference

FOLDERS = ("mk", "src", "platform", "project", "third-party", "ext_project")
LANGUAGE = "mybuild.lang"
# What a description may be marked with; annotation types of a user's own are known by their files.
ANNOTATIONS = frozenset(
    "AddPrefix App AutoCmd Build BuildArtifactPath BuildDepends BuildVariable Cflags Cmd CxxCmd"
    " DefaultImpl DefineMacro For Generated IfNeed Include IncludeExport IncludeHeader IncludePath"
    " IncludePathBefore InitFS InstrumentProfiling LinkerSection Mandatory NoRuntime NumConstraint"
    " Postbuild Rule Runlevel TestFor Type Unique WithAllTests WithTest WithValue"
    " WithValueNumber".split()
)


def description_files(folder: Path) -> Iterator[Path]:
    """Mybuild and *.my below a folder, in a fixed order."""
    for where, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            if name == "Mybuild" or name.endswith(".my"):
                yield Path(where, name)


@dataclass
class Found:
    """What a name stands for: one of the two."""

    name: str
    module: Entity | None = None
    provided: Entry | None = None


@dataclass
class Library:
    provided: Provided
    checkout: Path | None = None
    modules: dict[str, Entity] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)  # files that cannot be read
    own: set[str] = field(default_factory=set)  # full names that are ours
    exports: object = None  # undeclared.py's, made when it is asked for
    n_other: int = 0  # annotation types and interfaces
    # names of annotations, and of their values where a file describes them
    _annotations: dict[str, list[str]] = field(default_factory=lambda: dict.fromkeys(ANNOTATIONS, []))
    _others: set[str] = field(default_factory=set)
    _imports: dict[Path, list[str]] = field(default_factory=dict)

    def add_own(self, folder: Path) -> None:
        before = set(self.modules)
        self._add(description_files(folder))
        self.own |= set(self.modules) - before

    def add_checkout(self, folder: Path) -> None:
        if not (folder / "src").is_dir() or not (folder / "mk").is_dir():
            raise Problem(None, f"{folder} is not a checkout of Embox: it has no src/ and mk/",
                          "name the top folder of the checkout, the one with its Makefile")
        self.checkout = folder
        for name in FOLDERS:
            self._add(description_files(folder / name))

    def add_project(self, folder: Path) -> None:
        """Descriptions of a user's own that lie elsewhere; their modules are like the checkout's."""
        before = len(self.files)
        self._add(description_files(folder))
        if len(self.files) == before:
            raise Problem(None, f"{folder} has no descriptions: no Mybuild and no *.my",
                          "name the folder that has those of your modules")

    def _add(self, paths: Iterator[Path]) -> None:
        for path in paths:
            self.files.append(path)
            try:
                self._add_file(parse_file(path))
            except Problem as problem:
                self.problems.append(problem)

    def _add_file(self, file: File) -> None:
        if file.imports:
            self._imports[file.path] = file.imports
        for entity in file.entities:
            name = entity.full_name
            if entity.kind != "module":
                self.n_other += 1
                if entity.kind == "annotation":
                    self._annotations[entity.name] = [option.name for option in entity.options]
                else:
                    self._others.add(name)
            elif name in self.own:
                continue
            elif name in self.modules:
                raise Problem(entity.place, f"module {name} is described twice, first at"
                              f" {self.modules[name].place}", "rename one of them")
            else:
                self.modules[name] = entity

    def require_readable(self) -> None:
        if self.problems:
            raise self.problems[0]

    def is_foreign(self, entity: Entity) -> bool:
        """Does it come from the checkout?"""
        return entity.full_name not in self.own

    # --- names

    def _candidates(self, name: str, package: str, file: Path) -> Iterator[str]:
        first, _, rest = name.partition(".")
        for imported in self._imports.get(file, []):
            if imported.endswith(".*"):
                yield f"{imported[:-2]}.{name}"
            elif imported.rpartition(".")[2] == first:
                yield f"{imported}.{rest}" if rest else imported
        if package:
            yield f"{package}.{name}"
        yield name

    def find(self, reference: Reference, package: str) -> Found:
        """The module that a name means; a provided one wins over the checkout's."""
        if not reference.name:
            raise Problem(reference.place, "the name of a module is missing", "write one")
        candidates = list(self._candidates(reference.name, package, reference.place.file))
        for name in candidates:
            found = self._exact(name)
            if found:
                return found
        for name in candidates:
            if name in self._others or f"{LANGUAGE}.{name}" in self._others:
                raise Problem(reference.place, f"'{reference.name}' is an interface",
                              "name a module: no module of Embox provides an interface")
        hint = near(reference.name, self._known())
        raise Problem(reference.place, f"there is no module '{reference.name}'",
                      hint or "correct the name, or describe the module in a Mybuild file")

    def _exact(self, name: str) -> Found | None:
        if name in self.own:
            return Found(name, module=self.modules[name])
        entry = self.provided.match(name)
        if entry and (not entry.is_pattern or not self.checkout or name in self.modules):
            return Found(name, provided=entry)
        if name in self.modules:
            return Found(name, module=self.modules[name])
        return None

    def _known(self) -> list[str]:
        return [*self.modules, *self.provided.names()]

    def base(self, entity: Entity) -> Entity | None:
        """The module that this one extends, if it has a description."""
        if entity.extends is None:
            return None
        found = self.find(entity.extends, entity.package)
        return found.module or self.modules.get(found.name)

    def line(self, entity: Entity) -> list[Entity]:
        """The module and all that it extends, itself first."""
        line = [entity]
        while base := self.base(line[-1]):
            if base in line:
                names = [e.full_name for e in [*line[line.index(base):], base]]
                raise Problem(line[-1].extends.place, "cycle of extends: " + " -> ".join(names),
                              "remove one 'extends' of these")
            line.append(base)
        return line

    def check_annotations(self, entity: Entity) -> None:
        parts = [entity, *entity.depends, *entity.sources, *entity.options]
        self.check_marks(a for part in parts for a in part.annotations)

    def check_marks(self, annotations: Iterable[Annotation]) -> None:
        for annotation in annotations:
            name = annotation.name.rpartition(".")[2]
            if name not in self._annotations:
                raise Problem(annotation.place, f"there is no annotation @{annotation.name}",
                              near(name, self._annotations) or "correct the name or remove it")
            known = self._annotations[name]
            for value in annotation.values if known else ():
                if value not in known:
                    raise Problem(annotation.place, f"@{annotation.name} has no '{value}'",
                                  near(value, known) or f"it has: {', '.join(known)}")
