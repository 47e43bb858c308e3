"""What partners get back, for the OpenAPI document."""

from marshmallow import Schema, fields


class Receipt(Schema):
    """Where it stands in the trail."""

    index = fields.Integer(required=True, metadata={"example": 1041})
    leaf = fields.String(required=True, data_key="bladhash", metadata={"example": "6e340b9c"})


class PersonAnswer(Schema):
    """The name by which one's own partner knows this person."""

    person = fields.String(required=True, data_key="betrokkeneId", metadata={"example": "k3v9xq2mzkw4tg6vhr3ye5nacb"})


class PersonList(Schema):
    """One person, or none."""

    results = fields.List(fields.Nested(PersonAnswer), required=True, data_key="resultaten")


class UnlinkAnswer(Schema):
    """The link has ended."""

    at = fields.DateTime(required=True, data_key="tijdstip")
    partners = fields.List(fields.String(), data_key="partijen", metadata={"description": "Alleen voor coa."})
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class LinkCodeAnswer(Schema):
    """What is printed on the slip."""

    code = fields.String(required=True, data_key="koppelcode", metadata={"example": "7K3M-9QXD-2WPA"})
    expires = fields.Date(required=True, data_key="verlooptOp", metadata={"example": "2023-03-15"})


class LinkCodeLine(Schema):
    """One slip: for whom, and what became of it."""

    partner = fields.String(required=True, data_key="voor", metadata={"example": "randstad"})
    issued = fields.DateTime(required=True, data_key="aangemaaktOp")
    expires = fields.Date(required=True, data_key="verlooptOp")
    status = fields.String(
        required=True, metadata={"enum": ["open", "verzilverd", "vervallen", "verlopen"], "example": "verzilverd"}
    )
    redeemed = fields.DateTime(data_key="verzilverdOp")


class LinkCodeList(Schema):
    """The slips of one person, newest first."""

    results = fields.List(fields.Nested(LinkCodeLine), required=True, data_key="resultaten")


class RedemptionAnswer(Schema):
    """The person is known now."""

    person = fields.String(required=True, data_key="betrokkeneId", metadata={"example": "p7q2mzkw4tg6vhr3ye5nacbdfs"})
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class ChoiceAnswer(Schema):
    """The choice was recorded and works."""

    id = fields.String(required=True)
    at = fields.DateTime(required=True, data_key="tijdstip")
    purpose = fields.String(required=True, data_key="doel", metadata={"example": "toeleiding-naar-werk"})
    choice = fields.String(required=True, data_key="keuze", metadata={"example": "ja"})
    expires = fields.Date(data_key="verlooptOp")
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class ChoiceLine(Schema):
    """The newest choice for one purpose, and what it means today."""

    purpose = fields.String(required=True, data_key="doel")
    choice = fields.String(required=True, data_key="keuze")
    day = fields.Date(required=True, data_key="datum")
    notice = fields.String(required=True, data_key="kennisgeving")
    status = fields.String(required=True, metadata={"example": "van-kracht"})
    expires = fields.Date(data_key="verlooptOp")


class ChoiceList(Schema):
    """What this person chose."""

    results = fields.List(fields.Nested(ChoiceLine), required=True, data_key="resultaten")


class RecipientLine(Schema):
    """What became of one flow; only coa sees this."""

    recipient = fields.String(required=True, data_key="ontvanger", metadata={"example": "randstad"})
    purpose = fields.String(required=True, data_key="doel", metadata={"example": "toeleiding-naar-werk"})
    outcome = fields.String(
        required=True,
        data_key="uitkomst",
        metadata={"enum": ["aangeboden", "wacht-op-koppeling", "niet-gedeeld"], "example": "wacht-op-koppeling"},
    )
    reason = fields.String(data_key="reden", metadata={"example": "niet-gevraagd"})


class PurposeLine(Schema):
    """Whether it was taken for this purpose; never who received it, nor why not."""

    purpose = fields.String(required=True, data_key="doel", metadata={"example": "inburgering-planning"})
    outcome = fields.String(
        required=True, data_key="uitkomst", metadata={"enum": ["aangenomen", "niet-gedeeld"], "example": "aangenomen"}
    )


class PublicationAnswer(Schema):
    """The message was taken. coa gets `ontvangers`, any other source `doelen`."""

    id = fields.String(required=True)
    at = fields.DateTime(required=True, data_key="tijdstip")
    recipients = fields.List(fields.Nested(RecipientLine), data_key="ontvangers")
    purposes = fields.List(fields.Nested(PurposeLine), data_key="doelen")
    receipt = fields.Nested(Receipt, required=True, data_key="ontvangstbewijs")


class FactList(Schema):
    """The current fact, or nothing: the same nothing whatever the cause."""

    results = fields.List(
        fields.Dict(), required=True, data_key="resultaten", metadata={"description": "Leeg, of het geldende feit."}
    )


class InboxLine(Schema):
    """Something lies ready; not even its type is told here."""

    id = fields.String(required=True)
    at = fields.DateTime(required=True, data_key="tijdstip")


class InboxPage(Schema):
    """Some of the inbox, oldest first."""

    items = fields.List(fields.Nested(InboxLine), required=True)
    after = fields.String(
        required=True,
        allow_none=True,
        data_key="volgende",
        metadata={"description": "Geef dit mee als `na`; null aan het eind."},
    )


class InboxItem(Schema):
    """One item, opened."""

    id = fields.String(required=True)
    sort = fields.String(required=True, data_key="soort", metadata={"example": "werkmogelijkheid"})
    at = fields.DateTime(required=True, data_key="tijdstip")
    person = fields.String(required=True, data_key="betrokkeneId")
    purpose = fields.String(required=True, data_key="doel")
    basis = fields.String(required=True, data_key="grondslag", metadata={"example": "toestemming"})
    fields_ = fields.Dict(required=True, data_key="gegevens")


class FlowLine(Schema):
    """One flow of one's own role."""

    message = fields.String(required=True, data_key="bericht")
    variant = fields.String(data_key="soort")
    source = fields.String(required=True, data_key="van")
    recipient = fields.String(required=True, data_key="naar")
    purpose = fields.String(required=True, data_key="doel")
    basis = fields.String(required=True, data_key="grondslag")
    names = fields.List(fields.String(), required=True, data_key="velden")
    hub_days = fields.Integer(required=True, data_key="bewarenHubDagen")
    recipient_days = fields.Integer(required=True, data_key="bewarenOntvangerDagen")


class AgreementAnswer(Schema):
    """The agreement as far as one's own role goes."""

    name = fields.String(required=True, data_key="naam")
    hash = fields.String(required=True)
    valid_from = fields.Date(required=True, data_key="geldigVan")
    flows = fields.List(fields.Nested(FlowLine), required=True, data_key="stromen")
    notices = fields.Dict(data_key="kennisgevingen")


class ProofAnswer(Schema):
    """That an entry stands in the tree of a size. RFC 9162, section 2.1.3."""

    index = fields.Integer(required=True)
    size = fields.Integer(required=True, data_key="omvang")
    leaf = fields.String(required=True, data_key="bladhash")
    root = fields.String(required=True, data_key="wortel")
    path = fields.List(fields.String(), required=True, data_key="pad")


class MistakeLine(Schema):
    """One mistake in what was sent."""

    field = fields.String(required=True, data_key="veld")
    message = fields.String(required=True, data_key="melding")


class Problem(Schema):
    """RFC 9457. Never says anything about a person."""

    status = fields.Integer(required=True)
    title = fields.String(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    mistakes = fields.List(fields.Nested(MistakeLine), data_key="fouten")
