import pytest

from hub.db import Database
from tests.hub.identity.desk import Desk, System


@pytest.fixture
def desk(database: Database) -> Desk:
    """A hub with four registered systems."""
    return Desk(database)


@pytest.fixture
def noor(desk: Desk) -> System:
    """Casemanager at COA."""
    return desk.noor


@pytest.fixture
def rik(desk: Desk) -> System:
    """Consultant at Randstad, vestiging Almere."""
    return desk.rik


@pytest.fixture
def job(desk: Desk) -> System:
    """Works for Randstad's vestiging Zwolle."""
    return desk.job


@pytest.fixture
def samira(desk: Desk) -> System:
    """Klantmanager in Almere."""
    return desk.samira
