"""Until when a request of a resident must be answered: one month after it came, three when it is a hard one."""

from calendar import monthrange
from datetime import date, datetime

from hub.clock import day_of

# AVG, article 12(3): within one month of receipt, which may be extended by two further months.
ANSWER_MONTHS = 1
EXTENSION_MONTHS = 2


def due_on(received: datetime) -> date:
    """
    The last day (at the desks in Amsterdam) on which a request that came at this instant is answered in time.

    The same date in the next month, or that month's last day when it has no such date (Regulation 1182/71, article
    3(2)(c)). Its article 3(4) moves a day off to the next working day. We do not: that rule is there for who must
    act, the days off differ per country and organisation, and a day early harms nobody. So we never need a calendar
    of holidays, and are never late by one that was missing.
    """
    return _later(day_of(received), ANSWER_MONTHS)


def extended(due: date) -> date:
    """
    The day when the answer may take two further months.

    Counted from the day that was told. From 31 January: 28 February, then 28 April; who counts three months from
    receipt at once comes to 30 April. The text allows both readings; the earlier day is right under either.
    """
    return _later(due, EXTENSION_MONTHS)


def _later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
