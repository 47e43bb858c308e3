"""Noor, Rik and Samira say whom others can call at their own desk, and touch nobody else's list."""

import re
from uuid import uuid4

from hub.exchange.directory import MOST
from tests.chain import Chain
from tests.kept import rows
from tests.web.employee import Employee, at_desk
from tests.web.visitor import Page

NOOR = {"functie": "casemanager", "naam": "Noor Bakker", "email": "noor@coa.example.nl", "telefoon": ""}
ENTRY = re.compile(r'name="contact" value="([0-9a-f-]+)"')


def adds(employee: Employee, **fields: str) -> Page:
    """Fill in the form for one more, and send it."""
    employee.sees("/contactpunten/toevoegen")
    return employee.presses("/contactpunten/toevoegen", **{"eenmalig": str(uuid4()), **fields})


def listed(employee: Employee) -> list[str]:
    """The entries of one's own list, in their order."""
    return list(dict.fromkeys(ENTRY.findall(employee.sees("/contactpunten").html)))


def sends(employee: Employee, act: str, contact: str, **fields: str) -> Page:
    """The form about this entry, sent."""
    return employee.presses(f"/contactpunten/{act}", contact=contact, stap="verstuur", **fields)


def test_noor_adds_herself_and_rik_can_call_her(chain: Chain) -> None:
    resident, noor = chain.linked(), at_desk(chain, "noor")
    assert "Hier staat nog niemand" in noor.sees("/contactpunten").text
    page = noor.follows(adds(noor, **NOOR))
    assert "Opgeslagen." in page.text
    assert "Noor Bakker , casemanager noor@coa.example.nl" in page.text
    assert "alleen bij een bewoner met wie zij ook iets van doen hebben" in page.text
    assert [one["naam"] for one in chain.rik.calls(resident)] == ["Noor Bakker"]


def test_who_is_away_is_not_called_and_who_stands_in_is_until_they_are_back(chain: Chain) -> None:
    resident, noor = chain.linked(), at_desk(chain, "noor")
    adds(noor, **NOOR)
    adds(noor, functie="contactpunt", naam="Receptie", telefoon="+31360000100")
    herself, desk = listed(noor)
    assert "Wanneer is Noor Bakker er niet?" in noor.presses("/contactpunten/afwezig", contact=herself).text
    today = chain.clock.instant.date().isoformat()
    page = noor.follows(sends(noor, "afwezig", herself, van=today, totEnMet="", vervanger=desk))
    assert "afwezig vanaf" in page.text
    assert "Vervanger: Receptie" in page.text
    assert [(one["naam"], one["status"]) for one in chain.rik.calls(resident)] == [("Receptie", "vervanger")]
    assert "nu als aanwezig" in noor.follows(noor.presses("/contactpunten/aanwezig", contact=herself)).text
    assert [one["naam"] for one in chain.rik.calls(resident)] == ["Noor Bakker"]


