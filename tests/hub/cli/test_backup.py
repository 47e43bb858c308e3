"""`ketenhub backup`, `restore` and the drill: what was copied comes back whole, and a loss is never silent."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import make_url

from audit.events import Kind
from hub.app import Stores as HubStores
from hub.app import build_hub, build_keeper, create_app, open_stores
from hub.backup import copy
from hub.backup.manifest import Copy
from hub.identity.principals import officer
from hub.people.models import Subject
from hub.practice.caller import Caller
from hub.practice.house import Office, enrol
from hub.rights import erase
from hub.rights.ledger import Ledger
from hub.settings import read_settings
from schemas.agreement import read_agreement
from tests import postgres
from tests.chain import BASE_URL, OFFICES, Clock, Person, Resident
from tests.hub.cli.operator import Operator
from tests.hub.cli.test_keys import code_in
from tests.hub.cli.trail_of import told_about_nobody
from tests.stores import Floor, PostgresFloor, Stores


@dataclass
class House:
    """A hub that an operator set up, with Noor and Rik at their desks, and a place for copies."""

    operator: Operator
    copies: Path
    noor: Person
    rik: Person
    resident: Resident
    code: str
    stores: HubStores

    def moves(self, stores: Stores) -> None:
        """A new machine: empty databases, the same key files."""
        self.stores.close()
        self.operator.sets(
            database_url=stores.main_url, keystore_url=stores.keys_url, database_owner_url=stores.owner_url,
            keystore_owner_url=stores.keys_owner_url,
        )  # fmt: skip

    def signs(self) -> None:
        """Somebody asks for a checkpoint."""
        with self.stores.main.reading() as session:
            build_keeper(read_settings()).sign_head(session)


@pytest.fixture(scope="session")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pg_dump and pg_restore are."""
    return postgres.client_programs()


@pytest.fixture
def house(operator: Operator, stores: Stores, programs: Path, tmp_path: Path) -> Iterator[House]:
    operator.sets(
        database_url=stores.main_url, keystore_url=stores.keys_url, database_owner_url=stores.owner_url,
        keystore_owner_url=stores.keys_owner_url,
    )  # fmt: skip
    operator.monkeypatch.setenv("PATH", str(programs), prepend=":")
    code = code_in(operator.types("init", "--escrow", str(tmp_path / "safe.json")))
    settings = read_settings()
    opened = open_stores(settings)
    app = create_app(settings, opened, Clock())
    offices = enrol(opened, read_agreement(settings.agreement), OFFICES)
    noor, rik = (at_desk(app, offices[name]) for name in ("noor", "rik"))
    resident = noor.registers()
    noor.records_yes_to_all(resident)
    assert rik.redeems(noor.gives_slip(resident), resident).status == 201
    noor.publishes(resident, "werkmogelijkheid")
    yield House(operator, tmp_path / "copies", noor, rik, resident, code, opened)
    opened.close()


def at_desk(app: Flask, office: Office) -> Person:
    return Person(Caller(app, office, BASE_URL), office.partner, office.branches)


@pytest.fixture
def empty(floor: Floor, dialect: str) -> Iterator[Stores]:
    """Two databases without any table."""
    new = Stores(floor)
    for store in ("main", "keys"):
        url = floor.empty()
        new._laid[store] = (as_application(floor, url), url)
    yield new
    new.close()


def as_application(floor: Floor, owner_url: str) -> str:
    """The hub's own role, with no rights yet: `restore` gives them, as `init` does."""
    if not isinstance(floor, PostgresFloor):
        return owner_url
    url = make_url(owner_url).set(username=floor.role, password=floor.password)
    return url.render_as_string(hide_password=False)


def backs_up(house: House) -> None:
    shown = house.operator.types("backup", str(house.copies))
    assert (shown.code, shown.err) == (0, "")


def asks_rik(house: House) -> list[object]:
    """What Rik is answered by the hub that the settings name now."""
    settings = read_settings()
    stores = open_stores(settings)
    app = create_app(settings, stores, Clock())
    rik = at_desk(app, house.rik.caller.office)
    answer = [dict(one) for one in rik.asks(house.resident)]
    stores.close()
    return list(answer)


def test_what_was_copied_comes_back_on_a_new_machine(house: House, empty: Stores) -> None:
    backs_up(house)
    house.moves(empty)

    shown = house.operator.types("restore", str(house.copies))

    assert (shown.code, shown.err) == (0, "")
    assert re.search(r"Keys: (\d+) of \1 open", shown.out)
    assert "The trail continues what was signed." in shown.out
    assert house.operator.types("verify").code == 0
    assert asks_rik(house) != []
    (told,) = told_about_nobody(house.operator, Kind.RESTORED)
    assert set(told) == {"kopieVan", "omvang"}


