# SPDX-License-Identifier: BSD-2-Clause
"""What a file of descriptions says, before any name in it is looked up."""

from dataclasses import dataclass, field
from pathlib import Path

from problem import Place


@dataclass(slots=True)
class Value:
    kind: str  # string, number, boolean, or reference
    text: str  # a boolean's is "true" or "false"


@dataclass(slots=True)
class Annotation:
    name: str
    values: dict[str, Value]  # of @X(v) under "value"
    place: Place

    def text(self, key: str = "value", default: str = "") -> str:
        return self.values[key].text if key in self.values else default


class Annotated:
    """Whatever annotations may stand before."""

    annotations: list[Annotation]

    def annotation(self, name: str) -> Annotation | None:
        return next((a for a in self.annotations if a.name == name), None)

    def all(self, name: str) -> list[Annotation]:
        return [a for a in self.annotations if a.name == name]


@dataclass(slots=True)
class Option(Annotated):
    kind: str  # string, number, boolean, or the name of a module type
    name: str
    default: Value | None
    place: Place
    annotations: list[Annotation] = field(default_factory=list)


@dataclass(slots=True)
class Reference(Annotated):
    """A name after depends, provides, requires or include."""

    name: str
    place: Place
    annotations: list[Annotation] = field(default_factory=list)
    values: dict[str, Value] = field(default_factory=dict)  # of an include: option overrides


@dataclass(slots=True)
class Source(Annotated):
    path: str
    place: Place
    annotations: list[Annotation] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Entity(Annotated):
    """A module; an annotation type or an interface, of which only the name matters to us."""

    kind: str  # module, annotation, interface
    package: str
    name: str
    place: Place
    annotations: list[Annotation] = field(default_factory=list)
    is_static: bool = False
    is_abstract: bool = False
    extends: Reference | None = None
    depends: list[Reference] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.package}.{self.name}" if self.package else self.name


@dataclass(slots=True)
class File:
    path: Path
    package: str = ""
    imports: list[str] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)
    includes: list[Reference] = field(default_factory=list)  # of a configuration
