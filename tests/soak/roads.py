"""The roads on which the hub is stopped: how things stand before, the request, and what must be so afterwards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.practice.caller import Reply
from tests.chain import EXAMPLES, Chain, Resident

KEY = "dezelfde-sleutel"
WORK, STAY = "toeleiding-naar-werk", "behoud-van-werk"


@dataclass
class Case:
    """A resident in a chain, and what the preparation left in hand."""

    chain: Chain
    resident: Resident
    item: str = ""
    code: str = ""

    def tells(self, who: str, collection: str, kind: str, **changes: Any) -> Reply:
        """Publish the example of this kind under the one key."""
        person = self.chain.people[who]
        body = {**EXAMPLES[kind], **changes, "betrokkeneId": person.knows(self.resident)}
        return person.caller.post(f"/{collection}", body, key=KEY)

    def chooses(self, purpose: str, choice: str) -> Reply:
        """Noor records a choice under the one key."""
        body = {
            "betrokkeneId": self.chain.noor.knows(self.resident), "doel": purpose, "keuze": choice,
            "taal": "ti", "tolk": True, "kennisgeving": "2023-1",
        }  # fmt: skip
        return self.chain.noor.caller.post("/toestemmingen", body, key=KEY)


def _nothing(case: Case) -> None:
    """Nothing more is asked."""


def _nobody_says(case: Case) -> None:
    """Nothing happens between the crash and the second attempt."""


@dataclass(frozen=True)
class Road:
    """
    One request. `keyed`: the second attempt gives exactly one effect, and the answer that the first would have had.

    Without a key (open, confirm, ask) a second attempt may add its own line to the trail, and nothing else is asked
    of it than the same status. `between` happens after the crash and before the second attempt.
    """

    name: str
    prepare: Callable[[Chain], Case]
    act: Callable[[Case], Reply]
    status: int
    keyed: bool = True
    then: Callable[[Case], None] = _nothing
    between: Callable[[Case], None] = _nobody_says
    # Keys are committed before the data that needs them: of a registration that failed, they may stay.
    may_stay: frozenset[str] = frozenset()
    statuses: frozenset[int] = field(default_factory=frozenset)

    @property
    def undisturbed(self) -> bool:
        """Nothing happens in between."""
        return self.between is _nobody_says


def _linked(chain: Chain) -> Case:
    return Case(chain, chain.linked())


def _with_fact(chain: Chain) -> Case:
    case = _linked(chain)
    _good(chain.noor.publishes(case.resident, "werkmogelijkheid"))
    return Case(chain, case.resident, item=chain.rik.inbox()[-1])


def _opened(chain: Chain) -> Case:
    case = _with_fact(chain)
    _good(chain.rik.opens(case.item), 200)
    _good(chain.noor.publishes(case.resident, "aanvraagstatus"))
    return case


def _waiting(chain: Chain) -> Case:
    """Facts are published, the slip is in hand; Rik knows nobody yet."""
    resident = chain.noor.registers()
    chain.noor.records_yes_to_all(resident)
    _good(chain.noor.publishes(resident, "werkmogelijkheid"))
    _good(chain.noor.publishes(resident, "aanvraagstatus"))
    return Case(chain, resident, code=chain.noor.gives_slip(resident))


def _living_in_almere(chain: Chain) -> Case:
    """Works, was linked to Almere, which opened one message and not the others; now moves to Amsterdam."""
    case = _linked(chain)
    _good(chain.rik.publishes(case.resident, "dienstverband"))
    _good(chain.noor.publishes(case.resident, "koppeling"))
    item = chain.samira.inbox()[0]
    _good(chain.samira.opens(item), 200)
    return Case(chain, case.resident, item=item)


def _said_no(chain: Chain) -> Case:
    case = _waiting(chain)
    _good(chain.noor.records(case.resident, WORK, "ingetrokken"))
    _good(chain.rik.redeems(case.code, case.resident))
    return case


def _good(reply: Reply, status: int = 201) -> None:
    assert reply.status == status, reply


def _redeem(case: Case) -> Reply:
    body = {"koppelcode": case.code, "eigenKenmerk": "K21052", "vestiging": "almere"}
    reply = case.chain.rik.caller.post("/koppelcodes/_verzilver", body, key=KEY)
    if reply.status == 201:
        case.resident.names["randstad"] = reply.body["betrokkeneId"]
    return reply


def _register(case: Case) -> Reply:
    body = {"eigenKenmerk": "9900000025", "taal": "ar", "vestiging": case.chain.noor.branches[0]}
    return case.chain.noor.caller.post("/betrokkenen", body)


def _withdraw(case: Case) -> None:
    body = {
        "betrokkeneId": case.chain.noor.knows(case.resident), "doel": WORK, "keuze": "ingetrokken",
        "taal": "ti", "tolk": True, "kennisgeving": "2023-1",
    }  # fmt: skip
    _good(case.chain.noor.caller.post("/toestemmingen", body, key="ingetrokken"))


def _lies_ready_once(case: Case) -> None:
    items = case.chain.rik.opens_all()
    assert [item["soort"] for item in items] == ["werkmogelijkheid"], items


def _nobody_gets_it(case: Case) -> None:
    """After an answered withdrawal: no item of that purpose, no query answered, whatever was opened before is shut."""
    items = case.chain.rik.opens_all()
    assert not [item for item in items if item["doel"] == WORK and item["soort"] != "verwijderverzoek"], items
    assert case.chain.rik.asks(case.resident) == []
    assert not case.item or case.chain.rik.opens(case.item).status == 404


def _one_request_to_delete(case: Case) -> None:
    _nobody_gets_it(case)
    sorts = [item["soort"] for item in case.chain.rik.opens_all()]
    assert sorts == ["verwijderverzoek"], sorts


def _two_handed_over(case: Case) -> None:
    sorts = sorted(item["soort"] for item in case.chain.rik.opens_all())
    assert sorts == ["aanvraagstatus", "werkmogelijkheid"], sorts


def _moved_to_amsterdam(case: Case) -> None:
    ended = [item["gegevens"] for item in case.chain.samira.opens_all()]
    assert [fields["status"] for fields in ended] == ["beeindigd"], ended
    assert case.chain.samira.opens(case.item).status == 404
    sorts = sorted(item["soort"] for item in case.chain.amsterdam.opens_all())
    assert sorts == ["dienstverband", "koppeling"], sorts


def _known_once(case: Case) -> None:
    found = case.chain.noor.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": "9900000025"})
    assert len(found.body["resultaten"]) == 1, found


def _knows_nobody(case: Case) -> None:
    assert case.chain.rik.asks(case.resident) == []
    assert all(item["soort"] == "verwijderverzoek" for item in case.chain.rik.opens_all())


ROADS: Sequence[Road] = (
    Road(
        "publish", _linked, lambda case: case.tells("noor", "werkmogelijkheden", "werkmogelijkheid"), 201,
        then=_lies_ready_once,
    ),
    Road(
        "publish, withdrawn before the second attempt", _linked,
        lambda case: case.tells("noor", "werkmogelijkheden", "werkmogelijkheid"), 201,
        between=_withdraw, then=_nobody_gets_it, statuses=frozenset({201, 403}),
    ),
    Road("publish by rik", _linked, lambda case: case.tells("rik", "dienstverbanden", "dienstverband"), 201),
    Road(
        "publish, refused", _said_no, lambda case: case.tells("noor", "werkmogelijkheden", "werkmogelijkheid"), 403,
        keyed=False,
    ),
    Road("open", _with_fact, lambda case: case.chain.rik.opens(case.item), 200, keyed=False),
    Road("confirm", _opened, lambda case: case.chain.rik.confirms(case.item), 204, keyed=False),
    Road(
        "ask", _with_fact,
        lambda case: case.chain.rik.caller.post(
            "/werkmogelijkheden/_zoek", {"betrokkeneId": case.chain.rik.knows(case.resident)}
        ),
        200, keyed=False,
    ),
    Road("withdraw", _opened, lambda case: case.chooses(WORK, "ingetrokken"), 201, then=_one_request_to_delete),
    Road("say yes", _said_no, lambda case: case.chooses(WORK, "ja"), 201, then=_two_handed_over),
    Road("link", _waiting, _redeem, 201, then=_two_handed_over),
    Road(
        "unlink", _opened, lambda case: case.chain.noor.unlinks(case.resident), 200, keyed=False, then=_knows_nobody
    ),
    Road(
        "koppeling", _living_in_almere,
        lambda case: case.tells("noor", "koppelingen", "koppeling", gemeente="GM0363"), 201, then=_moved_to_amsterdam,
    ),
    Road(
        "register", _linked, _register, 201, keyed=False, then=_known_once, may_stay=frozenset({"subject_keys"}),
        statuses=frozenset({200, 201}),
    ),
    Road(
        "slip", _linked,
        lambda case: case.chain.noor.caller.post(
            "/koppelcodes", {"betrokkeneId": case.chain.noor.knows(case.resident), "voor": "randstad"}
        ),
        201, keyed=False,
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Road] = {road.name: road for road in ROADS}
