"""For whom a page is, written on the view itself: a rule over the whole app sees to it that none is without."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from hub.identity.staff import Function

View = TypeVar("View", bound=Callable[..., object])


class Who(StrEnum):
    """For whom a page is, beside the functions of staff."""

    ANYBODY = "iedereen"
    RESIDENT = "bewoner"


For = frozenset[Who | Function]


def opened_to(*who: Who | Function) -> Callable[[View], View]:
    """Say for whom a view is. Only says: the door checks."""

    def mark(view: View) -> View:
        view.opened_to = frozenset(who)  # type: ignore[attr-defined]  # a function takes any attribute
        return view

    return mark
