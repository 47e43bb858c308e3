"""Whoever was party to something can prove that it stands in the trail; nobody else learns anything of it."""

import base64

import pytest

from audit import checkpoint, tlog_proof
from audit.checkpoint import Checkpoint
from audit.errors import NotSigned, ProofError
from audit.note import Verifier
from tests.chain import Chain
from tests.front_door import ROOT, Answer, is_problem, knock, send


def read(chain: Chain, who: str, road: str) -> Answer:
    """As this person."""
    return send(chain.people[who], "GET", f"{ROOT}/audit/{road}")


def key(chain: Chain) -> Verifier:
    """The hub's public key, as every partner can read it."""
    return Verifier.from_text(read(chain, "samira", "sleutel").raw.decode().strip())


def head(chain: Chain, who: str = "noor") -> Checkpoint:
    """The signed head of the trail, checked with the hub's public key."""
    written = read(chain, who, "controlepunt")
    assert written.status == 200
    assert written.headers["Content-Type"].startswith("text/plain")
    return checkpoint.verify(written.raw, chain.settings.trail_name, [key(chain)])


def prove(chain: Chain, who: str, index: int, leaf: str) -> Checkpoint:
    """A proof that this leaf stands there, checked (RFC 9162) before it is believed."""
    answer = read(chain, who, f"bewijzen/{index}")
    assert answer.status == 200
    proof = tlog_proof.read_proof(answer.raw)
    assert proof.index == index
    return proof.verify(bytes.fromhex(leaf), chain.settings.trail_name, [key(chain)])


def test_a_receipt_leads_to_a_proof_under_the_signed_head(chain: Chain) -> None:
    resident = chain.linked()
    receipts = [
        ("noor", chain.noor.publishes(resident, "koppeling").body["ontvangstbewijs"]),
        ("rik", chain.rik.publishes(resident, "dienstverband").body["ontvangstbewijs"]),
        ("noor", chain.noor.records(resident, "toeleiding-naar-werk", "nee").body["ontvangstbewijs"]),
        ("rik", chain.rik.unlinks(resident).body["ontvangstbewijs"]),
    ]
    now = head(chain)
    assert [prove(chain, who, receipt["index"], receipt["bladhash"]) for who, receipt in receipts] == [now] * 4


def test_another_leaf_is_not_proved(chain: Chain) -> None:
    receipt = chain.noor.publishes(chain.linked(), "koppeling").body["ontvangstbewijs"]
    with pytest.raises(ProofError):
        prove(chain, "noor", receipt["index"], "00" * 32)


def test_who_opened_something_can_prove_that_it_was_told_and_nobody_else(chain: Chain) -> None:
    receipt = chain.noor.publishes(chain.linked(), "koppeling").body["ontvangstbewijs"]
    # What was not opened yet must not show: it may be withdrawn.
    for person in (chain.rik, chain.samira):
        assert is_problem(send(person, "GET", f"{ROOT}/audit/bewijzen/{receipt['index']}"), 404)
        person.opens_all()
    for who in ("noor", "rik", "samira"):
        prove(chain, who, receipt["index"], receipt["bladhash"])
    for who in ("noortje", "job", "amsterdam"):
        assert is_problem(read(chain, who, f"bewijzen/{receipt['index']}"), 404)


def test_an_entry_of_others_looks_like_one_that_is_not_there(chain: Chain) -> None:
    resident = chain.linked()
    index = chain.noor.records(resident, "behoud-van-werk", "nee").body["ontvangstbewijs"]["index"]
    others, *absent = (read(chain, "rik", f"bewijzen/{at}") for at in (index, 10_000, 10**17, 10**30, "0x1", "-1"))
    assert others.status == 404
    assert {answer.raw for answer in absent} == {others.raw}
    assert others.without_date == absent[0].without_date


def test_only_who_opened_an_item_is_party_to_its_opening(chain: Chain) -> None:
    chain.noor.publishes(chain.linked(), "werkmogelijkheid")
    [item] = chain.rik.inbox()
    chain.rik.opens(item)
    opened = head(chain).size - 1
    assert read(chain, "rik", f"bewijzen/{opened}").status == 200
    assert is_problem(read(chain, "noor", f"bewijzen/{opened}"), 404)
    assert knock(chain.app, "GET", f"{ROOT}/audit/bewijzen/{opened}", None, {}).status == 401


def test_the_trail_only_grew_since_an_earlier_head(chain: Chain) -> None:
    before = head(chain, "samira")
    chain.linked()
    after = head(chain, "job")
    growth = tlog_proof.read_growth(read(chain, "amsterdam", f"groei/{before.size}").raw)
    assert growth.verify(before, [key(chain)]) == after
    assert after.size > before.size
    assert after.origin == "localhost:8080/auditspoor"
    assert is_problem(read(chain, "amsterdam", f"groei/{after.size + 1}"), 404)


def test_a_head_with_another_root_is_not_ours(chain: Chain) -> None:
    chain.linked()
    written = read(chain, "noor", "controlepunt").raw.decode()
    forged = written.replace(written.splitlines()[2], base64.b64encode(bytes(32)).decode())
    with pytest.raises(NotSigned):
        checkpoint.verify(forged, chain.settings.trail_name, [key(chain)])
