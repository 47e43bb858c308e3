"""A resident is forgotten: nothing is left here, and everybody who saw something is asked to delete its copy."""

from functools import partial

from sqlalchemy import func, select

from audit import verify as trail_check
from hub.exchange import suspend, trail
from hub.exchange.models import Message
from hub.identity.principals import officer
from hub.people.models import Link, Subject
from hub.rights.erase import Cause, Erased, Held, Why, erase, resume
from hub.rights.ledger import Ledger
from hub.rights.models import Erasure, Hold, RightsRequest
from tests.chain import EXAMPLES, Chain, Resident
from tests.kept import recorded, rows

FATIMA = officer("fatima")


def told(chain: Chain) -> Resident:
    """A resident of Almere about whom everything was told; everybody opened what lay ready, and asked."""
    resident = chain.linked()
    for kind in ("werkmogelijkheid", "koppeling", "aanvraagstatus", "verplaatsing"):
        assert chain.noor.publishes(resident, kind).status == 201
    for kind in ("dienstverband", "urenstaat"):
        assert chain.rik.publishes(resident, kind).status == 201
    chain.learn_municipality_name(resident, chain.samira)
    chain.rik.asks(resident)
    chain.rik.opens_all()
    chain.noor.gives_slip(resident)
    return resident


def subject_of(chain: Chain, resident: Resident) -> str:
    """The opaque id inside the hub."""
    with chain.hub.database.reading() as session:
        found = select(Link.subject_id).where(Link.pseudonym == resident.names["coa"]).order_by(Link.since.desc())
        return session.scalars(found.limit(1)).one()


def ledger_of(chain: Chain) -> Ledger:
    return Ledger(chain.settings.erasure_ledger_file)


def forget(chain: Chain, resident: Resident, cause: Cause = Cause.REQUEST) -> Erased:
    done = erase(chain.hub, ledger_of(chain), FATIMA, subject_of(chain, resident), cause)
    assert isinstance(done, Erased), done
    return done


def confirm_all(chain: Chain) -> None:
    """Everybody opens and confirms all that lies ready."""
    for person in (chain.noor, chain.rik, chain.samira, chain.amsterdam):
        for item in person.inbox():
            assert person.opens(item).status == 200
            assert person.confirms(item).status == 204


def test_every_receiver_is_asked_once_per_purpose_without_a_cause(chain: Chain) -> None:
    resident = told(chain)

    done = forget(chain, resident)

    asked = {"rik": chain.rik.opens_all(), "samira": chain.samira.opens_all(), "noor": chain.noor.opens_all()}
    assert {who: sorted(item["doel"] for item in items) for who, items in asked.items()} == {
        "rik": ["behoud-van-werk", "toeleiding-naar-werk"],
        "samira": ["inburgering", "inburgering-planning"],
        # Noor never opened what Rik told.
        "noor": [],
    }
    for who, items in asked.items():
        for item in items:
            assert (item["soort"], item["gegevens"]) == ("verwijderverzoek", {})
            assert item["betrokkeneId"] == resident.names[chain.people[who].partner]
    assert done.asked == 4
    assert not done.done
    assert chain.amsterdam.inbox() == []


