"""Pages that an office prints for a resident: one file with everything in it, which fetches nothing."""

import base64
import hashlib
import io
import re

import segno
from flask import Response
from markupsafe import Markup

_STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)


def print_page(html: str, status: int = 200) -> Response:
    """This page, with a policy that allows its own style sheet (by its hash) and nothing else."""
    styles = [hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(html)]
    allowed = " ".join(f"'sha256-{base64.b64encode(one).decode()}'" for one in styles)
    response = Response(html, status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src {allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return response


def qr_code(text: str) -> Markup:
    """A QR code as a drawing in the page, readable when a quarter of it is dirty (ISO/IEC 18004, level Q)."""
    drawn = io.BytesIO()
    code = segno.make(text, error="q", micro=False)
    code.save(drawn, kind="svg", xmldecl=False, svgns=True, omitsize=True, border=4)
    # It holds an address and nothing that anybody typed.
    return Markup(drawn.getvalue().decode())  # noqa: S704
