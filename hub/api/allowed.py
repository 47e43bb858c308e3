"""Who may call a view, written on the view itself: a rule over the whole app sees to it that none is without."""

from collections.abc import Callable
from typing import TypeVar

from schemas.agreement import Role

ANYONE: frozenset[Role] = frozenset()
"""Everybody, without a token."""

View = TypeVar("View", bound=Callable[..., object])


def allow(view: View, roles: frozenset[Role] = ANYONE) -> View:
    """Say who may call this view. Only says: checking is the door's work."""
    view.allowed = roles  # type: ignore[attr-defined]  # a function takes any attribute, its type does not know which
    return view
