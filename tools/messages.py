"""Brings the English of the pages up to date: python tools/messages.py. Then fill in what is empty in messages.po.

The Dutch stands in the pages and is the key. --missing writes what has no English yet as JSON on standard output;
--fill FILE takes such JSON back, with the English filled in.
"""

import argparse
import io
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
HERE = ROOT / "hub" / "web" / "translations" / "en" / "LC_MESSAGES"
NO_DATE = datetime(2023, 3, 1, tzinfo=UTC)
PO, MO = HERE / "messages.po", HERE / "messages.mo"
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


def on_pages() -> Catalog:
    """Everything that the pages say, with where they say it."""
    catalog = Catalog(locale="en", fuzzy=False)
    found = extract_from_dir(ROOT / "hub" / "web", METHODS, keywords=KEYWORDS)
    for file, _, said, _, context in found:
        # No line numbers: they would change with every edit of a page.
        catalog.add(said, locations=[(f"hub/web/{file}", 0)], context=context)
    return catalog


def translated() -> Catalog:
    """What has English now."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def brought_up_to_date() -> Catalog:
    """What the pages say, with the English that there is. No guesses: what is new is empty."""
    catalog, known = on_pages(), translated() if PO.exists() else Catalog(locale="en")
    for message in said(catalog):
        earlier = known.get(message.id)
        if earlier is not None:
            message.string = earlier.string
    return catalog


def said(catalog: Catalog) -> Iterator[Message]:
    """The texts of a catalog, without its head."""
    return (message for message in catalog if message.id)


def is_missing(message: Message) -> bool:
    """Has it no English yet, or only half?"""
    texts = message.string if isinstance(message.string, tuple) else (message.string,)
    return not all(texts) or (isinstance(message.id, tuple) and len(texts) != 2)


def as_po(catalog: Catalog) -> bytes:
    """The file as it is kept: sorted, nothing in it that changes by itself."""
    out = io.BytesIO()
    write_po(out, catalog, sort_output=True, omit_header=False, include_lineno=False, width=110)
    lines = out.getvalue().decode().splitlines(keepends=True)
    return "".join(
        line for line in lines if not line.startswith(('"POT-Creation', '"PO-Revision', '"Generated'))
    ).encode()


def compiled(catalog: Catalog) -> bytes:
    """The file that the pages are served with."""
    # Its head would say when it was compiled, and so be another file every minute.
    catalog.creation_date = catalog.revision_date = NO_DATE
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def keep(catalog: Catalog) -> None:
    """Write both files; the compiled one from what was written, as a test does it."""
    HERE.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(as_po(catalog))
    MO.write_bytes(compiled(translated()))


def main() -> None:
    """Do it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--missing", action="store_true", help="write what has no English yet, as JSON")
    parser.add_argument("--fill", type=Path, help="JSON with the English by the Dutch")
    given = parser.parse_args()
    catalog = brought_up_to_date()
    english = json.loads(given.fill.read_text(encoding="utf-8")) if given.fill else {}
    for message in said(catalog):
        dutch = message.id[0] if isinstance(message.id, tuple) else message.id
        if dutch in english:
            message.string = tuple(english[dutch]) if isinstance(message.id, tuple) else english[dutch]
    keep(catalog)
    missing = [message.id for message in said(catalog) if is_missing(message)]
    if given.missing:
        empty = {
            (one[0] if isinstance(one, tuple) else one): ["", ""] if isinstance(one, tuple) else "" for one in missing
        }
        sys.stdout.write(json.dumps(empty, ensure_ascii=False, indent=1) + "\n")
    sys.stderr.write(f"{len(list(said(catalog)))} texts, {len(missing)} without English.\n")


if __name__ == "__main__":
    main()
