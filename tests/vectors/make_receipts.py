"""
Makes tests/vectors/receipts.json: receipts that every later version must still accept, and write to the letter.

Says format and signature in words of its own, without `consent` and `audit`; the agreement is this small one. A
receipt on paper carries a check value: the day that the same choice gives another text, the paper is called false.
The same bytes at every run: python tests/vectors/make_receipts.py > tests/vectors/receipts.json
"""

import base64
import hashlib
import json
import sys
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME, HUB, PERSON = "hub.example.nl/bewijzen", "https://hub.example.nl", "aaaabbbbccccddddeeeeffff22"
YES, NO, FACTS = "a" * 32, "b" * 32, "f" * 64
SEED = hashlib.sha256(b"receipts").digest()
AGREEMENT = """
[afspraak]
naam = "proef"
geldig_van = 2022-12-01
[instellingen]
toestemming_geldig_dagen = 365
koppelcode_geldig_dagen = 14
herbevestigen_na_dagen = 90
urendrempel_per_week = 24
[kennisgeving]
toeleiding-naar-werk = "2023-1"
[[partij]]
naam = "coa"
titel = "COA"
rol = "coa"
oin = "00000099000000001000"
vestigingen = ["azc-almere-engelse-mijl"]
[[partij]]
naam = "randstad"
titel = "Randstad"
rol = "bemiddelaar"
oin = "00000099000000002000"
vestigingen = ["almere"]
[[stroom]]
bericht = "werkmogelijkheid"
van = "coa"
naar = "bemiddelaar"
doel = "toeleiding-naar-werk"
grondslag = "toestemming"
grondslag_status = "te bevestigen"
velden = ["magWerken"]
bewaren_hub_dagen = 100
bewaren_ontvanger_dagen = 200
"""
REFERENCES = (
    "hasApplicability", "hasApplicableLaw", "hasAuthority", "hasDataController", "hasDataSource", "hasJurisdiction",
    "hasLegalBasis", "hasProcessing", "hasRecipient", "isExercisedAt", "isIndicatedBy",
)  # fmt: skip
CONTEXT = {
    "dpv": "https://w3id.org/dpv#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "legal-eu": "https://w3id.org/dpv/legal/eu#",
    "legal-nl": "https://w3id.org/dpv/legal/nl#",
    "loc": "https://w3id.org/dpv/loc#",
    "dpv-27560": "https://w3id.org/dpv/schema/dpv-27560#",
    "dct": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    **{f"dpv:{name}": {"@type": "@id"} for name in REFERENCES},
    "dct:conformsTo": {"@type": "@id"},
    "dct:created": {"@type": "xsd:dateTime"},
    "dpv:isIndicatedAtTime": {"@type": "xsd:dateTime"},
}
NOWHERE = {"dpv:hasApplicability": "dpv:NotAvailable"}
CONTROLLER = {"@type": ["dpv:DataController", "dpv:LegalEntity"], "dpv:hasAddress": NOWHERE, "dpv:hasContact": NOWHERE}
WINDOW = f"{HUB}/venster"
NOTICE = {
    "@type": "dpv:ConsentNotice",
    "dct:identifier": "2023-1",
    "dct:language": "ti",
    "dct:references": {"dct:identifier": "feiten", "schema:sha256": FACTS},
}


def kept(where: str, days: int) -> dict[str, Any]:
    duration = {"@type": "dpv:TemporalDuration", "rdf:value": f"P{days}D"}
    return {"@type": "dpv:StorageDuration", "dct:description": where, "dpv:hasDuration": duration}


def right(article: str, where: str = WINDOW) -> dict[str, Any]:
    return {"@type": ["dpv:DataSubjectRight", f"eu-gdpr:{article}"], "dpv:isExercisedAt": where}


