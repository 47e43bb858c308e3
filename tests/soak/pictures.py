"""What stands in both stores: exactly, and in a form in which two runs of the same request look the same."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import JSON, Column, LargeBinary, MetaData, String, Table, select

from hub import schema
from hub.app import Stores

# Tokens come and go by the wall clock; they are no part of what a road leaves behind.
LEFT_OUT = frozenset({"used_assertions", "revoked_tokens", "token_failures", "proven_sources"})
# Ids, and the names by which partners know a person: those of a new person come from a secret made that moment.
ID_LENGTHS = (32, 26)

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Picture:
    """
    `exact`: per store a hash of every value of every row. `shape`: per table its rows, without what chance decides.

    Ids, names, salts and sealed values differ between two runs of the same request; all else is the same.
    """

    exact: tuple[str, ...]
    shape: dict[str, Rows]

    def differs_from(self, other: "Picture") -> str:
        """The tables in which the two differ, with how many rows each has; for a person to read."""
        names = [name for name, rows in self.shape.items() if rows != other.shape[name]]
        return ", ".join(f"{name} ({len(self.shape[name])} and {len(other.shape[name])} rows)" for name in names)


def picture(stores: Stores) -> Picture:
    """Read everything, in one transaction per store."""
    exact, shape = [], {}
    for database, store in ((stores.main, schema.STORES["main"]), (stores.keys, schema.STORES["keys"])):
        digest = hashlib.sha256()
        with database.reading() as session:
            for table in _tables(store.metadatas):
                rows = sorted(tuple(map(repr, row)) for row in session.execute(select(table)))
                digest.update(repr((table.name, rows)).encode())
                kept = [at for at, column in enumerate(table.columns) if not _by_chance(column)]
                shape[table.name] = tuple(sorted(tuple(row[at] for at in kept) for row in rows))
        exact.append(digest.hexdigest())
    return Picture(tuple(exact), shape)


def _tables(metadatas: tuple[MetaData, ...]) -> list[Table]:
    found = (table for metadata in metadatas for table in metadata.tables.values())
    return [table for table in found if table.name not in LEFT_OUT]


def _by_chance(column: Column[object]) -> bool:
    kind = column.type
    return isinstance(kind, LargeBinary | JSON) or (isinstance(kind, String) and kind.length in ID_LENGTHS)
