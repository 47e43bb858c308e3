"""The chain for a story: a whole hub on given stores, a clock that the test moves, and people at their desks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask

from hub.api.beat import NO_BEAT
from hub.app import Stores, create_app
from hub.exchange.hub import Hub
from hub.practice.caller import Caller, Reply
from hub.practice.house import Office, enrol, make_keys, practice_settings
from hub.settings import Settings
from schemas.agreement import read_agreement

BASE_URL = "http://localhost:8080"
AZC, OTHER_AZC = "azc-almere-engelse-mijl", "nol-almere-markerkant"
PURPOSES = ("toeleiding-naar-werk", "behoud-van-werk", "inburgering-planning", "kansrijke-koppeling")
COLLECTIONS = {
    "werkmogelijkheid": "werkmogelijkheden",
    "dienstverband": "dienstverbanden",
    "urenstaat": "urenstaten",
    "koppeling": "koppelingen",
    "verplaatsing": "verplaatsingen",
    "aanvraagstatus": "aanvraagstatussen",
}
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "werkmogelijkheid": {"magWerken": True, "geldigVan": "2023-03-01", "twvNodig": False},
    "dienstverband": {
        "werkt": True, "werkgever": "Hotel Polderzicht", "werkgemeente": "GM0363", "contracturenPerWeek": 24,
        "ingangsdatum": "2023-04-03",
    },
    "urenstaat": {"week": "2023-W30", "gewerkteUren": 22.5},
    "koppeling": {"gemeente": "GM0034", "ingangsdatum": "2023-06-01"},
    "verplaatsing": {"naarLocatie": "azc-gilze", "ingangsdatum": "2023-09-14"},
    "aanvraagstatus": {"soort": "BSN", "status": "aangevraagd", "datum": "2023-04-01"},
}  # fmt: skip

OFFICES: Mapping[str, Office] = {
    "noor": Office("noor", "coa", (AZC,)),
    "noortje": Office("noortje", "coa", (OTHER_AZC,)),
    "rik": Office("rik", "randstad", ("almere",)),
    "job": Office("job", "randstad", ("zwolle",)),
    "samira": Office("samira", "GM0034"),
    "amsterdam": Office("amsterdam", "GM0363"),
}


@dataclass
class Clock:
    """The domain's clock: stands still until the test moves it."""

    instant: datetime = datetime(2023, 3, 1, 9, 12, 44, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The present instant."""
        return self.instant

    def later(self, *, days: int = 0, hours: int = 0) -> None:
        """Time goes by."""
        self.instant += timedelta(days=days, hours=hours)


@dataclass
class Resident:
    """Somebody who lives at the azc, and the name that each partner knows them by."""

    v_number: str
    names: dict[str, str] = field(default_factory=dict)


@dataclass
class Person:
    """Somebody at a desk, with their partner's own software."""

    caller: Caller
    partner: str
    branches: tuple[str, ...]

    def knows(self, resident: Resident) -> str:
        """The name by which this person's partner knows the resident; a name of nobody when it does not."""
        return resident.names.get(self.partner, "niemand")

    def registers(self, v_number: str = "9900000017", language: str = "ti") -> Resident:
        """A resident asks for help (noor)."""
        body = {"eigenKenmerk": v_number, "taal": language, "vestiging": self.branches[0]}
        reply = self.caller.post("/betrokkenen", body)
        assert reply.status in (200, 201), reply
        return Resident(v_number, {self.partner: reply.body["betrokkeneId"]})

    def records(self, resident: Resident, purpose: str, choice: str) -> Reply:
        """What the resident chose (noor)."""
        body = {"doel": purpose, "keuze": choice, "taal": "ti", "tolk": True, "kennisgeving": "2023-1"}
        return self.caller.post("/toestemmingen", {**body, "betrokkeneId": self.knows(resident)})

    def records_yes_to_all(self, resident: Resident) -> None:
        """Yes to every purpose (noor)."""
        for purpose in PURPOSES:
            assert self.records(resident, purpose, "ja").status == 201

    def gives_slip(self, resident: Resident, to: str = "randstad") -> str:
        """A slip with a code (noor)."""
        reply = self.caller.post("/koppelcodes", {"betrokkeneId": self.knows(resident), "voor": to})
        assert reply.status == 201, reply
        return str(reply.body["koppelcode"])

    def redeems(self, code: str, resident: Resident, reference: str = "K21052") -> Reply:
        """The resident hands over the slip (rik)."""
        body = {"koppelcode": code, "eigenKenmerk": reference, "vestiging": self.branches[0]}
        reply = self.caller.post("/koppelcodes/_verzilver", body)
        if reply.status == 201:
            resident.names[self.partner] = reply.body["betrokkeneId"]
        return reply

    def publishes(self, resident: Resident, kind: str, key: str | None = None, **changes: Any) -> Reply:
        """Tell the hub something of this kind: the example, with these changes."""
        body = {**EXAMPLES[kind], **changes, "betrokkeneId": self.knows(resident)}
        return self.caller.post(f"/{COLLECTIONS[kind]}", body, key=key)

    def asks(self, resident: Resident, kind: str = "werkmogelijkheid") -> list[dict[str, Any]]:
        """What is true now."""
        reply = self.caller.post(f"/{COLLECTIONS[kind]}/_zoek", {"betrokkeneId": self.knows(resident)})
        assert reply.status == 200, reply
        results: list[dict[str, Any]] = reply.body["resultaten"]
        return results

    def inbox(self) -> list[str]:
        """The items that lie ready, oldest first."""
        reply = self.caller.get("/postvak?limiet=1000")
        assert reply.status == 200, reply
        return [item["id"] for item in reply.body["items"]]

    def opens(self, item: str) -> Reply:
        """One item."""
        return self.caller.get(f"/postvak/{item}")

    def opens_all(self) -> list[dict[str, Any]]:
        """Everything that lies ready and may be opened; nothing is confirmed."""
        replies = [self.opens(item) for item in self.inbox()]
        return [reply.body for reply in replies if reply.status == 200]

    def confirms(self, item: str) -> Reply:
        """The recipient has it."""
        return self.caller.post(f"/postvak/{item}/_bevestig", {})

    def lists(self, **changes: Any) -> Reply:
        """Put somebody on one's own list of staff: whom others can call."""
        function = {"coa": "casemanager", "randstad": "consulent"}.get(self.partner, "contactpunt")
        place = {"vestiging": self.branches[0]} if self.branches else {}
        body = {"functie": function, "naam": "Noor Bakker", "email": f"{self.partner.lower()}@example.nl"}
        return self.caller.post("/contactpersonen", {**place, **body, **changes})

    def calls(self, resident: Resident) -> list[dict[str, Any]]:
        """Whom to call about this resident."""
        reply = self.caller.post("/contactpersonen/_zoek", {"betrokkeneId": self.knows(resident)})
        assert reply.status == 200, reply
        results: list[dict[str, Any]] = reply.body["resultaten"]
        return results

    def unlinks(self, resident: Resident, **body: Any) -> Reply:
        """End the link with a bemiddelaar."""
        return self.caller.post(f"/betrokkenen/{self.knows(resident)}/_ontkoppel", body)


@dataclass
class Chain:
    """Everything together. `people` sit at their desks: noor, noortje, rik, job, samira, amsterdam."""

    app: Flask
    hub: Hub
    clock: Clock
    settings: Settings
    people: Mapping[str, Person]

    def __getattr__(self, name: str) -> Person:
        """chain.noor, chain.rik and so on."""
        try:
            return self.people[name]
        except KeyError:
            raise AttributeError(name) from None

    def linked(self, v_number: str = "9900000017", reference: str = "K21052") -> Resident:
        """A resident who said yes to everything and whom Rik knows."""
        resident = self.noor.registers(v_number)
        self.noor.records_yes_to_all(resident)
        assert self.rik.redeems(self.noor.gives_slip(resident), resident, reference).status == 201
        return resident

    def learn_municipality_name(self, resident: Resident, person: Person) -> None:
        """A municipality learns its name for somebody from the first item about them."""
        resident.names[person.partner] = person.opens_all()[0]["betrokkeneId"]


def build_chain(stores: Stores, folder: Path) -> Chain:
    """A hub on these (migrated, empty) stores, with keys in this folder and a client for each person."""
    settings = practice_settings(folder, BASE_URL)
    make_keys(settings)
    clock = Clock()
    app = create_app(settings, stores, clock, NO_BEAT)
    offices = enrol(stores, read_agreement(settings.agreement), OFFICES)
    people = {
        name: Person(Caller(app, office, BASE_URL), office.partner, office.branches) for name, office in offices.items()
    }
    hub: Hub = app.extensions["ketenhub"].hub
    return Chain(app, hub, clock, settings, people)
