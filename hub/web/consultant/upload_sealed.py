"""
Rows that somebody looked at, on their way back to be sent: sealed, for this session only, and for half an hour.

The hub keeps nothing of a file between looking and sending: the page carries the rows, and only the hub can open them.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hub.errors import SealBroken
from hub.vault.seal import Place, dump, load, open_value, seal_value
from hub.vault.vault import HUB, UPLOADS, Vault, own_key
from hub.web.consultant.upload_rows import MESSAGE, Row, Sort

GOOD_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Upload:
    """The rows of one file, as they were looked at. `id` is made when they were."""

    id: str
    sort: Sort
    rows: Sequence[Row]

    def key(self, vault: Vault, row: Row, name: str) -> str:
        """
        Under which key this row, about who has this name at the exchange, happens once.

        Not by the number, which may be another's tomorrow. The same hours of the same week are the same event, in
        whichever file they come. Work may be told again: it began, changed, and was as before; so there a row is one
        of this upload.
        """
        once = "" if MESSAGE[self.sort] == "urenstaat" else f"{self.id}\n{row.line}"
        told = dump([MESSAGE[self.sort], name, row.body, once])
        return hmac.digest(vault.partners.of(HUB, UPLOADS), told, hashlib.sha256).hex()


def seal(vault: Vault, session_id: str, sort: Sort, rows: Sequence[Row], now: datetime) -> str:
    """What the page carries."""
    until = (now + GOOD_FOR).isoformat()
    content = {
        "upload": uuid4().hex, "soort": sort.value, "tot": until,
        "rijen": [[row.line, row.number, row.body] for row in rows],
    }  # fmt: skip
    sealed = seal_value(own_key(vault, UPLOADS), _place(session_id), dump(content))
    return base64.urlsafe_b64encode(sealed).decode()


def unseal(vault: Vault, session_id: str, text: str, now: datetime) -> Upload | None:
    """The rows again; None for what was changed, is of another session, or was looked at too long ago."""
    try:
        sealed = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
        content: Any = load(open_value(own_key(vault, UPLOADS), _place(session_id), sealed))
    except (SealBroken, binascii.Error, UnicodeEncodeError):
        return None
    if datetime.fromisoformat(content["tot"]) <= now:
        return None
    rows = [Row(line, number, body) for line, number, body in content["rijen"]]
    return Upload(content["upload"], Sort(content["soort"]), rows)


def _place(session_id: str) -> Place:
    return Place("uploads", "rows", session_id)
