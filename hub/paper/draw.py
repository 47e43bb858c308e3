"""Draws the papers that a resident takes home: the receipt of a choice, and the two slips with a code."""

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consent.receipt_reading import grouped
from consent.receipts import until
from consent.words import Words, words
from hub.exchange.link import LinkSlipMade
from hub.exchange.receipts import Receipt
from hub.exchange.window import WindowSlipMade
from hub.paper.square import square
from schemas.agreement import Agreement, Flow, Role

pages = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
    trim_blocks=True,
)  # fmt: skip


def window_address(base_url: str, language: str) -> str:
    """Where the resident looks in, in their own language."""
    return f"{base_url}/venster?taal={language}"


def window_slip(slip: WindowSlipMade, base_url: str) -> str:
    """The slip of the resident's own window. The square leads to the window; the code stands beside it."""
    address = window_address(base_url, slip.language)
    # As somebody types it: the language is chosen on the page.
    shown = address.partition("://")[2].partition("?")[0]
    return pages.get_template("window_slip.html").render(
        words=words(slip.language), slip=slip, shown=shown, square=square(address, base_url)
    )


def link_slip(slip: LinkSlipMade, partner: str) -> str:
    """The slip for a partner. The square is the code itself, as a hand scanner types it: it leads nowhere."""
    return pages.get_template("link_slip.html").render(
        words=words(slip.language), slip=slip, partner=partner, square=square(slip.code, slip.code)
    )


def receipt_page(receipt: Receipt) -> str:
    """The receipt of one choice."""
    said, given, agreement = words(receipt.language), receipt.last.given, receipt.about.agreement
    return pages.get_template("receipt.html").render(
        words=said,
        given=given,
        until=until(agreement, given),
        asked=_asked(said, receipt),
        ways=_told(said, agreement, receipt.flows),
        window=receipt.about.window,
        square=square(receipt.signed_brief, receipt.about.window),
        number=receipt.id,
        check=grouped(receipt.check),
    )


def _asked(said: Words, receipt: Receipt) -> str:
    """How the choice came in, and with whose help."""
    how = receipt.last.how
    method = said.method(str(how.get("wijze", "gesprek")))
    return said.say("bewijs.tolk", hoe=method) if how.get("tolk") else method


def _told(said: Words, agreement: Agreement, flows: Sequence[Flow]) -> list[dict[str, object]]:
    """Who tells what to whom: what goes the same way, and is kept as long, stands together."""

    def way(flow: Flow) -> tuple[Role, Role, int]:
        return flow.source, flow.recipient, flow.recipient_keeps_days

    def titles(role: Role) -> str:
        return said.all_of(partner.title for partner in agreement.partners_with(role))

    return [
        {
            "who": said.say("bewijs.stroom", bron=titles(source), ontvanger=titles(recipient)),
            "parts": [_part(said, flow) for flow in flows if way(flow) == (source, recipient, days)],
            "kept": said.say("bewijs.bewaard", dagen=said.days(days)),
        }
        for source, recipient, days in dict.fromkeys(way(flow) for flow in flows)
    ]


def _part(said: Words, flow: Flow) -> dict[str, object]:
    about = said.value(flow.variant) if flow.variant else ""
    return {"about": about, "fields": [said.field(field, flow.message) for field in flow.fields]}
