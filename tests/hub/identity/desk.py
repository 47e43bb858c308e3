"""A hub with nothing but its token desk, and the systems of Noor, Rik, Job and Samira."""

import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from flask import Flask, jsonify, request
from joserfc import jwt
from joserfc.jwk import ECKey, Key
from werkzeug.test import TestResponse

from hub.db import Database
from hub.identity import clients
from hub.identity.assertions import ASSERTION_TYPE
from hub.identity.errors import Unauthorized
from hub.identity.keys import checked
from hub.identity.server import register_identity
from hub.identity.signing import make_signing_key, read_signing_key
from hub.identity.tokens import read_bearer
from schemas.agreement import SHIPPED, Agreement, read_agreement

BASE = "http://localhost:8080"
TOKEN_URL = f"{BASE}/oauth/token"
API = f"{BASE}/api/v1"
MORNING = datetime(2023, 3, 1, 9, 0, tzinfo=UTC)


class Wall:
    """A clock on the wall that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.at = MORNING

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


def public(key: Key) -> dict[str, Any]:
    """The JWK to register for this key."""
    return checked(type(key).import_key(key.as_dict(private=False)))


def shared_secret(header: dict[str, Any], claims: dict[str, Any], secret: bytes) -> str:
    """A text signed with HS256, by hand: joserfc takes no public key for a secret, attackers do."""
    parts = [urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    text = b".".join(parts)
    signature = hmac.digest(secret, text, "sha256")
    return (text + b"." + urlsafe_b64encode(signature).rstrip(b"=")).decode()


@dataclass
class System:
    """A partner's system: its name and its key. It can say everything, also what is wrong."""

    hub: "Desk"
    client_id: str
    key: Key = field(default_factory=lambda: ECKey.generate_key("P-256"))

    def claims(self, **changed: Any) -> dict[str, Any]:
        now = int(self.hub.wall().timestamp())
        right = {"iss": self.client_id, "sub": self.client_id, "aud": TOKEN_URL, "exp": now + 60, "iat": now}
        told = {**right, "jti": uuid4().hex, **changed}
        return {name: value for name, value in told.items() if value is not ...}

    def assertion(self, header: dict[str, Any] | None = None, key: Any = None, **changed: Any) -> str:
        header = {"alg": "ES256", **(header or {})}
        return jwt.encode(header, self.claims(**changed), key or self.key, algorithms=[header["alg"]])

    def form(self, assertion: str | None = None, **more: str) -> dict[str, str]:
        return {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
            **more,
        }

    def asks(self, assertion: str | None = None, **more: str) -> TestResponse:
        return self.hub.web.post("/oauth/token", data=self.form(assertion, **more))

    def gets_token(self) -> str:
        answer = self.asks()
        assert answer.status_code == 200, answer.json
        return str(answer.json["access_token"])  # type: ignore[index]

    def revokes(self, token: str, **more: str) -> TestResponse:
        return self.hub.web.post("/oauth/revoke", data={**self.form(), "token": token, **more})


class Desk:
    """The hub that they talk to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.wall = Wall()
        self.agreement: Agreement = read_agreement(SHIPPED / "almere.toml")
        self.signing_key = read_signing_key(make_signing_key())
        self.app = Flask(__name__)
        self.tokens = register_identity(
            self.app,
            database=database,
            agreement=lambda: self.agreement,
            base_url=BASE,
            signing_key=self.signing_key,
            wall=self.wall,
        )
        self.app.add_url_rule("/who", view_func=self._who, methods=["GET", "POST"])
        self.app.register_error_handler(Unauthorized, _refused)
        self.web = self.app.test_client()
        self.noor = self.registered("coa-almere", "coa", "azc-almere-engelse-mijl")
        self.rik = self.registered("randstad-almere", "randstad", "almere")
        self.job = self.registered("randstad-zwolle", "randstad", "zwolle")
        self.samira = self.registered("almere", "GM0034")

    def registered(self, client_id: str, partner: str, *branches: str, key: Key | None = None) -> System:
        system = System(self, client_id, key or ECKey.generate_key("P-256"))
        with self.database.writing() as session:
            clients.add(session, self.agreement, client_id, partner, branches, public(system.key), now=self.wall())
        return system

    def leaves(self, partner: str) -> None:
        """A newer agreement, without this partner."""
        left = {name: party for name, party in self.agreement.partners.items() if name != partner}
        self.agreement = replace(self.agreement, partners=left)

    def suspend(self, partner: str, client_id: str | None = None) -> None:
        with self.database.writing() as session:
            clients.suspend(session, partner, client_id, now=self.wall())

    def who(self, token: str | None, **how: Any) -> TestResponse:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.web.get("/who", headers=headers, **how)

    def lets_in(self, token: str | None) -> bool:
        return self.who(token).status_code == 200

    def _who(self) -> Any:
        header = request.headers.get("Authorization")
        by = read_bearer(header, self.database, self.tokens, lambda: self.agreement)
        return jsonify(client=by.client_id, partner=by.partner, role=by.role, branches=sorted(by.branches))


def _refused(error: Unauthorized) -> Any:
    return str(error), 401, {"WWW-Authenticate": error.www_authenticate}
