"""The page of a person's file: everything in their own language, in one piece of HTML that asks nobody for anything."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from consent.words import Words, Written, words
from hub.clock import day_of
from hub.exchange.hub import Hub
from hub.rights.gathered import rows_of
from hub.rights.lines import NOT_SHARED, RECEIVED, title_of
from hub.rights.story import Received, Story
from schemas.agreement import Role
from schemas.base import Json

STYLE = """
body { font: 1.1rem/1.5 "Noto Sans", "Noto Sans Arabic", "Noto Sans Ethiopic", sans-serif; max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
h2 { margin-top: 2.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #767676; padding: .4rem .6rem; text-align: start; vertical-align: top; }
th { background: #f0f0f0; }
@media print { .wide { overflow: visible; } }
"""
FILES = {
    "gegevens": "gegevens.json", "ontvangers": "ontvangers.json", "spoor": "spoor.json", "bewijzen": "bewijzen/",
    "manifest": "manifest.json",
}  # fmt: skip
REQUEST_SORTS = {"wissen": "wissen-verzoek"}

Rows = Iterable[Sequence[str]]


def _once(rows: Iterable[tuple[str, ...]]) -> Rows:
    """What happened in the same way on the same day stands there once, with how often."""
    return [(f"{when} ({times}×)" if times > 1 else when, *rest) for (when, *rest), times in Counter(rows).items()]


def page(hub: Hub, language: str, now: datetime, told: Story, held: Mapping[str, Json]) -> str:
    """The whole page. Everything in it is text of the hub's own or escaped; there is no script, image or link."""
    own = words(language)
    writer = _Page(hub, own)
    title = escape(writer.say("titel"))
    body = [
        f"<h1>{title}</h1>",
        *([writer.paragraph(own.say("algemeen.machinevertaling"))] if own.written is Written.MACHINE else []),
        writer.paragraph(writer.say("gemaakt-op", dag=own.date(day_of(now)))),
        writer.paragraph(writer.say("inleiding")),
        *writer.received(told),
        *writer.chosen(told),
        *writer.refused(told),
        *writer.waiting(told),
        *writer.deletions(told),
        *writer.counted(told),
        *writer.requests(rows_of(held, "rights_requests")),
        *writer.messages(rows_of(held, "messages")),
        *writer.about(held),
        *writer.kept(),
        *writer.files(),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{own.language}" dir="{own.direction.value}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        + "\n".join(body)
        + "\n</main>\n</body>\n</html>\n"
    )


class _Page:
    """The parts of the page, in one language."""

    def __init__(self, hub: Hub, own: Words) -> None:
        self.hub = hub
        self.own = own

    def say(self, key: str, **values: object) -> str:
        return self.own.say(f"inzage.{key}", **values)

    def paragraph(self, text: str) -> str:
        return f"<p>{escape(text)}</p>"

    def section(self, key: str, head: Sequence[str], rows: Rows) -> list[str]:
        """A heading and a table; or the word that there is nothing."""
        begun = f"<h2>{escape(self.say(key))}</h2>"
        lines = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in rows]
        if not lines:
            return [begun, self.paragraph(self.say("niets"))]
        named = "".join(f'<th scope="col">{escape(self.say(name))}</th>' for name in head)
        body = "\n".join(f"<tr>{line}</tr>" for line in lines)
        table = f"<table>\n<thead><tr>{named}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
        return [
            begun,
            f'<div class="wide" tabindex="0" role="region" aria-label="{escape(self.say(key))}">{table}</div>',
        ]

    def day(self, instant: datetime | str | None) -> str:
        if instant is None:
            return self.say("nog-niet")
        return self.own.date(day_of(datetime.fromisoformat(instant) if isinstance(instant, str) else instant))

    def who(self, partner: str) -> str:
        """A partner by its title, a role in words."""
        return (
            self.own.role(partner)
            if partner in set(Role) and partner not in self.hub.agreement.partners
            else (title_of(self.hub, partner))
        )

    def value(self, value: Json) -> str:
        """A field in words; a municipality that is a partner by its name."""
        return title_of(self.hub, value) if isinstance(value, str) and value.startswith("GM") else self.own.value(value)

    def received(self, told: Story) -> list[str]:
        head = ("wanneer", "wie", "wat", "waarvoor", "waarom", "bevestigd")
        return self.section("ontvangers", head, _once(
            (self.day(one.at), one.title, self.seen(one),
             self.own.purpose(one.purpose), self.own.basis(one.basis) if one.basis else "",
             # An answer to a question is not confirmed by anybody.
             self.day(one.confirmed_at) if one.how == RECEIVED else "–")
            for one in told.received
        ))  # fmt: skip

    def seen(self, one: Received) -> str:
        """The fields; of what was only seen in a list, that it was."""
        if not one.fields:
            return f"{self.own.message(one.message)}: {self.own.outcome(one.how)}"
        return self.own.all_of(self.own.field(name, one.message) for name in one.fields)

    def chosen(self, told: Story) -> list[str]:
        return self.section("keuzes", ("wanneer", "waarvoor", "status"), (
            ("" if one.on is None else self.own.date(one.on), self.own.purpose(one.purpose),
             self.own.state(one.standing.state))
            for one in told.chosen
        ))  # fmt: skip

    def refused(self, told: Story) -> list[str]:
        return self.section("geweigerd", ("wanneer", "wie", "wat", "waarvoor", "reden"), _once(
            (self.day(line.at), self.who(share.partner), self.own.message(share.message),
             self.own.purpose(share.purpose), " ".join(self.own.reason(reason) for reason in share.reasons))
            for line in told.lines for share in line.shares if share.outcome == NOT_SHARED
        ))  # fmt: skip

    def waiting(self, told: Story) -> list[str]:
        return self.section("wacht", ("wanneer", "wie", "wat", "waarvoor", "status"), (
            (self.day(one.since), self.who(one.partner), self.own.message(one.message), self.own.purpose(one.purpose),
             self.own.outcome("opgeschort" if one.held else "aangeboden" if one.partner in self.hub.agreement.partners
                              else "wacht-op-koppeling"))
            for one in told.waiting
        ))  # fmt: skip

    def deletions(self, told: Story) -> list[str]:
        return self.section("wissen", ("wie", "waarvoor", "gevraagd", "bevestigd"), (
            (one.title, self.own.purpose(one.purpose), self.day(one.asked_at), self.day(one.confirmed_at))
            for one in told.deletions
        ))  # fmt: skip

    def counted(self, told: Story) -> list[str]:
        return self.section("geteld", ("wanneer", "wat", "status"), (
            (self.day(one.at), one.quarter, self.own.yes_no(one.yes)) for one in told.counted
        ))  # fmt: skip

    def requests(self, rows: Iterable[dict[str, Any]]) -> list[str]:
        return self.section("verzoeken", ("wanneer", "wat", "uiterlijk", "status"), (
            (self.day(row["received_at"]), self.say(REQUEST_SORTS.get(row["kind"], row["kind"])),
             self.own.value(row["due_on"]), self.say(row["state"]))
            for row in rows
        ))  # fmt: skip

    def messages(self, rows: Iterable[dict[str, Any]]) -> list[str]:
        return self.section("gegevens", ("wanneer", "wie", "wat", "status"), (
            (self.day(row["at"]), title_of(self.hub, row["source"]), self.own.field(name, row["type"]),
             self.value(value))
            for row in rows for name, value in row["fields"].items()
        ))  # fmt: skip

    def about(self, held: Mapping[str, Json]) -> list[str]:
        [person] = rows_of(held, "subjects")
        numbers = [
            (self.say("nummer-bij", naam=title_of(self.hub, row["partner"])), row["reference"])
            for row in rows_of(held, "links")
            if row["reference"] is not None
        ]
        return self.section("over-u", ("wat", "status"), [
            (self.say("taal"), words(person["language"]).name), *numbers,
        ])  # fmt: skip

    def kept(self) -> list[str]:
        return self.section("bewaren", ("wat", "waarvoor", "bij-hub", "bij-ontvanger"), (
            (self.own.message(flow.message), self.own.purpose(flow.purpose), self.own.days(flow.hub_keeps_days),
             self.own.days(flow.recipient_keeps_days))
            for flow in self.hub.agreement.flows
        ))  # fmt: skip

    def files(self) -> list[str]:
        rows = [(name, self.say(f"bestand-{key}")) for key, name in FILES.items()]
        return [
            *self.section("bestanden", ("wat", "waarvoor"), rows),
            self.paragraph(self.say("niet-erin")),
            self.paragraph(self.say("rechten")),
        ]
