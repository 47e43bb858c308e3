"""The tree against the reference implementations, and against its own definition for every size."""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit import tree
from audit.errors import ProofError, TrailError
from audit.tree import EMPTY_ROOT, Frontier, Node
from tests.audit.trails import naive_root

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "rfc6962.json").read_text())
LEAVES = [tree.leaf_hash(bytes.fromhex(data)) for data in VECTORS["leaf_inputs_hex"]]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots_by_size_1_to_8"]]

sizes = st.integers(1, 200)


def leaves(count: int) -> list[bytes]:
    return [tree.leaf_hash(number.to_bytes(4)) for number in range(count)]


def grown(of: Sequence[bytes]) -> tuple[Frontier, dict[Node, bytes]]:
    """The frontier after these leaves, and every node there then is."""
    frontier, nodes = Frontier(), {}
    for leaf in of:
        nodes[Node(0, frontier.size)] = leaf
        frontier, completed = frontier.append(leaf)
        nodes |= completed
    return frontier, nodes


def reader(nodes: Mapping[Node, bytes]) -> tree.Reader:
    return lambda wanted: {node: nodes[node] for node in wanted}


def sizes_of(case: Mapping[str, Any]) -> str:
    return "-".join(str(value) for value in case.values() if isinstance(value, int))


def hexed(hashes: Sequence[bytes]) -> list[str]:
    return [value.hex() for value in hashes]


@pytest.mark.parametrize("case", VECTORS["hash_cases"], ids=lambda case: case["desc"])
def test_hashes_are_those_of_the_reference(case: dict[str, str]) -> None:
    if case["kind"] == "leaf":
        found = tree.leaf_hash(bytes.fromhex(case["data_hex"]))
    elif case["kind"] == "node":
        found = tree.node_hash(bytes.fromhex(case["left_hex"]), bytes.fromhex(case["right_hex"]))
    else:
        found = Frontier().root
    assert found.hex() == case["want"]


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference(size: int) -> None:
    assert grown(LEAVES[:size])[0].root == ROOTS[size - 1]


@pytest.mark.parametrize("case", VECTORS["inclusion_paths"], ids=sizes_of)
def test_inclusion_proofs_are_those_of_the_reference(case: dict[str, Any]) -> None:
    index, size = case["index0"], case["size"]
    proof = tree.inclusion_proof(index, size, reader(grown(LEAVES)[1]))

    assert hexed(proof) == case["path"]
    tree.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size - 1])


@pytest.mark.parametrize("case", VECTORS["consistency_proofs"], ids=sizes_of)
def test_consistency_proofs_are_those_of_the_reference(case: dict[str, Any]) -> None:
    old, new = case["size1"], case["size2"]
    proof = tree.consistency_proof(old, new, reader(grown(LEAVES)[1]))

    assert hexed(proof) == case["proof"]
    tree.verify_consistency(old, ROOTS[old - 1], new, ROOTS[new - 1], proof)


def test_the_root_is_that_of_the_definition_at_every_size() -> None:
    frontier, all_leaves = Frontier(), leaves(130)
    for size, leaf in enumerate(all_leaves):
        assert frontier.root == naive_root(all_leaves[:size])
        frontier, _ = frontier.append(leaf)


def test_every_entry_is_proven_in_every_small_tree() -> None:
    all_leaves = leaves(33)
    _, nodes = grown(all_leaves)
    for size in range(1, 34):
        for index in range(size):
            proof = tree.inclusion_proof(index, size, reader(nodes))
            tree.verify_inclusion(all_leaves[index], index, size, proof, naive_root(all_leaves[:size]))


def test_every_small_tree_is_proven_to_begin_every_larger_one() -> None:
    all_leaves = leaves(33)
    _, nodes = grown(all_leaves)
    roots = [naive_root(all_leaves[:size]) for size in range(34)]
    for new in range(34):
        for old in range(new + 1):
            proof = tree.consistency_proof(old, new, reader(nodes))
            tree.verify_consistency(old, roots[old], new, roots[new], proof)


@given(size=sizes, data=st.data())
def test_an_inclusion_proof_proves_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    all_leaves = leaves(size)
    frontier, nodes = grown(all_leaves)
    proof = tree.inclusion_proof(index, size, reader(nodes))
    tree.verify_inclusion(all_leaves[index], index, size, proof, frontier.root)

    other = data.draw(st.integers(0, size).filter(lambda number: number != index))
    wrong = tampered(proof, data)
    for leaf, at, of, by, root in [
        (all_leaves[index], index, size, wrong, frontier.root),
        (all_leaves[index], other, size, proof, frontier.root),
        (tree.leaf_hash(b"another"), index, size, proof, frontier.root),
        (all_leaves[index], index, size, proof, tree.leaf_hash(b"another")),
        (all_leaves[index], index - size, size, proof, frontier.root),
    ]:
        with pytest.raises(ProofError):
            tree.verify_inclusion(leaf, at, of, by, root)


