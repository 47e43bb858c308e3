"""
What a resident gets in hand about a choice: a consent record and its receipt, in terms that other people's tools know.

ISO/IEC TS 27560:2023 in the form of the W3C community group's guide, as JSON-LD with terms of DPV 2.3 and no
others: `dpv_terms.txt` says where each was looked up. Pure; nothing is fetched to read it: the context is in it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from consent.standing import BY_RESIDENT, Choice, Given
from schemas.agreement import Agreement, Flow, Partner, Role
from schemas.base import Json

CONTEXT: dict[str, Json] = {
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
    # Without these a reader takes "loc:NL" for five letters; the guide's own examples leave them out.
    **{
        f"dpv:{name}": {"@type": "@id"}
        for name in (
            "hasApplicability", "hasApplicableLaw", "hasAuthority", "hasDataController", "hasDataSource",
            "hasJurisdiction", "hasLegalBasis", "hasProcessing", "hasRecipient", "isExercisedAt", "isIndicatedBy",
        )
    },
    "dct:conformsTo": {"@type": "@id"},
    "dct:created": {"@type": "xsd:dateTime"},
    "dpv:isIndicatedAtTime": {"@type": "xsd:dateTime"},
}  # fmt: skip

_STATES: Mapping[Choice, str] = {
    Choice.YES: "dpv:ConsentGiven",
    Choice.NO: "dpv:ConsentRefused",
    Choice.WITHDRAWN: "dpv:ConsentWithdrawn",
    Choice.REVOKED: "dpv:ConsentRevoked",
    Choice.INVALIDATED: "dpv:ConsentInvalidated",
    Choice.EXPIRED: "dpv:ConsentExpired",
}
_RENEWED = "dpv:RenewedConsentGiven"
# AVG art. 7(3), 15 to 18, 77: those that a resident can use about what rests on their consent.
_RIGHTS = ("A7-3", "A15", "A16", "A17", "A18", "A77")
_RESIDENT = "_:bewoner"
HELP = "Hulp bij het vinden van werk, op verzoek van de bewoner"
NO_CONSEQUENCES = "Nee zeggen of een ja intrekken heeft geen gevolgen voor de bewoner."
UNCONFIRMED = "De grondslag is een voorstel: de juristen van de partijen moeten haar nog bevestigen."


@dataclass(frozen=True, slots=True)
class Moment:
    """One choice in the history of a purpose: its id, what was chosen, at which instant, and how it was asked."""

    id: str
    given: Given
    at: datetime
    how: Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class About:
    """
    Whose record it is, by the name that only receipts use; the agreement that was explained; where the hub stands.

    `signer` is the name of the key that receipts are signed with.
    """

    subject: str
    agreement: Agreement
    base_url: str
    signer: str

    @property
    def window(self) -> str:
        """The address of the resident's own window."""
        return f"{self.base_url}/venster"


def receipt(about: About, history: Sequence[Moment]) -> dict[str, Json]:
    """
    The receipt of the last choice in this history (of one person and purpose, oldest first), the record inside it.

    The same history gives the same receipt, to the letter: no moment of printing is in it.
    """
    last = history[-1]
    return {
        "@context": CONTEXT,
        "@id": f"{about.base_url}/api/v1/toestemmingen/{last.id}/bewijs",
        "@type": "dpv:ConsentReceipt",
        "dct:conformsTo": "dpv-27560:receipt-eu-gdpr",
        "dct:created": _stamp(last.at),
        "dct:publisher": {"dct:identifier": about.signer},
        "dpv:hasIdentifier": last.id,
        "dpv:hasRecordOfActivity": record(about, history),
    }


def record(about: About, history: Sequence[Moment]) -> dict[str, Json]:
    """The record that the controller keeps: who, what for, who receives which fields, and every state until now."""
    purpose, agreement = history[-1].given.purpose, about.agreement
    flows = flows_of(agreement, purpose)
    roles = {role for flow in flows for role in (flow.source, flow.recipient)} | {Role.COA}
    return {
        "@id": f"{about.base_url}/api/v1/toestemmingen/{history[0].id}/bewijs#record",
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": "dpv-27560:record-eu-gdpr",
        "dct:created": _stamp(history[0].at),
        "dpv:hasIdentifier": history[0].id,
        "dpv:hasDataSubject": {"@id": _RESIDENT, "@type": "dpv:DataSubject", "dpv:hasIdentifier": about.subject},
        "dpv:hasDataController": _those(agreement, Role.COA),
        "dpv:hasEntity": [_party(one) for one in agreement.partners.values() if one.role in roles],
        "dpv:hasService": _service(history[0]),
        "dpv:hasLegalBasis": "eu-gdpr:A6-1-a",
        "dpv:hasApplicableLaw": "legal-eu:law-GDPR",
        "dpv:hasAuthority": "legal-nl:DPA-NL",
        "dpv:hasJurisdiction": "loc:NL",
        "dpv:hasProcess": [_process(agreement, flow) for flow in flows],
        "dpv:hasConsentControl": _control(about, history[-1]),
        "dpv:hasRight": [_right(about, name) for name in _RIGHTS],
        "dpv:hasConsentStatus": [_status(agreement, history[: place + 1]) for place in range(len(history))],
        "dct:source": _source(agreement, flows),
    }


def canonical(content: Mapping[str, Json]) -> str:
    """One line of JSON in its one way of writing: names in order, no spaces (RFC 8785, for text and whole numbers)."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def until(agreement: Agreement, given: Given) -> date | None:
    """The first day on which this yes no longer counts; None for what is no yes."""
    return given.day + timedelta(days=agreement.consent_days) if given.choice is Choice.YES else None


def flows_of(agreement: Agreement, purpose: str) -> list[Flow]:
    """What is told for this purpose on the resident's consent."""
    return [flow for flow in agreement.flows if flow.purpose == purpose and flow.needs_consent]


