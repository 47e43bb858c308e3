"""The signer keeps its last state outside the database, and signs nothing that does not continue it."""

from pathlib import Path

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from audit import checkpoint, proofs
from audit.errors import Forked, OutsideTrail
from audit.keeper import Keeper
from audit.models import EntryRow, HeadRow, NodeRow
from audit.note import Signer
from audit.tlog_proof import read_growth, read_proof
from hub.db import Database
from tests.audit.trails import Keys, add, past_the_guards
from tests.stores import Stores

ORIGIN = "hub.example.nl/auditspoor"


def rewrite(stores: Stores, size: int) -> None:
    """With all rights: another trail in the place of this one, whole in itself."""
    with past_the_guards(stores) as session:
        _empty(session)
    add(stores.owner, Keys(), size)


def _empty(session: Session) -> None:
    session.execute(delete(NodeRow))
    session.execute(delete(EntryRow))
    session.execute(update(HeadRow).values(size=0, frontier=b""))


@pytest.fixture
def keeper(tmp_path: Path) -> Keeper:
    """A signer that has signed nothing yet."""
    return Keeper(Signer.generate(ORIGIN), tmp_path / "controlepunt.last")


def test_what_it_signs_verifies_under_its_key(database: Database, keeper: Keeper) -> None:
    add(database, Keys(), 5)

    with database.reading() as session:
        signed = keeper.sign_head(session)
        head = proofs.head(session)

    found = checkpoint.verify(signed, ORIGIN, [keeper.signer.verifier])
    assert (found.size, found.root) == (5, head.root)


def test_it_remembers_what_it_signed_last(database: Database, keeper: Keeper) -> None:
    add(database, Keys(), 3)
    with database.reading() as session:
        keeper.sign_head(session)

    again = Keeper(keeper.signer, keeper.memory).last()

    assert again is not None
    assert again.size == 3


def test_an_unchanged_trail_gets_the_same_checkpoint_to_the_byte(database: Database, keeper: Keeper) -> None:
    add(database, Keys(), 3)
    with database.reading() as session:
        assert keeper.sign_head(session) == keeper.sign_head(session)


def test_a_proof_made_now_leads_to_the_checkpoint_in_it(database: Database, keeper: Keeper) -> None:
    leaves = [entry.leaf_hash for entry in add(database, Keys(), 9)]
    with database.reading() as session:
        texts = [keeper.prove(session, index).text for index in range(9)]

    for leaf, text in zip(leaves, texts, strict=True):
        assert read_proof(text).verify(leaf, ORIGIN, [keeper.signer.verifier]).size == 9


def test_growth_is_proven_from_every_earlier_size(database: Database, keeper: Keeper) -> None:
    earlier = []
    for _ in range(6):
        add(database, Keys(), 1)
        with database.reading() as session:
            earlier.append(checkpoint.verify(keeper.sign_head(session), ORIGIN, [keeper.signer.verifier]))

    with database.reading() as session:
        for old in earlier:
            growth = read_growth(keeper.prove_growth(session, old.size).text)
            assert growth.verify(old, [keeper.signer.verifier]) == earlier[-1]


def test_no_growth_is_proven_from_a_size_that_never_was(database: Database, keeper: Keeper) -> None:
    add(database, Keys(), 2)
    with database.reading() as session, pytest.raises(OutsideTrail):
        keeper.prove_growth(session, 3)


def test_a_trail_that_was_rolled_back_is_not_signed(stores: Stores, keeper: Keeper) -> None:
    add(stores.database, Keys(), 4)
    with stores.database.reading() as session:
        keeper.sign_head(session)
    rewrite(stores, 2)

    with stores.database.reading() as session, pytest.raises(Forked, match="rolled back"):
        keeper.sign_head(session)


def test_a_trail_that_was_rewritten_at_the_same_length_is_not_signed(stores: Stores, keeper: Keeper) -> None:
    add(stores.database, Keys(), 4)
    with stores.database.reading() as session:
        keeper.sign_head(session)
    rewrite(stores, 7)

    with stores.database.reading() as session, pytest.raises(Forked, match="not those"):
        keeper.sign_head(session)
