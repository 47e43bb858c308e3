"""What many clients say at once about many people, with their mistakes, and what they write down of the answers."""

import base64
import random
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.chain import AZC, COLLECTIONS, EXAMPLES, PURPOSES
from tests.soak.book import Book
from tests.soak.line import Call, Heard, Line

RECIPIENTS = ("noor", "rik", "samira", "amsterdam")
# Almere and Amsterdam are partners; Utrecht is not.
MUNICIPALITIES = ("GM0034", "GM0363", "GM0344")
TOLD_BY = {"noor": ("werkmogelijkheid", "koppeling", "verplaatsing"), "rik": ("dienstverband", "urenstaat")}
WORK = "toeleiding-naar-werk"
# A consultant types a wrong code now and then; after 50 in an hour the hub would listen to nobody.
WRONG_CODES = 10
# A slip on which we hung up may make the next one void: after so many codes in vain nobody hangs up on slips any more.
VAIN_CODES = 25
MOST_SLIPS = 5


@dataclass
class Person:
    """A resident: their names, and since which of their choices each purpose is withdrawn, as far as was answered."""

    number: int
    names: dict[str, str] = field(default_factory=dict)
    withdrawn: dict[str, int] = field(default_factory=dict)
    choices: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Town:
    """Everybody whom the traffic is about."""

    people: list[Person] = field(default_factory=list)
    by_name: dict[str, Person] = field(default_factory=dict)
    wrong_codes: int = 0
    vain_codes: int = 0

    def withdrawn(self) -> dict[tuple[int, str], int]:
        """Who took back what, at this moment, by answered withdrawals."""
        return {(one.number, purpose): at for one in self.people for purpose, at in dict(one.withdrawn).items()}


