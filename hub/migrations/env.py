"""Alembic's way in: takes the connection that `hub.schema` opened, and leaves the logging alone."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

given = context.config.attributes
connection = given["connection"]


def render(kind: str, thing: Any, _autogenerate: Any) -> str | Literal[False]:
    """A step in writing names SQL's own types: it must mean the same when the models have long moved on."""
    return f"sa.{thing.impl!r}" if kind == "type" and isinstance(thing, TypeDecorator) else False


context.configure(
    connection=connection,
    target_metadata=given["metadatas"],
    version_table=given["version_table"],
    # SQLite alters a table by making it anew.
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=True,
    render_item=render,
)

# The transaction is the caller's: all steps together, or none.
with context.begin_transaction():
    context.run_migrations()
