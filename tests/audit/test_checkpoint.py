"""Checkpoints: three lines, read strictly, believed only when signed for the trail that was asked about."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import checkpoint, note, proofs, tree
from audit.checkpoint import Checkpoint
from audit.errors import MalformedNote, NotSigned, ProofError
from audit.note import Signer
from hub.db import Database
from tests.audit.trails import Keys, add

ORIGIN = "hub.example/auditspoor"
SIGNER = Signer(ORIGIN, bytes(range(32)))
EXAMPLE = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
ROOT = base64.b64encode(tree.EMPTY_ROOT).decode()


def test_the_example_of_the_standard_reads_and_writes() -> None:
    # https://c2sp.org/tlog-checkpoint
    found = checkpoint.parse(EXAMPLE)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert found.text == EXAMPLE


@given(st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))
def test_a_signed_checkpoint_comes_back_as_it_was(size: int, root: bytes) -> None:
    made = Checkpoint(ORIGIN, size, root)
    assert checkpoint.verify(checkpoint.sign(made, SIGNER), ORIGIN, [SIGNER.verifier]) == made


def test_extension_lines_of_others_are_kept() -> None:
    made = checkpoint.parse(EXAMPLE + "een regel\nnog een\n")
    assert made.extensions == ("een regel", "nog een")
    assert made.text == EXAMPLE + "een regel\nnog een\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"{ORIGIN}\n0\n",
        f"{ORIGIN}\n0\n{ROOT}",
        f"\n0\n{ROOT}\n",
        f"{ORIGIN}\n\n{ROOT}\n",
        f"{ORIGIN}\n0\n{ROOT}\n\n",
        f"{ORIGIN}\n0\n{ROOT}\n\nmeer\n",
        f"{ORIGIN}\n00\n{ROOT}\n",
        f"{ORIGIN}\n01\n{ROOT}\n",
        f"{ORIGIN}\n-1\n{ROOT}\n",
        f"{ORIGIN}\n+1\n{ROOT}\n",
        f"{ORIGIN}\n1 \n{ROOT}\n",
        f"{ORIGIN}\n1_0\n{ROOT}\n",
        f"{ORIGIN}\n١\n{ROOT}\n",
        f"{ORIGIN}\n{10**18}\n{ROOT}\n",
        f"{ORIGIN}\n1\n{ROOT[:-1]}\n",
        f"{ORIGIN}\n1\n{ROOT[:-4]}\n",
        f"{ORIGIN}\n1\n{ROOT} \n",
        f"{ORIGIN}\n1\n{tree.EMPTY_ROOT.hex()}\n",
    ],
)
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(MalformedNote):
        checkpoint.parse(text)


@pytest.mark.parametrize("made", [Checkpoint("twee\nregels", 0, tree.EMPTY_ROOT), Checkpoint(ORIGIN, 0, b"short")])
def test_what_would_not_read_back_is_not_signed(made: Checkpoint) -> None:
    with pytest.raises(MalformedNote):
        checkpoint.sign(made, SIGNER)


def test_a_checkpoint_of_another_trail_or_another_key_is_refused() -> None:
    written = checkpoint.sign(Checkpoint(ORIGIN, 1, tree.EMPTY_ROOT), SIGNER)
    with pytest.raises(NotSigned, match="another trail"):
        checkpoint.verify(written, "elders.example", [SIGNER.verifier])
    with pytest.raises(NotSigned, match="None of the keys"):
        checkpoint.verify(written, ORIGIN, [Signer(ORIGIN, bytes(32)).verifier])
    with pytest.raises(NotSigned, match="wrong"):
        checkpoint.verify(written.replace("\n1\n", "\n2\n"), ORIGIN, [SIGNER.verifier])


def test_a_signed_note_that_is_no_checkpoint_is_refused() -> None:
    with pytest.raises(MalformedNote):
        checkpoint.verify(note.sign("zomaar tekst\n", SIGNER), ORIGIN, [SIGNER.verifier])


def test_an_outsider_checks_an_entry_with_checkpoint_and_proof_only(database: Database) -> None:
    entries = add(database, Keys(), 11)
    with database.reading() as session:
        head = proofs.head(session)
        written = checkpoint.sign(Checkpoint(ORIGIN, head.size, head.root), SIGNER)
        proof = proofs.inclusion_proof(session, 6, head.size)

    seen = checkpoint.verify(written, ORIGIN, [SIGNER.verifier])
    tree.verify_inclusion(entries[6].leaf_hash, 6, seen.size, proof, seen.root)
    with pytest.raises(ProofError):
        tree.verify_inclusion(entries[5].leaf_hash, 6, seen.size, proof, seen.root)
