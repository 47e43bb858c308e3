"""The door to these pages."""

from flask import Blueprint

from hub.identity.staff import Function
from hub.web.staff.door import door

HOME = "/coa"

pages = Blueprint("casemanager", __name__, url_prefix=HOME)
staff = door(pages, Function.CASEMANAGER)
