"""Walks through the pages of somebody who is signed in, as far as links lead, and keeps every address that it saw."""

import re
from dataclasses import dataclass, field

from flask import Flask

from hub.identity import handles
from tests.web.employee import Employee

LINK = re.compile(r'href="(/[^"#?]*)')
FORM = re.compile(r'<form[^>]*\baction="(/[^"?]*)')
HANDLE = re.compile(rf"/({handles.FORM})(?=/|$)")
# Signing out ends the walk; what is no page of staff is looked at elsewhere.
NOT_HERE = ("/uitloggen", "/inloggen", "/venster", "/static", "/api", "/docs")
# Of one route so many pages are looked at: the tenth candidate's page is like the first.
OF_ONE_ROUTE = 3


@dataclass
class Walk:
    """What was found: pages by their address, and every address of a page or a form."""

    pages: dict[str, str] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)

    @property
    def handles(self) -> set[str]:
        """Everything that stood for a person, an item or a message."""
        return {found for address in self.addresses for found in HANDLE.findall(address)}


def route_of(address: str) -> str:
    """The address with its handles taken out."""
    return HANDLE.sub("/<>", address)


def walk(app: Flask, employee: Employee, start: str) -> Walk:
    """Every page that links lead to from here."""
    found, waiting, seen = Walk(), [start], dict[str, int]()
    while waiting:
        address = waiting.pop(0)
        route = route_of(address)
        if address in found.pages or seen.get(route, 0) >= OF_ONE_ROUTE or address.startswith(NOT_HERE):
            continue
        seen[route] = seen.get(route, 0) + 1
        page = employee.sees(address)
        assert page.status in (200, 303), (address, page.status)
        found.pages[address] = page.html
        links = [*LINK.findall(page.html), page.headers.get("Location", start)]
        forms = FORM.findall(page.html)
        found.addresses |= {one for one in (*links, *forms) if not one.startswith(NOT_HERE)}
        waiting += sorted(set(links))
    return found
