"""The key under which a form happens once; every form that sends something carries one, made when its page is."""

from flask import Request
from werkzeug.exceptions import BadRequest

from hub.exchange.remember import mistakes_in_key
from hub.web.staff.message_form import ONCE

# Ours have 36 characters; room is left for what a form adds to tell its parts from each other.
LONGEST = 48


def once(request: Request) -> str:
    """The key of this form. Raises BadRequest for a form that was not made by us."""
    key = request.form.get(ONCE)
    if key is None or len(key) > LONGEST or mistakes_in_key(key):
        raise BadRequest
    return key
