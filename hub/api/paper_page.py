"""Draws the receipt of a choice as a page for paper, in the resident's own language. No script, nothing from afar."""

from collections.abc import Sequence
from pathlib import Path

from flask import Blueprint, Response, request
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consent.receipt_reading import grouped
from consent.receipts import until
from consent.words import Words, words
from hub.api.allowed import allow
from hub.exchange.receipts import Receipt
from hub.paper import square
from schemas.agreement import Agreement, Flow, Role

HERE = Path(__file__).parent
STYLE = HERE / "static" / "papier.css"
# The square is drawn in the page itself; the style sheet is all that is fetched.
POLICY = "; ".join((
    "default-src 'none'", "style-src 'self'", "font-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
))  # fmt: skip

pages = Environment(
    loader=FileSystemLoader(HERE / "paper"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
paper = Blueprint("papier", __name__)


@paper.get("/papier.css")
def show_style() -> Response:
    """How paper looks. Open: nothing here is about anybody."""
    response = Response(STYLE.read_bytes(), mimetype="text/css")
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


allow(show_style)


def receipt_page(receipt: Receipt) -> Response:
    """The page to print and hand over."""
    said, given, agreement = words(receipt.language), receipt.last.given, receipt.about.agreement
    body = pages.get_template("receipt.html").render(
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
    response = Response(body, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    return response


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
