"""`ketenhub breach`: a partner's key was stolen; of how many persons was what seen, and what could have been?"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime

import click

from hub.cli.desk import Desk
from hub.clock import OFFICE, stamp
from hub.errors import NotFound, SettingsError
from hub.identity.principals import officer
from hub.rights import breach as question
from hub.rights.breach import Asked, Breach, Exposed
from hub.rights.reach import Could
from hub.rights.spans import FAR, Span
from schemas.base import Json


class Moment(click.ParamType[datetime]):
    """A day or an instant as ISO 8601 writes it; without a zone, that of the desks (Europe/Amsterdam)."""

    name = "moment"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Aware, in UTC."""
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail("Write a moment as 2023-03-01 or 2023-03-01T09:30, with +00:00 behind it for UTC.", param, ctx)
        return (found if found.tzinfo else found.replace(tzinfo=OFFICE)).astimezone(UTC)


@click.command()
@click.argument("partner")
@click.option("--from", "begin", type=Moment(), required=True, help="The key may have been stolen from here on.")
@click.option("--to", "end", type=Moment(), required=True, help="It was shut out from here on.")
@click.option("--client", help="The system whose key it was; otherwise any of the partner's.")
@click.option("--by", default="fg", show_default=True, help="Who asks, for the trail.")
@click.option("--for-coa", is_flag=True, help="Name each person by the name that coa knows, and what of them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
@click.pass_obj
def breach(
    desk: Desk, partner: str, begin: datetime, end: datetime, client: str | None, by: str, for_coa: bool, as_json: bool
) -> None:
    """What could a stolen key of PARTNER have seen between two moments, and what was seen with it?"""
    if begin >= end:
        raise SettingsError("--to lies before --from.")
    try:
        found = question.ask(desk.hub, officer(by), Asked(partner, client, Span(begin, end)))
    except NotFound as error:
        what = "partner of the agreement" if str(error) == "partij" else "system of this partner"
        raise SettingsError(f"There is no such {what}. Type: ketenhub partner list") from None
    if as_json:
        click.echo(json.dumps(to_json(found, named=for_coa), ensure_ascii=False, indent=1))
    else:
        _show(found, named=for_coa)


def to_json(found: Breach, *, named: bool) -> dict[str, Json]:
    """The answer on the wire; who the persons are only when it is for coa."""
    told: dict[str, Json] = {
        "partij": found.asked.partner,
        "client": found.asked.client,
        "van": stamp(found.asked.period.begin),
        "tot": stamp(found.asked.period.end),
        "clients": {name: [_span(one) for one in spans] for name, spans in found.clients.items()},
        "personen": len(found.persons),
        "waarvanGezien": found.seen,
        "velden": _fields(found.persons),
        "handelingen": dict(found.acts),
        "overInmiddelsGewist": found.forgotten,
        "ontvangersGenoemd": list(found.told_to),
    }
    return {**told, "betrokkenen": [_person(one) for one in found.persons]} if named else told


def _fields(persons: Iterable[Exposed]) -> list[Json]:
    """Per message, purpose and field: of how many persons it was seen, and of how many it could have been."""
    saw: Counter[tuple[str, str, str]] = Counter()
    could: Counter[tuple[str, str, str]] = Counter()
    for person in persons:
        saw.update({(one.message, one.purpose, name) for one in person.saw for name in one.fields})
        could.update({(one.message, one.purpose, name) for one in person.could for name in one.fields})
    return [
        {"bericht": message, "doel": purpose, "veld": name, "gezien": saw[key], "konGezien": could[key]}
        for key in sorted({*saw, *could})
        for message, purpose, name in [key]
    ]


def _person(person: Exposed) -> dict[str, Json]:
    return {
        "betrokkeneId": person.name,
        "gezien": [
            {
                "bericht": one.message, "doel": one.purpose, "langs": one.how.value, "velden": list(one.fields),
                "tijdstip": stamp(one.at), "client": one.client,
            }
            for one in person.saw
        ],
        "konGezien": [_could(one) for one in person.could],
    }  # fmt: skip


def _could(one: Could) -> dict[str, Json]:
    told: dict[str, Json] = {
        "bericht": one.message, "doel": one.purpose, "langs": one.how.value, "velden": list(one.fields),
    }  # fmt: skip
    return {**told, **_span(one.when)}


def _span(one: Span) -> dict[str, Json]:
    return {"van": stamp(one.begin), "tot": None if one.end == FAR else stamp(one.end)}


def _show(found: Breach, *, named: bool) -> None:
    period = found.asked.period
    click.echo(f"{found.asked.partner}, {stamp(period.begin)} to {stamp(period.end)}: {', '.join(found.clients)}")
    click.echo(f"Could have been seen: something of {len(found.persons)} persons. Was seen: of {found.seen}.")
    for told in _fields(found.persons):
        if isinstance(told, dict):
            click.echo("  {bericht} · {doel} · {veld}: seen of {gezien}, could be seen of {konGezien}".format(**told))
    click.echo("It did: " + (", ".join(f"{kind} {count}" for kind, count in found.acts.items()) or "nothing") + ".")
    if found.forgotten:
        click.echo(f"{found.forgotten} looks were at persons who were forgotten since; of whom, nobody knows any more.")
    if found.told_to:
        click.echo(f"It could see that these partners received something: {', '.join(found.told_to)}.")
    for person in found.persons if named else ():
        click.echo(f"{person.name}: {len(person.saw)} times seen; --json says what and when.")
