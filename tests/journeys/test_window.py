"""A resident opens their own window with a slip, sees what was shared, and stops it; the casemanager sees only that."""

import io
import zipfile
from datetime import timedelta

import pytest

from hub.errors import TooMany
from hub.exchange import window
from hub.people import window_failures, windows
from tests.chain import Chain, Resident
from tests.kept import rows
from tests.web.visitor import OVERVIEW, WINDOW, Visitor

OPEN, CLOSED = "Uw gegevens", "Uw venster is dicht."
WRONG = "Deze code opent geen venster."


def gives_window(chain: Chain, resident: Resident) -> str:
    """Noor makes a slip; gives its code."""
    reply = chain.noor.caller.post("/vensterbriefjes", {"betrokkeneId": chain.noor.knows(resident)})
    assert reply.status == 201, reply
    return str(reply.body["code"])


def slips(chain: Chain, resident: Resident) -> list[dict[str, str]]:
    """What Noor sees of the slips."""
    reply = chain.noor.caller.post("/vensterbriefjes/_zoek", {"betrokkeneId": chain.noor.knows(resident)})
    found: list[dict[str, str]] = reply.body["resultaten"]
    return found


@pytest.fixture
def resident(chain: Chain) -> Resident:
    """Somebody who said yes to everything, and whom Rik knows."""
    return chain.linked()


@pytest.fixture
def visitor(chain: Chain) -> Visitor:
    """Somebody with a telephone."""
    return Visitor(chain.app)


def test_a_slip_has_a_code_an_end_and_an_address_that_says_nothing_but_the_language(chain: Chain) -> None:
    resident = chain.noor.registers(language="ti")
    body = chain.noor.caller.post("/vensterbriefjes", {"betrokkeneId": chain.noor.knows(resident)}).body
    assert body["adres"] == "http://localhost:8080/venster?taal=ti"
    assert body["verlooptOp"] == "2024-02-29"
    assert len(body["code"]) == len("7K3M-9QXD-2WPA")


def test_the_page_behind_the_qr_code_shows_nothing_personal_and_is_the_same_for_everybody(
    chain: Chain, resident: Resident
) -> None:
    before = Visitor(chain.app).sees(f"{WINDOW}?taal=nl")
    gives_window(chain, resident)
    after = Visitor(chain.app).sees(f"{WINDOW}?taal=nl")
    assert after.html.replace(after.token, "") == before.html.replace(before.token, "")