def test_whoever_was_forgotten_after_the_copy_is_forgotten_again_before_the_hub_serves(
    house: House, empty: Stores
) -> None:
    backs_up(house)
    settings = read_settings()
    hub = build_hub(settings, house.stores)
    with hub.database.reading() as session:
        subject = session.scalars(select(Subject.id)).one()
    erase.erase(hub, Ledger(settings.erasure_ledger_file), officer("fatima"), subject, erase.Cause.REQUEST)
    house.moves(empty)

    shown = house.operator.types("restore", str(house.copies))

    assert (shown.code, "Forgotten again, by the list of erasures: 1." in shown.out) == (0, True)
    assert asks_rik(house) == []
    assert house.operator.types("verify").code == 0


def test_the_two_copies_lie_apart_for_their_owner_only_and_whole(house: House) -> None:
    backs_up(house)

    (data,), (keys,) = (list((house.copies / name).iterdir()) for name in ("data", "keys"))
    assert data.name == keys.name
    assert {one.stat().st_mode & 0o077 for one in (data, keys, *data.glob("main.*"), *keys.glob("keys.*"))} == {0}
    assert all(len(list(folder.iterdir())) == 2 for folder in (data, keys))
    told = json.loads((data / "manifest.json").read_text())
    assert told["hub"] == "localhost:8080"
    assert told["checkpoint"].startswith("localhost:8080/auditspoor\n")


def test_a_copy_that_was_changed_is_refused_before_anything_is_written(house: House, empty: Stores) -> None:
    backs_up(house)
    (file,) = (house.copies / "keys").glob("*/keys.*")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    house.moves(empty)

    shown = house.operator.types("restore", str(house.copies))

    assert (shown.code, "is not what was copied. Take another copy." in shown.err) == (1, True)
    assert house.operator.types("check").err.startswith("The tables are missing")


def test_a_copy_is_never_put_over_what_is_there(house: House) -> None:
    backs_up(house)
    shown = house.operator.types("restore", str(house.copies))
    assert (shown.code, "into empty databases only" in shown.err) == (1, True)


def test_a_place_that_cannot_be_written_is_one_sentence_and_leaves_nothing(house: House) -> None:
    house.copies.mkdir()
    (house.copies / "data").write_text("a file, not a folder")
    shown = house.operator.types("backup", str(house.copies))
    assert (shown.code, "cannot be written" in shown.err, "Traceback" in shown.err) == (1, True, False)


def test_a_copy_of_another_hub_is_refused(house: House, empty: Stores) -> None:
    backs_up(house)
    house.moves(empty)
    house.operator.sets(base_url="http://localhost:9090")
    assert "This copy is of localhost:8080" in house.operator.types("restore", str(house.copies)).err


def test_a_loss_is_refused_and_told_before_anything_is_written(house: House, empty: Stores) -> None:
    backs_up(house)
    house.noor.publishes(house.resident, "werkmogelijkheid", magWerken=False)
    house.noor.records(house.resident, "toeleiding-naar-werk", "ingetrokken")
    house.signs()
    house.moves(empty)

    shown = house.operator.types("restore", str(house.copies))

    assert shown.code == 1
    assert "At least 2 would be lost: what was published, chosen, withdrawn or opened since" in shown.err
    assert house.operator.types("check").err.startswith("The tables are missing")


@pytest.fixture
def lost(house: House, empty: Stores) -> House:
    """Two entries were signed for after the last copy, and the machine burned down."""
    backs_up(house)
    house.noor.publishes(house.resident, "werkmogelijkheid", magWerken=False)
    house.noor.records(house.resident, "behoud-van-werk", "ingetrokken")
    house.signs()
    house.moves(empty)
    return house


def test_an_accepted_loss_is_in_the_trail_and_the_trail_goes_on_under_another_name_and_key(lost: House) -> None:
    old = build_keeper(read_settings())
    promised = old.last()
    assert promised is not None

    shown = lost.operator.types("restore", str(lost.copies), "--accept-loss")

    assert (shown.code, shown.err) == (0, "")
    new = build_keeper(read_settings())
    assert (old.origin, new.origin) == ("localhost:8080/auditspoor", "localhost:8080/auditspoor-2")
    assert new.signer.verifier.text in shown.out
    (told,) = told_about_nobody(lost.operator, Kind.RESTORED)
    assert told["beloofdeOmvang"] == promised.size
    assert told["beloofdeWortel"] == promised.root.hex()
    assert (told["oudeNaam"], told["nieuweNaam"]) == (old.origin, new.origin)
    assert lost.operator.types("verify").code == 0
    folder = lost.operator.folder
    assert (folder / "checkpoint.key.auditspoor").read_text() == old.signer.secret
    assert (folder / "checkpoint.key.last.auditspoor").exists()


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("step", ["audit.lineage.begin_anew", "audit.lineage.set_memory_aside"])
def test_an_accepted_loss_that_was_interrupted_signs_nothing_and_is_finished(lost: House, step: str) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with lost.operator.monkeypatch.context() as context:
        context.setattr(step, interrupted)
        assert lost.operator.types("restore", str(lost.copies), "--accept-loss").code == 1
    assert lost.operator.types("verify").code != 0

    shown = lost.operator.types("restore", "--accept-loss")

    assert (shown.code, shown.err) == (0, "")
    assert build_keeper(read_settings()).origin == "localhost:8080/auditspoor-2"
    assert len(told_about_nobody(lost.operator, Kind.RESTORED)) == 1
    assert lost.operator.types("verify").code == 0


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_another_trail_is_no_loss_and_cannot_be_accepted(house: House, empty: Stores) -> None:
    """Who puts back a copy, lets things happen and forgets them, meets a signer that knows better."""
    backs_up(house)
    house.noor.publishes(house.resident, "werkmogelijkheid", magWerken=False)
    house.signs()
    memory = house.operator.folder / "checkpoint.key.last"
    kept = memory.read_bytes()
    house.moves(empty)
    memory.unlink()
    assert house.operator.types("restore", str(house.copies)).code == 0
    memory.write_bytes(kept)

    shown = house.operator.types("restore", "--accept-loss")

    assert (shown.code, "are not those that were signed for" in shown.err) == (1, True)


