"""Nested tuples, lists and dicts of values: taken apart and put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def flatten(tree: Any) -> tuple[list[Any], Callable[[list[Any]], Any]]:
    """The leaves in order, and what builds a tree of the same form from others."""
    leaves: list[Any] = []
    build = _take(tree, leaves)

    def again(values: list[Any]) -> Any:
        return build(iter(values))

    return leaves, again


def _take(tree: Any, leaves: list[Any]) -> Callable[[Any], Any]:
    if isinstance(tree, dict):
        kind, parts = type(tree), [(key, _take(value, leaves)) for key, value in tree.items()]
        return lambda values: kind((key, part(values)) for key, part in parts)
    if type(tree) in (tuple, list) or (isinstance(tree, tuple) and hasattr(tree, "_fields")):
        kind, members = type(tree), [_take(value, leaves) for value in tree]
        if hasattr(tree, "_fields"):
            return lambda values: kind(*[member(values) for member in members])
        return lambda values: kind([member(values) for member in members])
    leaves.append(tree)
    return next


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """A tree of the same form with `function` of every leaf."""
    leaves, build = flatten(tree)
    return build([function(leaf) for leaf in leaves])


def spread(prefix: Any, tree: Any) -> list[Any] | None:
    """One value of `prefix`, a tree that may end earlier than `tree`, for each leaf; None where they do not fit."""
    if isinstance(tree, dict):
        if not isinstance(prefix, dict):
            return [prefix] * len(flatten(tree)[0]) if not isinstance(prefix, (tuple, list)) else None
        if prefix.keys() != tree.keys():
            return None
        parts = [spread(prefix[key], tree[key]) for key in tree]
    elif type(tree) in (tuple, list) or hasattr(tree, "_fields"):
        if not isinstance(prefix, (tuple, list)):
            return [prefix] * len(flatten(tree)[0]) if not isinstance(prefix, dict) else None
        if len(prefix) != len(tree):
            return None
        parts = [spread(p, t) for p, t in zip(prefix, tree, strict=True)]
    else:
        return None if isinstance(prefix, (tuple, list, dict)) else [prefix]
    found: list[Any] = []
    for part in parts:
        if part is None:
            return None
        found += part
    return found
