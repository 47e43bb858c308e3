"""The door to these pages, and the address of a person's page."""

from flask import Blueprint

from hub.errors import NotFound
from hub.identity import handles
from hub.identity.staff import Function
from hub.people import subjects
from hub.web.staff.door import Sitting, door

HOME = "/coa"

pages = Blueprint("casemanager", __name__, url_prefix=HOME)
staff = door(pages, Function.CASEMANAGER)


def address_of(at: Sitting, name: str) -> str:
    """The address, in this session, of the person whom this desk knows by this name."""
    with at.hub.database.reading() as session:
        found = subjects.find(session, at.by, name)
    if found is None:
        raise NotFound("betrokkene")
    return f"{HOME}/{at.handle(handles.person(found.id))}"


def azc(at: Sitting) -> list[str]:
    """The vestigingen that this casemanager works for."""
    return sorted(at.by.branches)
