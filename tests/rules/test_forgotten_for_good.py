"""Who was forgotten stays forgotten: whatever stops the hub, whatever backup is put back, whatever bytes one reads."""

import json
import os
import signal
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from audit import verify as trail_check
from hub.app import Stores as HubStores
from hub.app import create_app
from hub.errors import KeyDestroyed, LedgerBroken, SealBroken
from hub.exchange import trail
from hub.exchange.models import Delivery
from hub.identity.principals import HOUSE
from hub.rights.erase import Cause, Erased, erase, resume
from hub.rights.ledger import Ledger
from hub.rights.models import Erasure
from hub.vault.models import SubjectKey
from hub.vault.seal import HEADER, HEADER_BYTES, Place, from_text, open_value
from hub.vault.subject_keys import DataKey, KeyClass
from tests.chain import Chain, build_chain
from tests.journeys.test_forgotten import confirm_all, forget, ledger_of, subject_of, told
from tests.kept import recorded, rows
from tests.soak import snapshots
from tests.soak.steps import Steps
from tests.stores import Floor, SqliteFloor, Stores


@dataclass
class Scene:
    """A person about to be forgotten, on stores that can be put back; `act` is what is stopped halfway."""

    floor: Floor
    folder: Path
    confirmed: bool = False
    stores: Stores = field(init=False)

    def __post_init__(self) -> None:
        self.stores = Stores(self.floor)
        self.hub_stores = HubStores(self.stores.database, self.stores.keys)
        self.chain = build_chain(self.hub_stores, self.folder)
        self.resident = told(self.chain)
        self.subject = subject_of(self.chain, self.resident)
        self.ledger = ledger_of(self.chain)
        if self.confirmed:
            self.forget()
            confirm_all(self.chain)
        self.written = self.ledger.path.read_bytes() if self.confirmed else None
        self.hub_stores.close()
        self.snapshot = snapshots.take(self.floor, self.stores)

    def close(self) -> None:
        self.hub_stores.close()
        self.snapshot.remove()
        self.stores.close()

    def put_back(self) -> None:
        self.hub_stores.close()
        self.snapshot.put_back()
        if self.written is None:
            self.ledger.path.unlink(missing_ok=True)
        else:
            self.ledger.path.write_bytes(self.written)

    def forget(self) -> None:
        assert isinstance(erase(self.chain.hub, self.ledger, HOUSE, self.subject, Cause.REQUEST), Erased)

    def goes_on(self) -> None:
        resume(self.chain.hub, self.ledger)

    def stopped(self, act: Callable[[], None], step: int = 0) -> tuple[str, ...]:
        """Do it in a child that dies at this step, from 1; gives the steps when it came to its end."""
        self.put_back()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            self._live(act, Steps(fatal=step), writing)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            said = pipe.read().decode()
        _, status = os.waitpid(child, 0)
        self.snapshot.settle()
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        assert killed == (step > 0), said
        return tuple(said.splitlines())

    def _live(self, act: Callable[[], None], steps: Steps, writing: int) -> None:
        try:
            steps.watch(self.hub_stores.main.engine, "main")
            steps.watch(self.hub_stores.keys.engine, "keys")
            act()
            os.write(writing, "\n".join(steps.labels).encode())
            os._exit(0)
        except BaseException:  # noqa: BLE001  # a child of a fork must not live on as a second test
            os.write(writing, traceback.format_exc().encode())
            os._exit(1)


