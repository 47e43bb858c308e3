"""Anybody with the public key checks a receipt without the hub: exit codes 0 good, 1 not signed, 3 malformed."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from audit.note import Signer
from hub.cli.verify_consent import consent
from tests.hub.cli.operator import Operator

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "receipts.json").read_text())
KEY, WHOLE, BRIEF = VECTORS["key"], VECTORS["whole"], VECTORS["brief"]
CONTENT = json.loads(WHOLE.split("\n")[1])
GOOD, NOT_SIGNED, MALFORMED = 0, 1, 3


def checks(folder: Path, text: str | bytes, *keys: str) -> Result:
    """`verify consent FILE --key …`, with nothing of a hub around."""
    file = folder / "bewijs.txt"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return CliRunner().invoke(consent, [str(file), *(word for key in keys or (KEY,) for word in ("--key", key))])


def answer(**changes: Any) -> str:
    """What the API answers, with these changes."""
    return json.dumps({"id": "b", "ontvangstbewijs": CONTENT, "ondertekend": WHOLE, "kort": BRIEF, **changes})


@pytest.mark.parametrize("text", [WHOLE, BRIEF, BRIEF.rstrip("\n"), WHOLE.replace("\n", "\r\n"), answer()])
def test_what_the_hub_signed_is_good_and_is_said_in_words(tmp_path: Path, text: str) -> None:
    result = checks(tmp_path, text)
    assert (result.exit_code, result.stderr) == (GOOD, "")
    assert result.stdout.startswith("Signed by hub.example.nl/bewijzen.\nReceipt bbbb")
    assert "toeleiding-naar-werk" in result.stdout


@pytest.mark.parametrize(
    "text",
    [
        WHOLE.replace("magWerken", "mag-Werken"),
        WHOLE.replace("ConsentRefused", "ConsentGiven"),
        BRIEF.replace('"nee"', '"ja"'),
        BRIEF.replace(VECTORS["check"], "0" * 64),
        WHOLE.rpartition("\n— ")[0] + "\n" + BRIEF[BRIEF.index("— ") :],
        answer(ontvangstbewijs={**CONTENT, "dpv:hasIdentifier": "c"}),
        answer(ondertekend=BRIEF),
    ],
)
def test_what_was_altered_or_put_together_is_not_good(tmp_path: Path, text: str) -> None:
    result = checks(tmp_path, text)
    assert (result.exit_code, result.stdout) == (NOT_SIGNED, "")


def test_what_somebody_else_signed_is_not_good(tmp_path: Path) -> None:
    forger = Signer.generate("hub.example.nl/bewijzen")
    assert checks(tmp_path, WHOLE, forger.verifier.text).exit_code == NOT_SIGNED
    assert checks(tmp_path, WHOLE, forger.verifier.text, KEY).exit_code == GOOD


@pytest.mark.parametrize(
    "text",
    [
        "", "ja", b"\xff\xfe", WHOLE[: len(WHOLE) // 2], BRIEF.partition("\n\n")[0], BRIEF[:-40], "{", "{}",
        answer(ondertekend=1), json.dumps(CONTENT),
    ],
)  # fmt: skip
def test_what_is_cut_off_or_is_something_else_is_malformed(tmp_path: Path, text: str | bytes) -> None:
    result = checks(tmp_path, text)
    assert (result.exit_code, result.stdout) == (MALFORMED, "")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("key", ["", "hub", KEY[:-4], KEY.replace("hub.", "her.")])
def test_a_key_that_is_none_is_malformed(tmp_path: Path, key: str) -> None:
    assert checks(tmp_path, WHOLE, key).exit_code == MALFORMED


def test_a_file_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(consent, [str(tmp_path / "weg"), "--key", KEY])
    assert (result.exit_code, result.stderr.count("\n")) == (MALFORMED, 1)


def test_the_operator_publishes_the_key_of_receipts_beside_that_of_the_trail(operator: Operator) -> None:
    operator.types("init")
    trail, receipts = operator.types("verify", "key"), operator.types("verify", "key", "--receipts")
    assert receipts.code == trail.code == 0
    assert trail.out.startswith("localhost:8080/auditspoor+")
    assert receipts.out.startswith("localhost:8080/bewijzen+")
    assert operator.types("verify", "key", "--receipts") == receipts
