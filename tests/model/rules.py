"""The eleven rules of exchange in plain Python, without a database, web or keys: what the hub must do.

Corrections are in it too, requests of a resident that hold things still, and the end of a person.

Written from the contract alone. It shares no code with the hub, so that a mistake would have to be made
twice. Rule numbers are those of the contract. Left out: answers remembered by Idempotency-Key (rule 10), two
changes at the same moment (rule 11), retention. A person, message, code or inbox item is named by a short
handle (p1, m1, c1, i1) that says nothing, and that a test lays beside the hub's own id.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple, TypeGuard
from zoneinfo import ZoneInfo

from tests.model.accepted import Value, is_language, is_reference, is_v_number, mistakes

CONSENT_DAYS = 365
LINK_CODE_DAYS = 14
RECONFIRM_DAYS = 90
HOURS_THRESHOLD = 24
FAILURES_AN_HOUR = 50
NOTICE = "2023-1"

EVENTS = frozenset({"urenstaat", "verplaatsing"})
PARTNERS = {"coa": "coa", "randstad": "bemiddelaar", "GM0034": "gemeente", "GM0363": "gemeente"}


@dataclass(frozen=True)
class Flow:
    message: str
    source: str
    recipient: str
    purpose: str
    fields: tuple[str, ...]
    variant: str | None = None
    needs_consent: bool = True

    @property
    def id(self) -> str:
        return f"{self.message}:{self.source}>{self.recipient}"


# fmt: off
FLOWS = (
    Flow("werkmogelijkheid", "coa", "bemiddelaar", "toeleiding-naar-werk",
         ("magWerken", "geldigVan", "twvNodig")),
    Flow("koppeling", "coa", "gemeente", "inburgering", ("gemeente", "ingangsdatum", "status", "vNummer"),
         needs_consent=False),
    Flow("koppeling", "coa", "bemiddelaar", "behoud-van-werk", ("gemeente", "ingangsdatum", "status")),
    Flow("verplaatsing", "coa", "bemiddelaar", "behoud-van-werk", ("naarLocatie", "ingangsdatum")),
    Flow("aanvraagstatus", "coa", "bemiddelaar", "toeleiding-naar-werk", ("soort", "status", "datum"), "BSN"),
    Flow("aanvraagstatus", "bemiddelaar", "coa", "toeleiding-naar-werk", ("soort", "status", "datum"), "TWV"),
    Flow("dienstverband", "bemiddelaar", "gemeente", "inburgering-planning",
         ("werkt", "werkgever", "werkgemeente", "contracturenPerWeek", "ingangsdatum", "einddatum")),
    Flow("dienstverband", "bemiddelaar", "coa", "kansrijke-koppeling", ("werkt", "urendrempelGehaald")),
    Flow("urenstaat", "bemiddelaar", "gemeente", "inburgering-planning", ("week", "gewerkteUren")),
)
# fmt: on
# Made by the hub from what the source said. The source itself reads back what it said.
DERIVED = frozenset({"vNummer", "urendrempelGehaald"})
CONSENT_PURPOSES = frozenset(flow.purpose for flow in FLOWS if flow.needs_consent)


@dataclass(frozen=True)
class Client:
    """A system of a partner, and the vestigingen that it acts for; a gemeente is one whole and names none."""

    partner: str
    role: str
    branches: frozenset[str] = frozenset()


@dataclass
class Request:
    """A resident objects (bezwaar) to what rests on a public task, or has everything held still (beperking)."""

    person: str
    sort: str
    status: str = "open"

    @property
    def stands(self) -> bool:
        """An objection holds still from the first moment, a restriction once it is granted."""
        return self.status == "toegewezen" or (self.sort, self.status) == ("bezwaar", "open")

    def may_become(self, decision: str) -> bool:
        """Decided once; only a restriction that was granted can be lifted."""
        if decision == "opgeheven":
            return (self.sort, self.status) == ("beperking", "toegewezen")
        return self.status == "open"


@dataclass(frozen=True)
class Choice:
    choice: str
    day: date


@dataclass
class LinkCode:
    person: str
    intended_for: str
    expires_on: date
    void: bool = False
    redeemed: bool = False


@dataclass(frozen=True)
class Link:
    reference: str
    branch: str


@dataclass
class Message:
    handle: str
    person: str
    type: str
    source: str
    variant: str | None
    fields: Mapping[str, Value]
    at: datetime
    reconfirm_before: date
    corrects: str | None = None
    # Partners that opened it, or were answered with it.
    seen_by: set[str] = field(default_factory=set)
    # Put right, or told over a link that has ended: nobody gets it any more, its source neither.
    taken_back: bool = False


@dataclass
class Item:
    """What lies, or lay, in one partner's inbox about one person."""

    handle: str
    person: str
    recipient: str
    branch: str | None
    type: str
    purpose: str
    fields: Mapping[str, Value]
    message: str | None = None
    source: str | None = None
    needs_consent: bool = False
    opened: bool = False
    acknowledged: bool = False
    withdrawn: bool = False
    is_correction: bool = False
    # The earlier items with the wrong value that this recipient opened.
    corrects: frozenset[str] = frozenset()

    @property
    def is_notice(self) -> bool:
        """The hub's own word (verwijderverzoek, beeindigd): nobody published it, nothing takes it back."""
        return self.message is None


