"""Linkage: what the hub adds to it, and the sender may not."""

from datetime import date

import pytest

from schemas.base import Derivation, InvalidInput
from schemas.messages.linkage import MESSAGE


def test_the_hub_adds_the_status_and_the_reference_of_the_source() -> None:
    assert MESSAGE.derive(MESSAGE.example, Derivation(own_reference="9989993352", hours_threshold=24)) == {
        "status": "gekoppeld",
        "vNummer": "9989993352",
    }


@pytest.mark.parametrize("name", ["status", "vNummer"])
def test_a_sender_may_not_fill_in_what_the_hub_adds(name: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        MESSAGE.load({**MESSAGE.example, name: "beeindigd"}, date(2023, 6, 1))
    assert [mistake.field for mistake in caught.value.mistakes] == [name]
