"""Sends requests as fast as they are answered, over connections that stay open, and counts the answers."""

import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field


class WrongAnswer(Exception):
    """A request was not answered as it should be: what was counted until then counts nothing."""


@dataclass(frozen=True)
class Scenario:
    """One kind of request to one server: `build` makes the bytes of the next one, `good` is the status it gets."""

    name: str
    port: int
    build: Callable[[], bytes]
    good: int


@dataclass
class Connection:
    """One kept connection, with as little between us and the socket as can be: the client must not be the limit."""

    port: int
    _socket: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        """Knock."""
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """The status and the body."""
        self._socket.sendall(request)
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._more()
        head = answer[:end].lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        while len(answer) < end + 4 + length:
            answer += self._more()
        return int(head.split(b" ", 2)[1]), answer[end + 4 :]

    def close(self) -> None:
        """Leave."""
        self._socket.close()

    def _more(self) -> bytes:
        found = self._socket.recv(65536)
        if not found:
            raise WrongAnswer("the server closed the connection")
        return found


def request(method: str, path: str, token: str = "", body: bytes = b"", key: str = "", cookies: str = "") -> bytes:
    """The bytes of one request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"Authorization: Bearer {token}"] if token else []
    lines += ["Content-Type: application/json"] if body else []
    lines += [f"Idempotency-Key: {key}"] if key else []
    lines += [f"Cookie: {cookies}"] if cookies else []
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class _Count:
    answered: int = 0
    wrong: list[str] = field(default_factory=list)


def rate(scenario: Scenario, seconds: float, connections: int) -> float:
    """Answers a second, over this many connections at once. Raises WrongAnswer."""
    begin = threading.Barrier(connections + 1)
    counts = [_Count() for _ in range(connections)]
    threads = [threading.Thread(target=_send, args=(scenario, seconds, begin, count)) for count in counts]
    for thread in threads:
        thread.start()
    begin.wait()
    began = time.monotonic()
    for thread in threads:
        thread.join()
    elapsed = time.monotonic() - began
    if wrong := [said for count in counts for said in count.wrong]:
        raise WrongAnswer(f"{scenario.name}: {wrong[0]}")
    return sum(count.answered for count in counts) / elapsed


def _send(scenario: Scenario, seconds: float, begin: threading.Barrier, count: _Count) -> None:
    connection = Connection(scenario.port)
    begin.wait()
    end = time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            status, body = connection.ask(scenario.build())
            if status != scenario.good:
                count.wrong.append(f"{status} {body[:300]!r}")
                return
            count.answered += 1
    except (OSError, WrongAnswer) as error:
        count.wrong.append(str(error))
    finally:
        connection.close()
