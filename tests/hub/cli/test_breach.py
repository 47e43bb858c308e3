"""`ketenhub breach`: asked at the operator's desk, answered in counts, and in the trail."""

import json

import pytest

from audit.events import Kind
from tests.hub.cli.operator import Operator
from tests.hub.cli.trail_of import told_about_nobody

PERIOD = ("--from", "2023-03-01", "--to", "2023-03-02T09:30")


@pytest.fixture
def operator(operator: Operator) -> Operator:
    """An operator of a hub with a system of Randstad."""
    operator.types("init")
    key = str(operator.folder / "rik.pem")
    added = operator.types("partner", "add", "randstad", "--client", "rik", "--vestiging", "almere", "--new-key", key)
    assert added.code == 0
    return operator


def test_the_question_is_answered_and_recorded(operator: Operator) -> None:
    shown = operator.types("breach", "randstad", *PERIOD, "--by", "fatima")

    assert (shown.code, shown.err) == (0, "")
    assert shown.out == (
        "randstad, 2023-02-28T23:00:00Z to 2023-03-02T08:30:00Z: rik\n"
        "Could have been seen: something of 0 persons. Was seen: of 0.\n"
        "It did: nothing.\n"
    )
    (told,) = told_about_nobody(operator, Kind.BREACH)
    assert (told["partij"], told["vanClient"], told["personen"]) == ("randstad", None, 0)


def test_the_answer_is_one_json_document_when_asked(operator: Operator) -> None:
    told = json.loads(operator.types("breach", "randstad", *PERIOD, "--client", "rik", "--for-coa", "--json").out)

    assert (told["partij"], told["client"], told["van"]) == ("randstad", "rik", "2023-02-28T23:00:00Z")
    assert told["betrokkenen"] == []
    assert "betrokkenen" not in json.loads(operator.types("breach", "randstad", *PERIOD, "--json").out)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("breach", "nobody", *PERIOD), "There is no such partner of the agreement."),
        (("breach", "randstad", *PERIOD, "--client", "noor"), "There is no such system of this partner."),
        (("breach", "randstad", "--from", "2023-03-02", "--to", "2023-03-01"), "--to lies before --from."),
        (("breach", "randstad", "--from", "gisteren", "--to", "2023-03-01"), "Write a moment as 2023-03-01"),
    ],
)
def test_what_cannot_be_asked_is_told_and_not_recorded(
    operator: Operator, words: tuple[str, ...], sentence: str
) -> None:
    shown = operator.types(*words)

    assert (shown.code in (1, 2), sentence in shown.err) == (True, True)
    assert told_about_nobody(operator, Kind.BREACH) == []
