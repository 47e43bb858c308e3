"""Fatima watches over the trail: she searches it, opens one entry at a time, has it checked, and each look is in it."""

import pytest
from sqlalchemy import text

from hub.exchange import watched
from tests.chain import Chain
from tests.kept import rows
from tests.stores import Stores
from tests.web.employee import at_desk

TRAIL = "/privacy/spoor"


def entries(chain: Chain) -> list[tuple[int, str]]:
    """Every entry of the trail: its number and kind, oldest first."""
    return sorted((int(one["position"]), str(one["kind"])) for one in rows(chain.hub.database)["audit_entries"])


def test_a_search_finds_what_was_asked_names_nobody_and_is_recorded(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    fatima = at_desk(chain, "fatima")
    before = len(entries(chain))
    assert "Gevonden" not in fatima.sees(TRAIL).text
    assert len(entries(chain)) == before
    page = fatima.sees(f"{TRAIL}?zoek=1&soort=publicatie&partij=coa&uitkomst=ja&van=2023-03-01&tot=2023-03-01")
    assert page.html.count('type="hidden" name="regel"') == 1
    assert resident.v_number not in page.html
    assert entries(chain)[-1][1] == "spoor-gelezen"
    for nothing in ("partij=GM0363", "van=2023-03-02", "tot=2023-02-28", "uitkomst=nee&soort=publicatie"):
        assert "Niets gevonden." in fatima.sees(f"{TRAIL}?zoek=1&{nothing}").text
    for no_day in ("van=2023-02-30", "tot=9999-12-31", "van=0001-01-01", "tot=0001-01-01"):
        odd = fatima.sees(f"{TRAIL}?zoek=1&{no_day}")
        assert (odd.status, "Kies een bestaande dag." in odd.text) == (400, True), no_day
        name, _is, day = no_day.partition("=")
        assert fatima.presses(f"{TRAIL}/uitvoer", **{name: day}).status == 400


def test_an_entry_is_opened_after_the_person_it_is_about_can_see_it(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "werkmogelijkheid")
    number, _kind = entries(chain)[-1]
    fatima = at_desk(chain, "fatima")
    fatima.sees(TRAIL)
    page = fatima.presses(f"{TRAIL}/openen", regel=str(number))
    assert "werkmogelijkheid" in page.text
    assert resident.v_number not in page.html
    assert "<title>Inhoud van de regel – Ketenhub</title>" in page.html
    assert f">Regel {number}</h1>" in page.html
    kept = {int(one["position"]): one for one in rows(chain.hub.database)["audit_entries"]}
    newest = kept[max(kept)]
    assert (newest["kind"], newest["key_id"]) == ("spoor-gelezen", kept[number]["key_id"])
    for odd in ("", "x", "-1", "99999"):
        assert fatima.presses(f"{TRAIL}/openen", regel=odd).status == 404


def test_what_was_forgotten_cannot_be_opened_and_the_trail_still_holds(chain: Chain) -> None:
    resident = chain.linked()
    number, _kind = entries(chain)[-1]
    chain.noor.caller.post("/verzoeken", {"betrokkeneId": chain.noor.knows(resident), "soort": "wissen"})
    [request] = rows(chain.hub.database)["rights_requests"]
    chain.noor.caller.post(f"/verzoeken/{request['id']}/_besluit", {"besluit": "toegewezen"})
    fatima = at_desk(chain, "fatima")
    fatima.sees(TRAIL)
    assert "De inhoud is met de bewoner gewist." in fatima.presses(f"{TRAIL}/openen", regel=str(number)).text
    page = fatima.presses(f"{TRAIL}/nakijken")
    assert "staan er, in volgorde en onveranderd" in page.text


def test_a_trail_that_somebody_changed_is_said_to_be_wrong_and_is_not_signed(chain: Chain, stores: Stores) -> None:
    chain.linked()
    fatima = at_desk(chain, "fatima")
    fatima.sees(TRAIL)
    good = fatima.presses(f"{TRAIL}/nakijken").text
    assert "Het ondertekende controlepunt" in good
    with stores.owner.writing() as session:
        if stores.owner.sqlite:
            for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                session.execute(text(f'DROP TRIGGER "{name}"'))
        else:
            session.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
        session.execute(text("UPDATE audit_entries SET partner = 'randstad' WHERE position = 0"))
    bad = fatima.presses(f"{TRAIL}/nakijken").text
    assert "Het klopt niet" in bad
    assert "Entry 0: a column to search by says something else than the record." in bad
    assert "Het ondertekende controlepunt" not in bad


def test_a_long_trail_is_not_checked_while_somebody_waits(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watched, "MOST", 0)
    chain.linked()
    fatima = at_desk(chain, "fatima")
    fatima.sees(TRAIL)
    before = len(entries(chain))
    assert "ketenhub verify" in fatima.presses(f"{TRAIL}/nakijken").text
    assert len(entries(chain)) == before


def test_proof_checkpoint_and_list_can_be_taken_along(chain: Chain) -> None:
    chain.linked()
    fatima = at_desk(chain, "fatima")
    fatima.sees(TRAIL)
    assert fatima.presses(f"{TRAIL}/controlepunt").html.count("\n— ") == 1
    assert fatima.presses(f"{TRAIL}/bewijs", regel="1").html.startswith("c2sp.org/tlog-proof@v1")
    assert fatima.presses(f"{TRAIL}/bewijs", regel="9999").status == 404
    listed = fatima.presses(f"{TRAIL}/uitvoer", soort="aanmelding")
    assert listed.html.splitlines()[0] == "regel,tijdstip,soort,partij,uitkomst"
    assert len(listed.html.splitlines()) == 2
    petra = at_desk(chain, "petra")
    petra.sees("/project")
    assert petra.presses(f"{TRAIL}/openen", regel="1").status == 403
