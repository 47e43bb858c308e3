"""Who may see a page of staff, and what is checked before they do: signed in, the right function, the form's token."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps

from flask import Blueprint, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.routing import BaseConverter

from consent.words import Words
from hub.errors import Forbidden, NotFound
from hub.exchange.hub import Hub
from hub.identity import handles
from hub.identity.handles import Target
from hub.identity.principals import Principal, Someone
from hub.identity.staff import Function, Staff, principal_of_staff
from hub.people import subjects
from hub.people.models import Link
from hub.rights import desk as rights_desk
from hub.rights.requests import Listed
from hub.vault.vault import HANDLES, HUB
from hub.web import forms
from hub.web.desk import desk
from hub.web.session import SAID, who_is_signed_in
from hub.web.staff.elsewhere import elsewhere_page
from hub.web.staff.language import words_of_staff
from hub.web.who import Who, opened_to

SIGN_IN = "/inloggen"
AWAY = "te-lang-weg"


class HandleConverter(BaseConverter):
    """What may stand in the address of a page: a handle, which says nothing outside one session."""

    regex = handles.FORM


@dataclass(frozen=True)
class Sitting:
    """One request of somebody at a desk: the hub, who they are, in which session, and the words that they read."""

    hub: Hub
    staff: Staff
    session_id: str
    words: Words

    @property
    def by(self) -> Principal:
        """Their rights at the exchange. Raises Forbidden for a function that knows no resident."""
        principal = principal_of_staff(self.staff, self.hub.agreement)
        if principal is None:
            raise Forbidden("a function that knows nobody")
        return principal

    @property
    def author(self) -> Someone:
        """As the trail names them."""
        return self.staff.author()

    def handles(self, targets: Iterable[Target]) -> dict[Target, str]:
        """What stands in addresses for these, in this session only."""
        with self.hub.database.writing() as session:
            return handles.give(session, self.session_id, self.hub.vault.partners.of(HUB, HANDLES), targets)

    def handle(self, target: Target) -> str:
        """The same for one."""
        return self.handles([target])[target]

    def behind(self, handle: str) -> Target:
        """What a handle of this session stands for. Raises NotFound for any other; says nothing of rights to it."""
        with self.hub.database.reading() as session:
            target = handles.behind(session, self.session_id, handle)
        if target is None:
            raise NotFound("adres")
        return target

    def person(self, handle: str) -> Link:
        """
        The link by which this desk knows the person behind a handle, now. Raises NotFound when it does not (any more).

        Its `pseudonym` is the name by which the exchange takes this person from this partner.
        """
        target = self.behind(handle)
        with self.hub.database.reading() as session:
            link = session.get(Link, target.link_id)
            if link is None or link.ended_at is not None or not subjects.sees(session, self.by, link):
                raise NotFound("adres")
            return link

    def request(self, handle: str) -> tuple[str, Listed]:
        """
        Whose request is behind a handle, and the request; for a privacy officer, and of residents of their partner.

        This is their only road to a person. Raises NotFound for a handle of anything else, and for anybody else.
        """
        target = self.behind(handle)
        if self.staff.function is not Function.OFFICER:
            raise NotFound("adres")
        return rights_desk.behind(self.hub, self.staff.partner, target.link_id, target.id)


View = Callable[..., ResponseReturnValue]


@dataclass(frozen=True)
class StaffDoor:
    """The pages of one blueprint for these functions. In an address stands nothing but handles."""

    blueprint: Blueprint
    functions: frozenset[Function]

    def get(self, path: str) -> Callable[[View], View]:
        """A page to look at."""
        return self._opened("GET", path)

    def post(self, path: str, *, largest: int | None = None) -> Callable[[View], View]:
        """Where a form goes. `largest`: how many bytes it may be, when it carries a file."""
        return self._opened("POST", path, largest)

    def _opened(self, method: str, path: str, largest: int | None = None) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @wraps(view)
            def enter(**address: str) -> ResponseReturnValue:
                # HEAD: looking is an act here, and nobody does it without reading.
                if request.method != method:
                    raise MethodNotAllowed([method])
                signed_in = who_is_signed_in()
                if signed_in is None:
                    return _to_sign_in()
                if method == "GET" and not signed_in.fresh and forms.comes_from_elsewhere(request):
                    # Looking is an act: no other site may make somebody look.
                    return elsewhere_page()
                if largest is not None:
                    # Only for who is signed in, and before anything of the body is read.
                    request.max_content_length = request.max_form_memory_size = largest
                forms.refuse_forged(request)
                desk().allowance.take(signed_in.staff.id)
                if signed_in.staff.function not in self.functions:
                    raise Forbidden(path)
                at = Sitting(desk().hub, signed_in.staff, signed_in.id, words_of_staff())
                return view(at, **address)

            opened_to(*self.functions)(enter)
            self.blueprint.add_url_rule(path, view.__name__, enter, methods=[method], provide_automatic_options=False)
            return view

        return decorate


def door(blueprint: Blueprint, *functions: Function) -> StaffDoor:
    """A door for these functions; for every one when none is named."""
    return StaffDoor(blueprint, frozenset(functions or Function))


def anybody(blueprint: Blueprint, method: str, path: str) -> Callable[[View], View]:
    """A page that needs no sign-in: nothing personal is there, whoever looks."""

    def decorate(view: View) -> View:
        @wraps(view)
        def enter() -> ResponseReturnValue:
            if request.method != method:
                raise MethodNotAllowed([method])
            forms.refuse_forged(request)
            return view()

        opened_to(Who.ANYBODY)(enter)
        blueprint.add_url_rule(path, view.__name__, enter, methods=[method], provide_automatic_options=False)
        return view

    return decorate


def go(address: str, said: str = "") -> ResponseReturnValue:
    """On to another page, which says this sentence once."""
    if said:
        cookie[SAID] = said
    return redirect(address, 303)


def _to_sign_in() -> ResponseReturnValue:
    # Who pressed a button must know that nothing came of it.
    return redirect(f"{SIGN_IN}?{AWAY}" if request.method == "POST" else SIGN_IN, 303)