@given(new=st.integers(2, 200), data=st.data())
def test_a_consistency_proof_proves_nothing_else(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    frontier, nodes = grown(leaves(new))
    before = grown(leaves(old))[0].root
    proof = tree.consistency_proof(old, new, reader(nodes))
    tree.verify_consistency(old, before, new, frontier.root, proof)

    fork = tree.leaf_hash(b"another")
    for one, two, by in [
        (before, frontier.root, tampered(proof, data)),
        (fork, frontier.root, proof),
        (before, fork, proof),
    ]:
        with pytest.raises(ProofError):
            tree.verify_consistency(old, one, new, two, by)


@given(old=st.integers(1, 60), more=st.integers(0, 60))
def test_a_tree_with_another_past_is_never_consistent(old: int, more: int) -> None:
    rewritten = [tree.leaf_hash(b"rewritten"), *leaves(old + more)[1:]]
    frontier, nodes = grown(rewritten)
    proof = tree.consistency_proof(old, old + more, reader(nodes))
    with pytest.raises(ProofError):
        tree.verify_consistency(old, grown(leaves(old))[0].root, old + more, frontier.root, proof)


@pytest.mark.parametrize(
    ("old", "old_root", "new", "new_root", "proof"),
    [
        (0, b"x" * 32, 8, ROOTS[7], []),
        (0, EMPTY_ROOT, 8, ROOTS[7], [ROOTS[0]]),
        (8, ROOTS[7], 8, ROOTS[6], []),
        (8, ROOTS[7], 8, ROOTS[7], [ROOTS[0]]),
        (8, ROOTS[7], 7, ROOTS[6], []),
        (-1, ROOTS[7], 8, ROOTS[7], []),
        (4, ROOTS[3], 8, ROOTS[7], []),
        (6, ROOTS[5], 8, ROOTS[7], []),
        (6, ROOTS[5], 8, ROOTS[7], [b"short"]),
    ],
)
def test_two_trees_that_do_not_belong_together_are_refused(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: list[bytes]
) -> None:
    with pytest.raises(ProofError):
        tree.verify_consistency(old, old_root, new, new_root, proof)


def test_a_node_is_not_taken_for_a_leaf() -> None:
    inner = tree.node_hash(LEAVES[0], LEAVES[1])
    with pytest.raises(ProofError):
        tree.verify_inclusion(inner, 0, 4, [tree.node_hash(LEAVES[2], LEAVES[3])], ROOTS[3])


def test_proofs_outside_the_tree_are_not_made() -> None:
    read = reader(grown(LEAVES)[1])
    for index, size in [(8, 8), (-1, 8), (0, 0)]:
        with pytest.raises(ValueError, match="inside the tree"):
            tree.inclusion_proof(index, size, read)
    for old, new in [(5, 4), (-1, 4)]:
        with pytest.raises(ValueError, match="only grows"):
            tree.consistency_proof(old, new, read)


@given(size=st.integers(1, 2**40), data=st.data())
def test_a_proof_takes_few_readings_however_long_the_trail(size: int, data: st.DataObject) -> None:
    asked: list[Node] = []

    def read(wanted: Sequence[Node]) -> dict[Node, bytes]:
        assert not asked, "everything is read at once"
        asked.extend(wanted)
        return dict.fromkeys(wanted, EMPTY_ROOT)

    proof = tree.inclusion_proof(data.draw(st.integers(0, size - 1)), size, read)
    assert len(proof) <= size.bit_length()
    assert len(asked) <= 2 * size.bit_length()
    asked.clear()
    proof = tree.consistency_proof(data.draw(st.integers(0, size)), size, read)
    assert len(proof) <= size.bit_length() + 1
    assert len(asked) <= 2 * size.bit_length()


@given(sizes)
def test_a_frontier_survives_being_stored(size: int) -> None:
    frontier, _ = grown(leaves(size))
    assert Frontier.from_bytes(size, frontier.to_bytes()) == frontier


@pytest.mark.parametrize(("size", "length"), [(1, 0), (0, 32), (3, 32), (2, 31), (-1, 32)])
def test_a_frontier_that_does_not_fit_its_size_is_refused(size: int, length: int) -> None:
    with pytest.raises(TrailError):
        Frontier.from_bytes(size, bytes(length))


def tampered(proof: Sequence[bytes], data: st.DataObject) -> list[bytes]:
    """The proof with one thing wrong: a bit, a hash too many or too few, two that changed places."""
    ways = ["longer"] + (["bit", "shorter"] if proof else [])
    ways += ["swapped"] if any(a != b for a, b in pairwise(proof)) else []
    way, changed = data.draw(st.sampled_from(ways)), list(proof)
    at = data.draw(st.integers(0, max(0, len(proof) - 1)))
    if way == "longer":
        changed.insert(at, tree.leaf_hash(b"one too many"))
    elif way == "shorter":
        del changed[at]
    elif way == "bit":
        changed[at] = bytes([changed[at][0] ^ 1]) + changed[at][1:]
    else:
        changed.reverse()
        changed = changed if changed != list(proof) else changed[1:]
    return changed
