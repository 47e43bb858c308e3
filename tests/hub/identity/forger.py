"""A sign-in of an organisation that can lie about everything, over real HTTP; and the hall of a hub that asks it."""

import json
import ssl
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from joserfc import jwt
from joserfc.jwk import ECKey, Key
from sqlalchemy import func, select

from hub.db import Database
from hub.identity.assertions import make_client_key
from hub.identity.models import SignInFlow
from hub.identity.oidc import Arrived, Back, Leaving, SignIn, open_sign_in
from hub.identity.providers import ClaimNames, Provider
from hub.identity.refusals import Refused
from hub.identity.sources import Sources
from hub.identity.staff import Function
from hub.watch import SecurityLog
from schemas.agreement import SHIPPED, Agreement, read_agreement
from tests.hub.identity.desk import Wall

BASE = "http://localhost:8080"
CLIENT = "ketenhub"
NOOR = {"sub": "noor-1", "name": "Noor", "roles": ["kh-casemanager"], "plaatsen": ["AZC Almere"]}
OUR_KEY, OUR_JWK = make_client_key()
Sign = Callable[[dict[str, Any], dict[str, Any], Key], str]


def signed(header: dict[str, Any], claims: dict[str, Any], key: Key) -> str:
    """As it should be."""
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def half(text: str) -> str:
    """The left half of the hash of this, as an ID token has it."""
    return urlsafe_b64encode(sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


@dataclass
class Answer:
    """What an address gives instead of the truth."""

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Forger:
    """The sign-in. Honest until a test changes something; it notes what it was asked, and checks PKCE as one should."""

    issuer: str
    wall: Wall
    key: Key = field(default_factory=lambda: ECKey.generate_key("P-256", auto_kid=True))
    says: dict[str, Any] = field(default_factory=dict)
    """Changes to its metadata; `...` leaves something out."""
    claims: dict[str, Any] = field(default_factory=dict)
    """Changes to the ID token."""
    header: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    """Changes to what the token endpoint gives."""
    sign: Sign = signed
    instead: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    questions: dict[str, dict[str, str]] = field(default_factory=dict)

    def signs_in(self, address: str) -> dict[str, str]:
        """Somebody signs in at the address where they were sent; gives what their browser takes back."""
        asked = {name: value for name, (value,) in parse_qs(urlsplit(address).query).items()}
        code = f"code-{uuid4().hex}"
        self.questions[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def answer(self, method: str, path: str, form: dict[str, str]) -> Answer:
        """One request."""
        self.asked.append(path)
        if path in self.instead:
            return self.instead[path]
        if path == "/.well-known/openid-configuration":
            return _json(_without(self._metadata()))
        if path == "/jwks":
            return _json({"keys": [{**self.key.as_dict(private=False), "use": "sig"}]})
        return self._token(form) if (method, path) == ("POST", "/token") else Answer(404)

    def _metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "end_session_endpoint": f"{self.issuer}/end",
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
            **self.says,
        }

    def _token(self, form: dict[str, str]) -> Answer:
        self.forms.append(form)
        question = self.questions.pop(form.get("code", ""), None)
        verifier = form.get("code_verifier", "")
        challenge = urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        if question is None or question.get("code_challenge") != challenge:
            return _json({"error": "invalid_grant", "error_description": f"{verifier} is wrong"}, 400)
        now = int(self.wall().timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "nonce": question["nonce"], "exp": now + 300, "iat": now,
            "at_hash": half("access"), **NOOR, **self.claims,
        }  # fmt: skip
        header = {"alg": "ES256", "kid": self.key.kid, **self.header}
        token = self.sign(_without(header), _without(claims), self.key)
        return _json(_without({"access_token": "access", "token_type": "Bearer", "id_token": token, **self.given}))


def _without(told: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in told.items() if value is not ...}


def _json(content: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(content).encode(), {"Content-Type": "application/json"})


@contextmanager
def forger(wall: Wall, certificate: Path | None = None) -> Iterator[Forger]:
    """A forger on a free port; over https with this certificate and its key in one file."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    scheme = "http" if certificate is None else "https"
    made = Forger(f"{scheme}://localhost:{server.server_port}", wall)
    server.RequestHandlerClass = _handler(made)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(made: Forger) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._give(made.answer("GET", self.path, {}))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: value for name, (value,) in parse_qs(body).items()}
            if "Authorization" in self.headers:
                form["authorization"] = self.headers["Authorization"]
            self._give(made.answer("POST", self.path, form))

        def _give(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def provider_at(made: Forger, **changed: Any) -> Provider:
    """COA's sign-in, as the hub's file would have it."""
    coa: dict[str, Any] = {
        "name": "coa", "title": "COA", "issuer": made.issuer, "client_id": CLIENT, "scope": "openid",
        "vouches_for": frozenset({"coa"}), "claims": ClaimNames("roles", "name", None, "plaatsen"),
        "functions": {"kh-casemanager": Function.CASEMANAGER, "kh-privacy": Function.OFFICER},
        "partners": {}, "branches": {"AZC Almere": "azc-almere-engelse-mijl"}, "key": OUR_KEY,
    }  # fmt: skip
    return Provider(**{**coa, **changed})


@dataclass
class Hall:
    """A hub with nothing but the way to sign in, and one browser at a time."""

    database: Database
    forger: Forger
    wall: Wall
    agreement: Agreement = field(default_factory=lambda: read_agreement(SHIPPED / "almere.toml"))
    watch: SecurityLog = field(default_factory=lambda: SecurityLog(lines=10**6))
    sign_in: SignIn = field(init=False)

    def __post_init__(self) -> None:
        self.trusts()

    def trusts(self, **changed: Any) -> SignIn:
        """The hub begins with this in its file."""
        provider = provider_at(self.forger, **changed)
        self.sign_in = open_sign_in(
            providers={provider.name: provider}, agreement=lambda: self.agreement, database=self.database,
            sources=Sources(self.database, b"k" * 32, self.wall, 5), watch=self.watch, base_url=BASE, wall=self.wall,
            demo=True,
        )  # fmt: skip
        return self.sign_in

    def leaves(self, network: str | None = None) -> Leaving:
        """Somebody presses the button."""
        gone = self.sign_in.leave("coa", network)
        assert isinstance(gone, Leaving), gone
        return gone

    def goes(self, **changed: str | None) -> Arrived | Refused:
        """There and back, with these changes to what the browser brings along."""
        gone = self.leaves()
        return self.comes_back(gone, **{**self.forger.signs_in(gone.address), **changed})

    def comes_back(self, gone: Leaving, network: str | None = None, **brought: str | None) -> Arrived | Refused:
        """A browser with this secret, at the callback."""
        back = Back(
            secret=gone.secret, state=brought.get("state") or "", issuer=brought.get("iss"),
            code=brought.get("code") or "", error=brought.get("error") or "",
        )  # fmt: skip
        return self.sign_in.arrive(back, network)


def open_flows(hall: Hall) -> int:
    with hall.database.reading() as session:
        return session.scalar(select(func.count()).select_from(SignInFlow)) or 0


def asked_of(gone: Leaving) -> dict[str, str]:
    return {name: value for name, (value,) in parse_qs(urlsplit(gone.address).query).items()}
