"""What a municipality may know now of one client: the koppeling, the work, and the weeks that it read before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.exchange import query, read_again
from hub.exchange.names import V_NUMBER
from hub.people.models import Link
from hub.web.staff.door import Sitting

LINKAGE, WORK, HOURS = "koppeling", "dienstverband", "urenstaat"


@dataclass(frozen=True)
class Facts:
    """All of it; every part is empty when it may not be known, is not there, or was not opened: never says which."""

    linkage: Mapping[str, Any] = field(repr=False)
    work: Sequence[Mapping[str, Any]] = field(repr=False)
    weeks: Mapping[str, float] = field(repr=False)

    @property
    def number(self) -> str | None:
        """The V-number."""
        found = self.linkage.get(V_NUMBER)
        return None if found is None else str(found)


def facts_of(at: Sitting, link: Link, *, taken: bool = False) -> Facts:
    """Three questions, each decided and in the trail before it is answered. `taken`: they go along in a file."""
    asked = [at.hub.messages[name] for name in (LINKAGE, WORK)]
    told = query.ask_each(at.hub, at.by, asked, link.pseudonym, taken=taken)
    linkage, work = ([one for one in told[name] if isinstance(one, Mapping)] for name in (LINKAGE, WORK))
    read = read_again.read_again(at.hub, at.by, at.hub.messages[HOURS], link.pseudonym, taken=taken)
    # The newest word about a week stands.
    weeks = {str(one.fields["week"]): float(one.fields["gewerkteUren"]) for one in read}
    return Facts(linkage[0] if linkage else {}, work, dict(sorted(weeks.items())))
