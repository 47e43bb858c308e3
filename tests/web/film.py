"""
The resident decides, from the first question to being forgotten, in a real browser, with a picture of each moment.

`python -m tests.web.film FOLDER` keeps every moment; `make pictures` keeps those of the documentation, in docs/window.
"""

import logging
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import click
import structlog

from audit.note import Verifier
from audit.verify import verify
from hub.app import Stores as HubStores
from hub.rights.file_check import check_file
from tests.chain import PURPOSES, Chain, Resident, build_chain
from tests.front_door import ROOT, send
from tests.stores import SqliteFloor, Stores
from tests.web.browser import Eyes, chromium, eyes, running

WORK = "toeleiding-naar-werk"
LANGUAGES, WIDTHS = ("nl", "ar", "ti"), (1280, 360)
# What the documentation shows.
FOR_DOCS = frozenset({
    "1-bewijs-nl-1280", "2-briefje-ti-360", "3-venster-ar-360", "4-overzicht-nl-1280", "5-stoppen-ti-360",
    "7-bevestigd-ar-360",
})  # fmt: skip


@dataclass
class Film:
    """One language at one width: what was seen, and, when there is a folder for them, the pictures."""

    chain: Chain
    seen: Eyes
    language: str
    width: int
    folder: Path | None = None
    wanted: frozenset[str] = frozenset()
    found: list[str] = field(default_factory=list)

    def looks(self, name: str) -> None:
        """Everything on this page is fine for everybody; a picture of it is kept under this name."""
        self.seen.page.wait_for_load_state("networkidle")
        self.found += [f"{name}: {one}" for one in self.seen.look()]
        wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if self.seen.page.evaluate(wide) > 0:
            self.found.append(f"{name}: wider than the screen")
        picture = f"{name}-{self.language}-{self.width}"
        if self.folder is not None and picture in (self.wanted or {picture}):
            self.seen.page.screenshot(path=self.folder / f"{picture}.png", full_page=True)

    def prints(self, name: str, html: bytes) -> None:
        """A page that the API made for printing, as Noor's own software shows it."""
        place = f"{self.seen.address}/afdruk"
        self.seen.page.route(place, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
        self.seen.page.goto(place)
        self.looks(name)


def play(film: Film, number: int) -> None:
    """The whole story of one resident. Raises AssertionError where it goes otherwise than it should."""
    resident, code = noor_explains(film, number)
    randstad_asks(film, resident)
    the_resident_looks_and_stops(film, code)
    everybody_hears(film, resident)
    the_resident_sees_who_confirmed(film, code)
    the_file_is_checked(film, resident)
    the_resident_is_forgotten(film, resident, code)
    assert film.found == [], film.found
    assert film.seen.findings == [], film.seen.findings


def noor_explains(film: Film, number: int) -> tuple[Resident, str]:
    """Noor reads the notices aloud, with an interpreter; records each choice; prints the receipt and the slip."""
    noor = film.chain.noor
    resident = noor.registers(f"99000000{number}", film.language)
    notice = noor.caller.get(f"/kennisgevingen/{WORK}/{film.language}").body
    assert notice["taal"] == film.language
    about = {"betrokkeneId": noor.knows(resident), "taal": film.language, "tolk": True, "kennisgeving": "2023-1"}
    chosen = [noor.caller.post("/toestemmingen", {**about, "doel": one, "keuze": "ja"}) for one in PURPOSES]
    assert {reply.status for reply in chosen} == {201}
    receipt = send(noor, "GET", f"{ROOT}/toestemmingen/{chosen[0].body['id']}/afdruk")
    film.prints("1-bewijs", receipt.raw)
    slip = send(noor, "POST", f"{ROOT}/vensterbriefjes/_afdruk", {"betrokkeneId": noor.knows(resident)})
    assert slip.status == 201
    film.prints("2-briefje", slip.raw)
    code = film.seen.page.locator(".window-code").first.inner_text().strip()
    noor.publishes(resident, "werkmogelijkheid")
    return resident, code


def randstad_asks(film: Film, resident: Resident) -> None:
    """Rik has the other slip, and asks."""
    chain = film.chain
    assert chain.rik.redeems(chain.noor.gives_slip(resident), resident, f"K{resident.v_number}").status == 201
    assert chain.rik.asks(resident)[0]["magWerken"] is True


def the_resident_looks_and_stops(film: Film, code: str) -> None:
    """On a telephone: the code, who asked, and stop."""
    page = film.seen.page
    page.goto(f"{film.seen.address}/venster?taal={film.language}")
    film.looks("3-venster")
    page.fill("#code", code)
    page.click("main button")
    page.wait_for_url("**/venster/overzicht")
    assert "Randstad" in page.inner_text("main")
    film.looks("4-overzicht")
    page.click("form[action='/venster/stoppen'] button >> nth=0")
    film.looks("5-stoppen")
    page.click("main form button >> nth=0")
    page.wait_for_url("**/venster/overzicht")
    film.looks("6-gestopt")


def everybody_hears(film: Film, resident: Resident) -> None:
    """Rik gets no answer, finds the request in his inbox, and confirms it; Noor sees that he did."""
    chain = film.chain
    assert chain.rik.asks(resident) == []
    opened = [chain.rik.opens(item).body for item in chain.rik.inbox()]
    asked_of_rik = ("verwijderverzoek", chain.rik.knows(resident))
    [item] = [one["id"] for one in opened if (one["soort"], one["betrokkeneId"]) == asked_of_rik]
    about = {"betrokkeneId": chain.noor.knows(resident)}
    [asked] = chain.noor.caller.post("/verwijderverzoeken/_zoek", about).body["resultaten"]
    assert (asked["ontvanger"], "bevestigdOp" in asked) == ("randstad", False)
    assert chain.rik.confirms(item).status == 204
    [asked] = chain.noor.caller.post("/verwijderverzoeken/_zoek", about).body["resultaten"]
    assert "bevestigdOp" in asked
    [used] = chain.noor.caller.post("/vensterbriefjes/_zoek", about).body["resultaten"]
    assert "laatstGebruiktOp" in used


def the_resident_sees_who_confirmed(film: Film, code: str) -> None:
    """The same window, a while later."""
    film.seen.page.reload()
    film.looks("7-bevestigd")
    assert "Randstad" in film.seen.page.inner_text("main")


def the_file_is_checked(film: Film, resident: Resident) -> None:
    """The file of the person, downloaded, verifies without the hub."""
    chain = film.chain
    asked = chain.noor.caller.post("/verzoeken", {"betrokkeneId": chain.noor.knows(resident), "soort": "inzage"})
    path = f"{ROOT}/verzoeken/{asked.body['id']}"
    assert send(chain.noor, "POST", f"{path}/_besluit", {"besluit": "toegewezen"}).status == 200
    archive = send(chain.noor, "GET", f"{path}/dossier")
    assert archive.status == 200
    key = send(chain.noor, "GET", f"{ROOT}/audit/sleutel").raw.decode()
    assert check_file(archive.raw, [Verifier.from_text(key.strip())]).startswith("The file is whole")


def the_resident_is_forgotten(film: Film, resident: Resident, code: str) -> None:
    """Asked and granted: the window is closed, nobody knows them, and the trail is whole."""
    chain = film.chain
    about = {"betrokkeneId": chain.noor.knows(resident)}
    asked = chain.noor.caller.post("/verzoeken", {**about, "soort": "wissen"})
    path = f"{ROOT}/verzoeken/{asked.body['id']}/_besluit"
    assert send(chain.noor, "POST", path, {"besluit": "toegewezen"}).status == 200
    assert chain.noor.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": resident.v_number}).body == {"resultaten": []}
    page = film.seen.page
    page.reload()
    assert page.url.endswith("/venster")
    page.fill("#code", code)
    page.click("main button")
    assert page.url.endswith("/venster")
    film.seen.findings[:] = [one for one in film.seen.findings if "400" not in one]
    film.looks("8-vergeten")
    with chain.hub.database.reading() as session:
        assert verify(session).valid


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--for-docs", is_flag=True, help="Only what the documentation shows.")
def main(folder: Path, for_docs: bool) -> None:
    """Keep every moment as a picture in this folder."""
    logging.disable()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        stores = Stores(SqliteFloor(place))
        stack.callback(stores.close)
        (place / "keys").mkdir()
        chain = build_chain(HubStores(stores.database, stores.keys), place / "keys")
        address, browser = stack.enter_context(running(chain.app)), stack.enter_context(chromium())
        for number, (language, width) in enumerate(product(LANGUAGES, WIDTHS), start=11):
            with eyes(browser, address, width) as seen:
                play(Film(chain, seen, language, width, folder, FOR_DOCS if for_docs else frozenset()), number)
    click.echo(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


if __name__ == "__main__":
    main()
