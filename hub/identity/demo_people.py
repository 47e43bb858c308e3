"""The invented people of a demo, who sign in by choosing who they are. Nobody outside a demo ever does."""

from collections.abc import Mapping

from hub.identity.staff import Function, Staff, staff_id

# The provider of a demo's people: none.
DEMO = ""


def _person(key: str, name: str, function: Function, partner: str, *branches: str) -> Staff:
    return Staff(staff_id("demo", key), name, function, partner, frozenset(branches))


PEOPLE: Mapping[str, Staff] = {
    "noor": _person("noor", "Noor Bakker", Function.CASEMANAGER, "coa", "azc-almere-engelse-mijl"),
    "rik": _person("rik", "Rik de Wit", Function.CONSULTANT, "randstad", "almere"),
    "samira": _person("samira", "Samira Haddad", Function.CLIENT_MANAGER, "GM0034"),
    "amsterdam": _person("amsterdam", "Anneke Visser", Function.CLIENT_MANAGER, "GM0363"),
    "petra": _person("petra", "Petra Jansen", Function.SECRETARY, "coa"),
    "fatima": _person("fatima", "Fatima Aydin", Function.OFFICER, "coa"),
    "job": _person("job", "Job Mulder", Function.CONSULTANT, "randstad", "zwolle"),
}
"""By the name under which one chooses them."""
