"""The yardstick: the least that a web application on this database can do, served exactly as the hub is."""

import sys
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from flask import Flask, Response, jsonify, request
from sqlalchemy import BigInteger, Index, Integer, String, Text, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from hub.cli.serve import Server as HubServer
from hub.cli.serve import serve
from hub.clock import wall
from hub.db import Database, UtcDateTime
from hub.settings import Settings, read_settings

LISTED = "randstad"


class Base(DeclarativeBase):
    """One table."""


class Row(Base):
    """Something with an owner, kept in the order of arrival."""

    __tablename__ = "rows"
    __table_args__ = (Index("ix_rows_owner", "owner", "id"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    owner: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)


def fill(url: str, count: int) -> None:
    """The table, with as many rows as the smaller hub has messages; one in ten belongs to the owner that lists."""
    database = Database(url)
    Base.metadata.create_all(database.engine)
    body = "x" * 500
    owners = (LISTED, *(f"anders-{number}" for number in range(9)))
    rows = [{"owner": owners[number % 10], "at": wall(), "body": body} for number in range(count)]
    with database.writing() as session:
        session.execute(insert(Row), rows)
    database.close()


def create_app(url: str) -> Flask:
    """One durable insert, one indexed select, JSON in and out; the hub's own way into the database, and no more."""
    database = Database(url)
    app = Flask("yardstick", static_folder=None)

    @app.post("/rows")
    def add() -> tuple[Response, int]:
        body = request.get_json()
        row = Row(owner=body["owner"], at=wall(), body=body["body"])
        with database.writing() as session:
            session.add(row)
        return jsonify(id=row.id), 201

    @app.get("/rows")
    def show() -> Response:
        owner, limit = request.args["owner"], int(request.args["limit"])
        with database.reading() as session:
            found = select(Row.id, Row.at).where(Row.owner == owner).order_by(Row.id).limit(limit)
            rows = session.execute(found).all()
        return jsonify(items=[{"id": row.id, "at": row.at.isoformat()} for row in rows])

    return app


class Server(HubServer):
    """`ketenhub serve`, with another application in it."""

    def load(self) -> Any:
        """In each process its own, as the hub does."""
        return create_app(self.hub_settings.database_url)


@dataclass(frozen=True)
class Desk:
    """All that `serve` asks of the house: where the database is, and something to close before it begins."""

    settings: Settings
    stores: Database


def main() -> None:
    """Put the yardstick where `ketenhub serve` puts the hub: whatever that tells gunicorn then holds for both."""
    module: Any = import_module("hub.cli.serve")
    module.Server = Server
    module.create_app = lambda settings, stores: None
    settings = read_settings()
    serve.main(args=sys.argv[1:], obj=Desk(settings, Database(settings.database_url)), prog_name="yardstick")


if __name__ == "__main__":
    main()
