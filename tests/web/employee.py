"""Somebody at a desk with a browser: signs in as one of the people of the demo, and works."""

from dataclasses import dataclass

from tests.chain import Chain
from tests.web.visitor import Page, Visitor

PEOPLE = ("noor", "rik", "samira", "amsterdam", "petra", "fatima", "job")


@dataclass
class Employee(Visitor):
    """A visitor who is signed in."""

    def signs_in(self, who: str) -> Page:
        """Choose who one is, and arrive at the start page."""
        self.sees("/inloggen")
        return self.follows(self.presses("/inloggen", wie=who))


def at_desk(chain: Chain, who: str) -> Employee:
    """This person, signed in, at their start page."""
    employee = Employee(chain.app)
    page = employee.signs_in(who)
    assert page.status == 200, page
    return employee