def test_with_the_code_the_resident_sees_who_received_which_fields_why_and_on_which_basis(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert chain.rik.asks(resident)
    seen = visitor.opens(gives_window(chain, resident)).text
    assert OPEN in seen
    assert "Randstad Vroeg ernaar en kreeg antwoord: of u mag werken" in seen
    assert "Waarvoor Hulp bij het vinden van werk Waarom mag dat uw toestemming Wanneer 1 maart 2023" in seen


def test_a_code_may_be_typed_in_small_letters_with_spaces_or_without_hyphens(chain: Chain, resident: Resident) -> None:
    code = gives_window(chain, resident)
    for typed in (code.lower(), code.replace("-", " "), code.replace("-", ""), f"  {code} "):
        assert OPEN in Visitor(chain.app).opens(typed).text


def test_the_resident_stops_with_one_press_and_one_confirmation_and_it_works_at_once(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    chain.noor.publishes(resident, "werkmogelijkheid")
    assert chain.rik.asks(resident)
    visitor.opens(gives_window(chain, resident))
    sure = visitor.presses("/venster/stoppen", doel="toeleiding-naar-werk")
    assert "Wilt u hiermee stoppen?" in sure.text
    assert chain.rik.asks(resident), "a question is not an answer"
    seen = visitor.follows(visitor.presses("/venster/stoppen", doel="toeleiding-naar-werk", zeker="ja")).text
    assert "Het is gestopt." in seen
    assert "Hulp bij het vinden van werk u nam uw ja terug" in seen
    assert chain.rik.asks(resident) == []
    assert [item["soort"] for item in chain.rik.opens_all()] == ["verwijderverzoek"]


def test_the_resident_sees_who_confirmed_that_it_was_erased(chain: Chain, resident: Resident, visitor: Visitor) -> None:
    chain.noor.publishes(resident, "werkmogelijkheid")
    chain.rik.asks(resident)
    code = gives_window(chain, resident)
    visitor.opens(code)
    visitor.presses("/venster/stoppen", doel="toeleiding-naar-werk", zeker="ja")
    assert "nog niet gezegd dat het gewist is" in visitor.sees(OVERVIEW).text
    for item in chain.rik.inbox():
        chain.rik.opens(item)
        chain.rik.confirms(item)
    assert "Gewist op 1 maart 2023, zegt de organisatie." in visitor.sees(OVERVIEW).text


def test_the_resident_says_no_to_what_was_never_asked(chain: Chain, visitor: Visitor) -> None:
    resident = chain.noor.registers()
    visitor.opens(gives_window(chain, resident))
    visitor.presses("/venster/stoppen", doel="behoud-van-werk")
    seen = visitor.follows(visitor.presses("/venster/stoppen", doel="behoud-van-werk", zeker="ja")).text
    assert "U hebt nee gezegd." in seen
    assert "Uw werk houden als u verhuist u zei nee" in seen


def test_a_purpose_that_asks_for_no_yes_cannot_be_stopped_here(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    visitor.opens(gives_window(chain, resident))
    for purpose in ("inburgering", "geen-doel", ""):
        assert visitor.presses("/venster/stoppen", doel=purpose, zeker="ja").status == 400


def test_a_new_slip_voids_the_old_one_and_closes_what_it_opened(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    old = gives_window(chain, resident)
    visitor.opens(old)
    new = gives_window(chain, resident)
    assert CLOSED in visitor.follows(visitor.sees(OVERVIEW)).text
    assert WRONG in Visitor(chain.app).opens(old).text
    assert OPEN in Visitor(chain.app).opens(new).text
    assert [slip["status"] for slip in slips(chain, resident)] == ["open", "vervallen"]


def test_a_slip_works_until_the_last_day_of_a_yes_and_closes_on_that_day(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    code = gives_window(chain, resident)
    chain.clock.later(days=364)
    assert OPEN in visitor.opens(code).text
    chain.clock.later(days=1)
    assert CLOSED in visitor.follows(visitor.sees(OVERVIEW)).text
    assert WRONG in Visitor(chain.app).opens(code).text
    assert [slip["status"] for slip in slips(chain, resident)] == ["verlopen"]


def test_unknown_void_and_expired_codes_get_the_same_page(chain: Chain, resident: Resident) -> None:
    void = gives_window(chain, resident)
    gives_window(chain, resident)
    pages = [Visitor(chain.app).opens(code) for code in ("0000-0000-0000", void, "", "'; --", "\U0001f511" * 12)]
    assert {page.status for page in pages} == {400}
    assert len({page.html.replace(page.token, "") for page in pages}) == 1


def test_the_casemanager_sees_that_it_was_used_and_not_what_was_looked_at(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    code = gives_window(chain, resident)
    assert "laatstGebruiktOp" not in slips(chain, resident)[0]
    before = len(rows(chain.hub.database)["audit_entries"])
    chain.clock.later(hours=2)
    visitor.opens(code)
    visitor.sees(OVERVIEW)
    visitor.sees(OVERVIEW)
    assert slips(chain, resident)[0]["laatstGebruiktOp"] == "2023-03-01T11:12:44Z"
    kept = [(row["kind"], row["partner"], row["outcome"]) for row in rows(chain.hub.database)["audit_entries"]]
    assert kept[before:] == [("venster-geopend", "betrokkene", "ja")]


def test_a_try_with_a_void_code_is_in_the_trail_and_one_with_an_unknown_code_is_not(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    void = gives_window(chain, resident)
    gives_window(chain, resident)
    before = len(rows(chain.hub.database)["audit_entries"])
    visitor.opens("0000-0000-0000")
    visitor.opens(void)
    kept = [row["kind"] for row in rows(chain.hub.database)["audit_entries"]]
    assert kept[before:] == ["venster-geweigerd"]


def test_after_too_many_wrong_codes_from_one_place_even_the_right_one_waits_there_and_nowhere_else(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    code = gives_window(chain, resident)
    for _ in range(window_failures.FROM_ONE_NETWORK):
        assert WRONG in visitor.opens("0000-0000-0000").text
    page = visitor.opens(code)
    assert (page.status, page.headers["Retry-After"]) == (429, "3600")
    assert "Wacht een uur" in page.text
    assert OPEN in Visitor(chain.app, address="9.9.9.10").opens(code).text


def test_where_the_network_cannot_be_known_nobody_shuts_another_out_until_very_many_were_wrong(
    chain: Chain, resident: Resident, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Two thousand tries take a minute; forty show the same, and are more than one network may have.
    monkeypatch.setattr(window_failures, "FROM_ALL", 40)
    code = gives_window(chain, resident)
    at = chain.clock()
    for _ in range(39):
        window.open_with(chain.hub, "0000-0000-0000", None, at)
    assert isinstance(window.open_with(chain.hub, code, None, at), window.Opened)
    window.open_with(chain.hub, "0000-0000-0000", None, at)
    with pytest.raises(TooMany):
        window.open_with(chain.hub, code, "9.9.9.9", at)
    assert isinstance(window.open_with(chain.hub, code, "9.9.9.9", at + window_failures.HOUR), window.Opened)


def test_no_address_is_kept_of_who_typed_a_wrong_code(chain: Chain, visitor: Visitor) -> None:
    visitor.opens("0000-0000-0000")
    kept = rows(chain.hub.database)["window_failures"]
    assert len(kept) == 1
    assert "9.9.9" not in str(kept)


def test_leaving_closes_the_window_for_whoever_has_the_telephone_next(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    visitor.opens(gives_window(chain, resident))
    taken = visitor.client.get_cookie("venster")
    assert taken is not None
    assert "Uw venster is dicht." in visitor.follows(visitor.presses("/venster/sluiten")).text
    assert visitor.sees(OVERVIEW).status == 303
    # Not even with the cookie of before.
    visitor.client.set_cookie("venster", taken.value)
    assert visitor.sees(OVERVIEW).status == 303


def test_a_window_closes_after_a_quarter_of_an_hour_and_after_an_hour_whatever_happens(
    chain: Chain, resident: Resident
) -> None:
    code = gives_window(chain, resident)
    begun = chain.clock()
    opened = window.open_with(chain.hub, code, "9.9.9.9", begun)
    assert isinstance(opened, window.Opened)

    def open_after(minutes: int) -> bool:
        return window.who_looks(chain.hub, opened.secret, begun + timedelta(minutes=minutes)) is not None

    assert [open_after(minutes) for minutes in (14, 28, 42, 56)] == [True] * 4
    assert not open_after(60), "an hour is the longest"
    second = window.open_with(chain.hub, code, "9.9.9.9", begun)
    assert isinstance(second, window.Opened)
    assert window.who_looks(chain.hub, second.secret, begun + windows.IDLE) is None


def test_of_a_session_only_a_hash_is_kept(chain: Chain, resident: Resident, visitor: Visitor) -> None:
    visitor.opens(gives_window(chain, resident))
    cookie = visitor.client.get_cookie("venster")
    assert cookie is not None
    assert cookie.value not in str(rows(chain.hub.database))


def test_without_a_window_every_page_behind_it_leads_to_the_beginning(chain: Chain, visitor: Visitor) -> None:
    visitor.sees()
    assert visitor.sees(OVERVIEW).headers["Location"] == WINDOW
    assert visitor.presses("/venster/stoppen", doel="toeleiding-naar-werk", zeker="ja").headers["Location"] == WINDOW


def test_a_form_without_the_token_of_this_browser_changes_nothing(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    visitor.opens(gives_window(chain, resident))
    other = Visitor(chain.app).sees().token
    for token in ("", "onzin", other):
        page = visitor.presses("/venster/stoppen", token=token, doel="toeleiding-naar-werk", zeker="ja")
        assert page.status == 400
        assert "Er is niets veranderd." in page.text
    assert "Hulp bij het vinden van werk uw ja geldt nu" in visitor.sees(OVERVIEW).text


def test_a_form_that_another_site_sent_is_refused(chain: Chain, resident: Resident, visitor: Visitor) -> None:
    visitor.opens(gives_window(chain, resident))
    data = {"doel": "toeleiding-naar-werk", "zeker": "ja", "csrf_token": visitor.token}
    page = visitor.sees("/venster/stoppen", "POST", data=data, headers={"Sec-Fetch-Site": "cross-site"})
    assert page.status == 403


def test_the_token_of_before_the_code_is_worth_nothing_after_it(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    before = visitor.sees().token
    visitor.opens(gives_window(chain, resident))
    assert visitor.presses("/venster/stoppen", token=before, doel="toeleiding-naar-werk").status == 400


@pytest.mark.parametrize(
    ("language", "direction", "said"),
    [("nl", "ltr", "Uw keuzes"), ("ar", "rtl", "اختياراتك"), ("ti", "ltr", "ምርጫታትኩም"), ("fa", "rtl", "انتخاب‌های شما")],
)
def test_the_window_speaks_the_language_that_was_chosen_and_keeps_to_it(
    chain: Chain, resident: Resident, visitor: Visitor, language: str, direction: str, said: str
) -> None:
    page = visitor.opens(gives_window(chain, resident), language)
    assert f'lang="{language}" dir="{direction}"' in page.html
    assert said in page.text


def test_the_slip_can_be_made_as_a_page_to_print_in_the_residents_language(chain: Chain) -> None:
    resident = chain.noor.registers(language="ar")
    answer = chain.app.test_client().post(
        "/api/v1/vensterbriefjes/_afdruk",
        json={"betrokkeneId": chain.noor.knows(resident)},
        headers=chain.noor.caller._headers(),
    )
    page = answer.get_data(as_text=True)
    assert (answer.status_code, answer.mimetype) == (201, "text/html")
    assert '<html lang="ar" dir="rtl">' in page
    assert "<svg" in page
    assert "<script" not in page
    code = page.split('<bdi dir="ltr">')[1].split("<")[0]
    assert "بياناتك" in Visitor(chain.app).opens(code, "ar").text


def test_nobody_but_coa_makes_a_slip_and_only_for_who_is_its_own(chain: Chain, resident: Resident) -> None:
    for person in (chain.rik, chain.samira):
        assert person.caller.post("/vensterbriefjes", {"betrokkeneId": person.knows(resident)}).status == 403
    assert chain.noortje.caller.post("/vensterbriefjes", {"betrokkeneId": chain.noor.knows(resident)}).status == 400


def test_what_the_hub_holds_is_shown_after_a_press_and_that_is_in_the_trail_first(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    chain.noor.publishes(resident, "werkmogelijkheid")
    visitor.opens(gives_window(chain, resident))
    assert "Verteld door" not in visitor.sees(OVERVIEW).text
    seen = visitor.presses("/venster/gegevens").text
    assert "of u mag werken ja" in seen
    assert "Centraal Orgaan opvang asielzoekers (COA)" in seen
    assert [row["kind"] for row in rows(chain.hub.database)["audit_entries"]][-1] == "inzage"


def test_the_resident_takes_the_whole_file_along(chain: Chain, resident: Resident, visitor: Visitor) -> None:
    visitor.opens(gives_window(chain, resident))
    answer = visitor.client.post("/venster/dossier", data={"csrf_token": visitor.token})
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dossier.zip"'
    names = zipfile.ZipFile(io.BytesIO(answer.get_data())).namelist()
    assert {"manifest.json", "lees-mij.html", "gegevens.json"} <= set(names)


def test_an_objection_works_at_once_and_is_answered_within_a_month(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    chain.noor.publishes(resident, "koppeling")
    visitor.opens(gives_window(chain, resident))
    assert "Bezwaar maken" in visitor.presses("/venster/vragen", soort="bezwaar").text
    assert chain.samira.inbox(), "a question is not an objection"
    seen = visitor.follows(visitor.presses("/venster/vragen", soort="bezwaar", zeker="ja")).text
    assert "U maakte bezwaar op 1 maart 2023." in seen
    assert "U krijgt antwoord op 1 april 2023 of eerder." in seen
    assert chain.samira.inbox() == []
    again = visitor.follows(visitor.presses("/venster/vragen", soort="bezwaar", zeker="ja")).text
    assert "Dit vroeg u al." in again


@pytest.mark.parametrize(("sort", "heading"), [("wissen", "Vergeten worden"), ("beperking", "Alles laten stilstaan")])
def test_who_asks_to_be_forgotten_or_to_hold_still_is_told_what_it_means_and_when_the_answer_comes(
    chain: Chain, resident: Resident, visitor: Visitor, sort: str, heading: str
) -> None:
    visitor.opens(gives_window(chain, resident))
    assert heading in visitor.presses("/venster/vragen", soort=sort).text
    seen = visitor.follows(visitor.presses("/venster/vragen", soort=sort, zeker="ja")).text
    assert "Wat vroeg u al?" in seen
    assert "Gevraagd op 1 maart 2023. U krijgt antwoord op 1 april 2023 of eerder." in seen


def test_what_the_resident_writes_about_a_mistake_reaches_the_casemanager_and_is_sealed(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    visitor.opens(gives_window(chain, resident))
    written = "من در هتل کار می\u200cکنم\nاز آوریل"
    visitor.presses("/venster/vragen", soort="correctie", zeker="ja", wat="dienstverband", tekst=written)
    body = {"betrokkeneId": chain.noor.knows(resident)}
    [asked] = chain.noor.caller.post("/verzoeken/_zoek", body).body["resultaten"]
    told = chain.noor.caller.get(f"/verzoeken/{asked['id']}").body["toelichting"]
    assert told == "dienstverband: من در هتل کار می\u200cکنم از آوریل"
    assert "هتل" not in str(rows(chain.hub.database))


def test_a_mistake_without_words_or_with_too_many_is_asked_again_with_what_was_written(
    chain: Chain, resident: Resident, visitor: Visitor
) -> None:
    visitor.opens(gives_window(chain, resident))
    for text in ("", " \u202e ", "a" * 501):
        page = visitor.presses("/venster/vragen", soort="correctie", zeker="ja", tekst=text)
        assert page.status == 400
        assert "Schrijf op wat er fout is, in hoogstens 500 tekens." in page.text
    assert "a" * 501 in page.html


def test_nothing_else_can_be_asked_for(chain: Chain, resident: Resident, visitor: Visitor) -> None:
    visitor.opens(gives_window(chain, resident))
    for sort in ("", "inzage", "alles"):
        assert visitor.presses("/venster/vragen", soort=sort, zeker="ja").status == 400
