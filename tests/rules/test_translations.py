"""Every text on a page of staff has its English, which fills in the same, and is what is served."""

import re

import pytest

from hub.web.staff.message_form import ASIDE, FROM_SCHEMAS
from schemas.base import MessageType, discover
from schemas.fields import MISSING, StrictField
from tools import messages

PLACE = re.compile(r"%\(\w+\)[sd]")


def test_every_text_on_the_pages_has_its_english() -> None:
    catalog = messages.brought_up_to_date()
    assert [one.id for one in messages.said(catalog) if messages.is_missing(one)] == []


def test_no_english_is_kept_for_what_no_page_says() -> None:
    kept = {str(one.id) for one in messages.said(messages.translated())}
    assert kept == {str(one.id) for one in messages.said(messages.on_pages())}


def test_the_english_fills_in_what_the_dutch_fills_in() -> None:
    for one in messages.said(messages.translated()):
        dutch = one.id if isinstance(one.id, tuple) else (one.id,)
        english = one.string if isinstance(one.string, tuple) else (one.string,)
        for text, key in zip(english, dutch, strict=True):
            assert set(PLACE.findall(str(text))) == set(PLACE.findall(str(key))), one.id


def test_what_is_served_is_what_was_written() -> None:
    assert messages.PO.read_bytes() == messages.as_po(messages.brought_up_to_date())
    assert messages.MO.read_bytes() == messages.compiled(messages.translated())


@pytest.mark.parametrize("message", discover().values(), ids=lambda message: message.name)
def test_what_a_schema_says_at_a_field_of_a_form_has_its_english(message: MessageType) -> None:
    known = {str(text) for text in FROM_SCHEMAS}
    for field in message.schema().fields.values():
        assert isinstance(field, StrictField)
        assert isinstance(field, tuple(ASIDE)) or field.write in known, field.data_key
    assert MISSING in known
