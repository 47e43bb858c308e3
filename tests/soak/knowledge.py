"""What a partner's programmer knows beside the API's document: names and ids that exist, and what they mean."""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from schemas.messages.contact_person import CONTACT_POINT, REACHED_BY
from tests.chain import AZC, Chain

# Whose road it is, by what the document says of it: `Voor: coa.`
ROLES = {"coa": "noor", "bemiddelaar": "rik", "gemeente": "samira"}
BRANCHES = {"noor": AZC, "rik": "almere"}
# What any name, id or code looks like.
TEXT = re.compile(r"[0-9A-Za-z-]{1,64}")
# So many names and ids of each kind are remembered.
KEEP = 50


def _absent_at_work(field: str) -> Callable[[Any], bool]:
    return lambda body: field not in body and body.get("werkt") is True


def _unreadable(field: str) -> Callable[[Any], bool]:
    return lambda body: not body[field].isprintable() or body[field] != body[field].strip()


def _before(field: str, first: str) -> Callable[[Any], bool]:
    return lambda body: body[field] < body[first]


def _always(_: Any) -> bool:
    return True


# Right by the document, and yet refused, for what no JSON Schema of OpenAPI 3.0 says: which persons, links, colleagues,
# vestigingen and places in an inbox exist, what each role may tell and its people do, which weeks a year has, which
# characters can be read, and what one field means for another.
ONLY_THE_HUB_KNOWS: Mapping[str, Callable[[Any], bool]] = {
    "betrokkeneId": _always,
    "vestiging": _always,
    "na": _always,
    "partij": _always,
    "soort": lambda body: body["soort"] in ("BSN", "TWV"),
    "week": lambda body: body["week"].endswith("W53"),
    "eigenKenmerk": _unreadable("eigenKenmerk"),
    "werkgever": lambda body: any(said("werkgever")(body) for said in (_absent_at_work, _unreadable)),
    "werkgemeente": _absent_at_work("werkgemeente"),
    "contracturenPerWeek": _absent_at_work("contracturenPerWeek"),
    "reden": lambda body: (body["besluit"] == "afgewezen") != ("reden" in body),
    "toelichting": _unreadable("toelichting"),
    "einddatum": _before("einddatum", "ingangsdatum"),
    "functie": lambda body: body["functie"] != CONTACT_POINT,
    "naam": _unreadable("naam"),
    "email": lambda body: not any(name in body for name in REACHED_BY),
    "totEnMet": _before("totEnMet", "van"),
    "vervanger": _always,
}


def only_the_hub_knows(failure: Any, case: Any, response: Any) -> bool:
    """Was a request that is right by the document refused for nothing but what the document cannot say?"""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code != 400:
        return False
    said = response.json()
    wrong = [mistake["veld"] for mistake in said.get("fouten", [])]
    known = bool(wrong) and all(name in ONLY_THE_HUB_KNOWS and ONLY_THE_HUB_KNOWS[name](case.body) for name in wrong)
    return known or said["code"] == "koppelcode-ongeldig"


@dataclass
class Knowledge:
    """What each desk has seen go by; `desk` is the one that asks."""

    chain: Chain
    desk: str
    seed: int
    persons: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    items: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    messages: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    indices: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    arrived: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def at(self, case: Any) -> str:
        """Whose desk this request comes from. Only where links are followed do the others help."""
        linked = case.meta is not None and case.meta.phase.name.value == "stateful"
        words = case.operation.definition.raw.get("description", "")
        fitting = [desk for role, desk in ROLES.items() if f"Voor: {role}" in words or f", {role}" in words]
        return fitting[0] if linked and fitting and self.desk not in fitting else self.desk

    def badge(self) -> type:
        """What shows schemathesis' requests to be this desk's."""
        known = self

        class Badge:
            def get(self, case: Any, _: Any) -> str:
                return known.chain.people[known.at(case)].caller._headers()["Authorization"]

            def set(self, case: Any, token: str, _: Any) -> None:
                case.headers = {**(case.headers or {}), "Authorization": token}

        return Badge

    def learn(self, desk: str, answer: Any) -> None:
        """Remember the names and ids in an answer that this desk got."""
        if not isinstance(answer, dict):
            return
        receipt = answer.get("ontvangstbewijs")
        self._keep(self.persons[desk], answer.get("betrokkeneId"))
        self._keep((self.messages if receipt else self.items)[desk], answer.get("id"))
        self._keep(self.indices[desk], receipt["index"] if receipt else None)
        for each in answer.get("items", []):
            self.learn(desk, each)

    @staticmethod
    def _keep(known: list[Any], value: object) -> None:
        if value is not None and value not in known:
            known.append(value)
            del known[:-KEEP]

    def somebody_arrives(self, *, linked: bool) -> str:
        """A new resident, with a slip; `linked`: handed over to Rik. Gives the code."""
        self.arrived += 1
        resident = self.chain.noor.registers(f"{9900000000 + self.arrived}")
        self.chain.noor.records_yes_to_all(resident)
        code = self.chain.noor.gives_slip(resident)
        if linked:
            self.chain.rik.redeems(code, resident, f"K{self.arrived}")
            self.learn("rik", {"betrokkeneId": self.chain.rik.knows(resident)})
        self.learn("noor", {"betrokkeneId": self.chain.noor.knows(resident)})
        return code

    def hear(self, case: Any, response: Any) -> None:
        """An answer came."""
        if response.status_code in (200, 201) and response.headers.get("content-type") == ["application/json"]:
            self.learn(self.at(case), response.json())
            if case.operation.path.endswith("_ontkoppel"):
                # Or else there would soon be nobody left to speak of.
                self.somebody_arrives(linked=True)

    def fill_in(self, case: Any) -> None:
        """What was made up, and right by the document, is mostly replaced by something that exists."""
        desk = self.at(case)
        if isinstance(case.body, dict):
            self._fill(case.body, "betrokkeneId", self.persons[desk])
            self._fill(case.body, "vervanger", self.messages[desk])
            self._fill(case.body, "vestiging", [BRANCHES[desk]] if desk in BRANCHES else [])
            if "koppelcode" in case.body and TEXT.fullmatch(str(case.body["koppelcode"])):
                self._fill(case.body, "koppelcode", [self.somebody_arrives(linked=False)])
        for part, known in (
            ("betrokkene_id", self.persons), ("item_id", self.items), ("bericht_id", self.messages),
            ("verzoek_id", self.items), ("contact_id", self.messages), ("index", self.indices),
        ):  # fmt: skip
            self._fill(case.path_parameters or {}, part, known[desk])
        self._fill(case.query or {}, "na", self.items[desk])
        # Simple keys soon come back with another body, and would mostly be refused for that.
        self._fill(case.headers or {}, "Idempotency-Key", [uuid4().hex])

    def _fill(self, values: dict[str, Any], name: str, known: list[Any]) -> None:
        given: Any = values.get(name)
        if not known or given in known or type(given) is not type(known[0]):
            return
        # A text that no id could be is there to be refused.
        fitting = given >= 0 if isinstance(given, int) else TEXT.fullmatch(given)
        if fitting and self.chance.random() < 0.8:
            values[name] = self.chance.choice(known)
