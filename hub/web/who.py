"""For whom a page is, written on the view itself: a rule over the whole app sees to it that none is without."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])


class Who(StrEnum):
    """For whom a page is; more follow with the screens of staff."""

    ANYBODY = "iedereen"
    RESIDENT = "bewoner"


def opened_to(who: Who) -> Callable[[View], View]:
    """Say for whom a view is. Only says: the door checks."""

    def mark(view: View) -> View:
        view.opened_to = who  # type: ignore[attr-defined]  # a function takes any attribute, its type does not know
        return view

    return mark
