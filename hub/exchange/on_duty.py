"""Who answers at a vestiging today: whoever does the work and is there, else who stands in, else the contact point."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.exchange import directory
from hub.exchange.directory import OWN_FUNCTION
from hub.exchange.hub import Hub
from hub.exchange.models import Contact
from schemas.agreement import Role
from schemas.messages.contact_person import CONTACT_POINT


class There(StrEnum):
    """Whether somebody can be called; the words on the wire."""

    PRESENT = "bereikbaar"
    STANDS_IN = "vervanger"
    POINT = "contactpunt"
    MISSING = "ontbreekt"


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Whose entries answer for a place, and in which capacity. None when MISSING."""

    there: There
    rows: Sequence[Contact] = ()


@dataclass(frozen=True)
class Lists:
    """The lists of some partners, as far as they still count: entries by id, and today."""

    roles: Mapping[str, Role]
    rows: Mapping[str, Contact]
    today: date

    def on_duty(self, partner: str, branch: str) -> OnDuty:
        """Who answers for this vestiging of this partner."""
        here = [row for row in self.rows.values() if (row.partner, row.branch) == (partner, branch)]
        point = [row for row in here if row.function == CONTACT_POINT]
        # One clear contact point per municipality: that is who is called, whoever works there.
        municipality = self.roles[partner] is Role.MUNICIPALITY
        first = point if municipality else [row for row in here if row.function == OWN_FUNCTION[self.roles[partner]]]
        for there, rows in (
            (There.PRESENT, self._present(first)),
            (There.STANDS_IN, self._stand_in(first)),
            (There.POINT, self._present(point)),
            (There.STANDS_IN, self._stand_in(point)),
        ):
            if rows:
                return OnDuty(there, rows)
        return OnDuty(There.MISSING)

    def _present(self, rows: Sequence[Contact]) -> list[Contact]:
        return [row for row in rows if not self._away(row)]

    def _stand_in(self, rows: Sequence[Contact]) -> list[Contact]:
        # One step: whoever stands in and is away too, hands on to the contact point.
        others = dict.fromkeys(row.replaced_by for row in rows if row.replaced_by is not None)
        return self._present([self.rows[other] for other in others if other in self.rows])

    def _away(self, row: Contact) -> bool:
        begun = row.absent_from is not None and row.absent_from <= self.today
        return begun and (row.absent_until is None or self.today <= row.absent_until)


def lists(session: Session, hub: Hub, places: Collection[tuple[str, str]]) -> Lists:
    """The entries of these places (partner, vestiging), and of whoever stands in there from elsewhere."""
    partners = sorted({partner for partner, _ in places})
    roles = {name: party.role for name, party in hub.agreement.partners.items()}
    ours = select(Contact).where(Contact.partner.in_(partners)).order_by(Contact.at, Contact.id)
    here = session.scalars(ours.where(Contact.branch.in_({branch for _, branch in places}))).all()
    elsewhere = session.scalars(ours.where(Contact.id.in_({row.replaced_by for row in here}))).all()
    rows = {row.id: row for row in (*here, *elsewhere) if directory.fresh(hub, row, roles[row.partner])}
    return Lists(roles, rows, hub.today())
