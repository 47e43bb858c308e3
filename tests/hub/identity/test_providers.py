"""The file that says whose sign-in is trusted is strict: every mistake at once, with its line and what to write."""

from dataclasses import replace
from pathlib import Path

import pytest
from joserfc.jwk import ECKey

from hub.errors import SettingsError
from hub.identity.providers import Providers, read_providers
from hub.identity.staff import Function
from hub.vault.keyring import read_private, write_private
from schemas.agreement import SHIPPED, Agreement, read_agreement
from tests.oidc.organisations import FILE

PAGE = (Path(__file__).parents[3] / "docs" / "sign-in.md").read_text(encoding="utf-8")
ISSUERS = {name: f"https://inlog.{name}.example.nl" for name in ("coa", "randstad", "gemeenten")}
GOOD = FILE.format(**ISSUERS)


@pytest.fixture(scope="module")
def agreement() -> Agreement:
    return read_agreement(SHIPPED / "almere.toml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the keys lie."""
    for name in ("coa.pem", "gemeenten.pem"):
        write_private(tmp_path / name, ECKey.generate_key("P-256").as_pem(private=True))
    write_private(tmp_path / "randstad.secret", b"geheim\n")
    return tmp_path


def read(folder: Path, agreement: Agreement, text: str, *, demo: bool = False) -> Providers:
    file = folder / "aanbieders.toml"
    file.write_text(text)
    return read_providers(file, agreement, read_private, demo=demo)


def mistakes(folder: Path, agreement: Agreement, text: str) -> list[str]:
    with pytest.raises(SettingsError) as error:
        read(folder, agreement, text)
    return str(error.value).splitlines()


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_without_a_file_there_is_nobody(agreement: Agreement) -> None:
    assert read_providers(None, agreement, read_private, demo=False) == {}


def test_a_file_without_mistakes_gives_each_provider_with_its_words(folder: Path, agreement: Agreement) -> None:
    providers = read(folder, agreement, GOOD)
    coa, randstad, municipalities = (providers[name] for name in ("coa", "randstad", "gemeenten"))
    assert list(providers) == ["coa", "randstad", "gemeenten"]
    assert coa.functions["KH Privacy"] is Function.OFFICER
    assert coa.vouches_for == {"coa"}
    assert coa.branches == {"AZC Almere": "azc-almere-engelse-mijl"}
    assert coa.key.startswith("-----BEGIN PRIVATE KEY-----")
    assert (coa.secret, randstad.key, randstad.secret) == ("", "", "geheim")
    assert municipalities.partners == {"Almere": "GM0034", "Amsterdam": "GM0363"}
    assert (municipalities.claims.branches, municipalities.acr, municipalities.longest_ago) == (None, (), None)


def test_what_may_be_added(folder: Path, agreement: Agreement) -> None:
    (folder / "ca.crt").write_text("…")
    added = 'acr = ["hoog"]\nopnieuw_inloggen_na_minuten = 480\nca_bestand = "ca.crt"\npartijen = ["coa"]'
    coa = read(folder, agreement, GOOD.replace('partijen = ["coa"]', added))["coa"]
    assert (coa.acr, coa.longest_ago and coa.longest_ago.total_seconds(), coa.authorities) == (
        ("hoog",), 28800.0, folder / "ca.crt",
    )  # fmt: skip


def test_keys_and_secrets_are_not_shown(folder: Path, agreement: Agreement) -> None:
    shown = repr(read(folder, agreement, GOOD))
    assert "PRIVATE" not in shown
    assert "geheim" not in shown


COA, CLAIMS = 'issuer = "https://inlog.coa.example.nl"', 'functie = "rollen"'
CASEMANAGER, OFFICER = 'casemanager = ["KH Casemanager"]', 'privacy-officer = ["KH Privacy"]'
SCOPE, PARTNERS = 'scope = "openid ketenhub"', 'partijen = ["coa"]'
# What stands there, what somebody wrote instead, at which words the mistake is pointed out, and what it says.
WRONG = {
    "http": (COA, 'issuer = "http://coa.nl"', "issuer", "issuer klopt niet; schrijf het https-adres"),
    "a query": (COA, 'issuer = "https://coa.nl?a=b"', "issuer", "issuer klopt niet"),
    "a password": (COA, 'issuer = "https://a:b@coa.nl"', "issuer", "issuer klopt niet"),
    "no issuer": (COA, "", "[[aanbieder]]", "issuer ontbreekt"),
    "a word too many": (COA, f"{COA}\nwachtwoord = 'x'", "wachtwoord", "wachtwoord hoort hier niet; schrijf naam"),
    "a stranger": (PARTNERS, 'partijen = ["ind"]', "partijen", "ind is geen partij in de afspraak"),
    "nobody": (PARTNERS, "partijen = []", "partijen", "partijen klopt niet"),
    "no openid": (SCOPE, 'scope = "ketenhub"', "scope", "scopes met spaties ertussen, waaronder openid"),
    "both proofs": (COA, f'{COA}\ngeheim_bestand = "x"', "[[aanbieder]]", "en niet allebei"),
    "no proof": ('sleutel_bestand = "coa.pem"\n', "", "[[aanbieder]]", "schrijf sleutel_bestand (liever"),
    "an unknown function": ("casemanager = [", "chef = [", "chef", "chef hoort hier niet; schrijf casemanager"),
    "a function of another": (CASEMANAGER, 'consulent = ["x"]', "consulent", "partij met rol bemiddelaar"),
    "one word twice": (OFFICER, 'privacy-officer = ["KH Project"]', "privacy-officer", "heeft één betekenis"),
    "no words": (CASEMANAGER, "casemanager = []", "casemanager", "casemanager klopt niet; schrijf een lijst"),
    "an unknown vestiging": ("azc-almere-engelse-mijl = [", "ter-apel = [", "ter-apel", "ter-apel hoort hier niet"),
    "an unknown claim": (CLAIMS, f'{CLAIMS}\nleeftijd = "age"', "leeftijd", "leeftijd hoort hier niet"),
    "no claim for the function": (CLAIMS, "", "[aanbieder.claims]", "functie ontbreekt"),
    "half a mapping": ('\nvestigingen = "locaties"', "", "[aanbieder.claims]", "horen bij elkaar"),
    "too long ago": (COA, f"{COA}\nopnieuw_inloggen_na_minuten = 0", "opnieuw", "van 1 tot en met 1440"),
}


@pytest.mark.parametrize(("there", "instead", "at", "says"), WRONG.values(), ids=WRONG)
def test_one_mistake_is_named_with_its_line_and_what_to_write(
    folder: Path, agreement: Agreement, there: str, instead: str, at: str, says: str
) -> None:
    text = GOOD.replace(there, instead, 1)
    found = mistakes(folder, agreement, text)
    assert any(says in line and line.startswith(f"aanbieders.toml:{line_of(text, at)}: ") for line in found), found


def test_every_mistake_is_told_at_once(folder: Path, agreement: Agreement) -> None:
    text = GOOD
    for there, instead in ((COA, "issuer = 7"), ('titel = "Randstad"', ""), ("klantmanager = [", "burgemeester = [")):
        text = text.replace(there, instead)
    assert len(mistakes(folder, agreement, text)) == 3


def test_two_providers_are_two_in_everything_that_names_them(folder: Path, agreement: Agreement) -> None:
    text = GOOD.replace('naam = "gemeenten"', 'naam = "coa"').replace(ISSUERS["gemeenten"], ISSUERS["coa"])
    text = text.replace("gemeenten.pem", "coa.pem")
    found = mistakes(folder, agreement, text)
    assert len(found) == 6
    assert all("staat er vaker" in line for line in found)


def test_for_more_than_one_partner_a_claim_must_say_which(folder: Path, agreement: Agreement) -> None:
    text = GOOD.replace('organisatie = "organisatie"\n', "")
    text = text[: text.index("[aanbieder.organisaties]")]
    (found,) = mistakes(folder, agreement, text)
    assert "met meer dan één partij" in found


def test_every_partner_of_a_provider_has_its_words(folder: Path, agreement: Agreement) -> None:
    (found,) = mistakes(folder, agreement, GOOD.replace('GM0363 = ["Amsterdam"]', ""))
    assert "GM0363 ontbreekt" in found


def test_nobody_who_works_with_residents_can_be_left_without_a_vestiging(folder: Path, agreement: Agreement) -> None:
    coa = GOOD[: GOOD.index("[aanbieder.vestigingen]")].replace('vestigingen = "locaties"\n', "")
    (found,) = mistakes(folder, agreement, coa)
    assert "hoort bij een vestiging" in found
    # Who sees nobody needs none.
    assert "coa" in read(folder, agreement, coa.replace('casemanager = ["KH Casemanager"]\n', ""))


def test_a_municipality_has_no_vestigingen_to_map(folder: Path, agreement: Agreement) -> None:
    text = GOOD.replace(
        "[aanbieder.organisaties]", '[aanbieder.vestigingen]\nwest = ["West"]\n\n[aanbieder.organisaties]'
    )
    found = mistakes(folder, agreement, text)
    assert any("vestigingen heeft hier geen zin" in line for line in found)


def test_a_partner_that_left_the_agreement_stops_the_start(folder: Path, agreement: Agreement) -> None:
    left = {name: one for name, one in agreement.partners.items() if name != "randstad"}
    found = mistakes(folder, replace(agreement, partners=left), GOOD)
    assert any("randstad is geen partij" in line for line in found)


@pytest.mark.parametrize("text", ["", "[[anders]]\na = 1", "aanbieder = 7", "aanbieder = []", "[aanbieder]\nnaam = 1"])
def test_a_file_with_nobody_in_it_says_what_to_write(folder: Path, agreement: Agreement, text: str) -> None:
    assert any("[[aanbieder]] ontbreekt" in line for line in mistakes(folder, agreement, text))


def test_what_is_no_toml_or_no_text_says_so(folder: Path, agreement: Agreement) -> None:
    assert "dit is geen TOML" in mistakes(folder, agreement, "a = ")[0]
    (folder / "binary").write_bytes(b"\xff")
    for path in (folder / "binary", folder / "nergens"):
        with pytest.raises(SettingsError, match="niet te lezen"):
            read_providers(path, agreement, read_private, demo=False)


def test_a_key_file_is_ones_own_and_holds_a_key(folder: Path, agreement: Agreement) -> None:
    (folder / "coa.pem").chmod(0o644)
    (folder / "gemeenten.pem").write_text("geen sleutel")
    (folder / "randstad.secret").write_text("twee\nregels")
    found = mistakes(folder, agreement, GOOD)
    assert len(found) == 3
    assert "chmod 600" in found[0]
    assert "geheim_bestand is niet te gebruiken" in found[1]
    assert "openssl genpkey" in found[2]
    assert "geen sleutel" not in "".join(found)


def test_in_a_demo_a_provider_on_this_machine_may_speak_http(folder: Path, agreement: Agreement) -> None:
    text = GOOD.replace(ISSUERS["coa"], "http://127.0.0.1:3000")
    assert read(folder, agreement, text, demo=True)["coa"].issuer == "http://127.0.0.1:3000"


def test_the_file_in_the_documentation_is_one(folder: Path, agreement: Agreement) -> None:
    (folder / "coa.pem").rename(folder / "coa-oidc.pem")
    text = PAGE.split("```toml\n")[1].split("```")[0]
    assert list(read(folder, agreement, text)) == ["coa"]
