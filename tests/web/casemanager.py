"""Noor at her screens: finds a resident, tells after seeing what the others will see, and reads what came of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import ClassVar

from tests.chain import Chain, Resident
from tests.web.employee import Employee
from tests.web.visitor import Page


@dataclass
class Casemanager(Employee):
    """An employee who counts the pages that she saw and the buttons that she pressed."""

    pages: int = 0
    pressed: int = 0
    FORMS: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "werkmogelijkheden": {"magWerken": "ja", "geldigVan": "2023-03-01", "twvNodig": "nee"},
        "koppelingen": {"gemeente": "GM0034", "ingangsdatum": "2023-06-01"},
        "verplaatsingen": {"naarLocatie": "azc-gilze", "ingangsdatum": "2023-09-14"},
        "aanvraagstatussen": {"status": "aangevraagd", "datum": "2023-04-01"},
    }

    def finds(self, resident: Resident | str) -> Page:
        """The page of whoever has this V-number; or what comes instead."""
        number = resident if isinstance(resident, str) else resident.v_number
        self.sees("/coa")
        page = self.presses("/coa/zoek", vnummer=number)
        return self.follows(page) if page.status == 303 else page

    def previews(self, person: str, road: str, **changes: str) -> Page:
        """Fill in the form, and look what the others will see."""
        self.sees(f"{person}/{road}")
        return self.presses(f"{person}/{road}", stap="voorbeeld", **{**self.FORMS.get(road, {}), **changes})

    def sends(self, preview: Page) -> Page:
        """Press the button under what the others will see; gives the person's page."""
        return self.follows(self.presses(preview.path, **{**hidden(preview), "stap": "verstuur"}))

    def tells(self, person: str, road: str, **changes: str) -> Page:
        """Both."""
        return self.sends(self.previews(person, road, **changes))


def hidden(page: Page) -> dict[str, str]:
    """What the last form of a page carries along."""
    form = page.html.rpartition("<form")[2]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: unescape(value) for name, value in found if name != "csrf_token"}


def noor_at(chain: Chain, who: str = "noor") -> Casemanager:
    """Signed in."""
    noor = Casemanager(chain.app)
    assert noor.signs_in(who).status == 200
    return noor
