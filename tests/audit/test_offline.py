"""What an outsider holds can be checked without the hub: exit codes 0 good, 1 fails, 3 malformed, 4 forked."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from audit import checkpoint
from audit.__main__ import main
from audit.checkpoint import Checkpoint
from audit.note import Signer
from audit.tlog_proof import Growth, TlogProof
from audit.tree import Node, consistency_proof, inclusion_proof, leaf_hash
from tests.audit.trails import naive_root

SIGNER = Signer.generate("hub.example.nl/auditspoor")
LEAVES = [leaf_hash(bytes([number])) for number in range(11)]


def signed(size: int, leaves: Sequence[bytes] = LEAVES) -> str:
    """A checkpoint over the first `size` leaves."""
    return checkpoint.sign(Checkpoint(SIGNER.name, size, naive_root(leaves[:size])), SIGNER)


def read(wanted: Sequence[Node]) -> Mapping[Node, bytes]:
    """The subtrees of the eleven leaves, each from the definition."""
    return {
        node: naive_root(LEAVES[node.position << node.level : (node.position + 1) << node.level]) for node in wanted
    }


def proof_of(index: int, size: int = 11) -> str:
    """A tlog-proof of one leaf."""
    return TlogProof(index, tuple(inclusion_proof(index, size, read)), signed(size)).text


def growth(old: int, new: int) -> str:
    """A proof that the tree grew."""
    return Growth(old, tuple(consistency_proof(old, new, read)), signed(new)).text


def receipt_of(index: int) -> str:
    """What the hub answered."""
    return json.dumps({"ontvangstbewijs": {"index": index, "bladhash": LEAVES[index].hex()}})


def run(tmp_path: Path, command: str, *arguments: str, files: Sequence[str] = (), key: str = "") -> int:
    """The exit code of `python -m audit COMMAND FILES… ARGUMENTS…`."""
    paths = []
    for number, content in enumerate(files):
        path = tmp_path / f"{command}-{number}"
        path.write_text(content, encoding="utf-8")
        paths.append(str(path))
    given = [command, *paths, *arguments, "--key", key or SIGNER.verifier.text]
    return CliRunner().invoke(main, given).exit_code


def test_a_good_proof_of_every_leaf_gives_0(tmp_path: Path) -> None:
    assert {run(tmp_path, "proof", "--leaf", LEAVES[at].hex(), files=[proof_of(at)]) for at in range(11)} == {0}


def test_a_receipt_with_its_proof_gives_0(tmp_path: Path) -> None:
    assert run(tmp_path, "receipt", files=[receipt_of(4), proof_of(4)]) == 0


def test_the_proof_of_another_entry_gives_1(tmp_path: Path) -> None:
    assert run(tmp_path, "receipt", files=[receipt_of(4), proof_of(5)]) == 1
    assert run(tmp_path, "proof", "--leaf", LEAVES[4].hex(), files=[proof_of(5)]) == 1


def test_a_checkpoint_of_a_key_that_we_do_not_trust_gives_1(tmp_path: Path) -> None:
    stranger = Signer.generate(SIGNER.name).verifier.text
    assert run(tmp_path, "receipt", files=[receipt_of(4), proof_of(4)], key=stranger) == 1


@pytest.mark.parametrize(
    "text",
    ["", "c2sp.org/tlog-proof@v1\n", proof_of(4).replace("index 4", "index 04"), proof_of(4).replace("@v1", "@v2")],
    ids=["empty", "cut off", "leading zero", "other version"],
)
def test_what_is_not_written_as_the_standard_asks_gives_3(tmp_path: Path, text: str) -> None:
    assert run(tmp_path, "receipt", files=[receipt_of(4), text]) == 3


@pytest.mark.parametrize("text", ["", "[]", '{"index": true, "bladhash": ""}', '{"index": 1, "bladhash": "zz"}'])
def test_what_is_no_receipt_gives_3(tmp_path: Path, text: str) -> None:
    assert run(tmp_path, "receipt", files=[text, proof_of(4)]) == 3


def test_a_pair_with_its_growth_gives_0(tmp_path: Path) -> None:
    (tmp_path / "growth").write_text(growth(4, 11), encoding="utf-8")
    assert run(tmp_path, "pair", "--growth", str(tmp_path / "growth"), files=[signed(4), signed(11)]) == 0


def test_a_pair_without_growth_or_with_that_of_another_gives_1(tmp_path: Path) -> None:
    (tmp_path / "growth").write_text(growth(5, 11), encoding="utf-8")
    assert run(tmp_path, "pair", files=[signed(4), signed(11)]) == 1
    assert run(tmp_path, "pair", "--growth", str(tmp_path / "growth"), files=[signed(4), signed(11)]) == 1


def test_two_roots_for_one_size_are_a_fork_and_give_4(tmp_path: Path) -> None:
    assert run(tmp_path, "pair", files=[signed(4), signed(4, LEAVES[::-1])]) == 4


def test_a_newer_checkpoint_that_is_smaller_is_a_rollback_and_gives_4(tmp_path: Path) -> None:
    assert run(tmp_path, "pair", files=[signed(9), signed(4)]) == 4


def test_an_extra_line_is_passed_over_and_not_believed(tmp_path: Path) -> None:
    with_extra = proof_of(4).replace("index 4", "extra c2VjcmV0\nindex 4")
    assert run(tmp_path, "receipt", files=[receipt_of(4), with_extra]) == 0