def test_an_entry_is_said_anew_once_and_removed_after_a_second_look(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    adds(noor, **NOOR)
    [entry] = listed(noor)
    assert 'value="noor@coa.example.nl"' in noor.presses("/contactpunten/wijzigen", contact=entry).html
    said = {**NOOR, "telefoon": "+31360000101", "eenmalig": str(uuid4())}
    assert [sends(noor, "wijzigen", entry, **said).status for _ in range(2)] == [303, 303]
    assert "+31360000101" in noor.sees("/contactpunten").text
    assert [row["revision"] for row in rows(chain.hub.database)["contacts"]] == [2]
    assert "U verwijdert Noor Bakker" in noor.presses("/contactpunten/verwijderen", contact=entry).text
    assert listed(noor) == [entry]
    assert "van de lijst" in noor.follows(sends(noor, "verwijderen", entry)).text
    assert "niet (meer) op uw lijst" in noor.follows(sends(noor, "verwijderen", entry)).text
    assert rows(chain.hub.database)["contacts"] == []


def test_a_municipality_has_one_contact_point_and_a_new_one_takes_its_place(chain: Chain) -> None:
    samira = at_desk(chain, "samira")
    assert 'name="functie"' not in samira.sees("/contactpunten/toevoegen").html
    for name in ("Loket", "Team Inburgering"):
        # Whatever a forged form says about function and vestiging.
        page = adds(samira, naam=name, telefoon="+31360000301", functie="klantmanager", vestiging="almere")
        assert page.status == 303
    assert [row["function"] for row in rows(chain.hub.database)["contacts"]] == ["contactpunt"]
    assert "Team Inburgering , contactpunt" in samira.sees("/contactpunten").text


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    page = adds(noor, functie="consulent", naam="Noor Bakker", email="", telefoon="036 000 0101")
    assert (page.status, 'value="036 000 0101"' in page.html, 'href="#telefoon"' in page.html) == (400, True, True)
    assert "Functie: kies een van de mogelijkheden." in page.text
    assert "Telefoon: schrijf een telefoonnummer met landnummer" in page.text
    assert "vul email of telefoon in" in adds(noor, functie="casemanager", naam="Noor").text
    adds(noor, **NOOR)
    [entry] = listed(noor)
    wrong = (
        ({"van": "", "totEnMet": "2023-02-30"}, ("Eerste dag: kies", "Laatste dag: kies")),
        ({"van": "2023-03-02", "totEnMet": "2023-03-01"}, ("niet voor de eerste dag",)),
        ({"van": "2023-03-02", "vervanger": entry}, ("Vervanger: kies iemand anders",)),
    )
    for typed, sentences in wrong:
        page = sends(noor, "afwezig", entry, **typed)
        assert (page.status, [one in page.text for one in sentences]) == (400, [True] * len(sentences))
    assert [row["absent_from"] for row in rows(chain.hub.database)["contacts"]] == [None]


def test_a_full_list_says_so(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    for _ in range(MOST):
        assert chain.noor.lists().status == 201
    page = adds(noor, **NOOR)
    assert (page.status, "Hier staan al 20 contactpersonen." in page.text) == (400, True)


def test_job_and_another_partner_touch_nothing_of_almere_and_are_not_told_that_it_is_there(chain: Chain) -> None:
    rik = at_desk(chain, "rik")
    adds(rik, functie="consulent", naam="Rik de Wit", email="rik@randstad.example.nl")
    [entry] = listed(rik)
    before = rows(chain.hub.database)["contacts"]
    for who in ("job", "noor", "samira"):
        other = at_desk(chain, who)
        assert (listed(other), "Rik de Wit" in other.sees("/contactpunten").text) == ([], False)
        for act in ("wijzigen", "afwezig", "aanwezig", "verwijderen"):
            answers = []
            for contact in (entry, str(uuid4())):
                first = other.follows(other.presses(f"/contactpunten/{act}", contact=contact))
                typed = {"naam": "Iemand", "email": "x@example.nl", "van": "2023-03-01", "eenmalig": str(uuid4())}
                answers += [first.text, other.follows(sends(other, act, contact, **typed)).text]
            assert len(set(answers)) == 1, (who, act)
        adds(other, functie="contactpunt", naam="Van een ander", telefoon="+31360000999")
        [own] = listed(other)
        assert sends(other, "afwezig", own, van="2023-03-01", vervanger=entry).status == 400
    assert [row for row in rows(chain.hub.database)["contacts"] if row["id"] == entry] == before


def test_a_forged_form_changes_nothing(chain: Chain) -> None:
    noor = at_desk(chain, "noor")
    adds(noor, **NOOR)
    [entry] = listed(noor)
    before = rows(chain.hub.database)["contacts"]
    for act in ("toevoegen", "wijzigen", "afwezig", "aanwezig", "verwijderen"):
        path, fields = f"/contactpunten/{act}", {**NOOR, "contact": entry, "stap": "verstuur", "van": "2023-03-01"}
        assert noor.presses(path, token="", **fields).status == 400
        elsewhere = {"data": {**fields, "csrf_token": noor.token}, "headers": {"Sec-Fetch-Site": "cross-site"}}
        assert noor.sees(path, "POST", **elsewhere).status == 403
    # Without the key of a form that we made.
    assert noor.presses("/contactpunten/toevoegen", **NOOR).status == 400
    assert rows(chain.hub.database)["contacts"] == before
