"""What the stores hold: every row of every table, and the records of the trail, opened."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from sqlalchemy import MetaData, func, select

from audit import export
from hub.db import Database
from hub.exchange import trail
from tests.chain import Chain

# What a refusal may add to: the trail, counted failures, and proofs of identity that were used.
MAY_GROW = {"audit_entries", "audit_nodes", "audit_head", "redeem_failures", "used_assertions", "token_failures"}


def tables(database: Database) -> MetaData:
    """The tables as they are in the database, not as the models say."""
    found = MetaData()
    found.reflect(database.engine)
    return found


def counts(chain: Chain) -> Mapping[str, int]:
    """How many rows each table holds, but for those that a refusal may add to."""
    with chain.hub.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in tables(chain.hub.database).sorted_tables
            if table.name not in MAY_GROW
        }


def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Everything, table by table."""
    with database.reading() as session:
        return {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in tables(database).sorted_tables
        }


def recorded(chain: Chain, *kinds: str) -> list[dict[str, Any]]:
    """The records of these kinds, oldest first, opened as the hub itself would."""
    with chain.hub.database.reading() as session:
        entries = [entry.fact for entry in export.read(session, partial(trail.opener, chain.hub))]
    found: list[dict[str, Any]] = [dict(fact) for fact in entries if fact is not None]
    return [fact for fact in found if not kinds or fact["soort"] in kinds]
