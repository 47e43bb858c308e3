"""What the hub holds about whoever looks: shown after a press, and as a file to take along."""

from flask import Response
from flask.typing import ResponseReturnValue

from hub.clock import day_of
from hub.identity.principals import RESIDENT
from hub.rights.access import file_of
from hub.rights.held import held_now
from hub.rights.lines import title_of
from hub.web.desk import desk
from hub.web.doors import Visit
from hub.web.resident.pages import inside, show
from schemas.base import Json

FILE = "dossier.zip"


@inside.post("/gegevens")
def show_held(visit: Visit) -> ResponseReturnValue:
    """Every message with its values. That they were shown is in the trail first."""

    def value(given: Json) -> str:
        named = title_of(visit.hub, given) if isinstance(given, str) else given
        return named if named != given and isinstance(named, str) else visit.words.value(given)

    return show(visit, "gegevens", "gegevens-kop", held=held_now(visit.hub, visit.subject), value=value, day_of=day_of)


@inside.post("/dossier")
def give_file(visit: Visit) -> ResponseReturnValue:
    """The whole file, in the language of the page; its name says nothing about anybody."""
    content = file_of(visit.hub, visit.subject, visit.words.language, RESIDENT, keeper=desk().keeper)
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE}"'
    return response
