# SPDX-License-Identifier: BSD-2-Clause
"""In which order the modules of an image are enabled.

Level by level, 0 to 4: the modules of that level and all that they depend on, unless it came earlier;
each after its dependencies, otherwise as they were asked for. So a dependency comes down to the lowest
level of those that need it. Level 4 is linked and never enabled by itself.
"""

from collections.abc import Iterator

from closure import Instance

LEVELS = range(5)


def enable_order(instances: list[Instance], notes: list[str]) -> list[tuple[Instance, int]]:
    """Each instance with the level at which it is enabled."""
    placed: set[int] = set()
    order: list[tuple[Instance, int]] = []
    for level in LEVELS:
        for instance in instances:
            if instance.runlevel == level:
                order += [(i, level) for i in _place(instance, placed, notes)]
    return order


def _place(first: Instance, placed: set[int], notes: list[str]) -> list[Instance]:
    """An instance after all that it needs, of what is not placed yet."""
    order: list[Instance] = []
    if id(first) in placed:
        return order
    path = [(first, _ordered(first))]
    while path:
        instance, needs = path[-1]
        need = next(needs, None)
        if need is None:
            path.pop()
            placed.add(id(instance))
            order.append(instance)
        elif any(need is other for other, _ in path):
            names = [other.name for other, _ in path]
            cycle = [*names[names.index(need.name):], need.name]
            notes.append(f"{need.wanted_by.place}: cycle of depends, cut at its end: "
                         + " -> ".join(cycle) + "; mark one of them @NoRuntime")
        elif id(need) not in placed:
            path.append((need, _ordered(need)))
    return order


def _ordered(instance: Instance) -> Iterator[Instance]:
    return (need for need, ordered in instance.needs if ordered)
