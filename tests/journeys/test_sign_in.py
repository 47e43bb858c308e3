"""People at their desks sign in, are known at every press, and are gone when they leave or are sent away."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.identity import staff_sessions
from hub.identity.demo_people import PEOPLE
from hub.web.desk import NAME
from hub.web.session import SAID
from hub.web.staff.layout import HOME
from tests.chain import Chain
from tests.kept import recorded, rows
from tests.web.employee import Employee, at_desk


@pytest.mark.parametrize("who", PEOPLE)
def test_each_of_them_arrives_at_the_start_of_their_own_function(chain: Chain, who: str) -> None:
    employee = at_desk(chain, who)
    page = employee.sees(HOME[PEOPLE[who].function])
    assert page.status == 200
    assert PEOPLE[who].name in page.text
    assert employee.follows(employee.sees("/start")).status == 200


def test_who_is_nobody_is_asked_to_sign_in_and_told_when_a_press_was_lost(chain: Chain) -> None:
    visitor = Employee(chain.app)
    assert visitor.sees("/coa").headers["Location"] == "/inloggen"
    assert "niet aangekomen" in visitor.sees("/inloggen?te-lang-weg").text


def test_a_name_that_is_not_on_the_list_signs_in_nobody(chain: Chain) -> None:
    visitor = Employee(chain.app)
    visitor.sees("/inloggen")
    page = visitor.presses("/inloggen", wie="iemand")
    assert (page.status, "Kies wie u bent." in page.text) == (400, True)
    assert rows(chain.hub.database)["staff_sessions"] == []


def test_outside_a_demo_nobody_signs_in_by_choosing_who_they_are(chain: Chain) -> None:
    at = chain.app.extensions[NAME]
    chain.app.extensions[NAME] = replace(at, hub=replace(at.hub, practice=False))
    visitor = Employee(chain.app)
    assert "Noor" not in visitor.sees("/inloggen").text
    assert visitor.presses("/inloggen", wie="noor").status == 400


def test_signing_out_ends_the_session_on_the_server(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    secret = noor.client.get_cookie("bureau")
    assert secret is not None
    noor.follows(noor.presses("/uitloggen"))
    noor.client.set_cookie("bureau", secret.value)
    assert noor.sees("/coa").headers["Location"] == "/inloggen"
    assert rows(chain.hub.database)["staff_sessions"] == []


def test_a_new_sign_in_in_the_same_browser_ends_the_one_before(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    noor.signs_in("rik")
    [session] = rows(chain.hub.database)["staff_sessions"]
    assert session["partner"] == "randstad"


def test_thirty_minutes_without_a_press_is_the_end(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    at = chain.app.extensions[NAME]
    later = {"minutes": 29}
    chain.app.extensions[NAME] = replace(at, wall=lambda: at.wall() + timedelta(**later))
    assert noor.sees("/coa").status == 200
    later["minutes"] = 58
    assert noor.sees("/coa").status == 200
    later["minutes"] = 89
    assert noor.sees("/coa").status == 303


def test_ten_hours_is_the_end_whatever_is_pressed(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    at = chain.app.extensions[NAME]
    later = {"minutes": 0}
    chain.app.extensions[NAME] = replace(at, wall=lambda: at.wall() + timedelta(**later))
    for minutes in range(20, 600, 20):
        later["minutes"] = minutes
        assert noor.sees("/coa").status == 200
    later["minutes"] = 601
    assert noor.sees("/coa").status == 303


def test_an_operator_ends_the_sessions_of_a_partner_at_once(chain: Chain) -> None:
    noor, rik = at_desk(chain, "noor"), at_desk(chain, "rik")
    with chain.hub.database.writing() as session:
        assert staff_sessions.end_of(session, partner="randstad") == 1
    assert (noor.sees("/coa").status, rik.sees("/bemiddelaar").status) == (200, 303)


def test_who_has_no_place_in_the_agreement_any_more_is_signed_out(chain: Chain) -> None:
    rik = at_desk(chain, "rik")
    at = chain.app.extensions[NAME]
    partners = {name: one for name, one in at.hub.agreement.partners.items() if name != "randstad"}
    fewer = replace(at.hub.agreement, partners=partners)
    chain.app.extensions[NAME] = replace(at, hub=replace(at.hub, agreement=fewer))
    assert rik.sees("/bemiddelaar").status == 303


def test_a_page_of_another_function_says_that_it_is_not_for_them(chain: Chain) -> None:
    rik = at_desk(chain, "rik")
    page = rik.sees("/coa")
    assert (page.status, "niet voor uw functie" in page.text) == (403, True)


def test_the_database_holds_neither_the_secret_nor_the_name_of_who_is_signed_in(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    secret = noor.client.get_cookie("bureau")
    assert secret is not None
    kept = str(rows(chain.hub.database)["staff_sessions"])
    assert secret.value not in kept
    assert "Noor" not in kept
    assert "4e6f6f72" not in kept.lower()


def test_what_was_said_to_whoever_sat_here_before_is_not_shown_to_the_next(chain: Chain) -> None:
    rik = at_desk(chain, "rik")
    with rik.client.session_transaction() as cookie:
        cookie[SAID] = "Uw melding is verstuurd."
    page = rik.signs_in("job")
    assert "Job Mulder" in page.text
    assert "Uw melding" not in page.text


def test_no_other_site_makes_somebody_look(chain: Chain) -> None:
    chain.linked()
    rik, at = at_desk(chain, "rik"), chain.app.extensions[NAME]
    chain.app.extensions[NAME] = replace(at, wall=lambda: at.wall() + timedelta(minutes=1))
    before = len(recorded(chain))
    for site in ("cross-site", "same-site"):
        page = rik.sees("/bemiddelaar", headers={"Sec-Fetch-Site": site})
        assert (page.status, "Een andere site stuurde u hierheen." in page.text) == (200, True)
        assert "K21052" not in page.text
    assert len(recorded(chain)) == before
    for site in ("same-origin", "none"):
        assert "K21052" in rik.sees("/bemiddelaar", headers={"Sec-Fetch-Site": site}).text


def test_who_comes_back_from_their_own_organisations_site_just_now_arrives(chain: Chain) -> None:
    rik = at_desk(chain, "rik")
    assert "Uw kandidaten" in rik.sees("/bemiddelaar", headers={"Sec-Fetch-Site": "cross-site"}).text
