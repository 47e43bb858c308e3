"""
Checks a person's file in hand, without the hub: is everything there, unchanged, and did it stand in the trail?

Says nothing about what was left out: a file proves what is in it. That an entry is missing shows in its own index.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from audit import note, offline, records, tree
from audit.checkpoint import Checkpoint
from audit.errors import MalformedNote, ProofError
from audit.note import Verifier
from audit.tree import HASH_BYTES
from consent.errors import ReceiptMalformed
from consent.receipt_reading import in_words
from hub.rights.access import FORMAT, HEAD, MANIFEST, RECEIPTS, TRAIL

# How the name of the key of receipts ends (see hub.exchange.receipts.signer).
OF_RECEIPTS = "/bewijzen"
# A file of some thousands of entries is a few megabytes. Whoever hands us more hands us a bomb.
MOST_FILES = 1_000
MOST_BYTES = 256 * 1024 * 1024


def check_file(archive: bytes, verifiers: Sequence[Verifier]) -> str:
    """
    A sentence when the file is whole and its entries stand in the trail under a key that we trust.

    Raises MalformedNote when it is no such file, ProofError or NotSigned when something is not what it says.
    """
    # 1. Everything that the manifest names is there, unchanged, and nothing else.
    files = _unpacked(archive)
    manifest = _json(files, MANIFEST)
    if manifest.get("formaat") != FORMAT:
        raise MalformedNote(f"The manifest is not of the format {FORMAT}.")
    _check_list(files, manifest)

    # 2. The head of the trail was signed by whom we trust.
    if HEAD not in files:
        raise ProofError("The file holds no signed checkpoint: nothing in it can be proven. Ask for a new one.")
    head = offline.under_any(_text(files, HEAD), verifiers)

    # 3. The receipts of choices were signed by whom we trust, as far as their key was given.
    checked = _check_receipts(files, verifiers)

    # 4. Each entry is the one that its leaf says, and stands under that head.
    entries = _json(files, TRAIL).get("regels", [])
    for entry in entries:
        _check_entry(entry, head)
    return (
        f"The file is whole: {len(files)} files. Its {len(entries)} entries stand in the trail {head.origin} of "
        f"{head.size} entries. {checked}"
    )


def _unpacked(archive: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            listed = opened.infolist()
            if len(listed) > MOST_FILES or sum(one.file_size for one in listed) > MOST_BYTES:
                raise MalformedNote("This ZIP is too large to be a person's file.")
            files = {one.filename: opened.read(one) for one in listed}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise MalformedNote("This is not a ZIP that can be read.") from None
    if len(files) != len(listed):
        raise MalformedNote("This ZIP holds a name twice.")
    return files


def _check_list(files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    try:
        named = {str(one["naam"]): (one["bytes"], one["sha256"]) for one in manifest["bestanden"]}
    except (KeyError, TypeError):
        raise MalformedNote("The manifest names no files.") from None
    if strange := sorted(set(files) ^ {*named, MANIFEST}):
        # The number only: the name of a strange file is not ours to repeat.
        raise ProofError(f"{len(strange)} files are missing, or are not in the manifest.")
    for name, said in named.items():
        if said != (len(files[name]), hashlib.sha256(files[name]).hexdigest()):
            raise ProofError(f"{name} is not what the manifest says: it was changed.")


def _check_receipts(files: Mapping[str, bytes], verifiers: Sequence[Verifier]) -> str:
    signed = [content for name, content in sorted(files.items()) if name.startswith(RECEIPTS)]
    keys = [verifier for verifier in verifiers if verifier.name.endswith(OF_RECEIPTS)]
    if signed and not keys:
        return f"Its {len(signed)} receipts were not checked: give their key too."
    for one in signed:
        try:
            in_words(note.verify(one, keys))
        except ReceiptMalformed:
            raise MalformedNote("A receipt is not written as one.") from None
    return f"Its {len(signed)} receipts are signed by the hub."


def _check_entry(entry: Any, head: Checkpoint) -> None:
    try:
        index, version, name = entry["index"], entry["versie"], entry["id"]
        commitment, leaf = bytes.fromhex(entry["verbintenis"]), bytes.fromhex(entry["bladhash"])
        path = [bytes.fromhex(step) for step in entry["pad"]]
        salt = None if entry["zout"] is None else bytes.fromhex(entry["zout"])
        right = records.leaf_hash(version, name, commitment) == leaf
        committed = salt is None or records.commit(salt, entry["feit"]) == commitment
        well = isinstance(index, int) and all(len(step) == HASH_BYTES for step in path)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise MalformedNote("An entry of the trail is not as it should be written.") from None
    if not (right and committed and well):
        raise ProofError(f"Entry {index!s:.20} is not the one that its leaf was made for.")
    tree.verify_inclusion(leaf, index, head.size, path, head.root)


def _json(files: Mapping[str, bytes], name: str) -> dict[str, Any]:
    try:
        found = json.loads(_text(files, name))
    except (ValueError, RecursionError):
        raise MalformedNote(f"{name} is not JSON.") from None
    if not isinstance(found, dict):
        raise MalformedNote(f"{name} is not a JSON object.")
    return found


def _text(files: Mapping[str, bytes], name: str) -> str:
    try:
        return files[name].decode()
    except (KeyError, UnicodeDecodeError):
        raise MalformedNote(f"{name} is not there, or is not UTF-8.") from None