STATES = [
    {
        "@type": ["dpv:ConsentGiven"],
        "dct:identifier": YES,
        "dpv:isIndicatedAtTime": "2023-03-01T09:12:44Z",
        "dpv:isIndicatedBy": "_:bewoner",
        "dpv:hasIndicationMethod": "gesprek, met tolk",
        "dpv:hasNotice": NOTICE,
        "dpv:hasDuration": {"@type": "dpv:UntilTimeDuration", "rdf:value": "2024-02-29"},
    },
    {
        "@type": ["dpv:ConsentRefused", "dpv:ConsentWithdrawn"],
        "dct:identifier": NO,
        "dpv:isIndicatedAtTime": "2023-05-02T07:00:00Z",
        "dpv:isIndicatedBy": "_:bewoner",
        "dpv:hasIndicationMethod": "gesprek, met tolk",
        "dpv:hasNotice": NOTICE,
    },
]
RECORD = {
    "@id": f"{HUB}/api/v1/toestemmingen/{YES}/bewijs#record",
    "@type": "dpv:ConsentRecord",
    "dct:conformsTo": "dpv-27560:record-eu-gdpr",
    "dct:created": "2023-03-01T09:12:44Z",
    "dpv:hasIdentifier": YES,
    "dpv:hasDataSubject": {"@id": "_:bewoner", "@type": "dpv:DataSubject", "dpv:hasIdentifier": PERSON},
    "dpv:hasDataController": ["_:coa"],
    "dpv:hasEntity": [
        {**CONTROLLER, "@id": "_:coa", "dct:identifier": "coa", "dpv:hasName": "COA",
         "dpv:hasIdentifier": "00000099000000001000"},
        {**CONTROLLER, "@id": "_:randstad", "dct:identifier": "randstad", "dpv:hasName": "Randstad",
         "dpv:hasIdentifier": "00000099000000002000"},
    ],
    "dpv:hasService": {
        "@type": "dpv:Service",
        "dct:title": "Hulp bij het vinden van werk, op verzoek van de bewoner",
        "dct:date": "2023-02-27",
    },
    "dpv:hasLegalBasis": "eu-gdpr:A6-1-a",
    "dpv:hasApplicableLaw": "legal-eu:law-GDPR",
    "dpv:hasAuthority": "legal-nl:DPA-NL",
    "dpv:hasJurisdiction": "loc:NL",
    "dpv:hasProcess": [
        {
            "@type": "dpv:Process",
            "dct:identifier": "werkmogelijkheid:coa>bemiddelaar",
            "dpv:hasPurpose": {"@type": "dpv:Purpose", "dct:identifier": "toeleiding-naar-werk"},
            "dpv:hasProcessing": "dpv:Share",
            "dpv:hasPersonalData": [{"@type": "dpv:PersonalData", "dct:identifier": "magWerken"}],
            "dpv:hasDataController": ["_:coa"],
            "dpv:hasDataSource": ["_:coa"],
            "dpv:hasRecipient": ["_:randstad"],
            "dpv:hasStorageCondition": [
                kept("hub", 100),
                kept("ontvanger", 200),
                {"@type": "dpv:StorageLocation", **NOWHERE},
            ],
        }
    ],
    "dpv:hasConsentControl": {
        "@type": "dpv:WithdrawConsent",
        "dpv:isExercisedAt": WINDOW,
        "dct:description": "Nee zeggen of een ja intrekken heeft geen gevolgen voor de bewoner.",
    },
    "dpv:hasRight": [
        *(right(article) for article in ("A7-3", "A15", "A16", "A17", "A18")),
        right("A77", "https://autoriteitpersoonsgegevens.nl/"),
    ],
    "dpv:hasConsentStatus": STATES,
    "dct:source": {
        "dct:identifier": "afspraak proef",
        "schema:sha256": hashlib.sha256(AGREEMENT.encode()).hexdigest(),
        "dct:description": "De grondslag is een voorstel: de juristen van de partijen moeten haar nog bevestigen.",
    },
}  # fmt: skip
RECEIPT = {
    "@context": CONTEXT,
    "@id": f"{HUB}/api/v1/toestemmingen/{NO}/bewijs",
    "@type": "dpv:ConsentReceipt",
    "dct:conformsTo": "dpv-27560:receipt-eu-gdpr",
    "dct:created": "2023-05-02T07:00:00Z",
    "dct:publisher": {"dct:identifier": NAME},
    "dpv:hasIdentifier": NO,
    "dpv:hasRecordOfActivity": RECORD,
}


def line(content: dict[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def signed(text: str) -> str:
    private = Ed25519PrivateKey.from_private_bytes(SEED)
    public = private.public_key().public_bytes_raw()
    key_id = hashlib.sha256(NAME.encode() + b"\n\x01" + public).digest()[:4]
    signature = base64.b64encode(key_id + private.sign(text.encode())).decode()
    return f"{text}\n— {NAME} {signature}\n"


def key() -> str:
    public = Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
    key_id = hashlib.sha256(NAME.encode() + b"\n\x01" + public).digest()[:4]
    return f"{NAME}+{key_id.hex()}+{base64.b64encode(bytes([1]) + public).decode()}"


WHOLE = f"ketenhub/toestemmingsbewijs/1\n{line(RECEIPT)}\n"
CHECK = hashlib.sha256(WHOLE.encode()).hexdigest()
BRIEF = {
    "id": NO, "doel": "toeleiding-naar-werk", "keuze": "nee", "dag": "2023-05-02", "kennisgeving": "2023-1",
    "controle": CHECK,
}  # fmt: skip
vectors = {
    "made by": "tests/vectors/make_receipts.py",
    "seed": SEED.hex(),
    "key": key(),
    "agreement": AGREEMENT,
    "facts": FACTS,
    "subject": PERSON,
    "check": CHECK,
    "whole": signed(WHOLE),
    "brief": signed(f"ketenhub/toestemmingsbewijs-kort/1\n{line(BRIEF)}\n"),
}
sys.stdout.write(json.dumps(vectors, indent=1) + "\n")
