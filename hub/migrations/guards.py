"""
What the database itself refuses, whoever asks: changing what was recorded, throwing away a key's row.

Each function gives the statements for one dialect ("sqlite" or "postgresql"); a migration runs them. A
released migration has run on someone's database, so what these functions give for it never changes: a better
guard is a new function in a new migration.
"""

from collections.abc import Sequence

Keys = Sequence[tuple[str, ...]]
"""Every set of columns that is unique in the table: the primary key, unique constraints, unique indexes."""

# One function serves every guard. The same class of error as SQLite gives: IntegrityError.
POSTGRESQL_FUNCTION = """
CREATE FUNCTION ketenhub_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || TG_ARGV[0], ERRCODE = 'restrict_violation';
END
$$
"""

_APPEND_ONLY = " is append-only"
_KEPT = " keeps its rows"


def functions(dialect: str) -> list[str]:
    """What the guards of a store call; run once, before the first guard."""
    return [POSTGRESQL_FUNCTION] if dialect == "postgresql" else []


def append_only(table: str, keys: Keys, dialect: str, rowid: bool = True) -> list[str]:
    """No row is changed, removed or replaced; the table is not emptied. `rowid=False`: made WITHOUT ROWID."""
    if dialect == "postgresql":
        return _postgresql(table, "append_only", "UPDATE OR DELETE OR TRUNCATE", _APPEND_ONLY)
    return [
        _sqlite(table, "no_update", "UPDATE", "", _APPEND_ONLY),
        _sqlite(table, "no_delete", "DELETE", "", _APPEND_ONLY),
        _sqlite(table, "no_replace", "INSERT", _exists(table, keys, rowid), _APPEND_ONLY),
    ]


def kept(table: str, keys: Keys, dialect: str, rowid: bool = True) -> list[str]:
    """Rows may change; none is removed or replaced, and the table is not emptied."""
    if dialect == "postgresql":
        return _postgresql(table, "kept", "DELETE OR TRUNCATE", _KEPT)
    return [
        _sqlite(table, "no_delete", "DELETE", "", _KEPT),
        _sqlite(table, "no_replace", "INSERT", _exists(table, keys, rowid), _KEPT),
        # UPDATE OR REPLACE removes the row that stands in its way, and fires no trigger for it.
        _sqlite(table, "no_rename", "UPDATE", _differs(keys, rowid), _KEPT),
    ]


def destroyed_for_good(table: str, column: str, dialect: str) -> list[str]:
    """Where `column` was emptied, the row never changes again."""
    reason = f" has no way back once {column} is destroyed"
    condition = f"WHEN (OLD.{column} IS NULL)"
    if dialect == "postgresql":
        return [
            f"CREATE TRIGGER {table}_destroyed BEFORE UPDATE ON {table} FOR EACH ROW {condition} "
            f"EXECUTE FUNCTION ketenhub_refuses('{reason}')",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_destroyed",
        ]
    return [_sqlite(table, "destroyed", "UPDATE", condition, reason)]


def _postgresql(table: str, name: str, operations: str, reason: str) -> list[str]:
    # Per statement: refuses before it looks for rows. ALWAYS: session_replication_role cannot switch it off.
    return [
        f"CREATE TRIGGER {table}_{name} BEFORE {operations} ON {table} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION ketenhub_refuses('{reason}')",
        f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}",
    ]


def _sqlite(table: str, name: str, operation: str, condition: str, reason: str) -> str:
    return (
        f"CREATE TRIGGER {table}_{name} BEFORE {operation} ON {table} FOR EACH ROW {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{table}{reason}'); END"
    )


def _exists(table: str, keys: Keys, rowid: bool) -> str:
    # INSERT OR REPLACE removes the row in its way and fires no DELETE trigger: the insert itself is refused.
    same = [" AND ".join(f"{column} = NEW.{column}" for column in key) for key in _all(keys, rowid)]
    meets = " OR ".join(f"({one})" for one in same)
    return f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {meets})"  # noqa: S608 (names from our own migrations)


def _differs(keys: Keys, rowid: bool) -> str:
    columns = sorted({column for key in _all(keys, rowid) for column in key})
    return "WHEN " + " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)


def _all(keys: Keys, rowid: bool) -> Keys:
    # A row can be named by SQLite's own row number too; it is -1 in an INSERT that does not name one.
    return [("rowid",), *keys] if rowid else keys
