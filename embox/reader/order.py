# SPDX-License-Identifier: BSD-2-Clause
"""In which order the modules of an image are enabled.

Level by level, 0 to 4: the modules of that level and all that they depend on, unless it came earlier;
each after its dependencies, otherwise as they were asked for. So a dependency comes down to the lowest
level of those that need it. Level 4 is linked and never enabled by itself.
"""

from closure import Instance

LEVELS = range(5)


def enable_order(instances: list[Instance], notes: list[str]) -> list[tuple[Instance, int]]:
    """Each instance with the level at which it is enabled."""
    placed: dict[int, int] = {}
    order: list[tuple[Instance, int]] = []
    for level in LEVELS:
        for instance in instances:
            if instance.runlevel == level:
                _place(instance, level, placed, order, [], notes)
    return order


def _place(instance: Instance, level: int, placed: dict[int, int], order: list,
           path: list[Instance], notes: list[str]) -> None:
    if id(instance) in placed:
        return
    if instance in path:
        cycle = [i.name for i in [*path[path.index(instance):], instance]]
        notes.append(f"{instance.wanted_by.place}: cycle of depends, cut at its end: "
                     + " -> ".join(cycle) + "; mark one of them @NoRuntime")
        return
    for need, ordered in instance.needs:
        if ordered:
            _place(need, level, placed, order, [*path, instance], notes)
    if id(instance) not in placed:
        placed[id(instance)] = level
        order.append((instance, level))
