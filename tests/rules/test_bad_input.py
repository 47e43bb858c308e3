"""Whatever is sent, the answer is the right 4xx problem document: every mistake named, nothing stored or echoed."""

import json
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from hub.clock import wall
from hub.identity.assertions import make_assertion, make_client_key, token_form
from hub.identity.signing import make_signing_key, read_signing_key
from hub.identity.tokens import Tokens, tokens_of
from tests.chain import AZC, BASE_URL, COLLECTIONS, EXAMPLES, Chain, Person, Resident
from tests.front_door import ROOT, Answer, is_problem, knock, send, versioned
from tests.kept import counts

# A word that no sentence of the hub has: wherever it comes back, something was echoed.
PROBE = "ZeldzaamWoord"

NO_OBJECT: Mapping[str, bytes] = {
    "broken JSON": b'{"magWerken": tru',
    "nothing at all": b"",
    "a name twice": b'{"magWerken": true, "magWerken": false}',
    "a name twice, deeper": b'{"magWerken": {"a": 1, "a": 2}}',
    "NaN": b'{"gewerkteUren": NaN}',
    "Infinity": b'{"gewerkteUren": -Infinity}',
    "a list": b"[]",
    "a word": b'"ja"',
    "null": b"null",
    "10,000 brackets": b"[" * 10_000 + b"]" * 10_000,
    "10,000 braces": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "no UTF-8": b'{"werkgever": "\xff\xfe"}',
    "UTF-16": '{"werkgever": "Hotel"}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a number of 5,000 digits": b'{"gewerkteUren": ' + b"9" * 5_000 + b"}",
    "two objects": b"{}{}",
}

WRONG_VALUES: Iterable[tuple[str, str, Any]] = (
    ("werkmogelijkheid", "magWerken", "ja"),
    ("werkmogelijkheid", "magWerken", 1),
    ("werkmogelijkheid", "magWerken", None),
    ("werkmogelijkheid", "twvNodig", 0),
    ("werkmogelijkheid", "geldigVan", "2023-02-30"),
    ("werkmogelijkheid", "geldigVan", "20230301"),
    ("werkmogelijkheid", "geldigVan", "2023-03-01T00:00:00Z"),
    ("werkmogelijkheid", "geldigVan", 20230301),
    ("koppeling", "gemeente", "GM9999X"),
    ("koppeling", "gemeente", "GM٠٠٣٤"),
    ("koppeling", "gemeente", "GM0034\n"),
    ("verplaatsing", "naarLocatie", "AZC Gilze"),
    ("verplaatsing", "naarLocatie", "azc\u0000gilze"),
    ("dienstverband", "contracturenPerWeek", 12.7),
    ("dienstverband", "contracturenPerWeek", "24"),
    ("dienstverband", "contracturenPerWeek", 60.25),
    ("dienstverband", "contracturenPerWeek", True),
    ("dienstverband", "contracturenPerWeek", 1e308),
    ("dienstverband", "werkgever", f"{PROBE}\u0000"),
    ("dienstverband", "werkgever", "Hotel\nPolderzicht"),
    ("dienstverband", "werkgever", "\ud800"),
    ("dienstverband", "werkgever", "x" * 81),
    ("dienstverband", "werkgever", ["Hotel"]),
    ("dienstverband", "einddatum", "2023-01-01"),
    ("urenstaat", "week", "2023-W53"),
    ("urenstaat", "week", "2023-W00"),
    ("urenstaat", "week", "2023-30"),
    ("urenstaat", "gewerkteUren", 22.555),
    ("urenstaat", "gewerkteUren", -1),
    ("urenstaat", "gewerkteUren", 168.01),
    ("aanvraagstatus", "status", "afgewezen"),
    ("aanvraagstatus", "soort", "twv"),
    ("aanvraagstatus", "datum", "1 april 2023"),
)

# Nobody is called so, and no database may stumble over it.
ODD_NAMES = (
    "niemand",
    "",
    " ",
    "x" * 5_000,
    f"{PROBE}\u0000",
    "\u0000",
    "\ud800",
    "\U0001f9ff",
    "' OR 1=1 --",
    "%",
    "_",
)


def teller(chain: Chain, kind: str) -> Person:
    """Somebody whose role tells such things."""
    return chain.rik if kind in ("dienstverband", "urenstaat") else chain.noor


def body_of(chain: Chain, resident: Resident, kind: str, **changes: Any) -> dict[str, Any]:
    """The example, with these changes, about this resident."""
    return {**EXAMPLES[kind], "betrokkeneId": teller(chain, kind).knows(resident), **changes}


def publish(chain: Chain, kind: str, body: object) -> Answer:
    """Exactly this."""
    return send(teller(chain, kind), "POST", f"{ROOT}/{COLLECTIONS[kind]}", body)


def refused(answer: Answer, *fields: str) -> bool:
    """400, a problem document that names these fields and echoes nothing."""
    return is_problem(answer, 400) and answer.fields == set(fields) and PROBE.encode() not in answer.raw


def test_what_is_no_json_object_is_a_400_and_leaves_nothing(chain: Chain) -> None:
    chain.linked()
    before = counts(chain)
    bodies = {**NO_OBJECT, "a secret": f'{{"{PROBE}": '.encode()}

    answers = {why: send(chain.noor, "POST", f"{ROOT}/werkmogelijkheden", raw=raw) for why, raw in bodies.items()}

    assert [why for why, answer in answers.items() if not refused(answer, "")] == []
    assert counts(chain) == before


def test_a_wrong_value_is_named_by_its_field_and_not_repeated(chain: Chain) -> None:
    resident = chain.linked()
    before = counts(chain)

    wrong = [
        (kind, field, value)
        for kind, field, value in WRONG_VALUES
        if not refused(publish(chain, kind, body_of(chain, resident, kind, **{field: value})), field)
    ]

    assert wrong == []
    assert counts(chain) == before


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_mistake_is_named_at_once(chain: Chain, kind: str) -> None:
    before = counts(chain)
    fields = {name: {"een": "object"} for name in EXAMPLES[kind]}

    answer = publish(chain, kind, {**fields, "betrokkeneId": "niemand", "opmerking": PROBE})

    assert refused(answer, *EXAMPLES[kind], "betrokkeneId", "opmerking")
    assert counts(chain) == before


def test_a_wrong_field_of_staff_is_named_and_not_repeated(chain: Chain) -> None:
    good = {"vestiging": AZC, "functie": "casemanager", "naam": "Noor Bakker", "telefoon": "+31360000101"}
    before = counts(chain)
    wrong: list[tuple[str, Any]] = [
        ("vestiging", "zwolle"), ("vestiging", 7), ("vestiging", "Azc Almere"), ("functie", "directeur"),
        ("functie", "consulent"), ("naam", f"{PROBE}\u0000"), ("naam", ""), ("naam", "x" * 81),
        ("email", PROBE), ("email", "Noor@example.nl"), ("email", "noor@localhost"), ("email", "noor@example..nl"),
        ("email", "a@" + "b" * 80 + ".nl"), ("email", "noor@example.nl\n"), ("email", None),
        ("telefoon", "036 555 01 01"), ("telefoon", "0365550101"), ("telefoon", 31365550101),
        ("telefoon", "+3136000010112345"), ("telefoon", "+٣١٣٦٥٥٥٠١٠١"), ("opmerking", PROBE),
    ]  # fmt: skip
    found = [
        (field, value)
        for field, value in wrong
        if not refused(send(chain.noor, "POST", f"{ROOT}/contactpersonen", {**good, field: value}), field)
    ]
    assert found == []
    nobody = {name: value for name, value in good.items() if name != "telefoon"}
    assert refused(send(chain.noor, "POST", f"{ROOT}/contactpersonen", nobody), "email")
    assert refused(send(chain.noor, "POST", f"{ROOT}/contactpersonen", good, key=None), "Idempotency-Key")
    assert counts(chain) == before


def test_a_wrong_absence_is_named_and_changes_nothing(chain: Chain) -> None:
    entry, other = chain.noor.lists().body["id"], chain.rik.lists().body["id"]
    before = counts(chain)
    away = f"{ROOT}/contactpersonen/{entry}/_afwezig"
    wrong: list[tuple[dict[str, Any], set[str]]] = [
        ({}, {"van"}),
        ({"van": "morgen", "totEnMet": 7, "reden": PROBE}, {"van", "totEnMet", "reden"}),
        ({"van": "2023-03-02", "totEnMet": "2023-03-01", "vervanger": other}, {"totEnMet", "vervanger"}),
        ({"van": "2023-03-02", "vervanger": entry}, {"vervanger"}),
        ({"van": "2023-03-02", "vervanger": "niemand"}, {"vervanger"}),
    ]
    assert [body for body, fields in wrong if not refused(send(chain.noor, "POST", away, body), *fields)] == []
    assert counts(chain) == before


def test_what_is_left_out_is_named_too(chain: Chain) -> None:
    answer = publish(chain, "dienstverband", {"werkt": True})
    assert refused(answer, "betrokkeneId", "werkgever", "werkgemeente", "contracturenPerWeek", "ingangsdatum")


def test_a_kind_that_this_role_never_tells_is_named_beside_an_unknown_person(chain: Chain) -> None:
    answer = publish(chain, "aanvraagstatus", {**EXAMPLES["aanvraagstatus"], "soort": "TWV", "betrokkeneId": "niemand"})
    assert refused(answer, "soort", "betrokkeneId")


def test_mistakes_that_only_the_agreement_knows_are_named_beside_the_others(chain: Chain) -> None:
    noor, rik = chain.noor, chain.rik
    choice = {"doel": "inburgering", "keuze": "misschien", "taal": "xx", "tolk": "ja", "kennisgeving": "2023-1"}
    slip = {"betrokkeneId": "niemand", "voor": "GM0034"}
    redeem = {"koppelcode": 7, "eigenKenmerk": "", "vestiging": "zwolle"}
    register = {"eigenKenmerk": "1", "taal": "xx", "vestiging": "nol-almere-markerkant"}

    assert refused(send(noor, "POST", f"{ROOT}/koppelcodes", slip), *slip)
    chosen = send(noor, "POST", f"{ROOT}/toestemmingen", {**choice, "betrokkeneId": "niemand"})
    assert refused(chosen, "betrokkeneId", "doel", "keuze", "taal", "tolk")
    assert refused(send(noor, "POST", f"{ROOT}/betrokkenen", register), *register)
    assert refused(send(rik, "POST", f"{ROOT}/koppelcodes/_verzilver", redeem), *redeem)


def test_an_unknown_field_is_refused_and_its_name_is_no_road_for_data(chain: Chain) -> None:
    resident = chain.linked()
    before = counts(chain)
    for name in ("\ud800", "\u0000", "x" * 10_000, "regel\nregel"):
        answer = publish(chain, "werkmogelijkheid", body_of(chain, resident, "werkmogelijkheid", **{name: PROBE}))
        assert refused(answer, "(onleesbare naam)")
    for name in ("vNummer", "status", "urendrempelGehaald", "nationaliteit"):
        assert refused(publish(chain, "koppeling", body_of(chain, resident, "koppeling", **{name: PROBE})), name)
    assert counts(chain) == before


def test_a_person_whom_the_client_does_not_know_is_unknown_however_it_is_written(chain: Chain) -> None:
    resident = chain.linked()
    before = counts(chain)
    # Rik's own name for this resident says nothing to Noor, and the other azc does not know them at all.
    for name in (*ODD_NAMES, chain.rik.knows(resident), 7, None, ["a"], {"a": 1}):
        answer = publish(chain, "werkmogelijkheid", body_of(chain, resident, "werkmogelijkheid", betrokkeneId=name))
        assert refused(answer, "betrokkeneId"), name
    for person in (chain.noortje, chain.job):
        kind = "werkmogelijkheid" if person is chain.noortje else "urenstaat"
        body = {**EXAMPLES[kind], "betrokkeneId": person.knows(resident)}
        assert refused(send(person, "POST", f"{ROOT}/{COLLECTIONS[kind]}", body), "betrokkeneId")
    assert counts(chain) == before


def test_an_odd_name_is_unknown_on_every_road_that_takes_one(chain: Chain) -> None:
    chain.linked()
    before = counts(chain)
    choice = {"doel": "toeleiding-naar-werk", "keuze": "ja", "taal": "ti", "tolk": True, "kennisgeving": "2023-1"}
    wrong = []
    for name in ODD_NAMES:
        about = {"betrokkeneId": name}
        chosen = send(chain.noor, "POST", f"{ROOT}/toestemmingen", {**choice, **about})
        slip = send(chain.noor, "POST", f"{ROOT}/koppelcodes", {"voor": "randstad", **about})
        asked = [
            send(chain.noor, "POST", f"{ROOT}/{road}/_zoek", about)
            for road in ("werkmogelijkheden", "toestemmingen", "koppelcodes", "contactpersonen")
        ]
        right = refused(chosen, "betrokkeneId") and refused(slip, "betrokkeneId")
        nothing = all(one.body == {"resultaten": []} if one.status == 200 else refused(one, *about) for one in asked)
        if not (right and nothing):
            wrong.append((name, chosen.status, slip.status, [one.status for one in asked]))
    assert wrong == []
    assert counts(chain) == before


def test_an_odd_reference_or_code_is_refused_like_any_other(chain: Chain) -> None:
    before = counts(chain)
    wrong = []
    for text in ("", "\u0000", "\ud800", "x" * 65, "K1\n", "K1 "):
        found = send(chain.rik, "POST", f"{ROOT}/betrokkenen/_zoek", {"eigenKenmerk": text})
        if not refused(found, "eigenKenmerk"):
            wrong.append((text, found.status))
    for code in ("\u0000", "\ud800", "é" * 64, "----", "A" * 64):
        body = {"koppelcode": code, "eigenKenmerk": "K1", "vestiging": "almere"}
        answer = send(chain.rik, "POST", f"{ROOT}/koppelcodes/_verzilver", body)
        if not (is_problem(answer, 400) and answer.body["code"] == "koppelcode-ongeldig"):
            wrong.append((code, answer.status))
    assert wrong == []
    assert counts(chain) == before


def test_an_odd_address_is_not_found_or_refused(chain: Chain) -> None:
    chain.linked()
    wrong = []
    for odd in ("%00", "%ED%A0%80", "%FF", "x" * 5_000, "..%2f..", "' OR 1=1 --", "%25", "9" * 30):
        roads: list[tuple[str, str, object]] = [
            ("GET", f"{ROOT}/postvak/{odd}", None),
            ("POST", f"{ROOT}/postvak/{odd}/_bevestig", None),
            ("GET", f"{ROOT}/werkmogelijkheden/{odd}", None),
            ("POST", f"{ROOT}/contactpersonen/{odd}/_verwijder", None),
            ("POST", f"{ROOT}/betrokkenen/{odd}/_ontkoppel", {}),
            ("GET", f"{ROOT}/audit/bewijzen/{odd}", None),
            ("GET", f"{ROOT}/audit/groei/{odd}", None),
        ]
        answers = [(method, road, send(chain.noor, method, road, body)) for method, road, body in roads]
        wrong += [(method, road[:60], one.status) for method, road, one in answers if not is_problem(one, 404)]
    for query in ("na=%00", "na=%ED%A0%80", "na=niets", "limiet=0", "limiet=1001", "limiet=%D9%A1", "limiet=1.5"):
        answer = send(chain.rik, "GET", f"{ROOT}/postvak?{query}")
        if not refused(answer, query.split("=")[0]):
            wrong.append(("GET", query, answer.status))
    assert wrong == []


def test_an_address_carries_nothing_that_its_road_does_not_ask_for(chain: Chain) -> None:
    answer = send(chain.rik, "GET", f"{ROOT}/postvak?eigenKenmerk={PROBE}")
    assert is_problem(answer, 400)
    assert PROBE.encode() not in answer.raw


@pytest.mark.parametrize("media", ["text/plain", "application/x-www-form-urlencoded", "text/json", "nonsens"])
def test_what_does_not_call_itself_json_is_a_415(chain: Chain, media: str) -> None:
    raw = json.dumps({**EXAMPLES["werkmogelijkheid"], "betrokkeneId": "niemand"}).encode()
    assert is_problem(send(chain.noor, "POST", f"{ROOT}/werkmogelijkheden", raw=raw, media=media), 415)


def test_more_than_64_kb_is_a_413_at_every_door(chain: Chain) -> None:
    before = counts(chain)
    raw = json.dumps({"opmerking": "x" * 64 * 1024}).encode()
    assert is_problem(send(chain.noor, "POST", f"{ROOT}/werkmogelijkheden", raw=raw), 413)

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    token = knock(chain.app, "POST", "/oauth/token", b"grant_type=" + b"x" * 64 * 1024, form)

    assert (token.status, token.body["error"]) == (413, "invalid_request")
    assert versioned(token)
    assert counts(chain) == before


def test_64_kb_is_read_and_judged(chain: Chain) -> None:
    raw = b'{"opmerking": "' + b"x" * (64 * 1024 - 17) + b'"}'
    assert is_problem(send(chain.noor, "POST", f"{ROOT}/werkmogelijkheden", raw=raw), 400)


@pytest.mark.parametrize("key", [None, " ", "x" * 65, "é"])
def test_without_a_plain_idempotency_key_nothing_is_published(chain: Chain, key: str | None) -> None:
    resident = chain.linked()
    before = counts(chain)
    body = body_of(chain, resident, "werkmogelijkheid")
    answer = send(chain.noor, "POST", f"{ROOT}/werkmogelijkheden", body, key=key)
    assert refused(answer, "Idempotency-Key")
    assert counts(chain) == before


def tokens(chain: Chain, *, ago: timedelta = timedelta(), base: str = BASE_URL, own: bool = True) -> Tokens:
    """Where tokens come from: of this hub, some time ago, or of another."""
    secret = chain.settings.token_key_file.read_bytes() if own else make_signing_key()
    return tokens_of(base, read_signing_key(secret), lambda: wall() - ago)


def test_an_expired_forged_or_foreign_token_is_a_401_and_changes_nothing(chain: Chain) -> None:
    good = chain.noor.caller._headers()["Authorization"].removeprefix("Bearer ")
    read = tokens(chain).read(good)
    head, claims, signature = good.split(".")
    shown = {
        "expired": tokens(chain, ago=timedelta(minutes=15)).issue(read.client_id, read.client_key),
        "of another key": tokens(chain, own=False).issue(read.client_id, read.client_key),
        "of another hub": tokens(chain, base="https://elders.example").issue(read.client_id, read.client_key),
        "of nobody": tokens(chain).issue(PROBE, read.client_key),
        "changed": f"{head}.{claims[:-2]}AA.{signature}",
        "unsigned": f"eyJhbGciOiJub25lIn0.{claims}.",
        "an assertion": make_assertion("noor", chain.noor.caller.office.private_key, BASE_URL, wall()),
        "nonsense": PROBE,
        "nothing": "",
        "no ascii": "é",
    }
    before = counts(chain)
    body = json.dumps(EXAMPLES["werkmogelijkheid"]).encode()
    for why, token in shown.items():
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", "Idempotency-Key": "1"}
        answer = knock(chain.app, "POST", f"{ROOT}/werkmogelijkheden", body, headers)
        assert is_problem(answer, 401), why
        assert answer.headers["WWW-Authenticate"].startswith("Bearer "), why
        assert PROBE.encode() not in answer.raw, why
    assert counts(chain) == before


def test_a_proof_of_identity_is_good_once_and_for_us_alone(chain: Chain) -> None:
    key = chain.rik.caller.office.private_key
    used = make_assertion("rik", key, f"{BASE_URL}/oauth/token", wall())
    forms = {
        "for another": make_assertion("rik", key, "https://elders.example/oauth/token", wall()),
        "with another key": make_assertion("rik", make_client_key()[0], f"{BASE_URL}/oauth/token", wall()),
        "in another name": make_assertion("noor", key, f"{BASE_URL}/oauth/token", wall()),
        "replayed": used,
        "too old": make_assertion("rik", key, f"{BASE_URL}/oauth/token", wall() - timedelta(minutes=5)),
    }
    post = chain.app.test_client().post
    assert post("/oauth/token", data=token_form(used)).status_code == 200
    before = counts(chain)
    for why, assertion in forms.items():
        answer = post("/oauth/token", data=token_form(assertion))
        assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client"), why
        assert "API-Version" in answer.headers
    assert counts(chain) == before


def test_an_address_that_is_not_there_is_a_problem_document_too(chain: Chain) -> None:
    assert is_problem(knock(chain.app, "GET", f"/{PROBE}", None, {}), 404)
    assert is_problem(knock(chain.app, "DELETE", f"{ROOT}/postvak", None, {}), 405)
