"""
Plays a year of partners' exports through the API, each with its own credentials, on a clock that follows the files.

What comes out is counted from the answers, and from the hub's own record: the trail, opened, says what was decided.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hub.api.beat import NO_BEAT
from hub.app import Stores, create_app
from hub.clock import OFFICE
from hub.exchange.hub import Hub
from hub.practice.caller import App, Caller, Reply
from hub.practice.exports import TIMECARDS, Event
from hub.practice.house import Office, enrol
from hub.settings import Settings
from schemas.agreement import read_agreement

COA, RANDSTAD = "coa", "randstad"
OPENING_HOUR = time(9)
PAGE = 1000
TOO_MANY = 429

PUBLISHED = {
    "coa/werkmogelijkheden.csv": ("werkmogelijkheid", "/werkmogelijkheden"),
    "coa/koppelingen.csv": ("koppeling", "/koppelingen"),
    "coa/verplaatsingen.csv": ("verplaatsing", "/verplaatsingen"),
    "coa/bsn.csv": ("aanvraagstatus", "/aanvraagstatussen"),
    "randstad/twv.csv": ("aanvraagstatus", "/aanvraagstatussen"),
    "randstad/dienstverbanden.csv": ("dienstverband", "/dienstverbanden"),
    TIMECARDS: ("urenstaat", "/urenstaten"),
}


@dataclass
class FollowedClock:
    """The domain's clock: it stands where the files are, and never goes back."""

    instant: datetime = datetime(2000, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present instant; each look is a little later than the one before."""
        self.instant += timedelta(microseconds=1)
        return self.instant

    def go_to(self, day: date) -> None:
        """Nine in the morning of this day, at the partners' desks; nothing when it is later already."""
        morning = datetime.combine(day, OPENING_HOUR, OFFICE).astimezone(UTC)
        self.instant = max(self.instant, morning)


@dataclass
class Tally:
    """What the partners saw happen."""

    rejected: set[tuple[str, int]] = field(default_factory=set)
    published: dict[str, Counter[str]] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    opened: dict[str, Counter[str]] = field(default_factory=dict)

    def count_publication(self, kind: str, status: int) -> None:
        """One publication: taken (201), or refused as an outcome (403)."""
        self.published.setdefault(kind, Counter())["aanvaard" if status == 201 else "geweigerd"] += 1


@dataclass
class Player:
    """The partners of a year: what each calls a person, and which slips are on the table."""

    callers: Mapping[str, Caller]
    clock: FollowedClock
    notices: Mapping[str, str]
    branch: str
    tally: Tally = field(default_factory=Tally)
    names: dict[tuple[str, str], str] = field(default_factory=dict)
    slips: dict[str, str] = field(default_factory=dict)

    def play(self, events: Sequence[Event]) -> Iterator[Event]:
        """Play the events in their order; gives each when it was played."""
        month: tuple[int, int] | None = None
        for event in events:
            if event.day > date.min:
                self.clock.go_to(event.day)
                new = (event.day.year, event.day.month)
                if month is not None and new != month:
                    self.empty_inboxes()
                month = new
            self._play_one(event)
            yield event
        self.empty_inboxes()

    def empty_inboxes(self) -> None:
        """Every partner opens and acknowledges all that it may of what lies in its inbox."""
        for partner, caller in self.callers.items():
            for item in _listed(caller):
                self._open(partner, caller, item)

    def _open(self, partner: str, caller: Caller, item: str) -> None:
        reply = caller.get(f"/postvak/{item}")
        if reply.status != 200:
            return
        ended = reply.body["gegevens"].get("status") == "beeindigd"
        kind = f"{reply.body['soort']}-beeindigd" if ended else reply.body["soort"]
        self.tally.opened.setdefault(partner, Counter())[kind] += 1
        caller.post(f"/postvak/{item}/_bevestig", {})

    def _play_one(self, event: Event) -> None:
        if event.body is None:
            self.tally.rejected.add((event.file, event.line))
            return
        road = _ROADS.get(event.file, _publish)
        reply = road(self, event, event.body)
        if reply.status == TOO_MANY:
            # Fifty slips that opened nothing: the partner waits an hour and tries again, as it was told.
            self.clock.instant += timedelta(hours=1)
            reply = road(self, event, event.body)
        if reply.status == 400:
            self.tally.rejected.add((event.file, event.line))
        elif reply.status not in (200, 201, 403):
            raise RuntimeError(f"{event.file}:{event.line}: the hub answered {reply.status}")

    def name(self, partner: str, who: str) -> str:
        """What the hub calls this person towards this partner; a name that nobody has when it never met them."""
        return self.names.get((partner, who), "onbekend")


def _register(player: Player, event: Event, body: Mapping[str, Any]) -> Reply:
    reply = player.callers[COA].post("/betrokkenen", {**body, "eigenKenmerk": event.who})
    if reply.status in (200, 201):
        player.names[COA, event.who] = reply.body["betrokkeneId"]
    return reply


def _choose(player: Player, event: Event, body: Mapping[str, Any]) -> Reply:
    notice = player.notices.get(str(body["doel"]), "onbekend")
    sent = {**body, "betrokkeneId": player.name(COA, event.who), "kennisgeving": notice}
    return player.callers[COA].post("/toestemmingen", sent)


def _issue(player: Player, event: Event, body: Mapping[str, Any]) -> Reply:
    reply = player.callers[COA].post("/koppelcodes", {**body, "betrokkeneId": player.name(COA, event.who)})
    if reply.status == 201:
        player.slips[event.extra] = reply.body["koppelcode"]
    return reply


def _intake(player: Player, event: Event, body: Mapping[str, Any]) -> Reply:
    code = player.slips.get(event.extra, "onbekend")
    sent = {"koppelcode": code, "eigenKenmerk": event.who, "vestiging": player.branch}
    reply = player.callers[RANDSTAD].post("/koppelcodes/_verzilver", sent)
    if reply.status == 201:
        player.names[RANDSTAD, event.who] = reply.body["betrokkeneId"]
        _ask(player, reply.body["betrokkeneId"])
    return reply


def _ask(player: Player, name: str) -> None:
    reply = player.callers[RANDSTAD].post("/werkmogelijkheden/_zoek", {"betrokkeneId": name})
    may_work = [fact.get("magWerken") for fact in reply.body["resultaten"]]
    player.tally.answers[{(True,): "ja", (False,): "nee"}.get(tuple(may_work), "geen-antwoord")] += 1


def _publish(player: Player, event: Event, body: Mapping[str, Any]) -> Reply:
    kind, path = PUBLISHED[event.file]
    partner = event.file.partition("/")[0]
    reply = player.callers[partner].post(path, {**body, "betrokkeneId": player.name(partner, event.who)})
    if reply.status in (201, 403):
        player.tally.count_publication(kind, reply.status)
    return reply


_ROADS: Mapping[str, Callable[[Player, Event, Mapping[str, Any]], Reply]] = {
    "coa/aanmeldingen.csv": _register,
    "coa/toestemmingen.csv": _choose,
    "coa/koppelcodes.csv": _issue,
    "randstad/intakes.csv": _intake,
}


def _listed(caller: Caller) -> list[str]:
    found: list[str] = []
    page = caller.get(f"/postvak?limiet={PAGE}").body
    while True:
        found += [item["id"] for item in page["items"]]
        if page["volgende"] is None:
            return found
        page = caller.get(f"/postvak?limiet={PAGE}&na={page['volgende']}").body


@dataclass(frozen=True)
class Stage:
    """A hub that is ready to be played on."""

    app: App
    hub: Hub
    player: Player


def set_stage(settings: Settings, stores: Stores) -> Stage:
    """Every partner of the agreement gets a client of its own; the domain's clock is the player's."""
    agreement = read_agreement(settings.agreement)
    clock = FollowedClock()
    app = create_app(settings, stores, clock, NO_BEAT)
    intermediary = agreement.partners[RANDSTAD].branches[:1]
    offices = {
        name: Office(f"{name.lower()}-naspel", name, intermediary if name == RANDSTAD else partner.branches)
        for name, partner in agreement.partners.items()
    }
    callers = {
        name: Caller(app, office, settings.base_url) for name, office in enrol(stores, agreement, offices).items()
    }
    hub: Hub = app.extensions["ketenhub"].hub
    return Stage(app, hub, Player(callers, clock, agreement.notices, intermediary[0]))
