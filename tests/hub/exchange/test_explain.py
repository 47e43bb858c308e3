"""An old decision can be taken again, under the agreement of its time, and comes out the same."""

from dataclasses import replace

import pytest

from hub.exchange import explain as explaining
from hub.exchange.explain import explain
from hub.permit import Reason, Refusal
from tests.chain import Chain


def tell_a_story(chain: Chain) -> None:
    """Publications, refusals, questions, openings, hand-overs and a withdrawal."""
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.publishes(resident, "dienstverband")
    chain.noor.publishes(resident, "koppeling")
    chain.samira.opens_all()
    chain.rik.asks(resident)
    chain.rik.opens_all()
    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")
    assert chain.noor.publishes(resident, "werkmogelijkheid").status == 403
    chain.rik.asks(resident)


def test_every_decision_of_a_story_comes_out_the_same(chain: Chain) -> None:
    tell_a_story(chain)

    explained = explain(chain.hub)

    assert explained.otherwise == ()
    assert explained.taken >= 12


def test_a_policy_that_changed_shows(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    tell_a_story(chain)

    def stricter(record: object, flow: object, subject: str) -> Refusal:
        return Refusal(None, "", "", "", (Reason.NO_AGREEMENT,))  # type: ignore[arg-type]  # only its reasons count

    monkeypatch.setattr(explaining, "replay", stricter)

    assert explain(chain.hub).otherwise


def test_the_agreement_of_the_time_is_found_though_another_is_in_force(chain: Chain) -> None:
    tell_a_story(chain)
    forgotten = replace(chain.hub, agreement=replace(chain.hub.agreement, hash="0" * 64))

    # The version that the story was decided under is in the store, so it is still found.
    assert explain(forgotten).otherwise == ()