def test_who_was_answered_long_ago_is_asked_too_though_only_the_trail_remembers(chain: Chain) -> None:
    resident = told(chain)
    # A withdrawal asked Rik already, and forgot that he saw something.
    chain.noor.records(resident, "toeleiding-naar-werk", "ingetrokken")
    chain.noor.records(resident, "behoud-van-werk", "ingetrokken")
    with chain.hub.database.writing() as session:
        for table in ("deliveries", "exposures"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")

    forget(chain, resident)

    assert sorted(item["doel"] for item in chain.rik.opens_all()) == ["behoud-van-werk", "toeleiding-naar-werk"]
    assert sorted(item["doel"] for item in chain.samira.opens_all()) == ["inburgering", "inburgering-planning"]


def test_for_everybody_the_resident_is_nobody_from_then_on(chain: Chain) -> None:
    resident = told(chain)
    published = chain.noor.publishes(resident, "werkmogelijkheid").body["id"]
    slip = chain.noor.gives_slip(resident)
    opened = [item["id"] for item in chain.rik.opens_all()]

    forget(chain, resident)

    nobody = Resident("9900000033")
    for person in (chain.noor, chain.rik, chain.samira):
        for kind in EXAMPLES:
            assert person.asks(resident, kind) == []
    for person, kind in ((chain.noor, "werkmogelijkheid"), (chain.rik, "dienstverband")):
        assert person.publishes(resident, kind) == person.publishes(nobody, kind)
    assert chain.noor.records(resident, "behoud-van-werk", "ja") == chain.noor.records(nobody, "behoud-van-werk", "ja")
    assert chain.rik.unlinks(resident).status == chain.noor.unlinks(resident).status == 404
    assert chain.noor.caller.get(f"/werkmogelijkheden/{published}").status == 404
    assert {chain.rik.opens(item).status for item in opened} == {404}
    assert {chain.rik.confirms(item).status for item in opened} == {404}
    assert chain.rik.redeems(slip, resident).status == 400
    found = chain.noor.caller.post("/betrokkenen/_zoek", {"eigenKenmerk": resident.v_number})
    assert found.body == {"resultaten": []}


def test_when_everybody_confirmed_no_row_is_left_that_leads_to_the_person(chain: Chain) -> None:
    resident = told(chain)
    subject = subject_of(chain, resident)
    with chain.hub.database.reading() as session:
        links = set(session.scalars(select(Link.id).where(Link.subject_id == subject)))
    forget(chain, resident)
    assert resume(chain.hub, ledger_of(chain)) == 0

    confirm_all(chain)
    assert resume(chain.hub, ledger_of(chain)) == 1

    ids = {subject, *links, *resident.names.values()}
    leading = {
        (name, column)
        for name, found in rows(chain.hub.database).items()
        for row in found
        for column, value in row.items()
        if str(value) in ids
    }
    assert leading == {("consent_events", "subject"), ("erasures", "subject_id")}
    with chain.hub.database.reading() as session:
        erasure = session.scalars(select(Erasure)).one()
    assert None not in (erasure.rows_removed_at, erasure.keys_destroyed_at, erasure.done_at)


def test_the_certificate_counts_and_names_nobody(chain: Chain) -> None:
    resident = told(chain)
    with chain.hub.database.reading() as session:
        messages = session.scalar(select(func.count()).select_from(Message))

    done = forget(chain, resident)
    confirm_all(chain)
    resume(chain.hub, ledger_of(chain))

    with chain.hub.database.reading() as session:
        certificate = session.scalars(select(Erasure.certificate)).one()
    assert certificate is not None
    assert set(certificate) == {"rijen", "gevraagd", "spoor", "sleutels"}
    assert certificate["rijen"]["messages"] == messages == 6
    assert certificate["rijen"]["subjects"] == 1
    assert certificate["rijen"]["links"] == 3
    assert (certificate["gevraagd"], certificate["sleutels"], certificate["spoor"]) == (4, 4, done.index)
    [begun, ended] = recorded(chain, "wissing")
    assert (begun["partij"], begun["uitkomst"]) == ("beheer", "verzoek")
    assert ended["uitkomst"] == "voltooid"
    told_of = str([begun, ended])
    assert not [name for name in (subject_of_erasure(chain), *resident.names.values()) if name in told_of]


def subject_of_erasure(chain: Chain) -> str:
    with chain.hub.database.reading() as session:
        return session.scalars(select(Erasure.subject_id)).one()


def test_the_trail_is_whole_and_tells_nothing_of_the_person_any_more(chain: Chain) -> None:
    resident = told(chain)
    before = len(recorded(chain, "opening"))

    forget(chain, resident)

    with chain.hub.database.reading() as session:
        assert trail_check.verify(session, partial(trail.opener, chain.hub)).valid
    assert before > 0
    assert recorded(chain, "opening", "publicatie", "toestemming") == []


def test_the_same_v_number_can_be_registered_anew_as_somebody_new(chain: Chain) -> None:
    resident = told(chain)
    old = subject_of(chain, resident)
    forget(chain, resident)

    again = chain.linked(resident.v_number)

    assert again.names["coa"] != resident.names["coa"]
    assert again.names["randstad"] != resident.names["randstad"]
    assert subject_of(chain, again) != old
    assert chain.rik.asks(again) == []
    chain.noor.publishes(again, "werkmogelijkheid")
    assert chain.rik.asks(again)


def test_a_hold_keeps_the_person_and_says_so(chain: Chain) -> None:
    resident = told(chain)
    subject = subject_of(chain, resident)
    with chain.hub.database.writing() as session:
        session.add(Hold(id="1" * 32, subject_id=subject, reason="klacht", set_by="fatima", set_at=chain.hub.now()))

    assert erase(chain.hub, ledger_of(chain), FATIMA, subject, Cause.REQUEST) == Held(Why.HOLD)

    assert ledger_of(chain).subjects() == []
    assert chain.rik.asks(resident)


def test_a_restriction_keeps_the_person_until_they_ask_for_erasure_after_it(chain: Chain) -> None:
    resident = told(chain)
    subject = subject_of(chain, resident)
    asked = {
        "id": "1" * 32, "subject_id": subject, "kind": "wissen", "received_from": "betrokkene", "state": "open",
        "received_at": chain.clock(), "due_on": chain.clock().date(),
    }  # fmt: skip
    with chain.hub.database.writing() as session:
        session.add(RightsRequest(**asked))
    chain.clock.later(hours=1)
    suspend.restrict(chain.hub, FATIMA, subject)
    for cause in (Cause.REQUEST, Cause.LEFT, Cause.TERM):
        assert erase(chain.hub, ledger_of(chain), FATIMA, subject, cause) == Held(Why.RESTRICTED)

    chain.clock.later(hours=1)
    with chain.hub.database.writing() as session:
        session.add(RightsRequest(**{**asked, "id": "2" * 32, "received_at": chain.clock()}))

    # What the person asks, no plan may do in their stead.
    assert erase(chain.hub, ledger_of(chain), FATIMA, subject, Cause.TERM) == Held(Why.RESTRICTED)
    assert isinstance(erase(chain.hub, ledger_of(chain), FATIMA, subject, Cause.REQUEST), Erased)


def test_asked_twice_it_is_done_once(chain: Chain) -> None:
    resident = told(chain)
    subject = subject_of(chain, resident)
    first = forget(chain, resident)

    assert erase(chain.hub, ledger_of(chain), FATIMA, subject, Cause.LEFT) == first

    assert len(recorded(chain, "wissing")) == 1
    assert len(chain.rik.inbox()) == 2
    assert len(ledger_of(chain).subjects()) == 1


def test_somebody_of_whom_nobody_saw_anything_is_gone_at_once(chain: Chain) -> None:
    resident = chain.noor.registers()

    assert forget(chain, resident).done

    with chain.hub.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subject)) == 0