@pytest.fixture
def scene(floor: Floor, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(floor, tmp_path)
    yield made
    made.close()


@pytest.fixture
def confirmed(floor: Floor, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(floor, tmp_path, confirmed=True)
    yield made
    made.close()


def telling(labels: Sequence[str]) -> list[int]:
    """The steps, from 1, after which something can be otherwise than before: all but those that only look."""
    looks = ("SELECT", "BEGIN", "rollback")
    return [
        at
        for at, label in enumerate(labels, start=1)
        if at in (1, len(labels)) or not any(word in label for word in looks)
    ]


def is_forgotten(chain: Chain, subject: str) -> None:
    """Rows gone, keys gone, receivers asked once, recorded once, and the trail whole."""
    with pytest.raises(KeyDestroyed):
        chain.hub.vault.subjects.of(subject, KeyClass.AUDIT)
    assert chain.hub.vault.subjects.living([subject]) == set()
    kept = rows(chain.hub.database)
    assert [kept[table] for table in ("messages", "exposures", "answers", "link_codes")] == [[], [], [], []]
    assert all(row["reference_index"] is None for row in kept["links"])
    assert [row for row in kept["deliveries"] if row["kind"] != "verwijderverzoek"] == []
    [erasure] = kept["erasures"]
    assert None not in (erasure["rows_removed_at"], erasure["keys_destroyed_at"])
    begun = [fact for fact in recorded(chain, "wissing") if fact["uitkomst"] != "voltooid"]
    assert len(begun) == 1
    with chain.hub.database.reading() as session:
        assert trail_check.verify(session, partial(trail.opener, chain.hub)).valid


def test_stopped_at_any_step_it_is_whole_again_at_the_next_start(scene: Scene) -> None:
    labels = scene.stopped(scene.forget)
    untouched = begun = 0

    for step in telling(labels):
        scene.stopped(scene.forget, step)
        chain = scene.chain
        if scene.ledger.subjects():
            begun += 1
            # Not every kill needs a whole new start of the hub: that takes ten times as long.
            if step % 10 == 0:
                create_app(chain.settings, scene.hub_stores, chain.clock)
            else:
                scene.goes_on()
        else:
            untouched += 1
            # Not begun: nothing happened at all, and it can be asked again.
            assert chain.rik.asks(scene.resident), labels[step - 1]
            scene.forget()
        is_forgotten(chain, scene.subject)
        assert len(chain.rik.inbox()) == 2, labels[step - 1]

    assert untouched > 0
    assert begun > 20


def test_stopped_at_any_step_of_the_end_the_last_rows_go_at_the_next_start(confirmed: Scene) -> None:
    labels = confirmed.stopped(confirmed.goes_on)
    for step in telling(labels):
        confirmed.stopped(confirmed.goes_on, step)
        confirmed.goes_on()
        kept = rows(confirmed.chain.hub.database)
        assert [kept[table] for table in ("subjects", "links", "link_branches", "deliveries")] == [[]] * 4
        assert kept["erasures"][0]["done_at"] is not None, labels[step - 1]
        assert [fact["uitkomst"] for fact in recorded(confirmed.chain, "wissing")] == ["verzoek", "voltooid"]


@pytest.mark.parametrize("which", ["both", "main", "keys"])
def test_a_backup_from_before_that_is_put_back_gives_the_erased_state_before_the_hub_serves(
    scene: Scene, which: str
) -> None:
    scene.forget()
    confirm_all(scene.chain)
    scene.goes_on()
    scene.hub_stores.close()
    if which == "both":
        scene.snapshot.put_back()
    else:
        put_back_one(scene, which)
    assert which == "main" or scene.chain.hub.vault.subjects.living([scene.subject])
    scene.hub_stores.close()

    app = create_app(scene.chain.settings, scene.hub_stores, scene.chain.clock)

    assert app.extensions["ketenhub"].ledger.subjects() == [scene.subject]
    with pytest.raises(KeyDestroyed):
        scene.chain.hub.vault.subjects.of(scene.subject, KeyClass.EXCHANGE)
    kept = rows(scene.chain.hub.database)
    assert kept["messages"] == kept["link_codes"] == []
    assert scene.chain.rik.asks(scene.resident) == []
    if which != "keys":
        # The old copy knows nothing of what was confirmed: whoever saw something is asked once more.
        assert [fact["uitkomst"] for fact in recorded(scene.chain, "wissing")] == ["hervat"]
        confirm_all(scene.chain)
    scene.goes_on()
    assert rows(scene.chain.hub.database)["subjects"] == []


def put_back_one(scene: Scene, which: str) -> None:
    snapshot: Any = scene.snapshot
    if isinstance(scene.floor, SqliteFloor):
        chosen = snapshot.files[which == "keys"]
        snapshot.files, all_files = [chosen], snapshot.files
        snapshot.put_back()
        snapshot.files = all_files
    else:
        chosen = snapshot.names[which == "keys"]
        snapshot.names, all_names = [chosen], snapshot.names
        snapshot.put_back()
        snapshot.names = all_names


def test_a_ledger_that_was_lost_is_written_again_from_the_database(chain: Chain, stores: Stores) -> None:
    resident = told(chain)
    subject = subject_of(chain, resident)
    forget(chain, resident)
    ledger_of(chain).path.unlink()

    create_app(chain.settings, HubStores(stores.database, stores.keys), chain.clock)

    assert ledger_of(chain).subjects() == [subject]


def test_a_ledger_that_was_changed_stops_the_start(chain: Chain, stores: Stores) -> None:
    forget(chain, told(chain))
    ledger = ledger_of(chain)
    ledger.path.write_text(ledger.path.read_text().replace("1 ", "1 f", 1))

    with pytest.raises(LedgerBroken, match="HUB_ERASURE_LEDGER_FILE: line 1"):
        create_app(chain.settings, HubStores(stores.database, stores.keys), chain.clock)


@dataclass(frozen=True)
class SealedValue:
    """One sealed value, and the place where it opens."""

    place: Place
    value: bytes


def sealed_values(chain: Chain) -> list[SealedValue]:
    """Every sealed value of the main store."""
    return [
        found
        for table, kept in rows(chain.hub.database).items()
        for row in kept
        for column, value in row.items()
        for found in _sealed(table, row, column, value)
    ]


def _sealed(table: str, row: dict[str, Any], column: str, value: Any) -> Iterator[SealedValue]:
    name = str(row.get("id", row.get("entry_id")))
    if table == "answers":
        name = "\n".join((row["client_id"], row["path"], row["key"]))
    if isinstance(value, bytes) and value.startswith(HEADER):
        yield SealedValue(Place(table, column, name), value)
    if (table, column) in (("messages", "fields"), ("deliveries", "notice")) and value:
        fields = json.loads(value) if isinstance(value, str) else value
        for wire, text in fields.items():
            yield SealedValue(Place(table, wire, name, row.get("revision", 1)), from_text(text))


def opening(chain: Chain, subject: str, sealed: Sequence[SealedValue]) -> list[SealedValue]:
    """Those that any key that still exists opens, as if they were this person's."""
    with chain.hub.vault.subjects.store.reading() as session:
        ids = session.scalars(select(SubjectKey.key_id).where(SubjectKey.wrapped.is_not(None))).all()
    keys = [key for key in map(chain.hub.vault.subjects.by_id, ids) if key is not None]
    return [one for one in sealed if any(_opens(key, subject, one) for key in keys)]


def _opens(key: DataKey, subject: str, sealed: SealedValue) -> bool:
    named = sealed.value[len(HEADER) : HEADER_BYTES].hex()
    try:
        open_value(DataKey(named, subject, key.purpose, key.secret), sealed.place, sealed.value)
    except SealBroken:
        return False
    return True


def test_no_key_that_still_exists_opens_anything_of_an_older_backup(chain: Chain) -> None:
    resident = told(chain)
    subject = subject_of(chain, resident)
    other = chain.linked("9900000025", "K21060")
    chain.noor.publishes(other, "werkmogelijkheid")
    backup = sealed_values(chain)
    assert {one.place.table for one in backup} == {
        "answers", "audit_entries", "consent_events", "links", "messages", "subjects",
    }  # fmt: skip
    mine, theirs = opening(chain, subject, backup), opening(chain, subject_of(chain, other), backup)
    assert len(mine) + len(theirs) == len(backup)

    forget(chain, resident)

    assert opening(chain, subject, backup) == opening(chain, subject, sealed_values(chain)) == []
    assert opening(chain, subject_of(chain, other), backup) == theirs


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_the_bytes_of_the_keys_and_of_what_was_sealed_are_on_no_page_and_in_no_log(
    chain: Chain, stores: Stores
) -> None:
    resident = told(chain)
    subject = subject_of(chain, resident)
    wrapped = [
        row["wrapped"] for row in rows(chain.hub.vault.subjects.store)["subject_keys"] if row["subject"] == subject
    ]
    # What stands in the trail and among the choices stays, under a key that is gone.
    stays = ("audit_entries", "consent_events")
    sealed = [one.value for one in sealed_values(chain) if one.place.table not in stays]
    indexes = [row["reference_index"] for row in rows(chain.hub.database)["links"] if row["reference_index"]]
    assert len(wrapped) == len(KeyClass)
    assert all(one in bytes_of(stores) for one in (*wrapped, *indexes))

    forget(chain, resident)

    now = bytes_of(stores)
    texts = [text for value in sealed for text in (value, b64encode(value))]
    assert [one for one in (*wrapped, *indexes, *texts) if one in now] == []


def bytes_of(stores: Stores) -> bytes:
    """Every byte of both databases and their write-ahead logs."""
    files = [Path(make_url(url).database or "") for url in (stores.main_url, stores.keys_url)]
    return b"".join(path.read_bytes() for file in files for path in sorted(file.parent.glob(f"{file.name}*")))


def test_an_erasure_that_nobody_confirmed_waits_and_says_so(chain: Chain) -> None:
    resident = told(chain)
    forget(chain, resident)
    for item in chain.rik.inbox():
        chain.rik.opens(item)
        chain.rik.confirms(item)

    assert resume(chain.hub, ledger_of(chain)) == 0

    with chain.hub.database.reading() as session:
        assert session.scalars(select(Erasure.done_at)).one() is None
        waiting = select(func.count()).select_from(Delivery).where(Delivery.acknowledged_at.is_(None))
        assert session.scalar(waiting) == 2


def test_the_ledger_holds_ids_and_instants_and_nothing_else(chain: Chain) -> None:
    resident = told(chain)
    subject = subject_of(chain, resident)
    forget(chain, resident)

    [line] = ledger_of(chain).path.read_text().splitlines()

    version, who, instant, chained = line.split(" ")
    assert (version, who, instant, len(chained)) == ("1", subject, "2023-03-01T09:12:44Z", 64)
    assert not [name for name in (*resident.names.values(), resident.v_number) if name in line]
    assert ledger_of(chain).path.stat().st_mode & 0o077 == 0


def test_a_line_that_was_half_written_is_no_intent(tmp_path: Path, chain: Chain) -> None:
    ledger = Ledger(tmp_path / "gewist")
    ledger.add("a" * 32, chain.clock())
    whole = ledger.path.read_bytes()
    for cut in range(1, len(whole)):
        ledger.path.write_bytes(whole + whole[:cut])
        assert ledger.subjects() == ["a" * 32]

    ledger.add("b" * 32, chain.clock())

    assert ledger.subjects() == ["a" * 32, "b" * 32]
