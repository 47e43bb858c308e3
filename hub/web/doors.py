"""Who may see a page, and what is checked before they do: the method, the form's own token, whose window is open."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import MethodNotAllowed

from consent.words import Words
from hub.exchange.hub import Hub
from hub.web import forms
from hub.web.desk import desk
from hub.web.languages import words_of_visitor
from hub.web.who import Who, opened_to


@dataclass(frozen=True)
class Visit:
    """One request of somebody: the hub, and the language that they read. `subject`: whose window it is."""

    hub: Hub
    words: Words
    subject: str = ""


View = Callable[[Visit], ResponseReturnValue]
WhoIs = Callable[[Hub], str | None]


@dataclass(frozen=True)
class Door:
    """
    One page: `who_is` says who is there; when it says nobody, `turned_away` answers instead of the page.

    No page has anything about a person in its address.
    """

    blueprint: Blueprint
    who: Who
    who_is: WhoIs = lambda hub: ""
    turned_away: Callable[[], ResponseReturnValue] = lambda: ("", 404)

    def get(self, path: str) -> Callable[[View], View]:
        """A page to look at."""
        return self._opened("GET", path)

    def post(self, path: str) -> Callable[[View], View]:
        """Where a form goes."""
        return self._opened("POST", path)

    def _opened(self, method: str, path: str) -> Callable[[View], View]:
        def decorate(view: View) -> View:
            @wraps(view)
            def enter() -> ResponseReturnValue:
                # HEAD: looking is an act here, and nobody does it without reading.
                if request.method != method:
                    raise MethodNotAllowed([method])
                forms.refuse_forged(request)
                hub = desk().hub
                subject = self.who_is(hub)
                if subject is None:
                    return self.turned_away()
                return view(Visit(hub, words_of_visitor(), subject))

            opened_to(self.who)(enter)
            self.blueprint.add_url_rule(path, view.__name__, enter, methods=[method], provide_automatic_options=False)
            return view

        return decorate