@dataclass
class Person:
    handle: str
    v_number: str
    branches: set[str]
    has_left: bool = False
    choices: dict[str, list[Choice]] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    municipality: str | None = None
    # Which koppeling made that link.
    linked_by: Message | None = None
    # Every message about them that is no event, oldest first.
    told: list[Message] = field(default_factory=list)
    has_learned: set[tuple[str, str]] = field(default_factory=set)
    # Since when each vestiging of coa, and each other partner that is linked, knows them.
    since: dict[str, datetime] = field(default_factory=dict)

    @property
    def facts(self) -> list[Message]:
        """Of each type, source and soort the newest that was not taken back (rule 5)."""
        standing = (message for message in self.told if not message.taken_back)
        return list({(it.type, it.source, it.variant): it for it in standing}.values())


class Decision(NamedTuple):
    """One flow's outcome at publication, or one fact handed over later: what the hub's own record holds."""

    flow: str
    recipient: str
    outcome: str
    reason: str | None


@dataclass(frozen=True)
class Answer:
    """A status code and, when something came to be or was found, its handle."""

    status: int
    handle: str | None = None


@dataclass(frozen=True)
class Published:
    """
    Outcomes as the source may see them: coa (recipient, purpose, outcome, reason), others (purpose, outcome).

    With 400 nothing but the status; with 403 too, though coa, which keeps the choices, may see its reasons.
    """

    status: int
    outcomes: tuple[tuple[str | None, ...], ...] = ()
    handle: str | None = None


@dataclass(frozen=True)
class Opened:
    status: int
    type: str | None = None
    person: str | None = None
    purpose: str | None = None
    fields: Mapping[str, Value] = field(default_factory=dict)
    is_correction: bool = False
    corrects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Corrected:
    """Somebody who had seen a wrong value, and how far the right one came: what its source, coa, may look up."""

    type: str
    message: str
    wrong: str | None
    recipient: str
    purpose: str
    status: str


NEVER_WAS = Opened(404)


def day_in_amsterdam(now: datetime) -> date:
    """Where days begin: in UTC, a code made just after midnight would be a day older than its slip."""
    return now.astimezone(ZoneInfo("Europe/Amsterdam")).date()


