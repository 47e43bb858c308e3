"""The organisations of the chain with a sign-in of their own: accounts, the hub's file about it, and node to run it."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.identity.assertions import make_client_key
from hub.identity.oidc import AFTER, CALLBACK
from hub.vault.keyring import write_private

FOLDER = Path(__file__).parent
CLIENT = "ketenhub"
SECRET = "geheim: van randstad & ons"
CLAIMS = ("naam", "rollen", "organisatie", "locaties")


class NoProvider(Exception):
    """oidc-provider is not installed on this machine; says what to type."""


def _account(name: str, *roles: str, where: str = "", at: tuple[str, ...] = ()) -> dict[str, Any]:
    return {"naam": name, "rollen": list(roles), "organisatie": where, "locaties": list(at)}


# By organisation, then by account: those of the story, and those who must not come in.
ACCOUNTS: Mapping[str, Mapping[str, dict[str, Any]]] = {
    "coa": {
        "noor": _account("Noor Bakker", "KH Casemanager", "Intranet", at=("AZC Almere",)),
        "petra": _account("Petra Jansen", "KH Project"),
        "fatima": _account("Fatima Aydin", "KH Privacy"),
        "dubbel": _account("Dubbel", "KH Casemanager", "KH Privacy", at=("AZC Almere",)),
        "niets": _account("Niets", "Intranet", at=("AZC Almere",)),
        "nergens": _account("Nergens", "KH Casemanager"),
        "elders": _account("Elders", "KH Casemanager", at=("AZC Almere", "AZC Ter Apel")),
        "naamloos": _account("", "KH Casemanager", at=("AZC Almere",)),
    },
    "randstad": {
        "rik": _account("Rik de Wit", "consulent", at=("1300",)),
        "job": _account("Job Mulder", "consulent", at=("8000",)),
        # Whoever administers Randstad's accounts makes somebody COA's casemanager: in words, and in nothing else.
        "mol": _account("Mol", "KH Casemanager", where="COA", at=("AZC Almere",)),
        "spion": _account("Spion", "consulent", where="coa", at=("AZC Almere",)),
    },
    "gemeenten": {
        "samira": _account("Samira Haddad", "kh", where="Almere"),
        "anneke": _account("Anneke Visser", "kh", where="Amsterdam"),
        "vreemd": _account("Vreemd", "kh", where="Zwolle"),
        "beide": {**_account("Beide", "kh"), "organisatie": ["Almere", "Amsterdam"]},
    },
}

# What an operator of the hub writes.
FILE = """
[[aanbieder]]
naam = "coa"
titel = "COA"
issuer = "{coa}"
client_id = "ketenhub"
sleutel_bestand = "coa.pem"
scope = "openid ketenhub"
partijen = ["coa"]

[aanbieder.claims]
functie = "rollen"
naam = "naam"
vestigingen = "locaties"

[aanbieder.functies]
casemanager = ["KH Casemanager"]
projectsecretaris = ["KH Project"]
privacy-officer = ["KH Privacy"]

[aanbieder.vestigingen]
azc-almere-engelse-mijl = ["AZC Almere"]

[[aanbieder]]
naam = "randstad"
titel = "Randstad"
issuer = "{randstad}"
client_id = "ketenhub"
geheim_bestand = "randstad.secret"
scope = "openid ketenhub"
partijen = ["randstad"]

[aanbieder.claims]
functie = "rollen"
naam = "naam"
vestigingen = "locaties"

[aanbieder.functies]
consulent = ["consulent"]

[aanbieder.vestigingen]
almere = ["1300"]
zwolle = ["8000"]

[[aanbieder]]
naam = "gemeenten"
titel = "Gemeenten"
issuer = "{gemeenten}"
client_id = "ketenhub"
sleutel_bestand = "gemeenten.pem"
scope = "openid ketenhub"
partijen = ["GM0034", "GM0363"]

[aanbieder.claims]
functie = "rollen"
naam = "naam"
organisatie = "organisatie"

[aanbieder.functies]
klantmanager = ["kh"]

[aanbieder.organisaties]
GM0034 = ["Almere"]
GM0363 = ["Amsterdam"]
"""


@dataclass(frozen=True)
class Organisations:
    """All of them on this machine: their issuers by name, and the hub's file about them."""

    issuers: Mapping[str, str]
    file: Path


@contextmanager
def organisations(folder: Path, base_url: str) -> Iterator[Organisations]:
    """Start them for a hub at this address; the hub's file and keys lie in the folder."""
    if not (FOLDER / "node_modules" / "oidc-provider").is_dir():
        raise NoProvider("oidc-provider is not here. Type: make test, which installs it; or: make provider")
    about = {name: _about(name, folder, base_url) for name in ACCOUNTS}
    command = ["node", "provider.mjs"]
    with subprocess.Popen(
        command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as node:
        assert node.stdin is not None
        assert node.stdout is not None
        node.stdin.write(json.dumps(about) + "\n")
        node.stdin.flush()
        issuers = json.loads(node.stdout.readline())
        file = folder / "aanbieders.toml"
        file.write_text(FILE.format(**issuers))
        try:
            yield Organisations(issuers, file)
        finally:
            node.stdin.close()
            node.wait(timeout=10)


def _about(name: str, folder: Path, base_url: str) -> dict[str, Any]:
    """What node is told of one of them: its accounts, and the hub as it registered it there."""
    client: dict[str, Any] = {
        "client_id": CLIENT,
        "redirect_uris": [base_url + CALLBACK],
        "post_logout_redirect_uris": [base_url + AFTER],
        "id_token_signed_response_alg": {"coa": "ES256", "randstad": "PS256", "gemeenten": "RS256"}[name],
    }
    if name == "randstad":
        write_private(folder / "randstad.secret", SECRET.encode())
        client |= {"token_endpoint_auth_method": "client_secret_basic", "client_secret": SECRET}
    else:
        private, public = make_client_key()
        write_private(folder / f"{name}.pem", private.encode())
        client |= {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [public]}}
    return {"accounts": ACCOUNTS[name], "clients": [client], "claims": CLAIMS}
