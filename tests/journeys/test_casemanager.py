"""Noor at her screens: she finds or registers a resident, tells, and reads the truth about who got it."""

from tests.chain import EXAMPLES, PURPOSES, Chain, Resident
from tests.kept import recorded, rows
from tests.web.casemanager import hidden, noor_at
from tests.web.employee import at_desk


def names(chain: Chain, v_number: str) -> Resident:
    """Whoever was registered on a screen, as the API knows them."""
    reply = chain.noor.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": v_number})
    return Resident(v_number, {"coa": reply.body["resultaten"][0]["betrokkeneId"]})


def test_who_is_not_there_yet_is_registered_and_found_again(chain: Chain) -> None:
    noor = noor_at(chain)
    asked = noor.finds("99.0000 0017")
    assert "nog niet aangemeld" in asked.text
    page = noor.presses("/coa/aanmelden", **hidden(asked), vnummer="9900000017", **{"taal-bewoner": "ti"})
    person = noor.follows(page)
    assert "Bespreek nu de keuzes" in person.text
    again = noor.finds("9900000017")
    assert (again.path, "Bewoner 9900000017" in again.text) == (person.path, True)
    assert "9900000017" not in again.path


def test_what_is_typed_wrong_is_said_and_stays(chain: Chain) -> None:
    noor = noor_at(chain)
    page = noor.finds("99000")
    assert (page.status, "precies tien cijfers" in page.text, 'value="99000"' in page.html) == (400, True, True)
    page = noor.presses("/coa/aanmelden", vnummer="9900000017", vestiging="nol-almere-markerkant")
    assert (page.status, "Kies de taal" in page.text) == (400, True)
    page = noor.presses("/coa/aanmelden", vnummer="9900000017", vestiging="x", **{"taal-bewoner": "ti"})
    assert (page.status, "vestiging van uzelf" in page.text) == (400, True)
    assert rows(chain.hub.database)["links"] == []


def test_noor_sees_what_rik_will_see_sends_it_and_reads_that_he_read_it(chain: Chain) -> None:
    resident = chain.linked()
    noor = noor_at(chain)
    person = noor.finds(resident).path
    preview = noor.previews(person, "werkmogelijkheden", geldigVan="")
    assert "Er is nog niets verstuurd" in preview.text
    assert "Randstad krijgt dit Mag werken ja" in preview.text.replace(" ✓", "")
    assert chain.rik.inbox() == []
    page = noor.sends(preview)
    assert "Verstuurd." in page.text
    assert "klaargezet Randstad" in page.text
    [item] = chain.rik.inbox()
    assert chain.rik.opens(item).body["gegevens"] == EXAMPLES["werkmogelijkheid"]
    assert "geopend Randstad" in noor.sees(person).text
    chain.rik.confirms(item)
    assert "bevestigd Randstad" in noor.sees(person).text


def test_a_form_that_is_sent_twice_happens_once(chain: Chain) -> None:
    resident = chain.linked()
    noor = noor_at(chain)
    preview = noor.previews(noor.finds(resident).path, "werkmogelijkheden")
    noor.sends(preview)
    assert "Verstuurd." in noor.sends(preview).text
    assert len(rows(chain.hub.database)["messages"]) == 1


def test_who_took_a_yes_back_between_looking_and_sending_is_not_told_about(chain: Chain) -> None:
    resident = chain.linked()
    noor = noor_at(chain)
    preview = noor.previews(noor.finds(resident).path, "werkmogelijkheden")
    assert "krijgt dit" in preview.text
    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")
    page = noor.sends(preview)
    assert "Dit ging naar niemand." in page.text
    assert "niet gedeeld Randstad" in page.text
    assert "nam het ja terug" in page.text
    assert chain.rik.opens_all() == []


