"""A trail that lost entries for good goes on under another name and key; the old promise stands beside it."""

from pathlib import Path

import pytest

from audit.lineage import begin_anew, next_name
from audit.note import Signer

NAME = "hub.example.nl/auditspoor"
HEAD = "40\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n— x y\n"


@pytest.fixture
def old(tmp_path: Path) -> Signer:
    signer = Signer.generate(NAME)
    (tmp_path / "key").write_text(signer.secret)
    (tmp_path / "memory").write_text(f"{NAME}\n{HEAD}")
    return signer


def test_the_next_name_counts() -> None:
    assert next_name(NAME) == f"{NAME}-2"
    assert next_name(f"{NAME}-2") == f"{NAME}-3"
    assert next_name("hub-1.nl/auditspoor") == "hub-1.nl/auditspoor-2"


def test_a_new_signer_takes_the_place_of_the_old_one_which_is_kept(tmp_path: Path, old: Signer) -> None:
    new = begin_anew(tmp_path / "key", tmp_path / "memory")

    assert Signer.from_secret((tmp_path / "key").read_text()) == new
    assert (new.name, new.seed == old.seed) == (f"{NAME}-2", False)
    assert (tmp_path / "key.auditspoor").read_text() == old.secret
    assert (tmp_path / "memory.auditspoor").read_text().startswith(NAME)
    assert not (tmp_path / "memory").exists()
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_after_a_power_cut_between_key_and_memory_only_the_memory_moves(tmp_path: Path, old: Signer) -> None:
    new = begin_anew(tmp_path / "key", tmp_path / "memory")
    (tmp_path / "memory.auditspoor").rename(tmp_path / "memory")

    assert begin_anew(tmp_path / "key", tmp_path / "memory") == new
    assert not (tmp_path / "memory").exists()
    assert old.name == NAME


@pytest.mark.parametrize("cut", [1, 2])
def test_whenever_the_power_fails_the_old_key_never_stands_without_its_memory(
    tmp_path: Path, old: Signer, monkeypatch: pytest.MonkeyPatch, cut: int
) -> None:
    """It would sign what it promised not to."""
    key, memory, real, calls = tmp_path / "key", tmp_path / "memory", Path.replace, []

    def until_the_cut(path: Path, target: Path) -> Path:
        calls.append(path)
        if len(calls) == cut:
            raise KeyboardInterrupt
        return real(path, target)

    with monkeypatch.context() as context, pytest.raises(KeyboardInterrupt):
        context.setattr(Path, "replace", until_the_cut)
        begin_anew(key, memory)

    assert memory.exists() or Signer.from_secret(key.read_text()) != old
    assert begin_anew(key, memory).name == f"{NAME}-2"
    assert (tmp_path / "key.auditspoor").read_text() == old.secret


def test_a_third_trail_leaves_both_earlier_ones(tmp_path: Path, old: Signer) -> None:
    second = begin_anew(tmp_path / "key", tmp_path / "memory")
    (tmp_path / "memory").write_text(f"{second.name}\n{HEAD}")

    third = begin_anew(tmp_path / "key", tmp_path / "memory")

    assert third.name == f"{NAME}-3"
    assert {one.name for one in tmp_path.iterdir()} == {
        "key", "key.auditspoor", "key.auditspoor-2", "memory.auditspoor", "memory.auditspoor-2"
    }  # fmt: skip
    assert (tmp_path / "key.auditspoor").read_text() == old.secret