class Client:
    """One of many: does one thing after another, about anybody, for any partner."""

    def __init__(self, line: Line, second: Line, book: Book, town: Town, chance: random.Random) -> None:
        self.line, self.second, self.book, self.town, self.chance = line, second, book, town, chance
        self.elsewhere = ThreadPoolExecutor(max_workers=1)
        self.does: list[tuple[int, Callable[[], None]]] = [
            (36, self.publishes), (6, self.publishes_twice_at_once), (4, self.uses_a_key_twice), (6, self.mistakes),
            (14, self.asks), (18, self.reads_inbox), (12, self.chooses), (2, self.links), (2, self.keeps_a_head),
        ]  # fmt: skip

    def act(self) -> None:
        """One thing, by chance."""
        weights, things = zip(*self.does, strict=True)
        self.chance.choices(things, weights)[0]()

    def close(self) -> None:
        """Done for today."""
        self.elsewhere.shutdown()
        self.line.close()
        self.second.close()

    # What is published.

    def publishes(self) -> None:
        """One message, as it should be."""
        call = self._publication()
        self._published(call, self.line.call(call))

    def publishes_twice_at_once(self) -> None:
        """The same message over two lines at the same moment: it happens once, and both hear the same."""
        call = self._publication()
        other = self.elsewhere.submit(self.second.call, call)
        heard, again = self.line.call(call), other.result()
        self._published(call, heard)
        self._published(call, again)
        # A 403 is not remembered: a choice may have come in between.
        if {heard.status, again.status} == {201} and heard.body != again.body:
            self.book.complain(f"{call.road}: twice at once, two answers")

    def uses_a_key_twice(self) -> None:
        """Another message under a key that was used."""
        call = self._publication()
        heard = self.line.call(call)
        self._published(call, heard)
        other = self._changed(call)
        second = self.line.call(other)
        if heard.status != 201:
            self._published(other, second)
        elif second.status == 409:
            self._heard(other, second)
        else:
            self.book.complain(f"{call.road}: a used key was answered with {second.status}")

    def mistakes(self) -> None:
        """Something that can never be accepted."""
        call = self._publication()
        assert call.body is not None
        spoiled: dict[str, Any] = dict(call.body)
        self.chance.choice((
            lambda: spoiled.update(reden="medisch"),
            lambda: spoiled.update(betrokkeneId="niemand"),
            lambda: spoiled.update(betrokkeneId=None),
            lambda: spoiled.pop("betrokkeneId"),
        ))()  # fmt: skip
        heard = self.line.call(Call(call.office, "POST", call.path, spoiled, call.key))
        self._refused(call, heard, {400})

    def _publication(self) -> Call:
        who = self.chance.choice(("noor", "noor", "rik"))
        person = self._somebody(who)
        kind = self.chance.choice((*TOLD_BY[who], "aanvraagstatus"))
        body: dict[str, Any] = {**EXAMPLES[kind], **self._changes(who, kind), "betrokkeneId": person.names[who]}
        return Call(who, "POST", f"/{COLLECTIONS[kind]}", body, uuid4().hex)

    def _changes(self, who: str, kind: str) -> dict[str, Any]:
        match kind:
            case "werkmogelijkheid":
                return {"magWerken": self.chance.random() < 0.8}
            case "koppeling":
                return {"gemeente": self.chance.choice(MUNICIPALITIES)}
            case "dienstverband":
                return {"contracturenPerWeek": self.chance.randrange(8, 41)}
            case "urenstaat":
                return {"gewerkteUren": self.chance.randrange(0, 40)}
            case "aanvraagstatus":
                return {"soort": "BSN" if who == "noor" else "TWV"}
        return {}

    def _changed(self, call: Call) -> Call:
        body = dict(call.body or {})
        name = next(name for name in body if name != "betrokkeneId")
        other = {"magWerken": not body.get("magWerken"), "gemeente": "GM0599", "naarLocatie": "azc-ter-apel",
                 "werkt": True, "week": "2023-W31", "soort": body.get("soort")}  # fmt: skip
        body[name] = other[name]
        body |= {"status": "verleend"} if name == "soort" else {}
        body |= {"werkgever": "Bakkerij Zeezicht"} if name == "werkt" else {}
        return Call(call.office, "POST", call.path, body, call.key)

    def _published(self, call: Call, heard: Heard) -> None:
        if heard.status != 201:
            self._refused(call, heard, {403})
            return
        with self.book.writing(call, heard):
            earlier = self.book.published.setdefault(heard.body["id"], heard.body)
            self.book.keys.add(call.key)
        if earlier != heard.body:
            self.book.complain(f"{call.road}: one message, two answers")

    def _refused(self, call: Call, heard: Heard, allowed: set[int]) -> None:
        with self.book.writing(call, heard):
            self.book.refused_keys.add(call.key)
        if heard.status not in allowed:
            self.book.complain(f"{call.road} was answered with {heard.status}: {heard.body.get('code')}")

    # What is asked and read.

    def asks(self) -> None:
        """Rik asks may-work. After an answered withdrawal there is no answer, and no item either."""
        person = self._somebody("rik")
        before = self.town.withdrawn()
        call = Call("rik", "POST", "/werkmogelijkheden/_zoek", {"betrokkeneId": person.names["rik"]})
        heard = self._heard(call, self.line.call(call))
        if heard.body.get("resultaten"):
            self._was_allowed(before, person, WORK, "a query")

    def reads_inbox(self) -> None:
        """Some partner looks what there is, opens some of it, and confirms some of that."""
        who = self.chance.choice(RECIPIENTS)
        page = Call(who, "GET", f"/postvak?limiet={self.chance.choice((5, 50))}")
        items = self._heard(page, self.line.call(page)).body["items"]
        for item in self.chance.sample(items, min(3, len(items))):
            self._opens(who, item["id"])

    def _opens(self, who: str, item: str) -> None:
        before = self.town.withdrawn()
        call = Call(who, "GET", f"/postvak/{item}")
        heard = self._heard(call, self.line.call(call))
        if heard.status == 404:
            return
        with self.book.lock:
            self.book.opened.add(item)
        person = self.town.by_name.get(heard.body["betrokkeneId"])
        if person is not None and heard.body["soort"] != "verwijderverzoek":
            self._was_allowed(before, person, heard.body["doel"], "an item")
        if self.chance.random() < 0.6:
            self._confirms(who, item)

    def _confirms(self, who: str, item: str) -> None:
        call = Call(who, "POST", f"/postvak/{item}/_bevestig", {})
        heard = self._heard(call, self.line.call(call))
        with self.book.lock:
            if heard.status == 204:
                self.book.acknowledged.add(item)
            elif heard.lost:
                self.book.perhaps.add(item)

    def _was_allowed(self, before: Mapping[tuple[int, str], int], person: Person, purpose: str, what: str) -> None:
        # Withdrawn before we asked and still so now: no answer of ours can have been right.
        at = before.get((person.number, purpose))
        if at is not None and person.withdrawn.get(purpose) == at:
            self.book.complain(f"{what} after an answered withdrawal of {purpose}")

    def keeps_a_head(self) -> None:
        """Somebody keeps the signed head of the trail: all that comes later must continue it."""
        call = Call("noor", "GET", "/audit/controlepunt")
        lines = self._heard(call, self.line.call(call)).body["text"].splitlines()
        with self.book.lock:
            if self.book.roots.setdefault(int(lines[1]), base64.b64decode(lines[2])) != base64.b64decode(lines[2]):
                self.book.wrong.append(f"two heads of size {lines[1]}")

    # Who arrives, chooses and is linked.

    def chooses(self) -> None:
        """A resident says yes, no, or takes it back."""
        person, purpose = self._somebody("noor"), self.chance.choice(PURPOSES)
        self._chooses(person, purpose, self.chance.choice(("ja", "ja", "nee", "ingetrokken")))

    def arrives(self, person: Person) -> None:
        """Registered, asked, and most of them linked."""
        body = {"eigenKenmerk": f"{9900000000 + person.number}", "taal": "ti", "vestiging": AZC}
        call = Call("noor", "POST", "/betrokkenen", body)
        heard = self._heard(call, self.line.call(call))
        self._knows(person, "noor", heard.body["betrokkeneId"])
        with self.book.lock:
            self.book.registered.add(heard.body["betrokkeneId"])
        for purpose in PURPOSES:
            self._chooses(person, purpose, "ja" if self.chance.random() < 0.8 else "nee")
        self._links(person)

    def links(self) -> None:
        """Somebody new arrives and is linked; or a code is typed that is none."""
        if self.town.wrong_codes < WRONG_CODES and self.chance.random() < 0.3:
            self.town.wrong_codes += 1
            self._redeems("0000-0000-0000", f"X{uuid4().hex[:8]}")
            return
        person = Person(len(self.town.people) + self.chance.randrange(10**6, 9 * 10**7))
        self.arrives(person)
        self.town.people.append(person)

    def _chooses(self, person: Person, purpose: str, choice: str) -> None:
        body = {
            "betrokkeneId": person.names["noor"], "doel": purpose, "keuze": choice, "taal": "ti", "tolk": True,
            "kennisgeving": "2023-1",
        }  # fmt: skip
        call = Call("noor", "POST", "/toestemmingen", body, uuid4().hex)
        with person.lock:
            person.choices += 1
            if choice == "ja":
                # From the moment it is sent, it may be so.
                person.withdrawn.pop(purpose, None)
            heard = self.line.call(call)
            if choice != "ja":
                person.withdrawn.setdefault(purpose, person.choices)
        if heard.status != 201:
            self._refused(call, heard, set())
            return
        with self.book.writing(call, heard):
            self.book.choices.add(heard.body["id"])
            self.book.keys.add(call.key)

    def _links(self, person: Person) -> None:
        body = {"betrokkeneId": person.names["noor"], "voor": "randstad"}
        call = Call("noor", "POST", "/koppelcodes", body, patient=self.town.vain_codes >= VAIN_CODES)
        for _ in range(MOST_SLIPS):
            slip = self._heard(call, self.line.call(call))
            name = self._redeems(slip.body["koppelcode"], f"K{person.number}")
            if name:
                self._knows(person, "rik", name)
                return
            if not slip.lost:
                break
            # The attempt on which we hung up may be done after the next one, and its slip makes ours void.
        self.book.complain("a good slip was refused")

    def _redeems(self, code: str, reference: str) -> str:
        body = {"koppelcode": code, "eigenKenmerk": reference, "vestiging": "almere"}
        call = Call("rik", "POST", "/koppelcodes/_verzilver", body, uuid4().hex)
        # A double click: the same request twice at the same moment.
        other = self.elsewhere.submit(self.second.call, call) if self.chance.random() < 0.5 else None
        answers = [self.line.call(call), *([] if other is None else [other.result()])]
        for heard in answers:
            self._heard(call, heard)
        if len({(heard.status, heard.body.get("betrokkeneId")) for heard in answers}) > 1:
            self.book.complain(f"{call.road}: twice at once, two answers: {[heard.status for heard in answers]}")
        good = [heard.body["betrokkeneId"] for heard in answers if heard.status == 201]
        self.town.vain_codes += sum(heard.status == 400 for heard in answers)
        with self.book.lock:
            self.book.redeemed.update(good)
            (self.book.keys if good else self.book.refused_keys).add(call.key)
        return good[0] if good else ""

    def _knows(self, person: Person, who: str, name: str) -> None:
        person.names[who] = name
        self.town.by_name[name] = person

    def _somebody(self, who: str) -> Person:
        while True:
            person = self.chance.choice(self.town.people)
            if who in person.names:
                return person

    def _heard(self, call: Call, heard: Heard) -> Heard:
        with self.book.writing(call, heard):
            return heard
