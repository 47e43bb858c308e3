"""What the trail of an operator's hub says about nobody in particular."""

from functools import partial
from typing import Any

from audit import export
from audit.events import Kind
from hub.app import build_hub, open_stores
from hub.exchange import trail
from hub.settings import read_settings
from tests.hub.cli.operator import Operator


def told_about_nobody(operator: Operator, kind: Kind) -> list[dict[str, Any]]:
    """The records of this kind, oldest first, without who wrote them."""
    settings = read_settings()
    stores = open_stores(settings)
    hub = build_hub(settings, stores)
    with hub.database.reading() as session:
        facts = [one.fact for one in export.read(session, partial(trail.opener, hub), kinds=[kind])]
    stores.close()
    records: list[Any] = [fact["gegevens"] for fact in facts if fact is not None]
    return [{name: value for name, value in one.items() if name not in ("client", "vestigingen")} for one in records]
