"""A person's file can be checked by whoever has it and the trail's public key, without the hub."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from audit.note import Signer
from hub.cli import commands
from hub.exchange import receipts
from tests.chain import Chain
from tests.hub.rights.files import file_of, packed, unpacked

Files = dict[str, bytes]


@pytest.fixture
def archive(chain: Chain) -> bytes:
    """The file of somebody who was asked about."""
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.asks(resident)
    return file_of(chain, resident)


@pytest.fixture
def key(chain: Chain) -> str:
    """The trail's public key, as anybody with a token gets it."""
    return str(chain.app.extensions["ketenhub"].keeper.signer.verifier.text)


@pytest.fixture
def receipts_key(chain: Chain) -> str:
    """The public key of receipts."""
    return str(receipts.signer(chain.hub, chain.settings.base_url).verifier.text)


def checked(tmp_path: Path, archive: bytes, *keys: str) -> Result:
    """What the command says."""
    path = tmp_path / "dossier.zip"
    path.write_bytes(archive)
    options = [option for key in keys for option in ("--key", key)]
    return CliRunner().invoke(commands, ["verify", "file", str(path), *options])


def test_a_file_as_it_was_made_is_good(tmp_path: Path, archive: bytes, key: str) -> None:
    result = checked(tmp_path, archive, key)
    assert result.exit_code == 0, result.output
    assert result.output.startswith("The file is whole: 10 files. Its ")
    assert "4 receipts were not checked" in result.output


def test_with_their_key_the_receipts_are_checked_too(
    tmp_path: Path, archive: bytes, key: str, receipts_key: str
) -> None:
    result = checked(tmp_path, archive, key, receipts_key)
    assert (result.exit_code, "4 receipts are signed by the hub" in result.output) == (0, True), result.output


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_receipt_that_says_something_else_fails(tmp_path: Path, archive: bytes, key: str, receipts_key: str) -> None:
    files = unpacked(archive)
    changed = files["bewijzen/001.txt"].replace(b"2023-03-01", b"2023-03-02")
    relisted(files, "bewijzen/001.txt", changed)
    assert checked(tmp_path, packed(files), key, receipts_key).exit_code == 1


def changed_data(files: Files) -> None:
    files["gegevens.json"] = files["gegevens.json"].replace(b"true", b"null", 1)


def another_file(files: Files) -> None:
    files["extra.txt"] = b"hallo"


def missing_file(files: Files) -> None:
    del files["ontvangers.json"]


def no_checkpoint(files: Files) -> None:
    relisted(files, "controlepunt.txt", None)


def changed_entry(files: Files) -> None:
    trail = json.loads(files["spoor.json"])
    trail["regels"][0]["feit"]["uitkomst"] = "anders"
    relisted(files, "spoor.json", trail)


def moved_entry(files: Files) -> None:
    trail = json.loads(files["spoor.json"])
    trail["regels"][0]["index"] += 1
    relisted(files, "spoor.json", trail)


def other_leaf(files: Files) -> None:
    trail = json.loads(files["spoor.json"])
    trail["regels"][0]["bladhash"] = "00" * 32
    relisted(files, "spoor.json", trail)


def relisted(files: Files, name: str, content: object) -> None:
    """Somebody who also knows that there is a manifest."""
    manifest = json.loads(files["manifest.json"])
    manifest["bestanden"] = [one for one in manifest["bestanden"] if one["naam"] != name]
    files.pop(name)
    if content is not None:
        files[name] = content if isinstance(content, bytes) else json.dumps(content).encode()
        digest = hashlib.sha256(files[name]).hexdigest()
        manifest["bestanden"].append({"naam": name, "bytes": len(files[name]), "sha256": digest})
    files["manifest.json"] = json.dumps(manifest).encode()


CHANGES = (changed_data, another_file, missing_file, no_checkpoint, changed_entry, moved_entry, other_leaf)


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_what_was_changed_fails(tmp_path: Path, archive: bytes, key: str, change: Callable[[Files], None]) -> None:
    files = unpacked(archive)
    change(files)
    result = checked(tmp_path, packed(files), key)
    assert (result.exit_code, result.exception.__class__) == (1, SystemExit), result.output
    assert len(result.output.splitlines()) == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_another_signers_file_fails(tmp_path: Path, archive: bytes, key: str) -> None:
    stranger = Signer.generate("hub.example.nl/ander").verifier.text
    assert checked(tmp_path, archive, stranger).exit_code == 1


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize(
    "spoil",
    [
        lambda files: b"geen zip",
        lambda files: packed({**files, "manifest.json": b"[]"}),
        lambda files: packed({**files, "manifest.json": b"{"}),
        lambda files: packed({name: content for name, content in files.items() if name != "manifest.json"}),
        lambda files: packed({f"{at}": b"" for at in range(1001)}),
    ],
)
def test_what_is_no_such_file_is_malformed(
    tmp_path: Path, archive: bytes, key: str, spoil: Callable[[Files], bytes]
) -> None:
    result = checked(tmp_path, spoil(unpacked(archive)), key)
    assert (result.exit_code, len(result.output.splitlines())) == (3, 1), result.output


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_file_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, key: str) -> None:
    result = CliRunner().invoke(commands, ["verify", "file", str(tmp_path / "niets.zip"), "--key", key])
    assert result.exit_code == 3
