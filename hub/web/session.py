"""The cookie by which somebody at a desk is known, and who that is: looked up anew at every press."""

from flask import Response, request, session

from hub.exchange.hub import Hub
from hub.identity import staff_sessions
from hub.identity.demo_people import DEMO
from hub.identity.staff import Staff, at_desk
from hub.identity.staff_sessions import SignedIn
from hub.vault.seal import Place, open_value, seal_value
from hub.vault.vault import STAFF, own_key
from hub.web.desk import desk
from hub.web.languages import PARAMETER

NAME = "bureau"
SAID = "gezegd-personeel"


def who_is_signed_in() -> SignedIn | None:
    """Who presses; None when nobody is signed in, or agreement or providers have no place for them any more."""
    secret, at = request.cookies.get(desk().cookie(NAME)), desk().wall()
    if secret is None:
        return None
    hub = desk().hub
    with hub.database.reading() as reading:
        found = staff_sessions.behind(reading, _opens(hub), secret, at)
    if found is None or not at_desk(found.staff, hub.agreement) or not _still_vouched_for(found):
        return None
    if found.stale:
        with hub.database.writing() as writing:
            staff_sessions.seen(writing, found.id, at)
    return found


def sign_in(response: Response, staff: Staff, provider: str) -> None:
    """Begin a session, and let the browser bring its secret along; the one before in this browser ends."""
    hub, at = desk().hub, desk()
    earlier = request.cookies.get(at.cookie(NAME))
    with hub.database.writing() as writing:
        if earlier is not None:
            staff_sessions.end(writing, staff_sessions.name_of(earlier))
        begun = staff_sessions.begin(writing, _seals(hub), staff, provider, at.wall())
    # What was said to whoever sat here before is not for the next; only the language of this browser stays.
    kept = session.get(PARAMETER)
    session.clear()
    if kept is not None:
        session[PARAMETER] = kept
    # Lax: somebody comes back from their own organisation's sign-in page, which is another site.
    response.set_cookie(
        at.cookie(NAME), begun.secret, max_age=staff_sessions.LONGEST, path="/", secure=at.secure, httponly=True,
        samesite="Lax",
    )  # fmt: skip


def sign_out(response: Response) -> SignedIn | None:
    """End the session here and in the browser; gives who it was."""
    found = who_is_signed_in()
    if found is not None:
        with desk().hub.database.writing() as writing:
            staff_sessions.end(writing, found.id)
    session.clear()
    at = desk()
    response.delete_cookie(at.cookie(NAME), path="/", secure=at.secure, httponly=True, samesite="Lax")
    return found


def _still_vouched_for(found: SignedIn) -> bool:
    if found.provider == DEMO:
        return desk().hub.practice
    provider = desk().sign_in.providers.get(found.provider)
    return provider is not None and found.staff.partner in provider.vouches_for


def _place(session_id: str) -> Place:
    return Place("staff_sessions", "name", session_id)


def _seals(hub: Hub) -> staff_sessions.Seal:
    key = own_key(hub.vault, STAFF)
    return lambda row, value: seal_value(key, _place(row), value)


def _opens(hub: Hub) -> staff_sessions.Seal:
    key = own_key(hub.vault, STAFF)
    return lambda row, value: open_value(key, _place(row), value)
