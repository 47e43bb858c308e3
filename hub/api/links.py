"""Which road follows on which, for the OpenAPI document: the answer of one gives the id that the next one asks for."""

from collections.abc import Iterable
from typing import Any

from hub.api.describe import operation_id
from hub.api.shapes import operations, sources
from schemas.agreement import Agreement, Role
from schemas.base import MessageType

Shape = dict[str, Any]

PERSON = {"betrokkeneId": "$response.body#/betrokkeneId"}


def add(document: Shape, messages: Iterable[MessageType], agreement: Agreement) -> None:
    """Add the links of OpenAPI 3.0.3 (section 4.7.20) to the answers of the roads."""
    known = operations(document)

    def follow(road: str, then: str, *, title: str, **link: Shape) -> None:
        target = operation_id(then)
        for status, response in known[operation_id(road)]["responses"].items():
            if status in ("200", "201"):
                response.setdefault("links", {})[target] = {"operationId": target, "description": title, **link}

    for then in ("maakKoppelcode", "zoekKoppelcodes", "legKeuzeVast", "zoekKeuzes"):
        follow("meldAan", then, title="Over deze bewoner.", requestBody=PERSON)
    for then in ("haalBewijs", "afdruk"):
        choice = {"keuze_id": "$response.body#/id"}
        follow("legKeuzeVast", then, title="Om aan de bewoner te geven.", parameters=choice)
    for road in ("meldAan", "verzilverKoppelcode"):
        follow(road, "ontkoppel", title="Neem terug.", parameters={"betrokkene_id": PERSON["betrokkeneId"]})
    code = {"koppelcode": "$response.body#/koppelcode"}
    follow("maakKoppelcode", "verzilverKoppelcode", title="Met de slip van de bewoner.", requestBody=code)
    for message in messages:
        _of_message(follow, message, sources(agreement, message))
    follow("lijst", "open", title="Het oudste.", parameters={"item_id": "$response.body#/items/0/id"})
    follow("open", "bevestig", title="U hebt het.", parameters={"item_id": "$response.body#/id"})


def _of_message(follow: Any, message: MessageType, by: Iterable[Role]) -> None:
    publish, find, read = (f"{verb}_{message.name}" for verb in ("publiceer", "zoek", "lees"))
    for role, road in ((Role.COA, "meldAan"), (Role.INTERMEDIARY, "verzilverKoppelcode")):
        if role in by:
            follow(road, publish, title="Over deze persoon.", requestBody=PERSON)
    # Of somebody who was registered just now, nothing is told yet.
    follow("verzilverKoppelcode", find, title="Wat nu geldt.", requestBody=PERSON)
    follow(publish, read, title="Lees terug.", parameters={"bericht_id": "$response.body#/id"})
    proof = {"index": "$response.body#/ontvangstbewijs/index"}
    follow(publish, "bewijs", title="Het bewijs bij het ontvangstbewijs.", parameters=proof)
