"""What is too large never reaches the hub's own code, or is refused before it is read: on the real server."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hub.app import Stores as HubStores
from hub.app import build_hub
from hub.practice.house import enrol
from schemas.agreement import read_agreement
from tests.chain import OFFICES
from tests.soak.line import Tokens
from tests.soak.load import settings_for
from tests.soak.server import free_port, serving
from tests.stores import SqliteFloor, Stores

# gunicorn's own answers: the address is too long (414), a header is, or there are too many (431).
TOO_LARGE = {414, 431}


@dataclass(frozen=True)
class Served:
    """The hub on its port, and a way to ask for tokens."""

    port: int
    tokens: Tokens


@pytest.fixture(scope="module")
def served(sqlite: SqliteFloor, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """`ketenhub serve`, as in production, on this machine only."""
    folder, stores = tmp_path_factory.mktemp("server"), Stores(sqlite)
    port = free_port()
    settings = settings_for(folder, stores, port)
    hub_stores = HubStores(stores.database, stores.keys)
    build_hub(settings, hub_stores)
    offices = enrol(hub_stores, read_agreement(settings.agreement), {"noor": OFFICES["noor"]})
    with serving(settings, port, folder, processes=1):
        yield Served(port, Tokens(port, settings.base_url, offices))
    stores.close()


@pytest.fixture
def port(served: Served) -> int:
    """Where it listens."""
    return served.port


@pytest.fixture
def noor(served: Served) -> bytes:
    """What shows a request to be Noor's."""
    return f"Authorization: Bearer {served.tokens.of('noor')}".encode()


def says(port: int, request: bytes) -> tuple[int, bytes]:
    """Exactly these bytes, and what came back: the status and all of it."""
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(request)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return int(answer.split(b" ", 2)[1]), answer


def headers(*more: bytes, path: bytes = b"/health/live") -> bytes:
    return b"\r\n".join([b"GET " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", *more, b"", b""])


def post(*more: bytes, path: bytes, body: bytes) -> bytes:
    return b"\r\n".join([b"POST " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", *more, b"", body])


def test_what_is_ordinary_is_answered(port: int) -> None:
    assert says(port, headers(b"X-One: " + b"x" * 4000))[0] == 200


@pytest.mark.parametrize(
    "request_",
    [
        headers(b"X-One: " + b"x" * 9000),
        headers(*(b"X-%d: x" % number for number in range(200))),
        headers(path=b"/health/live?" + b"x" * 4000),
    ],
    ids=["a long header", "many headers", "a long address"],
)
def test_headers_that_are_too_large_are_refused(port: int, request_: bytes) -> None:
    status, answer = says(port, request_)
    assert status in TOO_LARGE
    assert b"x" * 200 not in answer


@pytest.mark.parametrize("path", [b"/api/v1/werkmogelijkheden", b"/oauth/token"])
def test_a_body_that_says_to_be_too_large_is_not_waited_for(port: int, path: bytes) -> None:
    """Nothing of it is sent: the hub answers from the length alone."""
    kind = b"application/json" if b"api" in path else b"application/x-www-form-urlencoded"
    status, _ = says(port, post(b"Content-Type: " + kind, b"Content-Length: 99999999", path=path, body=b""))
    # Who has no token hears that first.
    assert status == (401 if b"api" in path else 413)


CHUNKED = b"Transfer-Encoding: chunked"
FORM = b"Content-Type: application/x-www-form-urlencoded"


def chunks(body: bytes) -> bytes:
    parts = [body[at : at + 4096] for at in range(0, len(body), 4096)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def test_a_body_without_a_length_is_counted_while_it_is_read(port: int) -> None:
    """Or else the first part of it would be taken for the whole."""
    too_much = chunks(b"grant_type=x&filler=" + b"x" * 80_000)
    assert says(port, post(FORM, CHUNKED, path=b"/oauth/token", body=too_much))[0] == 413
    status, answer = says(port, post(FORM, CHUNKED, path=b"/oauth/token", body=chunks(b"grant_type=x")))
    assert (status, b"unsupported_grant_type" in answer) == (400, True)


def test_json_without_a_length_is_counted_too(port: int, noor: bytes) -> None:
    kind = b"Content-Type: application/json"
    body = b'{"eigenKenmerk": "9900000017"}'
    find = b"/api/v1/betrokkenen/_zoek"
    assert says(port, post(noor, kind, CHUNKED, path=find, body=chunks(body)))[0] == 200
    # A whole object, and then something that nobody would have read.
    padded = body + b" " * 64 * 1024 + b'{"eigenKenmerk": "9900000025"}'
    assert says(port, post(noor, kind, CHUNKED, path=find, body=chunks(padded)))[0] == 413


def test_a_length_and_chunks_together_are_refused(port: int) -> None:
    """Two ways to say where a request ends: a proxy and the hub could read two different requests (smuggling)."""
    both = (b"Content-Type: application/json", b"Content-Length: 5", b"Transfer-Encoding: chunked")
    assert says(port, post(*both, path=b"/oauth/token", body=b"0\r\n\r\n"))[0] == 400
