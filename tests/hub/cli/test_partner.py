"""The operator registers, lists, suspends and rotates in one line each; a mistake is one sentence."""

import json
import stat
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from joserfc.jwk import ECKey
from sqlalchemy.orm import Session

from hub.cli.partner import partner
from hub.clock import wall
from hub.db import Database
from hub.identity.server import register_identity
from hub.identity.signing import make_signing_key, read_signing_key
from hub.identity.tokens import read_bearer
from schemas.agreement import SHIPPED, Agreement, read_agreement

RANDSTAD = ("add", "randstad", "--client", "randstad-almere", "--vestiging", "almere")


@dataclass
class OperatorDesk:
    """What `hub.cli` gives to its commands."""

    database: Database
    agreement: Agreement = field(default_factory=lambda: read_agreement(SHIPPED / "almere.toml"))
    told: list[tuple[str, str, str]] = field(default_factory=list)

    def on_client_change(self, session: Session, kind: str, name: str, client: str) -> None:
        self.told.append((kind, name, client))


@pytest.fixture
def desk(database: Database) -> OperatorDesk:
    return OperatorDesk(database)


Types = Callable[..., Result]


@pytest.fixture
def types(desk: OperatorDesk) -> Types:
    def run(*words: str | Path) -> Result:
        return CliRunner().invoke(partner, [str(word) for word in words], obj=desk)

    return run


@pytest.fixture
def public_key(tmp_path: Path) -> Path:
    file = tmp_path / "public.pem"
    file.write_bytes(ECKey.generate_key("P-256").as_pem(private=False))
    return file


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """A test needs no access log."""


@dataclass
class Running:
    """A hub that answers on a real port."""

    app: Flask
    url: str = ""

    def lets_in(self, token: str, desk: OperatorDesk) -> str:
        tokens = self.app.extensions["tokens"]
        return read_bearer(f"Bearer {token}", desk.database, tokens, lambda: desk.agreement).client_id


@pytest.fixture
def hub(desk: OperatorDesk) -> Iterator[Running]:
    running = Running(Flask(__name__))
    server = make_server("127.0.0.1", 0, running.app, handler_class=_Quiet)
    running.url = f"http://127.0.0.1:{server.server_port}"
    running.app.extensions["tokens"] = register_identity(
        running.app,
        database=desk.database,
        agreement=lambda: desk.agreement,
        base_url=running.url,
        signing_key=read_signing_key(make_signing_key()),
        wall=wall,
    )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield running
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_public_key_is_registered_and_listed(types: Types, desk: OperatorDesk, public_key: Path) -> None:
    added = types(*RANDSTAD, "--key", public_key)
    assert (added.exit_code, added.output.split()[:2]) == (0, ["randstad-almere", "is"])
    name, client, branches, kid, standing = types("list").output.rstrip("\n").split("\t")
    assert (name, client, branches, len(kid), standing) == (
        "randstad",
        "randstad-almere",
        "almere",
        43,
        "active",
    )
    assert desk.told == [("client-toegevoegd", "randstad", "randstad-almere")]


def test_a_new_key_is_written_for_its_owner_only(types: Types, tmp_path: Path) -> None:
    file = tmp_path / "new.pem"
    assert types(*RANDSTAD, "--new-key", file).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert ECKey.import_key(file.read_bytes()).is_private


def test_a_key_that_is_there_is_never_written_over(types: Types, tmp_path: Path) -> None:
    file = tmp_path / "new.pem"
    file.write_text("precious")
    answer = types(*RANDSTAD, "--new-key", file)
    assert (answer.exit_code, file.read_text()) == (1, "precious")
    assert answer.stderr == f"Error: {file} cannot be written: File exists. Name a new file.\n"


