"""Counts to try things on: those of the evaluation, with what it does not tell filled in."""

from collections.abc import Mapping

from hub.figures.tables import cell

# The leaves of tables 2.1, 2.2, 3.1 and 3.7; who is linked and placed, as far as the evaluation says it.
THE_PILOT: Mapping[str, int] = {
    **{cell(town, "geplaatst"): count for town, count in (("GM0034", 6), ("GM0363", 11))},
    **{cell(town, "niet-geplaatst"): count for town, count in (("GM0034", 14), ("GM0363", 17))},
    cell("binnen-een-uur", "geplaatst"): 6,
    cell("binnen-een-uur", "niet-geplaatst"): 12,
    cell("elders", "geplaatst"): 4,
    cell("elders", "niet-geplaatst"): 9,
    cell("niet-gekoppeld", "geplaatst"): 19,
    cell("niet-gekoppeld", "niet-geplaatst"): 71,
    "aan-het-werk": 22,
    "gestopt": 24,
    "zonder-intake": 23,
    **{cell("BSN", wait): count for wait, count in zip(("onder-1-maand", "1-tot-2-maanden"), (12, 7), strict=True)},
    cell("BSN", "vanaf-2-maanden"): 0,
    cell("BSN", "nog-niet"): 1,
    cell("BSN", "zonder-aanvraag"): 149,
    cell("TWV", "onder-1-maand"): 16,
    cell("TWV", "1-tot-2-maanden"): 0,
    cell("TWV", "vanaf-2-maanden"): 1,
    cell("TWV", "nog-niet"): 2,
    cell("TWV", "zonder-aanvraag"): 150,
}  # fmt: skip
