"""A resident hands a slip to a consultant, and one vestiging comes to know them. Either side can end that again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit.events import Kind
from hub.clock import day_of, stamp
from hub.errors import KeyDestroyed, NotFound, TooMany
from hub.exchange import remember, route, trail, withdraw
from hub.exchange.hand_over import Handed, hand_over, offers_of
from hub.exchange.hub import Hub
from hub.exchange.publish import UNKNOWN_PERSON
from hub.exchange.register import mistakes_in_branch
from hub.exchange.remember import Request
from hub.exchange.route import Offer
from hub.exchange.situation import Situation, enter, locked, locked_or_nobody
from hub.identity.principals import Principal
from hub.people import link_codes, subjects
from hub.people.models import Link, LinkCode
from hub.people.subjects import NewLink
from hub.vault.subject_keys import KeyClass
from schemas.agreement import Role
from schemas.base import InvalidInput, Json, Mistake

HOUR_SECONDS = 3600
ALL_KINDS = (KeyClass.EXCHANGE, KeyClass.LINKING)


@dataclass(frozen=True, slots=True)
class Redemption:
    """A slip, the partner's own reference for the person, and the vestiging that will know them."""

    code: str
    reference: str
    branch: str


@dataclass(frozen=True, slots=True)
class CodeRefused:
    """The code opened nothing. Unknown, used, void, expired, or linked already: nobody is told which."""


@dataclass(frozen=True, slots=True)
class LinkSlipMade:
    """What is printed: the code, the first day on which it no longer works, and the resident's language."""

    code: str
    expires_on: date
    language: str


def issue_code(hub: Hub, by: Principal, name: object, partner: str) -> LinkSlipMade:
    """A slip for this person and this bemiddelaar; an earlier one is void. Raises InvalidInput with every mistake."""
    party = hub.agreement.partners.get(partner)
    right = party is not None and party.role is Role.INTERMEDIARY
    names = ", ".join(partner.name for partner in hub.agreement.partners_with(Role.INTERMEDIARY))
    wrong = [] if right else [Mistake("voor", f"Kies voor wie de code is: {names}.")]
    with hub.database.writing() as session:
        entered = enter(hub, session, by, name, KeyClass.LINKING)
        if entered is None or wrong:
            raise InvalidInput(*([] if entered else [UNKNOWN_PERSON]), *wrong)
        situation, _ = entered
        days = hub.agreement.link_code_days
        slip = link_codes.issue(session, hub.vault, situation.subject, partner, situation.now, days)
        language = subjects.language_of(session, situation.key(KeyClass.LINKING))
        record: dict[str, Json] = {"voor": partner, "verlooptOp": slip.expires_on.isoformat()}
        trail.write(session, situation, by, Kind.LINK_CODE_ISSUED, trail.YES, record)
        return LinkSlipMade(slip.code, slip.expires_on, language)


def codes(hub: Hub, by: Principal, name: object) -> list[Json]:
    """The slips of one's own resident: for whom, until when, and when each was redeemed. Never the codes."""
    with hub.database.reading() as session:
        link = subjects.find(session, by, name)
        slips = [] if link is None else link_codes.of_subject(session, link.subject_id)
        return [_listed(slip, hub.today()) for slip in slips]


def redeem(hub: Hub, request: Request, redemption: Redemption) -> dict[str, Json] | CodeRefused:
    """
    Use a slip once: this vestiging knows the person from now on, and receives what is true now.

    Raises InvalidInput for another's vestiging, TooMany after 50 failures in an hour, Conflict when the
    Idempotency-Key belongs to another request.
    """
    wrong = mistakes_in_branch(request.by, redemption.branch)
    if wrong:
        raise InvalidInput(*wrong)
    try:
        answer = remember.once_more(lambda: _redeem(hub, request, redemption))
    except IntegrityError:
        # A colleague linked this reference or this person at the same moment.
        answer = CodeRefused()
    if isinstance(answer, CodeRefused):
        _count_failure(hub, request.by, redemption)
    return answer


def unlink(hub: Hub, by: Principal, name: object, partner: str | None = None) -> dict[str, Json]:
    """
    End the link between this person and a bemiddelaar, from either side: all that went over it is taken back.

    coa may name the partner; otherwise every bemiddelaar's link ends. Raises NotFound for a person not one's own.
    """
    with hub.database.writing() as session:
        entered = enter(hub, session, by, name, *ALL_KINDS)
        if entered is None:
            raise NotFound("betrokkene")
        situation, _ = entered
        ending = [one for one in situation.linked(Role.INTERMEDIARY) if _ends(by, one, partner)]
        if partner is not None and by.role is Role.COA and not ending:
            raise InvalidInput(
                Mistake("partij", "Met deze partij is geen koppeling. Laat «partij» weg, of kies een andere.")
            )
        offers = [offer for one in ending for offer in end(session, situation, one)]
        record: dict[str, Json] = {
            "partijen": [one.partner for one in ending],
            "verwijderverzoeken": list(withdraw.names(offers)),
        }
        entry = trail.write(session, situation, by, Kind.UNLINKED, trail.YES, record)
        route.store(session, situation, offers, entry.index)
        # coa hears which; the other side ended its own.
        heard: dict[str, Json] = {"partijen": record["partijen"]} if by.role is Role.COA else {}
        return {"tijdstip": stamp(situation.now), **heard, "ontvangstbewijs": trail.receipt(entry)}


