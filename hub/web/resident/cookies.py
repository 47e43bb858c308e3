"""The cookie by which an open window is known: random, short-lived, for our own pages only."""

from flask import Response, request, session

from hub.people.windows import LONGEST
from hub.web.desk import desk

NAME = "venster"


def secret() -> str | None:
    """What the browser brought along."""
    return request.cookies.get(desk().cookie(NAME))


def give(response: Response, value: str) -> None:
    """Let the browser bring this along from now on; forms from before belong to nobody any more."""
    at = desk()
    _forget_forms()
    response.set_cookie(
        at.cookie(NAME), value, max_age=LONGEST, path="/", secure=at.secure, httponly=True, samesite="Strict"
    )


def take(response: Response) -> None:
    """Let the browser forget it."""
    at = desk()
    _forget_forms()
    response.delete_cookie(at.cookie(NAME), path="/", secure=at.secure, httponly=True, samesite="Strict")


def _forget_forms() -> None:
    session.pop("csrf_token", None)
