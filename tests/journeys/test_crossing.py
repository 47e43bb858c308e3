"""
Two things happen at the same moment. Who is first may differ; that both come out right may not.

Every story is told a few times, and looked at only by what must hold whoever won: the answers fit together, the trail
is whole, and nobody gets an item after a withdrawal was answered. A deadlock would be a 503, which no story expects.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from threading import Barrier, Event
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import Select, func, select, text

from audit import verify
from audit.models import EntryRow, HeadRow
from hub.clock import wall
from hub.exchange import trail
from hub.exchange.models import Message
from hub.identity import clients
from hub.people.models import Subject
from hub.practice.caller import Reply
from tests.chain import Chain, Person, Resident

T = TypeVar("T")
ROUNDS = 3
NUMBERS = count(9900000100)
PATIENCE = 60
WAITING = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
TO_WORK, ABOUT_WORK = "toeleiding-naar-werk", "inburgering-planning"


@dataclass
class Round:
    """One telling of a story: in the same chain as the others, about residents of its own."""

    chain: Chain
    turn: int

    def __getattr__(self, name: str) -> Person:
        """The people at their desks."""
        return self.chain.people[name]

    def new_number(self) -> str:
        """A V-number that nobody had before."""
        return str(next(NUMBERS))

    def registered(self, *purposes: str) -> Resident:
        """A resident whom only Noor knows, and who said yes to these purposes."""
        resident = self.noor.registers(self.new_number())
        for purpose in purposes:
            assert self.noor.records(resident, purpose, "ja").status == 201
        return resident

    def known(self, *purposes: str) -> Resident:
        """A resident whom Rik knows too."""
        resident = self.registered(*purposes)
        assert self.rik.redeems(self.noor.gives_slip(resident), resident, resident.v_number).status == 201
        return resident

    def once(self, *acts: Callable[[], T]) -> list[T]:
        """
        Do all of this at once, and wait until it is done.

        In the first two rounds everybody has come as far as they can before anybody may finish: in this order, and the
        other way round. In the last they run as they may.
        """
        if self.turn > 1:
            return _together(*acts)
        order = list(range(len(acts)))[:: 1 if self.turn == 0 else -1]
        done = self.in_line(select(HeadRow.id), *(acts[place] for place in order))
        return [done[order.index(place)] for place in range(len(acts))]

    def in_line(self, row: Select[Any], *acts: Callable[[], T]) -> list[T]:
        """
        Hold this row while one after the other runs until it must wait; then let go.

        SQLite has one writer at a time, so that nobody ever comes halfway: there they only start together.
        """
        database = self.chain.hub.database
        if database.sqlite:
            return _together(*acts)
        running: list[Future[T]] = []
        with ThreadPoolExecutor(len(acts)) as pool:
            with database.writing() as session:
                session.execute(row.with_for_update())
                for act in acts:
                    running.append(pool.submit(act))
                    self._until_it_waits(running)
            return [each.result(timeout=PATIENCE) for each in running]

    def _until_it_waits(self, running: Sequence[Future[T]]) -> None:
        patience = time.monotonic() + PATIENCE
        while sum(each.done() for each in running) + self._waiting() < len(running):
            assert time.monotonic() < patience, "somebody neither waits nor finishes"

    def _waiting(self) -> int:
        with self.chain.hub.database.reading() as session:
            return session.scalar(WAITING) or 0


def _together(*acts: Callable[[], T]) -> list[T]:
    start = Barrier(len(acts), timeout=PATIENCE)

    def run(act: Callable[[], T]) -> T:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result(timeout=PATIENCE) for each in [pool.submit(run, act) for act in acts]]


def several_times(story: Callable[[Round], None]) -> Callable[[Chain], None]:
    """A test that tells this story a few times, and then looks at the trail."""

    def test(chain: Chain) -> None:
        for person in chain.people.values():
            person.inbox()  # everybody holds a token before it matters
        for turn in range(ROUNDS):
            story(Round(chain, turn))
        the_trail_is_whole(chain)

    test.__name__, test.__doc__ = story.__name__, story.__doc__
    return test


def the_trail_is_whole(chain: Chain) -> None:
    """Every entry is there once, in order, and opens."""
    with chain.hub.database.reading() as session:
        report = verify.verify(session, partial(trail.opener, chain.hub))
        positions = list(session.scalars(select(EntryRow.position).order_by(EntryRow.position)))
    assert report.valid, report.problems
    assert positions == list(range(report.size))


def statuses(replies: list[Reply]) -> list[int]:
    """The status codes, lowest first: who won does not matter."""
    return sorted(reply.status for reply in replies)


def withdraws(at: Round, resident: Resident, purpose: str = TO_WORK) -> Reply:
    """The resident takes a yes back."""
    reply = at.noor.records(resident, purpose, "ingetrokken")
    assert reply.status == 201, reply
    return reply


def lies_ready(person: Person, resident: Resident) -> list[str]:
    """What this person can open about this resident now, by type; all of it is opened and confirmed."""
    found = []
    for item in person.inbox():
        opened = person.opens(item)
        assert opened.status == 200, opened
        assert person.confirms(item).status == 204
        if opened.body["betrokkeneId"] == resident.names.get(person.partner, opened.body["betrokkeneId"]):
            found.append(opened.body["soort"])
    return sorted(found)


@several_times
def test_a_publication_that_crosses_a_withdrawal_leaves_nothing_to_open(at: Round) -> None:
    resident = at.known(TO_WORK)

    _, told = at.once(
        lambda: withdraws(at, resident),
        lambda: at.noor.publishes(resident, "werkmogelijkheid"),
    )

    assert told.status in (201, 403), told
    assert at.rik.inbox() == []
    assert at.rik.asks(resident) == []


@several_times
def test_an_opening_that_crosses_a_withdrawal_is_refused_or_followed_by_one_request_to_delete(at: Round) -> None:
    resident = at.known(TO_WORK)
    assert at.noor.publishes(resident, "werkmogelijkheid").status == 201
    [item] = at.rik.inbox()

    _, opened = at.once(lambda: withdraws(at, resident), lambda: at.rik.opens(item))

    assert opened.status in (200, 404), opened
    assert at.rik.opens(item).status == 404
    assert lies_ready(at.rik, resident) == (["verwijderverzoek"] if opened.status == 200 else [])


@several_times
def test_a_question_that_crosses_a_withdrawal_gets_no_answer_or_is_followed_by_one_request_to_delete(at: Round) -> None:
    resident = at.registered(TO_WORK)
    assert at.noor.publishes(resident, "werkmogelijkheid").status == 201
    assert at.rik.redeems(at.noor.gives_slip(resident), resident, resident.v_number).status == 201

    about = {"betrokkeneId": at.rik.knows(resident)}

    _, asked = at.once(
        lambda: withdraws(at, resident),
        lambda: at.rik.caller.post("/werkmogelijkheden/_zoek", about),
    )

    assert asked.status == 200, asked
    assert at.rik.asks(resident) == []
    assert lies_ready(at.rik, resident) == (["verwijderverzoek"] if asked.body["resultaten"] else [])


@several_times
def test_nothing_that_begins_after_a_withdrawal_was_answered_succeeds(at: Round) -> None:
    resident = at.known(TO_WORK)
    assert at.noor.publishes(resident, "werkmogelijkheid").status == 201
    [item] = at.rik.inbox()
    answered = Event()

    def withdraw() -> None:
        try:
            withdraws(at, resident)
        finally:
            answered.set()

    def opens_until_it_is_late() -> None:
        late = False
        while not late:
            late = answered.is_set()
            assert at.rik.opens(item).status in ((404,) if late else (200, 404))

    def asks_until_it_is_late() -> None:
        late = False
        while not late:
            late = answered.is_set()
            assert not (at.rik.asks(resident) and late)

    def tells_until_it_is_late() -> None:
        late = False
        while not late:
            late = answered.is_set()
            told = at.noor.publishes(resident, "werkmogelijkheid")
            assert told.status in ((403,) if late else (201, 403))

    at.once(withdraw, opens_until_it_is_late, asks_until_it_is_late, tells_until_it_is_late)

    assert lies_ready(at.rik, resident) in ([], ["verwijderverzoek"])


@several_times
def test_a_linking_that_crosses_a_withdrawal_hands_over_nothing_that_stays(at: Round) -> None:
    resident = at.registered(TO_WORK)
    assert at.noor.publishes(resident, "werkmogelijkheid").status == 201
    slip = at.noor.gives_slip(resident)

    _, linked = at.once(
        lambda: withdraws(at, resident),
        lambda: at.rik.redeems(slip, resident, resident.v_number),
    )

    assert linked.status == 201, linked
    assert at.rik.inbox() == []
    assert at.rik.asks(resident) == []


@several_times
def test_a_linkage_that_crosses_a_withdrawal_hands_over_nothing_that_stays(at: Round) -> None:
    resident = at.known(ABOUT_WORK)
    assert at.rik.publishes(resident, "dienstverband").status == 201

    _, moved = at.once(
        lambda: withdraws(at, resident, ABOUT_WORK),
        lambda: at.noor.publishes(resident, "koppeling", gemeente="GM0034"),
    )

    assert moved.status == 201, moved
    assert lies_ready(at.samira, resident) == ["koppeling"]


@several_times
def test_an_unlinking_that_crosses_a_publication_leaves_nothing_to_open(at: Round) -> None:
    resident = at.known(TO_WORK)

    ended, told = at.once(
        lambda: at.rik.unlinks(resident),
        lambda: at.noor.publishes(resident, "werkmogelijkheid"),
    )

    assert (ended.status, told.status) == (200, 201)
    assert at.rik.inbox() == []
    assert at.rik.asks(resident) == []


@several_times
def test_of_two_linkages_at_once_one_municipality_is_closed_and_told_so(at: Round) -> None:
    resident = at.known(ABOUT_WORK)
    assert at.rik.publishes(resident, "dienstverband").status == 201

    replies = at.once(
        lambda: at.noor.publishes(resident, "koppeling", gemeente="GM0034"),
        lambda: at.noor.publishes(resident, "koppeling", gemeente="GM0363"),
    )

    assert statuses(replies) == [201, 201]
    received = sorted((lies_ready(at.samira, resident), lies_ready(at.amsterdam, resident)))
    # The closed one keeps the notice and nothing else; the newest has the koppeling and the facts.
    assert received == [["dienstverband", "koppeling"], ["koppeling"]]


@several_times
def test_of_two_linkages_to_the_same_municipality_at_once_facts_are_handed_over_once(at: Round) -> None:
    resident = at.known(ABOUT_WORK)
    assert at.rik.publishes(resident, "dienstverband").status == 201

    def links() -> Reply:
        return at.noor.publishes(resident, "koppeling", gemeente="GM0034")

    assert statuses(at.once(links, links)) == [201, 201]
    assert lies_ready(at.samira, resident) == ["dienstverband", "koppeling", "koppeling"]


@several_times
def test_the_same_message_sent_twice_at_once_happens_once(at: Round) -> None:
    resident = at.known(TO_WORK)
    key = str(uuid4())

    def tells() -> Reply:
        return at.noor.publishes(resident, "werkmogelijkheid", key)

    first, second, third = at.once(tells, tells, tells)

    assert first.status == 201
    assert first == second == third
    assert lies_ready(at.rik, resident) == ["werkmogelijkheid"]


@several_times
def test_of_two_messages_with_one_key_at_once_one_is_taken_and_one_is_a_conflict(at: Round) -> None:
    resident = at.known(TO_WORK)
    key = str(uuid4())

    yes, no = at.once(
        lambda: at.noor.publishes(resident, "werkmogelijkheid", key, magWerken=True),
        lambda: at.noor.publishes(resident, "werkmogelijkheid", key, magWerken=False),
    )

    assert statuses([yes, no]) == [201, 409]
    [answer] = at.rik.asks(resident)
    assert answer["magWerken"] is (yes.status == 201)


@several_times
def test_one_key_for_messages_about_two_persons_at_once_is_a_conflict_for_one(at: Round) -> None:
    one, other = at.known(TO_WORK), at.known(TO_WORK)
    key = str(uuid4())

    replies = at.once(
        lambda: at.noor.publishes(one, "werkmogelijkheid", key),
        lambda: at.noor.publishes(other, "werkmogelijkheid", key),
    )

    assert statuses(replies) == [201, 409]
    assert len(at.rik.inbox()) == at.turn + 1


@several_times
def test_one_key_for_choices_of_two_persons_at_once_is_a_conflict_for_one(at: Round) -> None:
    one, other = at.registered(), at.registered()
    body = {"doel": TO_WORK, "keuze": "ja", "taal": "ti", "tolk": True, "kennisgeving": "2023-1"}
    key = str(uuid4())

    def chooses(resident: Resident) -> Reply:
        about = {**body, "betrokkeneId": at.noor.knows(resident)}
        return at.noor.caller.post("/toestemmingen", about, key=key)

    assert statuses(at.once(partial(chooses, one), partial(chooses, other))) == [201, 409]


@several_times
def test_one_key_for_two_slips_at_once_is_a_conflict_for_one(at: Round) -> None:
    key = str(uuid4())
    slips = [at.noor.gives_slip(at.registered()) for _ in range(2)]

    def redeems(slip: str) -> Reply:
        body = {"koppelcode": slip, "eigenKenmerk": slip, "vestiging": "almere"}
        return at.rik.caller.post("/koppelcodes/_verzilver", body, key=key)

    assert statuses(at.once(*(partial(redeems, slip) for slip in slips))) == [201, 409]


@several_times
def test_a_slip_that_is_used_twice_at_once_works_once(at: Round) -> None:
    resident = at.registered(TO_WORK)
    assert at.noor.publishes(resident, "werkmogelijkheid").status == 201
    slip = at.noor.gives_slip(resident)

    replies = at.once(
        lambda: at.rik.redeems(slip, resident, f"A{resident.v_number}"),
        lambda: at.job.redeems(slip, resident, f"B{resident.v_number}"),
    )

    assert statuses(replies) == [201, 400]
    assert [reply.body["code"] for reply in replies if reply.status == 400] == ["koppelcode-ongeldig"]
    assert sorted((lies_ready(at.rik, resident), lies_ready(at.job, resident))) == [[], ["werkmogelijkheid"]]


@several_times
def test_a_slip_that_is_sent_twice_at_once_gets_the_same_answer(at: Round) -> None:
    resident = at.registered()
    slip, key = at.noor.gives_slip(resident), str(uuid4())
    body = {"koppelcode": slip, "eigenKenmerk": resident.v_number, "vestiging": "almere"}

    def redeems() -> Reply:
        return at.rik.caller.post("/koppelcodes/_verzilver", body, key=key)

    first, second = at.once(redeems, redeems)

    assert first.status == 201
    assert first == second


@several_times
def test_a_slip_that_is_voided_while_it_is_used_works_or_does_not(at: Round) -> None:
    resident = at.registered()
    slip = at.noor.gives_slip(resident)
    newer: list[str] = []

    used, _ = at.once(
        lambda: at.rik.redeems(slip, resident, resident.v_number),
        lambda: newer.append(at.noor.gives_slip(resident)),
    )

    assert used is not None
    assert used.status in (201, 400)
    # The newer one opens the door that the older did not.
    later = at.rik.redeems(newer[0], resident, f"N{resident.v_number}")
    assert statuses([used, later]) == [201, 400]


@several_times
def test_one_reference_for_two_persons_at_once_links_one(at: Round) -> None:
    one, other = at.registered(), at.registered()
    slips = at.noor.gives_slip(one), at.noor.gives_slip(other)

    replies = at.once(
        lambda: at.rik.redeems(slips[0], one, f"K{at.turn}"),
        lambda: at.rik.redeems(slips[1], other, f"K{at.turn}"),
    )

    assert statuses(replies) == [201, 400]
    # The slip of the other was not used up: with a reference of its own it still works.
    left, slip = (other, slips[1]) if replies[0].status == 201 else (one, slips[0])
    assert at.rik.redeems(slip, left, f"L{at.turn}").status == 201


@several_times
def test_two_registrations_of_one_person_at_once_give_one_name(at: Round) -> None:
    v_number = str(at.new_number())

    def registers(desk: Person, v_number: str = v_number) -> Reply:
        body = {"eigenKenmerk": v_number, "taal": "ti", "vestiging": desk.branches[0]}
        return desk.caller.post("/betrokkenen", body)

    desks = (at.noor, at.noortje, at.noor)
    replies = at.once(*(partial(registers, desk) for desk in desks))

    assert statuses(replies) == [200, 200, 201]
    [name] = {reply.body["betrokkeneId"] for reply in replies}
    for desk in desks:
        found = desk.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": v_number})
        assert found.body["resultaten"] == [{"betrokkeneId": name}]


@several_times
def test_answers_of_yesterday_that_are_forgotten_at_once_stand_in_nobodys_way(at: Round) -> None:
    """Two keys are used again after 24 hours, about one person: the oldest answers go, and neither waits forever."""
    earlier = at.registered(TO_WORK)
    used, told = str(uuid4()), str(uuid4())
    first = {"koppelcode": at.noor.gives_slip(earlier), "eigenKenmerk": earlier.v_number, "vestiging": "almere"}
    assert at.rik.caller.post("/koppelcodes/_verzilver", first, key=used).status == 201
    assert at.noor.publishes(earlier, "werkmogelijkheid", told).status == 201
    at.chain.clock.later(hours=25)
    resident = at.registered(TO_WORK)
    again = {
        "koppelcode": at.noor.gives_slip(resident),
        "eigenKenmerk": resident.v_number,
        "vestiging": "almere",
    }

    newest = select(Subject.id).order_by(Subject.created_at.desc()).limit(1)
    replies = at.in_line(
        newest,
        lambda: at.noor.publishes(resident, "werkmogelijkheid", told),
        lambda: at.rik.caller.post("/koppelcodes/_verzilver", again, key=used),
    )

    assert statuses(replies) == [201, 201]


@several_times
def test_everybody_about_one_person_at_once_waits_for_nobody_forever(at: Round) -> None:
    resident = at.known(TO_WORK, ABOUT_WORK)
    slip = at.noor.gives_slip(resident)
    assert at.noor.publishes(resident, "werkmogelijkheid").status == 201
    item = at.rik.inbox()[-1]

    replies = at.once(
        lambda: at.noor.publishes(resident, "koppeling", gemeente="GM0363"),
        lambda: at.rik.publishes(resident, "dienstverband"),
        lambda: at.rik.opens(item),
        lambda: at.job.redeems(slip, resident, f"J{resident.v_number}"),
        lambda: withdraws(at, resident),
        lambda: at.noor.caller.post("/koppelcodes", {"betrokkeneId": at.noor.knows(resident), "voor": "randstad"}),
        lambda: at.noor.unlinks(resident),
    )

    assert {reply.status for reply in replies} <= {200, 201, 400, 403, 404}, replies
    assert at.rik.opens(item).status == 404


def test_a_client_that_is_suspended_while_it_publishes_says_nothing_after_that(chain: Chain) -> None:
    at = Round(chain, turn=2)
    resident = at.known(TO_WORK)
    suspended = Event()
    taken: list[Reply] = []

    def suspend() -> None:
        try:
            with chain.hub.database.writing() as session:
                clients.suspend(session, "coa", "noor", now=wall())
        finally:
            suspended.set()

    def tells_until_it_is_late() -> None:
        late = False
        while not late:
            late = suspended.is_set()
            reply = at.noor.publishes(resident, "werkmogelijkheid")
            assert reply.status in ((401,) if late else (201, 401)), reply
            taken.extend([reply] if reply.status == 201 else [])

    at.once(suspend, tells_until_it_is_late)

    with chain.hub.database.reading() as session:
        stored = session.scalar(select(func.count()).select_from(Message))
    assert stored == len(taken) == len(at.rik.inbox())
    the_trail_is_whole(chain)
