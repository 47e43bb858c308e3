"""Who received a correction, and who confirmed it: for coa, which may know who receives what of its residents."""

from sqlalchemy import bindparam, select

from hub.clock import stamp
from hub.exchange.hub import Hub
from hub.exchange.models import Delivery, Message
from hub.identity.principals import Principal
from hub.people import subjects
from schemas.base import Json

_MENDED = (
    select(Message.id, Message.type, Message.corrects, Message.at, Delivery)
    .join(Delivery, Delivery.message_id == Message.id)
    .where(Message.subject_id == bindparam("subject"), Message.source == bindparam("partner"))
    .where(Message.corrects.is_not(None), Delivery.corrects.is_not(None))
    .order_by(Message.position.desc(), Delivery.recipient, Delivery.purpose)
)


def corrections(hub: Hub, by: Principal, name: object) -> list[Json]:
    """What this source put right about a person, newest first: a line per receiver that had seen the wrong value."""
    with hub.database.reading() as session:
        link = subjects.find(session, by, name)
        values = {"subject": "" if link is None else link.subject_id, "partner": by.partner}
        rows = session.execute(_MENDED, values).all()
    return [
        {
            "bericht": kind, "berichtId": message, "corrigeert": wrong, "tijdstip": stamp(at),
            "ontvanger": delivery.recipient, "doel": delivery.purpose, "status": status_of(delivery),
        }
        for message, kind, wrong, at, delivery in rows
    ]  # fmt: skip


def status_of(delivery: Delivery) -> str:
    """How far an item came: aangeboden, geopend, bevestigd, or ingetrokken."""
    if delivery.acknowledged_at is not None:
        return "bevestigd"
    if delivery.withdrawn_at is not None or delivery.closed_at is not None:
        return "ingetrokken"
    return "aangeboden" if delivery.opened_at is None else "geopend"
