"""
The file of a person (AVG art. 15): everything that the hub holds about them, in one ZIP, to read and to check.

Recorded before anything is opened. Names of files say nothing about anybody.
"""

import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence

from audit.events import Kind
from audit.keeper import Keeper
from hub.clock import stamp
from hub.exchange import receipts, trail
from hub.exchange.hub import Hub
from hub.exchange.situation import Situation, locked
from hub.identity.principals import Author
from hub.people.models import Subject
from hub.rights.gathered import as_bytes, gather, rows_of
from hub.rights.proven import Proven, entries_of
from hub.rights.readable import page
from hub.rights.story import Story, story
from hub.vault.subject_keys import KeyClass
from schemas.base import Json

FORMAT = "ketenhub/dossier/1"
MANIFEST, PAGE, DATA, RECEIVERS, TRAIL, HEAD = (
    "manifest.json", "lees-mij.html", "gegevens.json", "ontvangers.json", "spoor.json", "controlepunt.txt",
)  # fmt: skip
# A folder of signed texts, one a choice, oldest first.
RECEIPTS = "bewijzen/"
# The first day that a ZIP can say; the same for every file, so that the same content is the same bytes.
NO_TIME = (1980, 1, 1, 0, 0, 0)


def file_of(
    hub: Hub, subject: str, language: str | None, by: Author, *,
    keeper: Keeper | None = None, base_url: str = "", request: str = "",
) -> bytes:  # fmt: skip
    """
    The ZIP, in this language (None: the person's own). With a keeper, each entry of the trail comes with its proof;
    with the hub's address, the receipts of the person's choices are in it, signed.

    `request` names the request that it answers. Raises KeyDestroyed for who was erased, SealBroken when something was
    moved or changed.
    """
    # 1. Recorded and committed: there is no opening without a record.
    with hub.database.writing() as session:
        situation = locked(hub, session, subject, *KeyClass)
        trail.write(session, situation, by, Kind.ACCESSED, trail.YES, {"verzoekId": request} if request else {})

    # 2. Read and opened, as it stands after that record.
    told = story(hub, subject)
    with hub.database.reading() as session:
        proven = entries_of(session, situation.key(KeyClass.AUDIT), keeper)
        held = gather(hub, session, subject, situation.keys)
        choices = receipts.of_person(hub, session, subject, base_url) if base_url else []
    own = str(next(iter(rows_of(held, Subject.__tablename__)))["language"])

    # 3. Written down, with a list of what there is.
    files = _files(hub, situation, language or own, told, held, proven)
    files |= {f"{RECEIPTS}{number:03}.txt": one.signed.encode() for number, one in enumerate(choices, start=1)}
    return _zipped({MANIFEST: _manifest(hub, situation, language or own, proven, files), **files})


def _files(
    hub: Hub, situation: Situation, language: str, told: Story, held: Mapping[str, Json], proven: Proven
) -> dict[str, bytes]:
    head = {} if proven.signed is None else {HEAD: proven.signed.encode()}
    return {
        PAGE: page(hub, language, situation.now, told, held).encode(),
        DATA: as_bytes({"tabellen": held, "stromen": _flows(hub)}),
        RECEIVERS: as_bytes(_receivers(told)),
        TRAIL: as_bytes({"omvang": proven.size, "regels": proven.entries}),
        **head,
    }


def _flows(hub: Hub) -> Sequence[Json]:
    """For what, on which basis and for how long (AVG art. 15(1)(a), (c), (d)), as agreed today."""
    return [
        {
            "stroom": flow.id, "soort": flow.variant, "doel": flow.purpose, "grondslag": flow.basis.value,
            "velden": list(flow.fields), "bewarenHubDagen": flow.hub_keeps_days,
            "bewarenOntvangerDagen": flow.recipient_keeps_days,
        }
        for flow in hub.agreement.flows
    ]  # fmt: skip


def _receivers(told: Story) -> dict[str, Json]:
    """Who actually received something: the receivers themselves, not categories (CJEU C-154/21)."""
    return {
        "ontvangen": [
            {
                "tijdstip": stamp(one.at), "partij": one.partner, "naam": one.title, "bericht": one.message,
                "velden": list(one.fields), "doel": one.purpose, "grondslag": one.basis, "wijze": one.how,
                "bevestigdOp": None if one.confirmed_at is None else stamp(one.confirmed_at),
            }
            for one in told.received
        ],
        "wissenGevraagd": [
            {
                "partij": one.partner, "naam": one.title, "doel": one.purpose, "gevraagdOp": stamp(one.asked_at),
                "bevestigdOp": None if one.confirmed_at is None else stamp(one.confirmed_at),
            }
            for one in told.deletions
        ],
        "wacht": [
            {
                "sinds": stamp(one.since), "partij": one.partner, "naam": one.title, "bericht": one.message,
                "doel": one.purpose, "staatStil": one.held,
            }
            for one in told.waiting
        ],
    }  # fmt: skip


def _manifest(hub: Hub, situation: Situation, language: str, proven: Proven, files: Mapping[str, bytes]) -> bytes:
    listed = [
        {"naam": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in files.items()
    ]
    return as_bytes(
        {
            "formaat": FORMAT,
            "gemaaktOp": stamp(situation.now),
            "taal": language,
            "afspraak": hub.agreement.hash,
            "spoor": {"omvang": proven.size, "controlepunt": None if proven.signed is None else HEAD},
            "bestanden": listed,
        }
    )


def _zipped(files: Mapping[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            archive.writestr(entry, content)
    return written.getvalue()
