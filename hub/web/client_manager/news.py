"""What a report about work means for the planning of lessons: somebody began, stopped, or works other hours."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from hub.exchange.inbox_list import ENDED, Line
from hub.exchange.read_again import Again, read_again
from hub.web.client_manager.facts import LINKAGE, WORK
from hub.web.staff.door import Sitting
from hub.web.staff.inbox_pages import Filter, Judge

BEGAN, STOPPED, OTHER_HOURS = "begonnen", "gestopt", "uren-gewijzigd"
HOURS = "contracturenPerWeek"


def news_of(reports: Sequence[Again]) -> dict[str, set[str]]:
    """By item: what is new in it, beside the report before it. Give all reports about one person, oldest first."""
    found: dict[str, set[str]] = {}
    before: Mapping[str, Any] = {}
    for one in reports:
        found[one.item] = set(_compared(before, one.fields))
        before = one.fields
    return found


def _compared(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    news = []
    if now["werkt"] is not True or "einddatum" in now:
        news.append(STOPPED)
    if now["werkt"] is True and not _same_job(before, now):
        news.append(BEGAN)
    if now["werkt"] is True and _same_job(before, now) and before.get(HOURS) != now.get(HOURS):
        news.append(OTHER_HOURS)
    return news


def _same_job(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return before.get("werkt") is True and before.get("werkgever") == now.get("werkgever")


def _keeps(news: str) -> Judge:
    def judge(at: Sitting, lines: Sequence[Line]) -> set[str]:
        found: set[str] = set()
        for code in dict.fromkeys(line.person.code for line in lines if line.person.known):
            reports = read_again(at.hub, at.by, at.hub.messages[WORK], code)
            found |= {item for item, what in news_of(reports).items() if news in what}
        return found

    return judge


FILTERS = (
    Filter(BEGAN, _l("Begonnen"), (WORK,), _keeps(BEGAN)),
    Filter(STOPPED, _l("Gestopt"), (WORK,), _keeps(STOPPED)),
    Filter(OTHER_HOURS, _l("Uren gewijzigd"), (WORK,), _keeps(OTHER_HOURS)),
    Filter("gekoppeld", _l("Gekoppeld"), (LINKAGE,)),
    Filter("vertrokken", _l("Vertrokken"), (ENDED,)),
)
"""Above the list. The last two are told by the sort of an item; the others take what was opened before."""
