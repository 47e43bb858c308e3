"""Asks for a person's file as Noor does, and takes it apart."""

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

from tests.chain import Chain, Resident
from tests.front_door import ROOT, Answer, send


def granted(chain: Chain, resident: Resident) -> str:
    """A request for inzage that was granted."""
    asked = chain.noor.caller.post("/verzoeken", {"betrokkeneId": chain.noor.knows(resident), "soort": "inzage"})
    decided = chain.noor.caller.post(f"/verzoeken/{asked.body['id']}/_besluit", {"besluit": "toegewezen"})
    assert decided.status == 200, decided
    return str(asked.body["id"])


def fetched(chain: Chain, request: str) -> Answer:
    """What Noor gets when she fetches the file."""
    return send(chain.noor, "GET", f"{ROOT}/verzoeken/{request}/dossier")


def file_of(chain: Chain, resident: Resident) -> bytes:
    """The file, through the front door."""
    answer = fetched(chain, granted(chain, resident))
    assert answer.status == 200, answer
    return answer.raw


def unpacked(archive: bytes) -> dict[str, bytes]:
    """Every file in it."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these, as somebody makes who changed something."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return written.getvalue()


def said(archive: bytes, name: str) -> dict[str, Any]:
    """One JSON file of it."""
    found: dict[str, Any] = json.loads(unpacked(archive)[name])
    return found