def _redeem(hub: Hub, request: Request, redemption: Redemption) -> dict[str, Json] | CodeRefused:
    with hub.database.writing() as session:
        # 1. The same request again gets the same answer; a new one must not come after too many failures.
        given = remember.earlier(hub, session, request)
        if given is not None:
            return given
        if link_codes.too_many(session, request.by.client_id, hub.now()):
            raise TooMany(HOUR_SECONDS)

        # 2. The slip, read again under the person's lock: it works once.
        found = link_codes.find(session, hub.vault, redemption.code)
        if found is None:
            return CodeRefused()
        try:
            situation = locked(hub, session, found.subject_id, *ALL_KINDS)
        except KeyDestroyed:
            return CodeRefused()
        given = remember.earlier(hub, session, request)
        if given is not None:
            return given
        slip = link_codes.find(session, hub.vault, redemption.code)
        if slip is None or not _may_link(session, situation, request.by, redemption, slip):
            return CodeRefused()

        # 3. Linked, told what is true now, recorded: together, or not at all.
        link_codes.use(session, slip, request.by.client_id, situation.now)
        link, after = _add_link(session, situation, request.by, redemption)
        flows = hub.agreement.flows_to(Role.INTERMEDIARY)
        handed = hand_over(session, after, flows, [link])
        entry = trail.write(session, after, request.by, Kind.LINKED, trail.YES, _record(redemption, handed))
        route.store(session, after, offers_of(handed), entry.index)
        body: dict[str, Json] = {"betrokkeneId": link.pseudonym, "ontvangstbewijs": trail.receipt(entry)}
        remember.keep(session, after, request, body)
        return body


def _may_link(session: Session, situation: Situation, by: Principal, redemption: Redemption, slip: LinkCode) -> bool:
    known = subjects.find_reference(session, situation.hub.vault, by.partner, redemption.reference)
    linked = situation.link_of(by.partner)
    works = link_codes.works(slip, by.partner, day_of(situation.now))
    return works and known is None and linked is None


def _add_link(session: Session, situation: Situation, by: Principal, redemption: Redemption) -> tuple[Link, Situation]:
    key = situation.key(KeyClass.LINKING)
    secret = subjects.secret_of(session, key)
    new = NewLink(by.partner, by.role, redemption.reference, (redemption.branch,))
    link = subjects.add_link(session, situation.hub.vault, key, secret, new, situation.now)
    return link, situation.with_link(link)


def _record(redemption: Redemption, handed: Sequence[Handed]) -> dict[str, Json]:
    return {"vestiging": redemption.branch, "naleveringen": [one.record for one in handed]}


def _count_failure(hub: Hub, by: Principal, redemption: Redemption) -> None:
    with hub.database.writing() as session:
        found = link_codes.find(session, hub.vault, redemption.code)
        now = hub.now()
        link_codes.count_failure(session, by.client_id, now)
        # coa and the resident can see that somebody tried this slip; a code that never was is about nobody.
        situation = locked_or_nobody(hub, session, None if found is None else found.subject_id)
        trail.write(session, situation, by, Kind.LINK_CODE_REFUSED, trail.NO, {})


def _ends(by: Principal, link: Link, partner: str | None) -> bool:
    return link.partner == by.partner if by.role is Role.INTERMEDIARY else partner in (None, link.partner)


def end(session: Session, situation: Situation, link: Link) -> list[Offer]:
    """The link ends. What this partner received and what it told are both taken back, and nobody gets them later."""
    went_over = or_(withdraw.received_by(link.partner), withdraw.sent_by(link))
    withdraw.fence(session, situation, went_over)
    seen = or_(withdraw.seen_by(link.partner), withdraw.saw_from(situation, link))
    asked = withdraw.ask_to_delete(session, situation, seen)
    withdraw.end_messages(session, situation, link)
    link_codes.void(session, situation.subject, link.partner, situation.now)
    subjects.end_link(session, link, situation.now)
    return asked


def _listed(slip: LinkCode, today: date) -> Json:
    listed: dict[str, Json] = {
        "voor": slip.partner,
        "aangemaaktOp": stamp(slip.issued_at),
        "verlooptOp": slip.expires_on.isoformat(),
        "status": _status(slip, today),
    }
    redeemed: datetime | None = slip.redeemed_at
    return listed if redeemed is None else {**listed, "verzilverdOp": stamp(redeemed)}


def _status(slip: LinkCode, today: date) -> str:
    if slip.redeemed_at is not None:
        return "verzilverd"
    if slip.voided_at is not None:
        return "vervallen"
    return "verlopen" if today >= slip.expires_on else "open"