def test_a_refused_registration_leaves_no_key_behind(types: Types, tmp_path: Path, desk: OperatorDesk) -> None:
    file = tmp_path / "new.pem"
    answer = types("add", "randstad", "--client", "randstad-almere", "--branch", "utrecht", "--new-key", file)
    assert (answer.exit_code, file.exists(), desk.told) == (1, False, [])
    assert answer.stderr == "Error: Partner 'randstad' has no branch utrecht; choose from almere, zwolle.\n"


def test_one_key_is_named(types: Types, public_key: Path, tmp_path: Path) -> None:
    assert types(*RANDSTAD).exit_code == 2
    assert types(*RANDSTAD, "--key", public_key, "--new-key", tmp_path / "x").exit_code == 2
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"no key"], ids=["missing", "binary", "text"])
def test_a_file_that_is_no_key_is_one_sentence(types: Types, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "key.pem"
    if content is not None:
        file.write_bytes(content)
    answer = types(*RANDSTAD, "--key", file)
    assert (answer.exit_code, answer.stderr.count("\n")) == (1, 1)


def test_a_suspended_partner_is_listed_as_such_and_let_in_again(
    types: Types, desk: OperatorDesk, public_key: Path
) -> None:
    types(*RANDSTAD, "--key", public_key)
    assert types("suspend", "randstad").output == "suspended: randstad-almere\n"
    assert types("suspend", "randstad").output == "Nothing changed: it was suspended already.\n"
    assert "\tsuspended since " in types("list").output
    assert types("suspend", "randstad", "--client", "randstad-almere", "--resume").output.startswith("resumed: ")
    assert types("suspend", "coa").exit_code == 1
    assert [kind for kind, _, _ in desk.told] == ["client-toegevoegd", "client-geschorst", "client-hervat"]


def test_a_token_is_fetched_and_nothing_else_printed(
    types: Types, desk: OperatorDesk, hub: Running, tmp_path: Path
) -> None:
    pem, jwk = tmp_path / "key.pem", tmp_path / "key.jwk"
    types(*RANDSTAD, "--new-key", pem)
    jwk.write_text(json.dumps(ECKey.import_key(pem.read_bytes()).as_dict(private=True)))
    for file in (pem, jwk):
        answer = types("token", "--client", "randstad-almere", "--key", file, "--url", f"{hub.url}/")
        assert (answer.exit_code, answer.stderr) == (0, "")
        assert hub.lets_in(answer.stdout.rstrip("\n"), desk) == "randstad-almere"


def test_a_rotated_key_works_and_the_old_one_does_not(types: Types, hub: Running, tmp_path: Path) -> None:
    old, new = tmp_path / "old.pem", tmp_path / "new.pem"
    types(*RANDSTAD, "--new-key", old)
    assert types("rotate", "--client", "randstad-almere", "--new-key", new).exit_code == 0
    ask = ("token", "--client", "randstad-almere", "--url", hub.url, "--key")
    assert types(*ask, new).exit_code == 0
    refused = types(*ask, old)
    assert refused.exit_code == 1
    assert refused.stderr.startswith(f"Error: The hub at {hub.url} gives no token: invalid_client (")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "localhost:8080", "file:///etc", "http://[", ""])
def test_a_hub_that_is_not_there_is_one_sentence(types: Types, tmp_path: Path, url: str) -> None:
    file = tmp_path / "key.pem"
    types(*RANDSTAD, "--new-key", file)
    answer = types("token", "--client", "randstad-almere", "--key", file, "--url", url)
    assert (answer.exit_code, answer.stderr.count("\n")) == (1, 1)


def test_a_broken_private_key_is_one_sentence(types: Types, tmp_path: Path) -> None:
    file = tmp_path / "key.jwk"
    for content in ("{", "{}", "[]", '{"kty": "EC"}', "text"):
        file.write_text(content)
        answer = types("token", "--client", "randstad-almere", "--key", file, "--url", "http://127.0.0.1:1")
        assert (answer.exit_code, answer.stderr.count("\n")) == (1, 1)