def language_of(history: Sequence[Moment]) -> str:
    """The language in which the resident was last asked; Dutch when nobody asked in any."""
    asked = (str(moment.how.get("taal", "")) for moment in reversed(history))
    return next((language for language in asked if language), "nl")


def _party(partner: Partner) -> dict[str, Json]:
    return {
        "@id": _name(partner),
        "@type": ["dpv:DataController", "dpv:LegalEntity"],
        "dct:identifier": partner.name,
        "dpv:hasIdentifier": partner.oin,
        "dpv:hasName": partner.title,
        # ISO/IEC TS 27560 asks for both; the agreement does not have them.
        "dpv:hasAddress": _not_available(),
        "dpv:hasContact": _not_available(),
    }


def _process(agreement: Agreement, flow: Flow) -> dict[str, Json]:
    variant = f":{flow.variant}" if flow.variant else ""
    return {
        "@type": "dpv:Process",
        "dct:identifier": flow.id + variant,
        "dpv:hasPurpose": {"@type": "dpv:Purpose", "dct:identifier": flow.purpose},
        "dpv:hasProcessing": "dpv:Share",
        "dpv:hasPersonalData": [{"@type": "dpv:PersonalData", "dct:identifier": field} for field in flow.fields],
        "dpv:hasDataController": _those(agreement, flow.source),
        "dpv:hasDataSource": _those(agreement, flow.source),
        "dpv:hasRecipient": _those(agreement, flow.recipient),
        "dpv:hasStorageCondition": [
            _kept("hub", flow.hub_keeps_days),
            _kept("ontvanger", flow.recipient_keeps_days),
            {"@type": "dpv:StorageLocation", **_not_available()},
        ],
    }


def _kept(where: str, days: int) -> dict[str, Json]:
    duration: dict[str, Json] = {"@type": "dpv:TemporalDuration", "rdf:value": f"P{days}D"}
    return {"@type": "dpv:StorageDuration", "dct:description": where, "dpv:hasDuration": duration}


def _control(about: About, moment: Moment) -> dict[str, Json]:
    said = {"dct:description": NO_CONSEQUENCES} if moment.how.get("zonderGevolgen") else {}
    return {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": about.window, **said}


def _right(about: About, article: str) -> dict[str, Json]:
    at = "https://autoriteitpersoonsgegevens.nl/" if article == "A77" else about.window
    return {"@type": ["dpv:DataSubjectRight", f"eu-gdpr:{article}"], "dpv:isExercisedAt": at}


def _service(first: Moment) -> dict[str, Json]:
    asked = {"dct:date": str(first.how["hulpvraag"])} if first.how.get("hulpvraag") else {}
    return {"@type": "dpv:Service", "dct:title": HELP, **asked}


def _source(agreement: Agreement, flows: Sequence[Flow]) -> dict[str, Json]:
    unconfirmed = not all(flow.basis_confirmed for flow in flows)
    named: dict[str, Json] = {"dct:identifier": f"afspraak {agreement.name}", "schema:sha256": agreement.hash}
    return {**named, "dct:description": UNCONFIRMED} if unconfirmed else named


def _status(agreement: Agreement, until_here: Sequence[Moment]) -> dict[str, Json]:
    moment = until_here[-1]
    by_resident = moment.given.choice in BY_RESIDENT
    status: dict[str, Json] = {
        "@type": _state(until_here),
        "dct:identifier": moment.id,
        "dpv:isIndicatedAtTime": _stamp(moment.at),
        "dpv:isIndicatedBy": _RESIDENT if by_resident else _those(agreement, Role.COA),
        "dpv:hasIndicationMethod": _method(moment),
        "dpv:hasNotice": _notice(moment),
    }
    end = until(agreement, moment.given)
    if end is not None:
        status["dpv:hasDuration"] = {"@type": "dpv:UntilTimeDuration", "rdf:value": end.isoformat()}
    return status


def _state(until_here: Sequence[Moment]) -> list[Json]:
    choice = until_here[-1].given.choice
    earlier = [moment.given.choice for moment in until_here[:-1]]
    if choice is Choice.YES and Choice.YES in earlier:
        return [_RENEWED]
    if choice is Choice.NO and earlier and earlier[-1] is Choice.YES:
        # A no after a yes is both: it refuses, and takes back (with the same effect).
        return [_STATES[Choice.NO], _STATES[Choice.WITHDRAWN]]
    return [_STATES[choice]]


def _method(moment: Moment) -> str:
    helped = ", met tolk" if moment.how.get("tolk") else ""
    return f"{moment.how.get('wijze', 'gesprek')}{helped}"


def _notice(moment: Moment) -> dict[str, Json]:
    notice: dict[str, Json] = {"@type": "dpv:ConsentNotice", "dct:identifier": moment.given.notice}
    if moment.how.get("taal"):
        notice["dct:language"] = str(moment.how["taal"])
    if moment.how.get("tekst"):
        notice["schema:sha256"] = str(moment.how["tekst"])
    if moment.given.facts:
        notice["dct:references"] = {"dct:identifier": "feiten", "schema:sha256": moment.given.facts}
    return notice


def _not_available() -> dict[str, Json]:
    return {"dpv:hasApplicability": "dpv:NotAvailable"}


def _those(agreement: Agreement, role: Role) -> list[Json]:
    return [_name(partner) for partner in agreement.partners_with(role)]


def _name(partner: Partner) -> str:
    return f"_:{partner.name}"


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
