"""What partners get back, for the OpenAPI document. What they see of a message stands in `shapes`."""

from marshmallow import Schema, fields

from consent.reviews import TextState
from consent.standing import BY_RESIDENT, State
from consent.words import Direction
from hub.exchange.route import Outcome
from hub.permit import Reason
from schemas.agreement import Basis, Role
from schemas.fields import LANGUAGES

PERSON = {"description": "De persoon, met de naam die alleen uw partij kent.", "example": "p7q2mzkw4tg6vhr3ye5nacbdfs"}
MOMENT = {"description": "Tijdstip in UTC.", "example": "2023-03-01T09:12:44Z"}
IDENTIFIER = {"minLength": 1, "maxLength": 64, "example": "0192f1a2b3c47d8e9fa0b1c2d3e4f506"}
PURPOSE = {"description": "Het doel, zoals in de afspraak.", "example": "toeleiding-naar-werk"}
PARTNER = {"description": "Een partij, zoals in de afspraak.", "example": "randstad"}
HASH = {"pattern": "^[0-9a-f]{64}$", "example": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"}
# C2SP signed-note, tlog-checkpoint and tlog-proof: the texts of the trail, by the name of their road.
KEY = "hub.example.nl/auditspoor+010cf215+Ab2OA3OQzxVubxBQ40C5CxafXP1gfou8Ndgnnq6FygI6\n"
CHECKPOINT = """hub.example.nl/auditspoor
4
cogviLSKNVI5k/h65ScNMn5RYJa5GnLzCMqCdXmxUi8=

— hub.example.nl/auditspoor AQzyFSTv5lNlZOOhoE+o8uZradHaeC352MT1LMCRFcH/nvJGngxJhyEq0u0kS8OqQfkOR2Gn3iVG3MZGceQkJPJfKAc=
"""
STEPS = "lUS+77MA0Pg2ZayEzaZjT5yETQ7Vuxg/7b2hXBPfLdg=\ntfotN5E0xqMwRbPA5nCPGJDCfHHj15T1CnQwfspKTiE=\n\n"
TEXTS = {
    "sleutel": KEY,
    "controlepunt": CHECKPOINT,
    "bewijs": f"c2sp.org/tlog-proof@v1\nindex 2\n{STEPS}{CHECKPOINT}",
    "drukVensterbriefjeAf": '<!doctype html>\n<html lang="ti">…</html>\n',
    "groei": f"old 2\n{STEPS}{CHECKPOINT}",
    # The first bytes of every ZIP.
    "dossier": "PK\u0003\u0004",
    "afdruk": '<!doctype html>\n<html lang="ti" dir="ltr">…</html>',
}
RECEIPTS_KEY = "hub.example.nl/bewijzen+c4bb0d1c+AQtb1bEa3UEkR3Y7kKfWqNE5Y6QpZ1L3g9cW5k0oJ8sC"
RECEIPT_OF_CHOICE = {
    "@context": {"dpv": "https://w3id.org/dpv#"},
    "@type": "dpv:ConsentReceipt",
    "dpv:hasIdentifier": "0192f1a2b3c47d8e9fa0b1c2d3e4f506",
}
SIGNED_RECEIPT = "ketenhub/toestemmingsbewijs/1\n{…}\n\n— hub.example.nl/bewijzen xLsNHA…\n"
SIGNED_BRIEF = "ketenhub/toestemmingsbewijs-kort/1\n{…}\n\n— hub.example.nl/bewijzen xLsNHA…\n"
RECIPIENTS = [{"ontvanger": "randstad", "doel": "toeleiding-naar-werk", "uitkomst": "wacht-op-koppeling"}]


class Receipt(Schema):
    """Where it stands in the trail."""

    index = fields.Integer(
        required=True, metadata={"description": "De plaats in het auditspoor.", "minimum": 0, "example": 1041}
    )
    leaf = fields.String(required=True, data_key="bladhash", metadata=HASH)


class PersonAnswer(Schema):
    """The name by which one's own partner knows this person."""

    person = fields.String(required=True, data_key="betrokkeneId", metadata=PERSON)


class PersonList(Schema):
    """One person, or none."""

    results = fields.List(
        fields.Nested(PersonAnswer), required=True, data_key="resultaten", metadata={"description": "Eén, of leeg."}
    )


class UnlinkAnswer(Schema):
    """The link has ended."""

    at = fields.DateTime(required=True, data_key="tijdstip", metadata=MOMENT)
    partners = fields.List(
        fields.String(metadata=PARTNER),
        data_key="partijen",
        metadata={"description": "Wier koppeling eindigde. Alleen voor coa."},
    )
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class LinkCodeAnswer(Schema):
    """What is printed on the slip."""

    code = fields.String(
        required=True,
        data_key="koppelcode",
        metadata={"description": "Voor op de slip. Staat nergens anders meer.", "example": "7K3M-9QXD-2WPA"},
    )
    expires = fields.Date(
        required=True,
        data_key="verlooptOp",
        metadata={"description": "Op deze dag werkt de code niet meer.", "example": "2023-03-15"},
    )


class LinkCodeLine(Schema):
    """One slip: for whom, and what became of it."""

    partner = fields.String(required=True, data_key="voor", metadata=PARTNER)
    issued = fields.DateTime(required=True, data_key="aangemaaktOp", metadata=MOMENT)
    expires = fields.Date(required=True, data_key="verlooptOp", metadata={"example": "2023-03-15"})
    status = fields.String(
        required=True, metadata={"enum": ["open", "verzilverd", "vervallen", "verlopen"], "example": "verzilverd"}
    )
    redeemed = fields.DateTime(data_key="verzilverdOp", metadata=MOMENT)


class LinkCodeList(Schema):
    """The slips of one person, newest first."""

    results = fields.List(fields.Nested(LinkCodeLine), required=True, data_key="resultaten")


class WindowSlipAnswer(Schema):
    """What is printed on the slip of a window."""

    code = fields.String(
        required=True,
        metadata={"description": "Voor op het briefje. Staat nergens anders meer.", "example": "7K3M-9QXD-2WPA"},
    )
    expires = fields.Date(
        required=True,
        data_key="verlooptOp",
        metadata={"description": "Op deze dag opent de code niets meer.", "example": "2024-02-29"},
    )
    address = fields.String(
        required=True,
        data_key="adres",
        metadata={
            "description": "Voor in de QR-code: voor iedereen hetzelfde, op de taal na.",
            "example": "https://hub.example.nl/venster?taal=ti",
        },
    )


class WindowSlipLine(Schema):
    """One slip: until when, and when it was last used. Not what was looked at."""

    issued = fields.DateTime(required=True, data_key="aangemaaktOp", metadata=MOMENT)
    expires = fields.Date(required=True, data_key="verlooptOp", metadata={"example": "2024-02-29"})
    status = fields.String(required=True, metadata={"enum": ["open", "vervallen", "verlopen"], "example": "open"})
    used = fields.DateTime(data_key="laatstGebruiktOp", metadata=MOMENT)


class WindowSlipList(Schema):
    """The slips of one person, newest first."""

    results = fields.List(fields.Nested(WindowSlipLine), required=True, data_key="resultaten")


class RedemptionAnswer(Schema):
    """The person is known now."""

    person = fields.String(required=True, data_key="betrokkeneId", metadata=PERSON)
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class ChoiceAnswer(Schema):
    """The choice was recorded and works."""

    id = fields.String(required=True, metadata=IDENTIFIER)
    at = fields.DateTime(required=True, data_key="tijdstip", metadata=MOMENT)
    purpose = fields.String(required=True, data_key="doel", metadata=PURPOSE)
    choice = fields.String(
        required=True, data_key="keuze", metadata={"enum": [choice.value for choice in BY_RESIDENT], "example": "ja"}
    )
    expires = fields.Date(
        data_key="verlooptOp",
        metadata={"description": "Op deze dag geldt de toestemming niet meer.", "example": "2024-02-29"},
    )
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class ConsentReceiptAnswer(Schema):
    """The receipt of one choice, and all that is needed to check it without the hub."""

    id = fields.String(required=True, metadata=IDENTIFIER)
    check = fields.String(
        required=True,
        data_key="controle",
        metadata={**HASH, "description": "SHA-256 van wat ondertekend is; de eerste 16 tekens staan op papier."},
    )
    receipt = fields.Dict(
        required=True,
        data_key="ontvangstbewijs",
        metadata={
            "description": "Consent receipt met het consent record erin: JSON-LD, ISO/IEC TS 27560, W3C DPV 2.3.",
            "example": RECEIPT_OF_CHOICE,
            "additionalProperties": True,
        },
    )
    signed = fields.String(
        required=True,
        data_key="ondertekend",
        metadata={"description": "Hetzelfde bewijs als C2SP signed-note: bewaar dit.", "example": SIGNED_RECEIPT},
    )
    brief = fields.String(
        required=True,
        data_key="kort",
        metadata={"description": "Wat er in de QR-code op papier staat, apart ondertekend.", "example": SIGNED_BRIEF},
    )
    key = fields.String(
        required=True,
        data_key="sleutel",
        metadata={"description": "De openbare sleutel: naam+hash+base64. Vraag hem ook langs een andere weg.",
                  "example": RECEIPTS_KEY},
    )  # fmt: skip


class ChoiceLine(Schema):
    """The newest choice for one purpose, and what it means today."""

    purpose = fields.String(required=True, data_key="doel", metadata=PURPOSE)
    choice = fields.String(
        required=True, data_key="keuze", metadata={"enum": [choice.value for choice in BY_RESIDENT], "example": "ja"}
    )
    day = fields.Date(
        required=True, data_key="datum", metadata={"description": "De dag van de keuze.", "example": "2023-03-01"}
    )
    notice = fields.String(
        required=True,
        data_key="kennisgeving",
        metadata={"description": "De versie van de uitleg.", "example": "2023-1"},
    )
    status = fields.String(
        required=True,
        metadata={
            "description": "Wat de keuze vandaag betekent.",
            "enum": [state.value for state in State],
            "example": "van-kracht",
        },
    )
    expires = fields.Date(data_key="verlooptOp", metadata={"example": "2024-02-29"})


class ChoiceList(Schema):
    """What this person chose."""

    results = fields.List(fields.Nested(ChoiceLine), required=True, data_key="resultaten")


class RecipientLine(Schema):
    """What became of one flow; only coa sees this."""

    recipient = fields.String(
        required=True,
        data_key="ontvanger",
        metadata={"description": "Een partij, of de rol als er nog geen is.", "example": "randstad"},
    )
    purpose = fields.String(required=True, data_key="doel", metadata=PURPOSE)
    outcome = fields.String(
        required=True,
        data_key="uitkomst",
        metadata={
            "enum": [Outcome.OFFERED.value, Outcome.WAITS.value, Outcome.NOT_SHARED.value],
            "example": "wacht-op-koppeling",
        },
    )
    reason = fields.String(
        data_key="reden",
        metadata={
            "description": "Alleen bij niet-gedeeld.",
            "enum": [reason.value for reason in Reason],
            "example": "niet-gevraagd",
        },
    )


class PurposeLine(Schema):
    """Whether it was taken for this purpose; never who received it, nor why not."""

    purpose = fields.String(required=True, data_key="doel", metadata={**PURPOSE, "example": "inburgering-planning"})
    outcome = fields.String(
        required=True, data_key="uitkomst", metadata={"enum": ["aangenomen", "niet-gedeeld"], "example": "aangenomen"}
    )


class PublicationAnswer(Schema):
    """The message was taken."""

    id = fields.String(required=True, metadata=IDENTIFIER)
    at = fields.DateTime(required=True, data_key="tijdstip", metadata=MOMENT)
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class PublicationByCoa(PublicationAnswer):
    """coa keeps the choices, and so hears what became of each flow."""

    recipients = fields.List(
        fields.Nested(RecipientLine), required=True, data_key="ontvangers", metadata={"example": RECIPIENTS}
    )


class PublicationByOthers(PublicationAnswer):
    """Any other source hears per purpose whether it was taken."""

    purposes = fields.List(fields.Nested(PurposeLine), required=True, data_key="doelen")


class CorrectionAnswer(Schema):
    """The wrong message is taken back; the right one was taken, unless nobody may receive it: then there is no id."""

    id = fields.String(metadata=IDENTIFIER)
    at = fields.DateTime(required=True, data_key="tijdstip", metadata=MOMENT)
    recipients = fields.List(
        fields.Nested(RecipientLine),
        data_key="ontvangers",
        metadata={"description": "Voor coa.", "example": RECIPIENTS},
    )
    purposes = fields.List(
        fields.Nested(PurposeLine), data_key="doelen", metadata={"description": "Voor een andere bron."}
    )
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class CorrectionLine(Schema):
    """One receiver that had seen the wrong value, and how far the right one came."""

    message = fields.String(required=True, data_key="bericht", metadata={"example": "werkmogelijkheid"})
    id = fields.String(required=True, data_key="berichtId", metadata=IDENTIFIER)
    corrects = fields.String(required=True, data_key="corrigeert", metadata=IDENTIFIER)
    at = fields.DateTime(required=True, data_key="tijdstip", metadata=MOMENT)
    recipient = fields.String(required=True, data_key="ontvanger", metadata=PARTNER)
    purpose = fields.String(required=True, data_key="doel", metadata=PURPOSE)
    status = fields.String(
        required=True, metadata={"enum": ["aangeboden", "geopend", "bevestigd", "ingetrokken"], "example": "bevestigd"}
    )


class CorrectionList(Schema):
    """What was put right about one person, newest first."""

    results = fields.List(fields.Nested(CorrectionLine), required=True, data_key="resultaten")


class FactList(Schema):
    """The current fact, or nothing: the same nothing whatever the cause. `shapes` says it exactly per type."""

    results = fields.List(
        fields.Dict(), required=True, data_key="resultaten", metadata={"description": "Leeg, of het geldende feit."}
    )


class InboxLine(Schema):
    """Something lies ready; not even its type is told here."""

    id = fields.String(required=True, metadata=IDENTIFIER)
    at = fields.DateTime(required=True, data_key="tijdstip", metadata=MOMENT)


class InboxPage(Schema):
    """Some of the inbox, oldest first."""

    items = fields.List(fields.Nested(InboxLine), required=True)
    after = fields.String(
        required=True,
        allow_none=True,
        data_key="volgende",
        metadata={"description": "Geef dit mee als `na`; null aan het eind.", "example": None},
    )


class InboxItem(Schema):
    """One item, opened. `shapes` says exactly what `gegevens` holds per sort."""

    id = fields.String(required=True, metadata=IDENTIFIER)
    sort = fields.String(required=True, data_key="soort", metadata={"example": "werkmogelijkheid"})
    at = fields.DateTime(required=True, data_key="tijdstip", metadata=MOMENT)
    person = fields.String(required=True, data_key="betrokkeneId", metadata=PERSON)
    purpose = fields.String(required=True, data_key="doel", metadata=PURPOSE)
    basis = fields.String(
        required=True,
        data_key="grondslag",
        metadata={"enum": [basis.value for basis in Basis], "example": "toestemming"},
    )
    fields_ = fields.Dict(required=True, data_key="gegevens")
    correction = fields.Boolean(
        data_key="correctie",
        metadata={"description": "Alleen bij een correctie van wat u al zag.", "enum": [True], "example": True},
    )
    corrects = fields.String(
        data_key="corrigeert", metadata={"description": "Uw eerdere item dat fout was.", **IDENTIFIER}
    )


class FlowLine(Schema):
    """One flow of one's own role."""

    message = fields.String(required=True, data_key="bericht", metadata={"example": "werkmogelijkheid"})
    variant = fields.String(
        data_key="soort", metadata={"description": "Alleen deze soort van het bericht.", "example": "TWV"}
    )
    source = fields.String(
        required=True, data_key="van", metadata={"enum": [role.value for role in Role], "example": "coa"}
    )
    recipient = fields.String(
        required=True, data_key="naar", metadata={"enum": [role.value for role in Role], "example": "bemiddelaar"}
    )
    purpose = fields.String(required=True, data_key="doel", metadata=PURPOSE)
    basis = fields.String(
        required=True,
        data_key="grondslag",
        metadata={"enum": [basis.value for basis in Basis], "example": "toestemming"},
    )
    names = fields.List(
        fields.String(metadata={"example": "magWerken"}),
        required=True,
        data_key="velden",
        metadata={"description": "Wat de ontvanger ziet."},
    )
    hub_days = fields.Integer(
        required=True,
        data_key="bewarenHubDagen",
        metadata={"description": "Dagen dat de hub het bewaart.", "minimum": 1, "example": 365},
    )
    recipient_days = fields.Integer(
        required=True,
        data_key="bewarenOntvangerDagen",
        metadata={"description": "Dagen dat de ontvanger het mag bewaren.", "minimum": 1, "example": 365},
    )


class NoticeSection(Schema):
    """A part of the text under its own heading."""

    title = fields.String(required=True, data_key="kop", metadata={"example": "Waarom vragen wij dit?"})
    text = fields.List(
        fields.String(metadata={"example": "U hebt hulp gevraagd bij het vinden van werk."}),
        required=True,
        data_key="alineas",
    )
    points = fields.List(fields.String(metadata={"example": "of u mag werken"}), required=True, data_key="punten")


class NoticeAnswer(Schema):
    """What is explained about one purpose, in one language."""

    purpose = fields.String(required=True, data_key="doel", metadata=PURPOSE)
    version = fields.String(
        required=True,
        data_key="versie",
        metadata={"description": "Geef deze mee als `kennisgeving` bij een keuze.", "example": "2023-1"},
    )
    language = fields.String(required=True, data_key="taal", metadata={"enum": list(LANGUAGES), "example": "nl"})
    direction = fields.String(
        required=True,
        data_key="richting",
        metadata={
            "description": "Waarheen men leest, als `dir` in HTML.",
            "enum": [direction.value for direction in Direction],
            "example": "ltr",
        },
    )
    status = fields.String(
        required=True,
        metadata={
            "description": "Alleen een beoordeelde tekst kan een ja dragen.",
            "enum": [state.value for state in TextState],
            "example": "beoordeeld",
        },
    )
    remark = fields.String(
        data_key="opmerking",
        metadata={
            "description": "Alleen bij een machinevertaling: zeg het erbij.",
            "example": "Deze tekst is door een computer vertaald.",
        },
    )
    title = fields.String(required=True, data_key="titel", metadata={"example": "Hulp bij het vinden van werk"})
    text = fields.List(fields.Nested(NoticeSection), required=True, data_key="tekst")
    hash = fields.String(
        required=True, metadata={**HASH, "description": "SHA-256 over de hele tekst; staat bij elke keuze."}
    )


class AgreementAnswer(Schema):
    """The agreement as far as one's own role goes."""

    name = fields.String(required=True, data_key="naam", metadata={"example": "almere"})
    hash = fields.String(required=True, metadata=HASH)
    valid_from = fields.Date(required=True, data_key="geldigVan", metadata={"example": "2023-01-01"})
    flows = fields.List(fields.Nested(FlowLine), required=True, data_key="stromen")
    notices = fields.Dict(
        values=fields.String(),
        data_key="kennisgevingen",
        metadata={
            "description": "Per doel de versie van de uitleg. Alleen voor coa.",
            "example": {"toeleiding-naar-werk": "2023-1"},
        },
    )


class MistakeLine(Schema):
    """One mistake in what was sent."""

    field = fields.String(
        required=True,
        data_key="veld",
        metadata={"description": "De naam van het veld; leeg: het geheel.", "example": "magWerken"},
    )
    message = fields.String(
        required=True,
        data_key="melding",
        metadata={"description": "Wat er moet staan.", "example": "Schrijf true of false, zonder aanhalingstekens."},
    )


class Problem(Schema):
    """RFC 9457. Never says anything about a person."""

    status = fields.Integer(required=True, metadata={"minimum": 400, "maximum": 599})
    title = fields.String(required=True)
    detail = fields.String(required=True, metadata={"description": "Wat u kunt doen."})
    code = fields.String(
        required=True, metadata={"description": "Welke fout, in een vast woord.", "pattern": "^[a-z]+(-[a-z]+)*$"}
    )
    mistakes = fields.List(
        fields.Nested(MistakeLine), data_key="fouten", metadata={"description": "Elke fout in de invoer."}
    )
    recipients = fields.List(
        fields.Nested(RecipientLine),
        data_key="ontvangers",
        metadata={"description": "Alleen voor coa, bij een bericht dat met niemand wordt gedeeld."},
    )
