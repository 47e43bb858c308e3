"""A text is read when a given key signed it with a given algorithm; any other is refused quietly."""

import base64
import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as some
from joserfc import jwt
from joserfc.jwk import ECKey

from hub.identity.errors import NotVerified
from hub.identity.verify import LONGEST, only_audience, peek, seconds, verify

KEY = ECKey.generate_key("P-256", auto_kid=True)
OTHER = ECKey.generate_key("P-256", auto_kid=True)


def b64(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def text_of(header: object, claims: object, signature: str = "AAAA") -> str:
    return f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}.{signature}"


def refused(text: str) -> bool:
    try:
        verify(peek(text), [KEY, OTHER], ["ES256"])
    except NotVerified as error:
        return not error.args and (error.__context__ is None or error.__suppress_context__)
    return False


def test_the_key_that_signed_is_known() -> None:
    text = jwt.encode({"alg": "ES256"}, {"sub": "rik"}, OTHER)
    signed = verify(peek(text), [KEY, OTHER], ["ES256"])
    assert (signed.key, signed.claims) == (OTHER, {"sub": "rik"})


def test_a_kid_leaves_no_other_key_a_try() -> None:
    text = jwt.encode({"alg": "ES256", "kid": KEY.kid}, {}, OTHER)
    assert refused(text)


def test_a_header_that_nothing_needs_is_refused_also_when_well_signed() -> None:
    for more in ({"jwk": KEY.as_dict(private=False)}, {"jku": "https://elders.example"}, {"b64": True}):
        assert refused(jwt.encode({"alg": "ES256", **more}, {}, KEY))


def test_an_algorithm_that_was_not_asked_for_is_refused() -> None:
    text = jwt.encode({"alg": "ES256"}, {}, KEY)
    with pytest.raises(NotVerified):
        verify(peek(text), [KEY], ["EdDSA"])
    with pytest.raises(NotVerified):
        verify(peek(text), [KEY], [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "..",
        "a.b",
        "a.b.c.d",
        "é.é.é",
        "a.b.c\n",
        "A" * LONGEST + ".A.A",
        text_of(["alg"], {}),
        text_of("alg", {}),
        text_of({}, {}),
        text_of({"alg": "none"}, {}),
        text_of({"alg": None}, {}),
        text_of({"alg": ["ES256"]}, {}),
        text_of({"alg": {}}, {}),
        text_of({"alg": "ES256", "kid": 7}, {}),
        text_of({"alg": "ES256", "kid": None}, {}),
        text_of({"alg": "ES256", "typ": []}, {}),
        text_of({"alg": "ES256", "crit": ["b64"], "b64": False}, {}),
        text_of({"alg": "ES256", "jwk": OTHER.as_dict(private=False)}, {}),
        text_of({"alg": "ES256"}, []),
        text_of({"alg": "ES256"}, None),
        text_of({"alg": "ES256"}, {}, signature=b64(b"\0" * 64)),
        text_of({"alg": "ES256"}, {}, signature=b64(b"\xff" * 64)),
        text_of({"alg": "ES256"}, {}, signature="A"),
        f"{b64(b'[' * 5000)}.e30.AAAA",
        f"{b64(json.dumps({'alg': 'ES256'}).encode())}.{b64(b'[' * 5000)}.AAAA",
        f"{b64(json.dumps({'alg': 'ES256'}).encode())}.{b64(b'9' * 5000)}.AAAA",
        f"{b64(json.dumps({'alg': 'ES256'}).encode())}.{b64(bytes(range(128, 256)))}.AAAA",
    ],
    ids=range(28),
)
def test_a_text_made_to_break_the_reader_is_refused(text: str) -> None:
    assert refused(text)


JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=8),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
HEADER = some.dictionaries(some.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk"]), JSON | some.just("ES256"))


@given(header=HEADER, claims=JSON, signature=some.binary(max_size=80))
def test_no_stranger_s_text_raises_anything_else(header: object, claims: object, signature: bytes) -> None:
    assert refused(text_of(header, claims, b64(signature)))


@given(value=JSON)
def test_a_moment_is_a_number_of_this_age_or_refused(value: object) -> None:
    try:
        found = seconds({"exp": value}, "exp")
    except NotVerified:
        return
    assert found is not None
    assert math.isfinite(found)


def test_one_audience_is_text_or_a_list_of_one() -> None:
    assert [only_audience({"aud": one}) for one in ("a", ["a"])] == ["a", "a"]
    wrong: list[object] = [["a", "b"], ["a", "a"], [], [1], [["a"]], 1, None, {}]
    assert {only_audience({"aud": aud}) for aud in wrong} == {None}
    assert only_audience({}) is None