class Model:
    """One hub with its partners. A method is one request, made at `now`; what it refuses is a value."""

    def __init__(
        self,
        partners: Mapping[str, str] = PARTNERS,
        day_of: Callable[[datetime], date] = day_in_amsterdam,
    ) -> None:
        self.partners = partners
        self.day_of = day_of
        self.persons: dict[str, Person] = {}
        self.codes: dict[str, LinkCode] = {}
        self.items: dict[str, Item] = {}
        self.messages: dict[str, Message] = {}
        self.decisions: list[Decision] = []
        # Those of corrections, with what was handed over as one moved the person: they stand in a book of their own.
        self.of_corrections: list[Decision] = []
        # What was handed over when something was held still no longer.
        self.of_holds: list[Decision] = []
        self.requests: dict[str, Request] = {}
        self._failures: dict[Client, list[datetime]] = {}
        self._numbers: dict[str, int] = {}

    # People and links

    def register(self, now: datetime, client: Client, reference: str, language: str, branch: str) -> Answer:
        if client.role != "coa":
            return Answer(403)
        if not (is_v_number(reference) and is_language(language) and branch in client.branches):
            return Answer(400)
        for person in self.persons.values():
            # Who left and comes back is somebody new.
            if person.v_number == reference and not person.has_left:
                person.branches.add(branch)
                person.since.setdefault(branch, now)
                return Answer(200, person.handle)
        person = Person(self._new("p"), reference, {branch}, since={branch: now})
        self.persons[person.handle] = person
        return Answer(201, person.handle)

    def find(self, client: Client, reference: str) -> list[str]:
        return [
            person.handle
            for person in self.persons.values()
            if self._is_theirs(person, client) and self._reference(person, client.partner) == reference
        ]

    def issue_code(self, now: datetime, client: Client, person_handle: str, intended_for: str) -> Answer:
        if client.role != "coa":
            return Answer(403)
        person = self._known(client, person_handle)
        if person is None or self.partners.get(intended_for) != "bemiddelaar":
            return Answer(400)
        self._void_codes(person, intended_for)
        handle = self._new("c")
        expires_on = self.day_of(now) + timedelta(days=LINK_CODE_DAYS)
        self.codes[handle] = LinkCode(person.handle, intended_for, expires_on)
        return Answer(201, handle)

    def redeem(self, now: datetime, client: Client, code_handle: str, reference: str, branch: str) -> Answer:
        if client.role != "bemiddelaar":
            return Answer(403)
        if branch not in client.branches or not is_reference(reference):
            return Answer(400)
        failures = self._failures.setdefault(client, [])
        if sum(at > now - timedelta(hours=1) for at in failures) >= FAILURES_AN_HOUR:
            return Answer(429)
        code = self.codes.get(code_handle)
        if code is None or not self._is_good(code, client.partner, reference, self.day_of(now)):
            failures.append(now)
            return Answer(400)
        code.redeemed = True
        person = self.persons[code.person]
        person.links[client.partner] = Link(reference, branch)
        person.since[client.partner] = now
        flows = [flow for flow in FLOWS if flow.recipient == "bemiddelaar"]
        self.decisions += self._hand_over(now, person, flows, only_to=client.partner)
        return Answer(201, person.handle)

    def unlink(self, now: datetime, client: Client, person_handle: str, named: str | None = None) -> Answer:
        """End the link of this bemiddelaar; called by coa, of the one that it names, or else of every bemiddelaar.

        All that the bemiddelaar received about this person, and all that it told, is taken back. The contract
        does not say what becomes of a slip that was made meanwhile and not used: the hub voids it.
        """
        if client.role == "gemeente":
            return Answer(403)
        person = self._known(client, person_handle)
        if person is None:
            return Answer(404)
        ending = [client.partner]
        if client.role == "coa":
            ending = [partner for partner in person.links if named in (None, partner)]
            if named is not None and not ending:
                return Answer(400)
        for partner in ending:
            went_over_it = [item for item in self._about(person) if partner in (item.recipient, item.source)]
            self._take_back(went_over_it)
            told = {(item.recipient, item.purpose) for item in went_over_it}
            self._ask_to_delete(person, told | {(partner, purpose) for purpose in CONSENT_PURPOSES})
            for message in self.messages.values():
                message.taken_back |= (message.person, message.source) == (person.handle, partner)
            self._void_codes(person, partner)
            del person.links[partner]
        return Answer(200)

    def leave(self, client: Client, person_handle: str) -> Answer:
        """Every link ends, coa's own too: nobody knows this person any more, and who learned something deletes it."""
        if client.role != "coa":
            return Answer(403)
        person = self._known(client, person_handle)
        if person is None:
            return Answer(404)
        self._take_back(list(self._about(person)))
        self._ask_to_delete(person, set(person.has_learned))
        for message in self.messages.values():
            message.taken_back |= message.person == person.handle
        for partner in self.partners:
            self._void_codes(person, partner)
        person.has_left, person.links, person.municipality = True, {}, None
        return Answer(200)

    # Choices

    def choose(
        self,
        now: datetime,
        client: Client,
        person_handle: str,
        purpose: str,
        choice: str,
        language: str = "nl",
        interpreter: object = False,
        notice: str = NOTICE,
    ) -> Answer:
        if client.role != "coa":
            return Answer(403)
        person = self._known(client, person_handle)
        known = purpose in CONSENT_PURPOSES and choice in ("ja", "nee", "ingetrokken") and notice == NOTICE
        if person is None or not known or not is_language(language) or not isinstance(interpreter, bool):
            return Answer(400)
        was_in_force = self._refusal(person, purpose, self.day_of(now)) is None
        person.choices.setdefault(purpose, []).append(Choice(choice, self.day_of(now)))
        if choice != "ja":
            self._withdraw(person, purpose)
        elif not was_in_force:
            self.decisions += self._hand_over(now, person, [flow for flow in FLOWS if flow.purpose == purpose])
        return Answer(201)

    def permits(self, now: datetime, person_handle: str, purpose: str) -> bool:
        """Whether this person's newest choice for a purpose is a yes that is in force."""
        return self._refusal(self.persons[person_handle], purpose, self.day_of(now)) is None

    def _refusal(self, person: Person, purpose: str, day: date) -> str | None:
        """Why this purpose is not permitted that day (rule 2); None when the newest ja is in force."""
        choices = person.choices.get(purpose)
        if not choices:
            return "niet-gevraagd"
        newest = choices[-1]
        if newest.choice != "ja":
            return {"nee": "geweigerd", "ingetrokken": "ingetrokken"}[newest.choice]
        return "verlopen" if day >= newest.day + timedelta(days=CONSENT_DAYS) else None

    def _withdraw(self, person: Person, purpose: str) -> None:
        # Rule 7. Without an earlier ja there is nothing to find here.
        self._take_back([item for item in self._about(person) if item.purpose == purpose])
        self._ask_to_delete(person, {pair for pair in person.has_learned if pair[1] == purpose})

    # Requests that hold things still

    def ask_for(self, client: Client, person_handle: str, sort: str) -> Answer:
        """A resident objects, or asks for a restriction."""
        if client.role != "coa":
            return Answer(403)
        person = self._known(client, person_handle)
        if person is None:
            return Answer(400)
        handle = self._new("r")
        self.requests[handle] = Request(person.handle, sort)
        return Answer(201, handle)

    def settle(self, now: datetime, client: Client, handle: str, decision: str) -> Answer:
        """Granted, rejected or lifted: toegewezen, afgewezen, opgeheven."""
        if client.role != "coa":
            return Answer(403)
        request = self.requests.get(handle)
        person = self._known(client, request.person) if request else None
        if request is None or person is None:
            return Answer(404)
        if not request.may_become(decision):
            return Answer(409)
        was_held = [flow for flow in FLOWS if self._held(person, flow.needs_consent)]
        request.status = decision
        if (request.sort, decision) == ("bezwaar", "toegewezen"):
            self._uphold(person)
        # What is true by now, to whoever may have it again and lacks it.
        free = [flow for flow in was_held if not self._held(person, flow.needs_consent)]
        self.of_holds += self._hand_over(now, person, free)
        return Answer(200)

    def _held(self, person: Person, needs_consent: bool) -> str | None:
        """Why this stands still: an objection stops what rests on a public task, a restriction everything."""
        stand = {
            request.sort for request in self.requests.values() if request.stands and request.person == person.handle
        }
        if "bezwaar" in stand and not needs_consent:
            return "bezwaar"
        return "beperkt" if "beperking" in stand else None

    def _uphold(self, person: Person) -> None:
        public = {flow.purpose for flow in FLOWS if not flow.needs_consent}
        self._take_back([item for item in self._about(person) if item.purpose in public and not item.opened])
        self._ask_to_delete(person, {pair for pair in person.has_learned if pair[1] in public})

    # Publishing

    def publish(
        self, now: datetime, client: Client, message: str, person_handle: str, fields: Mapping[str, Value]
    ) -> Published:
        flows = self._flows(client, message, person_handle, fields)
        if isinstance(flows, int):
            return Published(flows)
        return self._tell(now, client, self.persons[person_handle], flows, fields)

    def correct(
        self,
        now: datetime,
        client: Client,
        message: str,
        wrong_handle: str,
        person_handle: str,
        fields: Mapping[str, Value],
    ) -> Published:
        """The whole right message instead of a wrong one, that nobody gets any more, whoever may have the right."""
        flows = self._flows(client, message, person_handle, fields)
        if isinstance(flows, int):
            return Published(flows)
        person, wrong = self.persons[person_handle], self._own(client, message, wrong_handle)
        if wrong is None or wrong.person != person.handle:
            return Published(404)
        if message not in EVENTS and wrong not in person.facts:
            return Published(409)
        return self._tell(now, client, person, flows, fields, wrong)

    def _flows(self, client: Client, message: str, person_handle: str, fields: Mapping[str, Value]) -> list[Flow] | int:
        """By which flows this would go, or with which status it is sent back unread."""
        if not any((flow.message, flow.source) == (message, client.role) for flow in FLOWS):
            return 403
        if self._known(client, person_handle) is None or mistakes(message, fields):
            return 400
        # None for an aanvraagstatus of the soort that the other side tells about.
        return [flow for flow in FLOWS if _carries(flow, client.role, message, fields)] or 400

    def _tell(
        self,
        now: datetime,
        client: Client,
        person: Person,
        flows: list[Flow],
        fields: Mapping[str, Value],
        wrong: Message | None = None,
    ) -> Published:
        before, book = person.municipality, self.decisions if wrong is None else self.of_corrections
        if flows[0].message == "koppeling":
            person.municipality = str(fields["gemeente"])
        decided = [(flow, self._decide(now, person, flow)) for flow in flows]
        book += [decision for _, several in decided for decision in several]
        if wrong is not None:
            wrong.taken_back = True
            self._take_back([item for item in self._about(person) if item.message == wrong.handle])
        if all(decision.outcome == "niet-gedeeld" for _, several in decided for decision in several):
            person.municipality = before
            return self._refuse(client, person, decided, wrong)

        stored = self._store(now, person, client, flows[0].message, fields)
        offered = [(flow, it.recipient) for flow, several in decided for it in several if it.outcome == "aangeboden"]
        for flow, recipient in offered:
            self._mark(self._offer(person, flow, stored, recipient), wrong)
        if wrong is not None:
            stored.corrects = wrong.handle
            self._ask_who_saw(person, wrong, {recipient for _, recipient in offered})
        if person.municipality != before:
            person.since[str(person.municipality)] = now
            person.linked_by = stored
            self._move_to_municipality(now, person, before, fields["ingangsdatum"], book)
        return Published(201, _as_seen_by(client, decided), stored.handle)

    def _refuse(
        self, client: Client, person: Person, decided: list[tuple[Flow, list[Decision]]], wrong: Message | None
    ) -> Published:
        """Nobody may have it. A publication is sent back (rule 4); of a correction the half that takes back is done."""
        if wrong is not None:
            self._ask_who_saw(person, wrong, set())
            return Published(200, _as_seen_by(client, decided))
        return Published(403, _as_seen_by(client, decided) if client.role == "coa" else ())

    def _mark(self, item: Item, wrong: Message | None) -> None:
        """Only who saw a wrong value hears that this one is instead of it: of several, of the one seen last."""
        seen = [it for it in self._wrongs(wrong) if item.recipient in it.seen_by]
        if not seen:
            return
        item.is_correction = True
        item.corrects = frozenset(
            earlier.handle
            for earlier in self.items.values()
            if (earlier.recipient, earlier.message, earlier.opened) == (item.recipient, seen[0].handle, True)
        )

    def _wrongs(self, wrong: Message | None) -> list[Message]:
        """A wrong message, and whatever it was itself meant to put right: the newest first."""
        if wrong is None:
            return []
        return [wrong, *self._wrongs(self.messages[wrong.corrects] if wrong.corrects else None)]

    def _ask_who_saw(self, person: Person, wrong: Message, but: set[str]) -> None:
        """Who saw the wrong value and does not get the right one deletes its copy."""
        by = [flow for flow in FLOWS if _carries(flow, self.partners[wrong.source], wrong.type, wrong.fields)]
        seen_by = {it for one in self._wrongs(wrong) for it in one.seen_by}
        saw = {(it, flow.purpose) for it in seen_by - but for flow in by if flow.recipient == self.partners[it]}
        self._ask_to_delete(person, saw)

    def _decide(self, now: datetime, person: Person, flow: Flow) -> list[Decision]:
        """Consent first (rule 2), then whether it stands still, then who is there to receive it (rule 3)."""
        reason = self._refusal(person, flow.purpose, self.day_of(now)) if flow.needs_consent else None
        reason = reason or self._held(person, flow.needs_consent)
        if reason is not None:
            return [Decision(flow.id, self._addressee(person, flow), "niet-gedeeld", reason)]
        recipients = self._linked(person, flow.recipient)
        if recipients:
            return [Decision(flow.id, recipient, "aangeboden", None) for recipient in recipients]
        if flow.message in EVENTS:
            return [Decision(flow.id, self._addressee(person, flow), "niet-gedeeld", "geen-ontvanger")]
        return [Decision(flow.id, self._addressee(person, flow), "wacht-op-koppeling", None)]

    def _is_partner(self, municipality: str | None) -> TypeGuard[str]:
        return municipality is not None and self.partners.get(municipality) == "gemeente"

    def _linked(self, person: Person, role: str) -> list[str]:
        if role == "bemiddelaar":
            return [partner for partner in self.partners if partner in person.links]
        if role == "gemeente":
            return [person.municipality] if self._is_partner(person.municipality) else []
        return ["coa"]

    def _addressee(self, person: Person, flow: Flow) -> str:
        """Who would have received it: the one linked, else the only partner of that role, else the role."""
        linked = self._linked(person, flow.recipient)
        with_role = [partner for partner, role in self.partners.items() if role == flow.recipient]
        if flow.recipient == "gemeente":
            return person.municipality or flow.recipient
        return (linked or (with_role if len(with_role) == 1 else [flow.recipient]))[0]

    def _store(
        self, now: datetime, person: Person, client: Client, message: str, fields: Mapping[str, Value]
    ) -> Message:
        today = self.day_of(now)
        values = dict(fields)
        if message == "werkmogelijkheid":
            values.setdefault("geldigVan", today.isoformat())
        if message == "koppeling":
            values |= {"status": "gekoppeld", "vNummer": person.v_number}
        if message == "dienstverband":
            hours = fields.get("contracturenPerWeek")
            enough = isinstance(hours, int | float) and hours >= HOURS_THRESHOLD
            values["urendrempelGehaald"] = fields["werkt"] is True and enough
        variant = str(fields["soort"]) if message == "aanvraagstatus" else None
        reconfirm_before = today + timedelta(days=RECONFIRM_DAYS)
        handle = self._new("m")
        stored = Message(handle, person.handle, message, client.partner, variant, values, now, reconfirm_before)
        self.messages[stored.handle] = stored
        if message not in EVENTS:
            person.told.append(stored)
        return stored

    def _offer(self, person: Person, flow: Flow, message: Message, recipient: str) -> Item:
        seen = {name: message.fields[name] for name in flow.fields if name in message.fields}
        item = self._put(person, recipient, flow.message, flow.purpose, seen)
        item.message, item.source, item.needs_consent = message.handle, message.source, flow.needs_consent
        return item

    def _move_to_municipality(
        self, now: datetime, person: Person, before: str | None, since: Value, book: list[Decision]
    ) -> None:
        if self._is_partner(before):
            self._take_back([item for item in self._about(person) if item.recipient == before])
            ended = {"gemeente": before, "ingangsdatum": since, "status": "beeindigd"}
            self._put(person, before, "koppeling", "inburgering", ended)
        flows = [flow for flow in FLOWS if flow.recipient == "gemeente" and flow.message != "koppeling"]
        book += self._hand_over(now, person, flows)

    def _hand_over(
        self, now: datetime, person: Person, flows: list[Flow], only_to: str | None = None
    ) -> list[Decision]:
        """Give the current facts of these flows to who is linked, may have them and lacks them (rule 5)."""
        given = []
        for flow in flows:
            for decision in self._decide(now, person, flow):
                if decision.outcome != "aangeboden" or only_to not in (None, decision.recipient):
                    continue
                for fact in self._facts_for(person, flow, decision.recipient):
                    if not self._holds(person, decision.recipient, fact):
                        self._offer(person, flow, fact, decision.recipient)
                        given.append(decision._replace(outcome="nageleverd"))
        return given

    def _holds(self, person: Person, recipient: str, message: Message) -> bool:
        return any(
            item.recipient == recipient and item.message == message.handle and not item.withdrawn
            for item in self._about(person)
        )

    def _facts(self, person: Person, flow: Flow) -> list[Message]:
        return [
            fact
            for fact in person.facts
            if fact.type == flow.message
            and self.partners[fact.source] == flow.source
            and flow.variant in (None, fact.variant)
        ]

    def _facts_for(self, person: Person, flow: Flow, recipient: str) -> list[Message]:
        """A municipality has the koppeling to itself: never where somebody came from, never where they went."""
        if (flow.message, flow.recipient) == ("koppeling", "gemeente") and not self._names(person, recipient):
            return []
        return self._facts(person, flow)

    def read_back(self, client: Client, message: str, handle: str) -> Message | None:
        """One's own publication, also when a newer one is current; nothing taken back, or of anybody else's."""
        stored = self._own(client, message, handle)
        return stored if stored and self._is_theirs(self.persons[stored.person], client) else None

    def _own(self, client: Client, message: str, handle: str) -> Message | None:
        stored = self.messages.get(handle)
        if stored is None or stored.taken_back:
            return None
        return stored if (stored.type, stored.source) == (message, client.partner) else None

    # Asking

    def query(self, now: datetime, client: Client, message: str, person_handle: str) -> list[dict[str, Value]]:
        """One's own facts, then those that the asker may receive; empty in every negative case (rule 9)."""
        person = self.persons.get(person_handle)
        if person is None or not self._is_theirs(person, client):
            return []
        own = [fact for fact in person.facts if (fact.type, fact.source) == (message, client.partner)]
        results = [self._result(now, fact, tuple(fact.fields.keys() - DERIVED)) for fact in own]
        for flow in FLOWS:
            if (flow.message, flow.recipient) != (message, client.role):
                continue
            decisions = self._decide(now, person, flow)
            if not any((it.recipient, it.outcome) == (client.partner, "aangeboden") for it in decisions):
                continue
            for fact in self._facts_for(person, flow, client.partner):
                results.append(self._result(now, fact, flow.fields))
                fact.seen_by.add(client.partner)
                person.has_learned.add((client.partner, flow.purpose))
        return results

    def _result(self, now: datetime, fact: Message, names: tuple[str, ...]) -> dict[str, Value]:
        result = {name: fact.fields[name] for name in names if name in fact.fields}
        result["gepubliceerdOp"] = fact.at.strftime("%Y-%m-%dT%H:%M:%SZ")
        if fact.type == "werkmogelijkheid":
            result["herbevestigenVoor"] = fact.reconfirm_before.isoformat()
            result["status"] = "actueel"
            if self.day_of(now) > fact.reconfirm_before:
                result["status"] = "herbevestigen"
                del result["magWerken"]
        return result

    def corrections(self, client: Client, person_handle: str) -> list[Corrected] | None:
        """What became of one's own corrections about a person; None for a role that has no such road."""
        if client.role != "coa":
            return None
        person = self._known(client, person_handle)
        return [
            Corrected(told.type, told.handle, told.corrects, item.recipient, item.purpose, _how_far(item))
            for item in (self._about(person) if person else ())
            if item.is_correction and (told := self.messages[str(item.message)]).source == client.partner
        ]

    # Whom to call

    def counterparts(self, now: datetime, client: Client, person_handle: str) -> set[tuple[str, str | None]]:
        """Which partner, and which of its vestigingen: only what the asker could find out by its other roads."""
        person = self._known(client, person_handle)
        if person is None:
            return set()
        others = [other for role in set(self.partners.values()) - {client.role} for other in self._linked(person, role)]
        return {
            (other, place)
            for other in others
            if self._may_be_named(now, client, person, other)
            for place in self._places(now, client, person, other)
        }

    def _may_be_named(self, now: datetime, client: Client, person: Person, other: str) -> bool:
        if any(self._held(person, needs_consent) for needs_consent in (True, False)):
            return False
        role, day = self.partners[other], self.day_of(now)
        permitted = [
            flow for flow in FLOWS if not flow.needs_consent or self._refusal(person, flow.purpose, day) is None
        ]
        reads = any(self._reads(now, client, person, flow, other) for flow in permitted)
        sends = any((flow.source, flow.recipient) == (client.role, role) for flow in permitted)
        if (client.role, role) == ("gemeente", "bemiddelaar"):
            return reads
        if (client.role, role) == ("bemiddelaar", "gemeente"):
            # Who received what it told, it never hears: a koppeling must say it.
            says = any((flow.message, flow.recipient) == ("koppeling", client.role) for flow in permitted)
            return sends and says and self._names(person, other)
        return reads or sends

    def _reads(self, now: datetime, client: Client, person: Person, flow: Flow, other: str) -> bool:
        """Whether something that `other` told by this flow can be read now: a fact by asking, an event by opening."""
        if (flow.source, flow.recipient) != (self.partners[other], client.role):
            return False
        if flow.message in EVENTS:
            lies = [item for item in self._about(person) if (item.type, item.source) == (flow.message, other)]
            return any(self._may_open(now, client, item) for item in lies)
        if (flow.message, flow.recipient) == ("koppeling", "gemeente"):
            return self._names(person, client.partner)
        return any(fact.source == other for fact in self._facts(person, flow))

    def _names(self, person: Person, municipality: str) -> bool:
        """Whether a koppeling of since the link began says it: an older one may count again, though it says another."""
        said = [fact for fact in person.facts if fact.type == "koppeling" and fact.fields["gemeente"] == municipality]
        return any(person.told.index(fact) >= person.told.index(person.linked_by) for fact in said if person.linked_by)

    def _places(self, now: datetime, client: Client, person: Person, other: str) -> set[str | None]:
        if self.partners[other] == "gemeente":
            return {None}
        if self.partners[other] == "bemiddelaar":
            return {person.links[other].branch}
        move = next(flow for flow in FLOWS if flow.message == "verplaatsing")
        permitted = self._refusal(person, move.purpose, self.day_of(now)) is None
        every = permitted and self._reads(now, client, person, move, other)
        met = person.since[client.partner]
        return {branch for branch in person.branches if every or person.since[branch] <= met}

    # Inbox

    def inbox(self, now: datetime, client: Client) -> list[tuple[str, str]]:
        """What it may open and did not acknowledge, oldest first: (handle, type); the API hides the type."""
        return [
            (item.handle, item.type)
            for item in self.items.values()
            if self._may_open(now, client, item) and not item.acknowledged
        ]

    def open(self, now: datetime, client: Client, handle: str) -> Opened:
        item = self.items.get(handle)
        if item is None or not self._may_open(now, client, item):
            return NEVER_WAS
        item.opened = True
        if item.message is not None:
            self.persons[item.person].has_learned.add((item.recipient, item.purpose))
            self.messages[item.message].seen_by.add(item.recipient)
        return Opened(200, item.type, item.person, item.purpose, item.fields, item.is_correction, item.corrects)

    def acknowledge(self, now: datetime, client: Client, handle: str) -> Answer:
        item = self.items.get(handle)
        if item is None or not self._can_see(client, item):
            return Answer(404)
        # What was opened in time can still be acknowledged when the yes has run out since.
        if not item.opened:
            return Answer(409 if self._may_open(now, client, item) else 404)
        item.acknowledged = True
        return Answer(204)

    def _may_open(self, now: datetime, client: Client, item: Item) -> bool:
        """Judged at this moment, again for what was opened before (rule 8)."""
        return self._can_see(client, item) and (item.is_notice or self._is_permitted(now, item))

    def _is_permitted(self, now: datetime, item: Item) -> bool:
        person = self.persons[item.person]
        chosen = not item.needs_consent or self._refusal(person, item.purpose, self.day_of(now)) is None
        return chosen and self._held(person, item.needs_consent) is None

    def _can_see(self, client: Client, item: Item) -> bool:
        person = self.persons[item.person]
        if item.recipient != client.partner or item.withdrawn:
            return False
        if client.role == "coa" and not person.branches & client.branches:
            return False
        return client.role != "bemiddelaar" or item.branch in client.branches

    def _void_codes(self, person: Person, intended_for: str) -> None:
        for code in self.codes.values():
            if (code.person, code.intended_for) == (person.handle, intended_for):
                code.void = True

    def _put(self, person: Person, recipient: str, type_: str, purpose: str, fields: Mapping[str, Value]) -> Item:
        link = person.links.get(recipient)
        branch = link.branch if link else None
        item = Item(self._new("i"), person.handle, recipient, branch, type_, purpose, fields)
        self.items[item.handle] = item
        return item

    def _take_back(self, items: list[Item]) -> None:
        for item in items:
            if not item.is_notice:
                item.withdrawn = True

    def _ask_to_delete(self, person: Person, whom: set[tuple[str, str]]) -> None:
        for recipient, purpose in sorted(whom & person.has_learned):
            self._put(person, recipient, "verwijderverzoek", purpose, {})
            person.has_learned.remove((recipient, purpose))

    # Who is whose

    def _known(self, client: Client, person_handle: str) -> Person | None:
        person = self.persons.get(person_handle)
        return person if person and self._is_theirs(person, client) else None

    def _is_theirs(self, person: Person, client: Client) -> bool:
        if person.has_left:
            return False
        if client.role == "coa":
            return bool(person.branches & client.branches)
        if client.role == "bemiddelaar":
            link = person.links.get(client.partner)
            return link is not None and link.branch in client.branches
        return person.municipality == client.partner

    def _reference(self, person: Person, partner: str) -> str | None:
        if self.partners[partner] == "coa":
            return person.v_number
        return person.links[partner].reference if partner in person.links else None

    def _is_good(self, code: LinkCode, partner: str, reference: str, day: date) -> bool:
        links = [person.links[partner] for person in self.persons.values() if partner in person.links]
        usable = not code.void and not code.redeemed and code.intended_for == partner
        in_time = day < code.expires_on
        is_new = partner not in self.persons[code.person].links
        return usable and in_time and is_new and reference not in {link.reference for link in links}

    def _about(self, person: Person) -> Iterator[Item]:
        return (item for item in self.items.values() if item.person == person.handle)

    def _new(self, kind: str) -> str:
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        return f"{kind}{self._numbers[kind]}"


def _carries(flow: Flow, role: str, message: str, fields: Mapping[str, Value]) -> bool:
    return (flow.message, flow.source) == (message, role) and flow.variant in (None, fields.get("soort"))


def _how_far(item: Item) -> str:
    if item.acknowledged:
        return "bevestigd"
    return "ingetrokken" if item.withdrawn else "geopend" if item.opened else "aangeboden"


def _as_seen_by(client: Client, decided: list[tuple[Flow, list[Decision]]]) -> tuple[tuple[str | None, ...], ...]:
    """Who learns what (rule 4): coa everything, others per purpose whether it was taken."""
    if client.role == "coa":
        seen = [(flow.purpose, decision) for flow, several in decided for decision in several]
        return tuple((it.recipient, purpose, it.outcome, it.reason) for purpose, it in seen)
    taken: dict[str, bool] = {}
    for flow, several in decided:
        shared = any(decision.outcome != "niet-gedeeld" for decision in several)
        taken[flow.purpose] = taken.get(flow.purpose, False) or shared
    return tuple((purpose, "aangenomen" if shared else "niet-gedeeld") for purpose, shared in taken.items())
