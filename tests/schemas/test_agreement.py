"""The agreement: what Almere's says, and how every mistake in one is shown with its line and its remedy."""

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import cast

import pytest

from schemas.agreement import (
    SHIPPED,
    Agreement,
    AgreementError,
    Partner,
    Role,
    parse_agreement,
    read_agreement,
)

ALMERE = (SHIPPED / "almere.toml").read_text(encoding="utf-8")
SMALL = """\
[afspraak]
naam = "proef"
geldig_van = 2023-01-01
geldig_tot_en_met = 2023-12-31

[instellingen]
toestemming_geldig_dagen = 365
koppelcode_geldig_dagen = 14
herbevestigen_na_dagen = 90
urendrempel_per_week = 24

[kennisgeving]
toeleiding-naar-werk = "2023-1"

[[partij]]
naam = "coa"
titel = "COA"
rol = "coa"
oin = "00000099000000001000"
vestigingen = ["azc-almere"]

[[partij]]
naam = "GM0034"
titel = "Gemeente Almere"
rol = "gemeente"
oin = "00000099000000034000"
vestigingen = []

[[stroom]]
bericht = "aanvraagstatus"
soort = "BSN"
van = "coa"
naar = "bemiddelaar"
doel = "toeleiding-naar-werk"
grondslag = "toestemming"
grondslag_status = "te bevestigen"
velden = ["soort", "status", "datum"]
bewaren_hub_dagen = 30
bewaren_ontvanger_dagen = 60

[[stroom]]
bericht = "koppeling"
van = "coa"
naar = "gemeente"
doel = "inburgering"
grondslag = "publieke-taak"
grondslag_status = "bevestigd"
velden = ["gemeente", "ingangsdatum", "status", "vNummer"]
bewaren_hub_dagen = 30
bewaren_ontvanger_dagen = 60
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(AgreementError) as caught:
        parse_agreement(text, "proef.toml")
    assert str(caught.value).split("\n") == list(caught.value.mistakes)
    return list(caught.value.mistakes)


def changed(old: str, new: str) -> str:
    """SMALL with this line replaced, in the first place where it stands."""
    assert old in SMALL
    return SMALL.replace(old, new, 1)


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


@pytest.fixture(scope="module")
def almere() -> Agreement:
    return read_agreement(SHIPPED / "almere.toml")


def test_almere_has_the_nine_flows_of_the_contract_and_of_staff_one_each_way(almere: Agreement) -> None:
    assert [(flow.id, flow.variant, flow.purpose, flow.basis, flow.fields) for flow in almere.flows] == [
        ("werkmogelijkheid:coa>bemiddelaar", None, "toeleiding-naar-werk", "toestemming",
         ("magWerken", "geldigVan", "twvNodig")),
        ("koppeling:coa>gemeente", None, "inburgering", "publieke-taak",
         ("gemeente", "ingangsdatum", "status", "vNummer")),
        ("koppeling:coa>bemiddelaar", None, "behoud-van-werk", "toestemming",
         ("gemeente", "ingangsdatum", "status")),
        ("verplaatsing:coa>bemiddelaar", None, "behoud-van-werk", "toestemming",
         ("naarLocatie", "ingangsdatum")),
        ("aanvraagstatus:coa>bemiddelaar", "BSN", "toeleiding-naar-werk", "toestemming",
         ("soort", "status", "datum")),
        ("aanvraagstatus:bemiddelaar>coa", "TWV", "toeleiding-naar-werk", "toestemming",
         ("soort", "status", "datum")),
        ("dienstverband:bemiddelaar>gemeente", None, "inburgering-planning", "toestemming",
         ("werkt", "werkgever", "werkgemeente", "contracturenPerWeek", "ingangsdatum", "einddatum")),
        ("dienstverband:bemiddelaar>coa", None, "kansrijke-koppeling", "toestemming",
         ("werkt", "urendrempelGehaald")),
        ("urenstaat:bemiddelaar>gemeente", None, "inburgering-planning", "toestemming",
         ("week", "gewerkteUren")),
        *(
            (f"contactpersoon:{way}", None, "contact", "gerechtvaardigd-belang",
             ("functie", "naam", "email", "telefoon"))
            for way in (
                "coa>bemiddelaar", "bemiddelaar>coa", "coa>gemeente", "gemeente>coa", "bemiddelaar>gemeente",
                "gemeente>bemiddelaar",
            )
        ),
    ]  # fmt: skip


def test_almere_has_its_settings(almere: Agreement) -> None:
    assert (almere.consent_days, almere.link_code_days, almere.reconfirm_days, almere.hours_threshold) == (
        365, 14, 90, 24,
    )  # fmt: skip
    assert almere.notices == dict.fromkeys(almere.consent_purposes, "2023-1")
    assert almere.consent_purposes == (
        "toeleiding-naar-werk", "behoud-van-werk", "inburgering-planning", "kansrijke-koppeling",
    )  # fmt: skip


def test_almere_has_its_four_partners(almere: Agreement) -> None:
    assert {name: (it.role, it.branches) for name, it in almere.partners.items()} == {
        "coa": ("coa", ("azc-almere-engelse-mijl", "nol-almere-markerkant")),
        "randstad": ("bemiddelaar", ("almere", "zwolle")),
        "GM0034": ("gemeente", ()),
        "GM0363": ("gemeente", ()),
    }
    assert all(it.oin.startswith("00000099") for it in almere.partners.values())


def test_no_basis_is_confirmed_before_the_lawyers_did(almere: Agreement) -> None:
    assert not any(flow.basis_confirmed for flow in almere.flows)
    assert parse_agreement(SMALL, "proef.toml").flows[1].basis_confirmed


def test_nothing_is_forgotten_while_the_consent_for_it_still_runs(almere: Agreement) -> None:
    assert all(flow.hub_keeps_days > almere.consent_days for flow in almere.flows)


def test_the_hash_is_of_the_bytes_of_the_file(almere: Agreement) -> None:
    assert almere.hash == hashlib.sha256((SHIPPED / "almere.toml").read_bytes()).hexdigest()
    assert almere.text == ALMERE


def test_one_other_letter_is_another_agreement(almere: Agreement) -> None:
    other = parse_agreement(ALMERE.replace("# Let op:", "# let op:"), "almere.toml")
    assert other.hash != almere.hash
    assert other != almere


def test_an_agreement_read_again_is_the_same(almere: Agreement) -> None:
    again = read_agreement(SHIPPED / "almere.toml")
    assert again == almere
    assert again.flows[0] in almere.flows


def test_nobody_changes_an_agreement_that_is_in_use(almere: Agreement) -> None:
    with pytest.raises(TypeError):
        cast("dict[str, Partner]", almere.partners)["iemand"] = almere.partners["coa"]
    with pytest.raises(TypeError):
        cast("dict[str, str]", almere.notices)["iets"] = "2023-1"


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2022, 12, 31), False),
        (date(2023, 1, 1), True),
        (date(2023, 12, 31), True),
        (date(2024, 1, 1), False),
    ],
)
def test_an_agreement_is_in_force_from_its_first_to_its_last_day(day: date, in_force: bool) -> None:
    assert parse_agreement(SMALL, "proef.toml").in_force(day) is in_force


def test_an_agreement_without_an_end_stays_in_force(almere: Agreement) -> None:
    assert almere.valid_until is None
    assert almere.in_force(date(2099, 1, 1))
    assert not almere.in_force(date(2022, 11, 30))


def test_the_flows_of_a_message_are_those_of_its_source_and_its_variant(almere: Agreement) -> None:
    def ids(role: Role, message: str, variant: str | None = None) -> list[str]:
        return [flow.id for flow in almere.flows_from(role, message, variant)]

    assert ids(Role.COA, "koppeling") == ["koppeling:coa>gemeente", "koppeling:coa>bemiddelaar"]
    assert ids(Role.INTERMEDIARY, "koppeling") == []
    assert ids(Role.COA, "aanvraagstatus", "BSN") == ["aanvraagstatus:coa>bemiddelaar"]
    assert ids(Role.COA, "aanvraagstatus", "TWV") == []
    assert ids(Role.COA, "aanvraagstatus") == []


def test_the_flows_to_a_role_are_what_it_may_receive(almere: Agreement) -> None:
    assert [flow.message for flow in almere.flows_to(Role.MUNICIPALITY)] == [
        "koppeling",
        "dienstverband",
        "urenstaat",
        "contactpersoon",
        "contactpersoon",
    ]


def test_partners_are_found_by_their_role(almere: Agreement) -> None:
    assert [partner.name for partner in almere.partners_with(Role.MUNICIPALITY)] == ["GM0034", "GM0363"]


def test_only_a_flow_on_consent_asks_for_it(almere: Agreement) -> None:
    others = [flow.id for flow in almere.flows if not flow.needs_consent]
    assert [name for name in others if not name.startswith("contactpersoon:")] == ["koppeling:coa>gemeente"]
    assert len(others) == 7


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('naam = "proef"', "naam = 3", "naam klopt niet; schrijf kleine letters"),
        ("geldig_van = 2023-01-01", 'geldig_van = "2023-01-01"', "een datum zonder aanhalingstekens"),
        ("geldig_van = 2023-01-01", "geldig_van = 2023-01-01T00:00:00", "een datum zonder aanhalingstekens"),
        ("geldig_tot_en_met = 2023-12-31", "geldig_tot_en_met = 2022-12-31", "schrijf 2023-01-01 of later"),
        ("koppelcode_geldig_dagen = 14", "koppelcode_geldig_dagen = 0", "een heel aantal dagen van 1"),
        ("koppelcode_geldig_dagen = 14", "koppelcode_geldig_dagen = 14.0", "een heel aantal dagen van 1"),
        ("koppelcode_geldig_dagen = 14", "koppelcode_geldig_dagen = true", "een heel aantal dagen van 1"),
        ("koppelcode_geldig_dagen = 14", 'koppelcode_geldig_dagen = "14"', "zonder aanhalingstekens"),
        ("urendrempel_per_week = 24", "urendrempel_per_week = 61", "een heel aantal uren van 1 tot en met"),
        ('toeleiding-naar-werk = "2023-1"', "toeleiding-naar-werk = 2023", 'bijvoorbeeld "2023-1"'),
        ('naam = "coa"', 'naam = "COA"', "naam klopt niet; schrijf kleine letters"),
        ('naam = "coa"', 'naam = "GM0035"', "een partij met rol coa heet zo niet; schrijf kleine letters"),
        ('naam = "GM0034"', 'naam = "almere"', "rol gemeente heet zo niet; schrijf de CBS-code"),
        ('naam = "GM0034"', 'naam = "GM00345"', "naam klopt niet"),
        ('titel = "COA"', 'titel = ""', "titel klopt niet; schrijf een naam"),
        ('rol = "coa"', 'rol = "uwv"', 'rol klopt niet; schrijf "coa", "bemiddelaar" of "gemeente"'),
        ('oin = "00000099000000001000"', 'oin = "123"', "een OIN van precies 20 cijfers"),
        ('oin = "00000099000000001000"', "oin = 99000000001000", "een OIN van precies 20 cijfers"),
        ('vestigingen = ["azc-almere"]', 'vestigingen = ["Azc Almere"]', "een lijst van vestigingen"),
        ('vestigingen = ["azc-almere"]', 'vestigingen = ["a", "a"]', "een lijst van vestigingen"),
        ('vestigingen = ["azc-almere"]', 'vestigingen = "azc-almere"', "een lijst van vestigingen"),
        ('vestigingen = ["azc-almere"]', "vestigingen = []", "schrijf minstens één vestiging"),
        ("vestigingen = []", 'vestigingen = ["almere"]', "past niet bij rol gemeente; schrijf []"),
        ('bericht = "koppeling"', 'bericht = "loonstrook"', 'schrijf "aanvraagstatus", "contactpersoon"'),
        ('bericht = "koppeling"', "bericht = []", "bericht klopt niet"),
        ('soort = "BSN"', 'soort = "VOG"', 'soort klopt niet; schrijf "TWV" of "BSN"'),
        ('soort = "BSN"', "soort = 5", 'soort klopt niet; schrijf "TWV" of "BSN"'),
        ('"koppeling"', '"koppeling"\nsoort = "BSN"', "koppeling heeft geen soorten; haal soort weg"),
        ('van = "coa"', 'van = "ind"', "van klopt niet"),
        ('naar = "gemeente"', 'naar = "iedereen"', "naar klopt niet"),
        ('naar = "gemeente"', 'naar = "coa"', "van en naar zijn gelijk"),
        ('doel = "inburgering"', 'doel = "Inburgering en werk"', "doel klopt niet; schrijf kleine letters"),
        ('doel = "toeleiding-naar-werk"', 'doel = "werk"', 'schrijf onder [kennisgeving]: werk = "2023-1"'),
        ('grondslag = "publieke-taak"', 'grondslag = "belang"', '"publieke-taak" of "gerechtvaardigd-belang"'),
        ('grondslag = "publieke-taak"', 'grondslag = "gerechtvaardigd-belang"', 'past niet bij koppeling; schrijf'),
        ('grondslag_status = "te bevestigen"', "grondslag_status = true", '"te bevestigen" of "bevestigd"'),
        ('velden = ["soort", "status", "datum"]', "velden = []", "velden klopt niet"),
        ('velden = ["soort", "status", "datum"]', 'velden = ["soort", "soort"]', "elk één keer"),
        ('"datum"', '"reden"', 'heeft geen veld "reden"; schrijf soort, status of datum'),
        ("bewaren_hub_dagen = 30", "bewaren_hub_dagen = -1", "een heel aantal dagen van 1"),
        ("bewaren_ontvanger_dagen = 60", "bewaren_ontvanger_dagen = 36501", "tot en met 36500"),
        ("_per_week = 24", "_per_week = 24\nborg = 5", "borg hoort hier niet; schrijf toestemming_geldig"),
        ('titel = "COA"', 'titel = "COA"\nadres = "x"', "adres hoort hier niet; schrijf naam, titel, "),
    ],
    ids=lambda value: value if "\n" not in value else None,
)  # fmt: skip
def test_a_wrong_line_is_shown_with_what_to_write(old: str, new: str, says: str) -> None:
    text = changed(old, new)
    at = line_of(text, new) + new.count("\n")
    assert [it for it in mistakes(text) if it.startswith(f"proef.toml:{at}: ") and says in it]


@pytest.mark.parametrize("line", [line for line in SMALL.splitlines() if " = " in line])
def test_a_missing_line_is_shown_at_its_table(line: str) -> None:
    at = SMALL.index(f"\n{line}\n")
    text = SMALL[:at] + SMALL[at + len(line) + 1 :]
    table = SMALL[:at].rindex("\n[") + 2 if "\n[" in SMALL[:at] else 0
    key = line.split(" = ")[0]
    if key == "geldig_tot_en_met":
        assert parse_agreement(text, "proef.toml").valid_until is None
        return
    expected = f"proef.toml:{SMALL[:table].count(chr(10)) + 1}: {key} ontbreekt; schrijf "
    if key == "toeleiding-naar-werk":
        expected = f"proef.toml:{line_of(text, 'doel = ')}: {key} heeft geen kennisgeving; schrijf "
    assert [it for it in mistakes(text) if it.startswith(expected)]


ODD_VALUES = ["5", "true", '""', "[]", "[[1], {}]", "{a = 1}", "2023-01-01", "nan", '"GM0034"', "-1"]


@pytest.mark.parametrize("line", [line for line in SMALL.splitlines() if " = " in line])
@pytest.mark.parametrize("value", ODD_VALUES)
def test_an_odd_value_anywhere_is_a_mistake_or_fine_but_never_a_crash(line: str, value: str) -> None:
    text = changed(f"\n{line}\n", f"\n{line.split(' = ')[0]} = {value}\n")
    assert all(re.fullmatch(r"proef\.toml:[0-9]+: .+; .+\.", it) for it in _mistakes_if_any(text))


def _mistakes_if_any(text: str) -> tuple[str, ...]:
    try:
        parse_agreement(text, "proef.toml")
    except AgreementError as error:
        return error.mistakes
    return ()


@pytest.mark.parametrize("table", ["afspraak", "instellingen", "kennisgeving"])
def test_a_missing_table_is_named(table: str) -> None:
    start = SMALL.index(f"[{table}]")
    end = SMALL.index("\n[", start) + 1
    assert f"proef.toml:1: de tabel [{table}] ontbreekt; schrijf [{table}] en zijn regels." in mistakes(
        SMALL[:start] + SMALL[end:]
    )


@pytest.mark.parametrize("table", ["partij", "stroom"])
def test_an_agreement_needs_partners_and_flows(table: str) -> None:
    kept = [part for part in SMALL.split("\n\n") if not part.startswith(f"[[{table}]]")]
    assert f"proef.toml:1: [[{table}]] ontbreekt; schrijf [[{table}]] en de regels van minstens één." in mistakes(
        "\n\n".join(kept)
    )


def test_a_single_table_where_several_are_meant_is_shown() -> None:
    text = SMALL.replace("[[partij]]", "[partij]", 1).replace(
        SMALL[SMALL.index('[[partij]]\nnaam = "GM') : SMALL.index("[[stroom]]")], ""
    )
    assert any("[[partij]] ontbreekt" in it for it in mistakes(text))


def test_an_unknown_table_or_loose_line_is_shown_where_it_stands() -> None:
    found = mistakes('versie = "2"\n' + SMALL + "\n[bijlage]\nx = 1\n")
    assert found[0].startswith("proef.toml:1: versie kent een afspraak niet; schrijf afspraak, ")
    assert found[1].startswith(f"proef.toml:{SMALL.count(chr(10)) + 3}: bijlage kent een afspraak niet")


def test_a_list_of_other_things_than_tables_is_shown() -> None:
    text = "partij = [1]\n" + "\n\n".join(it for it in SMALL.split("\n\n") if not it.startswith("[[partij]]"))
    assert mistakes(text) == ["proef.toml:1: dit is geen tabel; schrijf [[partij]] en de regels ervan."]


def test_the_same_partner_twice_is_shown_at_both() -> None:
    again = SMALL[SMALL.index('[[partij]]\nnaam = "coa"') : SMALL.index('[[partij]]\nnaam = "GM')]
    text = SMALL + "\n" + again
    first, second = SMALL.count("\n", 0, SMALL.index(again)) + 1, SMALL.count("\n") + 2
    assert [int(it.split(":")[1]) for it in mistakes(text)] == [first + 1, first + 4, second + 1, second + 4]
    assert "naam coa staat er vaker; schrijf elke partij één keer." in mistakes(text)[0]


def test_the_same_flow_twice_is_shown_at_the_second() -> None:
    text = SMALL + "\n" + SMALL[SMALL.index('[[stroom]]\nbericht = "koppeling"') :]
    assert mistakes(text) == [
        f"proef.toml:{SMALL.count(chr(10)) + 2}: koppeling van coa naar gemeente staat er al; "
        "schrijf elke stroom één keer."
    ]


def test_one_purpose_has_one_basis() -> None:
    text = changed('doel = "inburgering"', 'doel = "toeleiding-naar-werk"')
    assert mistakes(text) == [
        f"proef.toml:{line_of(text, 'publieke-taak')}: toeleiding-naar-werk heeft hierboven "
        'grondslag "toestemming"; schrijf die, of een ander doel.'
    ]


def test_a_notice_for_a_purpose_that_nobody_has_is_shown() -> None:
    text = changed("[kennisgeving]", '[kennisgeving]\nreclame = "2023-1"')
    assert mistakes(text) == [
        f"proef.toml:{line_of(text, 'reclame')}: er is geen stroom met toestemming voor reclame; "
        "haal deze regel weg of verbeter het doel."
    ]


def test_a_bemiddelaar_is_never_told_a_v_number() -> None:
    text = changed('naar = "gemeente"', 'naar = "bemiddelaar"')
    assert mistakes(text) == [
        f"proef.toml:{line_of(text, 'vNummer')}: vNummer gaat nooit naar een bemiddelaar (UAVG art. 46); "
        "haal het uit velden."
    ]


def test_every_mistake_is_shown_at_once_in_the_order_of_the_file() -> None:
    text = SMALL.replace("365", '"een jaar"').replace('rol = "coa"', 'rol = "x"').replace('"datum"', '"dag"')
    lines = [line_of(text, part) for part in ('"een jaar"', 'rol = "x"', '"dag"')]
    assert [int(it.split(":")[1]) for it in mistakes(text)] == lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (SMALL.replace('naam = "proef"', "naam = proef"), 2),
        (SMALL.replace('rol = "coa"', 'rol = "coa'), 18),
        (SMALL + "\n[afspraak]\n", SMALL.count("\n") + 2),
        (SMALL + "anders = [", SMALL.count("\n") + 1),
        (SMALL.replace("365", "9" * 5000), 1),
    ],
    ids=["no quotes", "open quote", "table twice", "end of file", "a huge number"],
)
def test_what_is_not_toml_is_shown_with_its_line(text: str, line: str) -> None:
    found = mistakes(text)
    assert len(found) == 1
    assert found[0].startswith(f"proef.toml:{line}: dit is geen TOML; schrijf sleutel = waarde")


def test_a_file_with_windows_line_ends_keeps_its_lines_and_its_own_hash() -> None:
    text = SMALL.replace("\n", "\r\n")
    assert parse_agreement(text, "proef.toml").hash == hashlib.sha256(text.encode()).hexdigest()
    assert mistakes(text.replace("= 14", "= 0"))[0].startswith("proef.toml:8: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AgreementError, match="schrijf het pad van de afspraak"):
        read_agreement(tmp_path / "weg.toml")


def test_a_file_that_is_not_utf8_is_shown_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "oud.toml").write_bytes(SMALL.replace("Almere", "Almeré").encode("latin-1"))
    with pytest.raises(AgreementError, match=r"oud\.toml:24: dit is geen UTF-8"):
        read_agreement(tmp_path / "oud.toml")


def test_what_is_told_of_staff_rests_on_neither_consent_nor_a_task_towards_a_resident() -> None:
    staff = """
[[stroom]]
bericht = "contactpersoon"
van = "coa"
naar = "gemeente"
doel = "contact"
grondslag = "publieke-taak"
grondslag_status = "te bevestigen"
velden = ["functie", "naam"]
bewaren_hub_dagen = 30
bewaren_ontvanger_dagen = 60
"""
    right = parse_agreement(SMALL + staff.replace("publieke-taak", "gerechtvaardigd-belang"), "proef.toml")
    assert right.flows[-1].message == "contactpersoon"
    [only] = mistakes(SMALL + staff)
    assert 'past niet bij contactpersoon; schrijf "gerechtvaardigd-belang".' in only
