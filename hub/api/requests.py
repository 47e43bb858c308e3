"""The bodies that partners send besides messages; fields as strict as a message's own."""

from typing import Any

from consent.standing import BY_RESIDENT
from schemas.base import MessageSchema
from schemas.fields import Choice, Language, OwnReference, Slug, StrictBoolean, StrictText, VNumber


class Pseudonym(StrictText):
    """Any text of 1 to 64 characters: an unknown form of it is an unknown person, not another mistake."""

    longest = 64
    write = "Schrijf het betrokkeneId zoals u het van de hub kreeg, tussen aanhalingstekens."

    def shape(self) -> dict[str, object]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def accepts(self, value: str) -> bool:
        return 1 <= len(value) <= self.longest


class CodeText(StrictText):
    """A link code as somebody typed it: hyphens, spaces and small letters are all right."""

    longest = 64
    write = "Schrijf de code van de slip, tussen aanhalingstekens."

    def shape(self) -> dict[str, object]:
        return {"type": "string", "minLength": 1, "maxLength": self.longest}

    def accepts(self, value: str) -> bool:
        return 1 <= len(value) <= self.longest


def _person(**more: Any) -> Pseudonym:
    about = {
        "description": "De persoon, met de naam die alleen uw partij kent.",
        "example": "p7q2mzkw4tg6vhr3ye5nacbdfs",
    }
    return Pseudonym(required=True, data_key="betrokkeneId", metadata=about, **more)


class PersonBody(MessageSchema):
    """About whom."""

    person = _person()


class RegistrationBody(MessageSchema):
    """Who asks for help: COA's own reference, their language, and the azc that registers them."""

    reference = VNumber(
        required=True, data_key="eigenKenmerk", metadata={"description": "Het V-nummer.", "example": "9900000017"}
    )
    language = Language(
        required=True, data_key="taal", metadata={"description": "De taal van de bewoner.", "example": "ti"}
    )
    branch = Slug(
        required=True,
        data_key="vestiging",
        metadata={"description": "De eigen vestiging die aanmeldt.", "example": "azc-almere-engelse-mijl"},
    )


class ReferenceBody(MessageSchema):
    """One's own reference for somebody."""

    reference = OwnReference(
        required=True,
        data_key="eigenKenmerk",
        metadata={"description": "Hoe u deze persoon zelf noemt.", "example": "K21052"},
    )


class UnlinkBody(MessageSchema):
    """Which bemiddelaar's link coa ends; all of them when left out."""

    partner = Slug(data_key="partij", metadata={"description": "De bemiddelaar.", "example": "randstad"})


class LinkCodeBody(MessageSchema):
    """For whom the slip is."""

    person = _person()
    partner = Slug(required=True, data_key="voor", metadata={"description": "De bemiddelaar.", "example": "randstad"})


class RedemptionBody(MessageSchema):
    """The code of a slip, what one calls the person oneself, and the vestiging that will know them."""

    code = CodeText(
        required=True, data_key="koppelcode", metadata={"description": "De code.", "example": "7K3M-9QXD-2WPA"}
    )
    reference = OwnReference(
        required=True, data_key="eigenKenmerk", metadata={"description": "Uw kenmerk.", "example": "K21052"}
    )
    branch = Slug(required=True, data_key="vestiging", metadata={"description": "Uw vestiging.", "example": "almere"})


class ChoiceBody(MessageSchema):
    """What the resident chose for one purpose, and how it was asked."""

    person = _person()
    purpose = Slug(
        required=True,
        data_key="doel",
        metadata={"description": "Een doel dat op toestemming rust.", "example": "toeleiding-naar-werk"},
    )
    choice = Choice(
        [choice.value for choice in BY_RESIDENT],
        required=True,
        data_key="keuze",
        metadata={"description": "Wat de bewoner koos.", "example": "ja"},
    )
    language = Language(
        required=True, data_key="taal", metadata={"description": "De taal van de uitleg.", "example": "ti"}
    )
    interpreter = StrictBoolean(
        required=True, data_key="tolk", metadata={"description": "Was er een tolk bij?", "example": True}
    )
    notice = OwnReference(
        required=True,
        data_key="kennisgeving",
        metadata={"description": "De versie van de uitleg.", "example": "2023-1"},
    )