def test_a_key_store_of_before_a_new_epoch_is_refused(house: House, empty: Stores) -> None:
    backs_up(house)
    house.operator.types("keys", "renew", "--escrow", str(house.operator.folder / "two.json"))
    house.signs()
    house.moves(empty)
    shown = house.operator.types("restore", str(house.copies), "--accept-loss")
    assert (shown.code, "the key file has no master key of it" in shown.err) == (1, True)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_a_key_store_that_is_older_than_the_main_store_is_refused(house: House, empty: Stores) -> None:
    backs_up(house)
    (keys,) = (house.copies / "keys").iterdir()
    told = json.loads((keys / "manifest.json").read_text())
    (keys / "manifest.json").write_text(json.dumps({**told, "stamp": "20010101T000000Z"}))
    house.moves(empty)
    assert "persons of in between would have no keys" in house.operator.types("restore", str(house.copies)).err


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_missing_programs_are_one_sentence(house: House) -> None:
    house.operator.monkeypatch.setenv("PATH", "/nowhere")
    shown = house.operator.types("backup", str(house.copies))
    assert (shown.code, shown.err.startswith("pg_dump is not on the PATH.")) == (1, True)


def test_a_drill_opens_everything_with_the_key_from_the_safe(house: House, floor: Floor) -> None:
    backs_up(house)
    house.noor.publishes(house.resident, "werkmogelijkheid", magWerken=False)

    shown = house.operator.hears(house.code).types(
        "keys", "drill", str(house.copies), "--escrow", str(house.operator.folder / "safe.json")
    )

    assert (shown.code, shown.err) == (0, "")
    assert "The drill went well." in shown.out
    (told,) = told_about_nobody(house.operator, Kind.DRILL)
    assert (told["sleutelsDicht"], told["waardenDicht"], told["spoorGebreken"], told["looptDoor"]) == (0, 0, 0, True)
    assert told["waarden"] == 4
    assert told["personen"] == 1


def test_a_drill_with_the_key_of_another_epoch_fails_and_says_so(house: House) -> None:
    house.operator.types("keys", "renew", "--escrow", str(house.operator.folder / "two.json"))
    backs_up(house)

    shown = house.operator.hears(house.code).types(
        "keys", "drill", str(house.copies), "--escrow", str(house.operator.folder / "safe.json")
    )

    assert (shown.code, "The drill failed." in shown.err) == (1, True)
    assert re.search(r"0 of \d+ keys open", shown.out)
    (told,) = told_about_nobody(house.operator, Kind.DRILL)
    assert told["sleutels"] == told["sleutelsDicht"]


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_somebody_who_arrives_between_the_two_copies_does_not_come_back_without_keys(house: House) -> None:
    real = copy._copy
    made: list[Copy] = []

    def and_then_somebody_arrives(*words: Any) -> Copy:
        made.append(real(*words))
        house.noor.registers(f"990000002{len(made)}")
        return made[-1]

    with house.operator.monkeypatch.context() as context:
        context.setattr(copy, "_copy", and_then_somebody_arrives)
        backs_up(house)

    shown = house.operator.hears(house.code).types(
        "keys", "drill", str(house.copies), "--escrow", str(house.operator.folder / "safe.json")
    )
    assert (len(made), shown.code, "0 persons lack keys" in shown.out) == (2, 0, True)


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_half_a_copy_is_no_copy(house: House, empty: Stores) -> None:
    backs_up(house)
    (keys,) = (house.copies / "keys").iterdir()
    shutil.move(keys, keys.with_name(f".{keys.name}.part"))
    house.moves(empty)
    assert "holds no copy" in house.operator.types("restore", str(house.copies)).err
