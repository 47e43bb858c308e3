"""`ketenhub staff`: who is signed in, without names, and signing them out."""

import pytest

from hub.cli.desk import Desk
from hub.clock import wall
from hub.identity import staff_sessions
from hub.identity.demo_people import PEOPLE
from tests.hub.cli.operator import Operator


@pytest.fixture(autouse=True)
def hub_is_set_up(operator: Operator) -> None:
    """Keys and tables."""
    assert operator.types("init").code == 0


def _signs_in(who: str) -> None:
    desk = Desk()
    with desk.database.writing() as session:
        staff_sessions.begin(session, lambda row, value: value, PEOPLE[who], "", wall())
    desk.close()


def test_the_list_says_ids_and_never_names(operator: Operator) -> None:
    assert operator.types("staff", "list").out == "Nobody is signed in.\n"
    _signs_in("noor")
    shown = operator.types("staff", "list").out
    assert shown.startswith(f"{PEOPLE['noor'].id}  coa  casemanager  since ")
    assert "Noor" not in shown


def test_one_person_or_a_whole_partner_is_signed_out(operator: Operator) -> None:
    for who in ("noor", "rik", "job"):
        _signs_in(who)
    assert operator.types("staff", "end", "--staff", PEOPLE["noor"].id).out == "Ended: 1.\n"
    assert operator.types("staff", "end", "--partner", "randstad").out == "Ended: 2.\n"


@pytest.mark.parametrize("words", [(), ("--staff", "mw:x", "--partner", "coa")])
def test_saying_nobody_or_both_is_one_sentence(operator: Operator, words: tuple[str, ...]) -> None:
    shown = operator.types("staff", "end", *words)
    assert (shown.code, shown.err) == (1, "Say who: --staff ID or --partner NAME.\n")