def test_a_mistake_in_a_form_is_said_at_its_field_and_nothing_is_lost(chain: Chain) -> None:
    noor = noor_at(chain)
    page = noor.previews(noor.finds(chain.linked()).path, "verplaatsingen", naarLocatie="AZC Gilze", ingangsdatum="")
    assert page.status == 400
    assert 'value="AZC Gilze"' in page.html
    assert "Dag van de verhuizing:" in page.text


def test_the_truth_about_every_message_is_on_the_persons_page(chain: Chain) -> None:
    resident = chain.noor.registers()
    for purpose in PURPOSES[:2]:
        chain.noor.records(resident, purpose, "ja")
    noor = noor_at(chain)
    person = noor.finds(resident).path
    assert "wacht Randstad, hulp bij het vinden van werk. Gaat mee" in noor.tells(person, "werkmogelijkheden").text
    assert chain.rik.redeems(chain.noor.gives_slip(resident), resident).status == 201
    assert "klaargezet Randstad, hulp" in noor.sees(person).text
    assert chain.rik.asks(resident)
    assert "gezien na een vraag Randstad, hulp" in noor.sees(person).text
    chain.rik.opens_all()
    chain.noor.records(resident, "toeleiding-naar-werk", "nee")
    page = noor.sees(person).text
    assert "ingetrokken Randstad, hulp bij het vinden van werk. Was gelezen" in page
    noor.tells(person, "koppelingen")
    page = noor.tells(person, "koppelingen", gemeente="GM0363").text
    assert "klaargezet Gemeente Almere, inburgering. Hoorde alleen" in page
    assert "ingetrokken Gemeente Almere, inburgering. Niemand heeft het gelezen." in page


def test_what_lies_ready_and_would_not_open_any_more_is_not_called_shared(chain: Chain) -> None:
    resident = chain.linked()
    noor = noor_at(chain)
    person = noor.finds(resident).path
    assert "klaargezet Randstad" in noor.tells(person, "werkmogelijkheden").text
    chain.clock.later(days=365)
    page = noor.sees(person).text
    assert "klaargezet Randstad" not in page
    assert "niet gedeeld Randstad, hulp bij het vinden van werk. Het ja van de bewoner geldt niet meer." in page


def test_looking_at_a_person_stands_in_their_trail_before_anything_is_shown(chain: Chain) -> None:
    resident = chain.linked()
    chain.rik.publishes(resident, "dienstverband")
    noor = noor_at(chain)
    before = len(recorded(chain))
    page = noor.finds(resident)
    assert "Genoeg contracturen om mee te tellen ja" in page.text
    assert "Hotel Polderzicht" not in page.text
    looked = recorded(chain)[before:]
    assert {fact["soort"] for fact in looked} == {"bevraging", "raadpleging"}
    assert all(fact["gegevens"]["client"].startswith("mw:") for fact in looked)


def test_nobody_else_comes_near_a_person_with_the_address_that_noor_has(chain: Chain) -> None:
    resident = chain.linked()
    noor = noor_at(chain)
    person = noor.finds(resident).path
    again = noor_at(chain)
    for address in (person, f"{person}/werkmogelijkheden"):
        assert again.sees(address).status == 404
        for who in ("rik", "job", "amsterdam", "petra", "fatima"):
            assert at_desk(chain, who).sees(address).status == 403
    assert noor.sees(f"{person}/dienstverbanden").status == 404
    again.sees("/coa")
    assert again.presses(f"{person}/werkmogelijkheden", stap="verstuur").status == 404
    assert noor.sees(person, "POST", data={"stap": "verstuur"}).status == 405
    forged = noor.presses(f"{person}/werkmogelijkheden", token="x", stap="voorbeeld")
    assert forged.status == 400


def test_a_resident_who_is_gone_has_no_address_any_more(chain: Chain) -> None:
    resident = chain.linked()
    noor = noor_at(chain)
    person = noor.finds(resident).path
    chain.noor.caller.post(f"/betrokkenen/{resident.names['coa']}/_vertrek", {})
    assert noor.sees(person).status == 404
