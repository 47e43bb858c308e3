"""
The question for a contact person names nobody whom the asker's other roads would not show: over random situations.

What a desk could find out is asked of the hub through its front door, as that desk would: its inbox, its questions, and
what a publication of its own answers. So this says it a second time, and otherwise than the code that decides.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from hub.app import Stores as HubStores
from hub.exchange.explain import explain
from schemas.agreement import Role
from tests.chain import OTHER_AZC, PURPOSES, Chain, Person, Resident, build_chain
from tests.conftest import NewStores
from tests.kept import rows

TOWNS = ("GM0034", "GM0363", "GM0758")
# Rik last: to find out what he may send, he sends it.
DESKS = ("noor", "noortje", "samira", "amsterdam", "job", "rik")
# Who tells what, by its sort.
BY_RANDSTAD = {"dienstverband", "urenstaat"}
FACTS = ("werkmogelijkheid", "koppeling", "aanvraagstatus", "dienstverband")

# What may happen to one resident, in any order. The names are those of the methods below.
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("chooses"), st.sampled_from(PURPOSES), st.sampled_from(("ja", "ja", "nee", "ingetrokken"))),
        st.tuples(st.just("links"), st.sampled_from(TOWNS)),
        st.tuples(st.just("tells"), st.sampled_from(("werkmogelijkheid", "verplaatsing", "aanvraagstatus"))),
        st.tuples(st.just("reports"), st.sampled_from(("dienstverband", "urenstaat"))),
        st.tuples(st.sampled_from(("meets_rik", "leaves_rik", "moves", "objects", "a_year_passes", "corrects"))),
    ),
    min_size=2,
    max_size=10,
)


@dataclass
class Story:
    """One resident, and what happens to them."""

    chain: Chain
    resident: Resident = field(init=False)
    koppelingen: list[str] = field(default_factory=list)
    # To which municipalities coa ever said that they were linked; since when each partner may know them at the latest.
    towns: set[str] = field(default_factory=set)
    since: dict[str, datetime] = field(default_factory=dict)
    moved_at: datetime | None = None

    def __post_init__(self) -> None:
        """Somebody asked for help."""
        self.resident = self.chain.noor.registers()

    def plays(self, happens: list[tuple[Any, ...]]) -> None:
        """Everything, an hour apart: no two things happen at the same moment."""
        for name, *values in happens:
            self.chain.clock.later(hours=1)
            getattr(self, name)(*values)
            for municipality in (self.chain.samira, self.chain.amsterdam):
                for item in municipality.opens_all():
                    self.resident.names[municipality.partner] = item["betrokkeneId"]

    def chooses(self, purpose: str, choice: str) -> None:
        """The resident says something."""
        self.chain.noor.records(self.resident, purpose, choice)

    def links(self, town: str) -> None:
        """A koppeling, to a partner or not."""
        reply = self.chain.noor.publishes(self.resident, "koppeling", gemeente=town)
        if reply.status == 201:
            self.koppelingen.append(reply.body["id"])
            self.towns.add(town)
            self.since[town] = self.chain.clock()

    def corrects(self) -> None:
        """The newest koppeling was wrong."""
        right = {
            "betrokkeneId": self.chain.noor.knows(self.resident),
            "gemeente": "GM0363",
            "ingangsdatum": "2023-03-02",
        }
        for wrong in self.koppelingen[-1:]:
            self.chain.noor.caller.post(f"/koppelingen/{wrong}/_corrigeer", right)
            self.towns.add("GM0363")
            self.since["GM0363"] = self.chain.clock()

    def tells(self, kind: str) -> None:
        """coa publishes."""
        self.chain.noor.publishes(self.resident, kind)

    def reports(self, kind: str) -> None:
        """Randstad publishes."""
        self.chain.rik.publishes(self.resident, kind)

    def meets_rik(self) -> None:
        """The slip is redeemed, if Rik does not know them yet."""
        if self.chain.rik.redeems(self.chain.noor.gives_slip(self.resident), self.resident).status == 201:
            self.since["randstad"] = self.chain.clock()

    def leaves_rik(self) -> None:
        """The link with Randstad ends."""
        self.chain.rik.unlinks(self.resident)

    def moves(self) -> None:
        """Another azc registers the person too."""
        self.chain.noortje.registers(self.resident.v_number)
        self.moved_at = self.moved_at or self.chain.clock()

    def objects(self) -> None:
        """What rests on no choice stops."""
        body = {"betrokkeneId": self.chain.noor.knows(self.resident), "soort": "bezwaar"}
        self.chain.noor.caller.post("/verzoeken", body)

    def a_year_passes(self) -> None:
        """Every yes expires."""
        self.chain.clock.later(days=365)


@dataclass
class Knowledge:
    """What one desk can find out about the resident by its other roads, now."""

    story: Story
    desk: Person

    def partners(self) -> set[str]:
        """The partners of which it could know that they know the resident, while something runs between the two."""
        role = self.story.chain.hub.agreement.partners[self.desk.partner].role
        read = {"randstad" if kind in BY_RANDSTAD else "coa" for kind in self.readable()}
        if role is Role.COA:
            return self._of_coa() if self._sees() else set()
        if role is Role.MUNICIPALITY:
            return read
        towns = {str(one["gemeente"]) for one in self.desk.asks(self.story.resident, "koppeling")}
        taken = self._taken()
        coa = {"coa"} if read or taken & {"toeleiding-naar-werk", "kansrijke-koppeling"} else set()
        return coa | (towns if "inburgering-planning" in taken else set())

    def readable(self) -> set[str]:
        """The sorts of which it can read something that it did not tell itself: facts, and items that still open."""
        mine = BY_RANDSTAD if self.desk.partner == "randstad" else {"werkmogelijkheid", "koppeling"}
        facts = {kind for kind in FACTS if self.desk.asks(self.story.resident, kind)} - mine
        every = [row["id"] for row in rows(self.story.chain.hub.database)["deliveries"]]
        opened = [reply.body for reply in map(self.desk.opens, every) if reply.status == 200]
        told = [one for one in opened if one["gegevens"] and one["gegevens"].get("status") != "beeindigd"]
        return facts | {str(one["soort"]) for one in told}

    def _sees(self) -> bool:
        body = {"eigenKenmerk": self.story.resident.v_number}
        return bool(self.desk.caller.post("/betrokkenen/_zoek", body).body["resultaten"])

    def _of_coa(self) -> set[str]:
        # It made the slips and said the koppelingen.
        slips = self.desk.caller.post("/koppelcodes/_zoek", {"betrokkeneId": self.desk.knows(self.story.resident)})
        redeemed = any(one["status"] == "verzilverd" for one in slips.body["resultaten"])
        return self.story.towns | ({"randstad"} if redeemed else set())

    def _taken(self) -> set[str]:
        """The purposes for which a publication of this desk would be taken."""
        twv = {"soort": "TWV", "status": "aangevraagd", "datum": "2023-04-01"}
        work = self.desk.publishes(self.story.resident, "dienstverband")
        permit = self.desk.publishes(self.story.resident, "aanvraagstatus", **twv)
        told = [one for reply in (work, permit) if reply.status == 201 for one in reply.body["doelen"]]
        return {str(one["doel"]) for one in told if one["uitkomst"] == "aangenomen"}


def met_before_the_move(story: Story, desk: Person) -> bool:
    """Whether this desk's partner knew the resident when another azc came to, and was told of no move."""
    if desk.partner == "coa" or story.moved_at is None:
        return False
    since = story.since.get(desk.partner)
    return since is not None and since < story.moved_at and "verplaatsing" not in Knowledge(story, desk).readable()


def test_nobody_is_named_whom_the_asker_could_not_know(new_stores: NewStores, tmp_path: Path) -> None:
    named: Counter[str] = Counter()

    @settings(max_examples=12, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(happens=happenings, agreed=st.sets(st.sampled_from(PURPOSES)), known=st.sampled_from((True, True, False)))
    # A yes to everything with all told, and one without the purpose by which a koppeling is told to Randstad.
    @example(happens=[("reports", "urenstaat")], agreed=set(PURPOSES), known=True)
    @example(happens=[("reports", "dienstverband")], agreed={"inburgering-planning"}, known=True)
    def check(happens: list[tuple[Any, ...]], agreed: set[str], known: bool) -> None:
        stores = new_stores("sqlite")
        chain = build_chain(HubStores(stores.database, stores.keys), Path(mkdtemp(dir=tmp_path)))
        story = Story(chain)
        yes = [("chooses", purpose, "ja") for purpose in sorted(agreed)]
        story.plays([*yes, *([("meets_rik",), ("links", "GM0034")] if known else []), *happens])
        answers = {who: chain.people[who].calls(story.resident) for who in DESKS}
        for who, answer in answers.items():
            desk = chain.people[who]
            partners = {one["partij"] for one in answer}
            if met_before_the_move(story, desk):
                assert OTHER_AZC not in {one.get("vestiging") for one in answer}, who
            assert partners <= Knowledge(story, desk).partners(), who
            named.update(f"{who}: {partner}" for partner in partners)
        assert explain(chain.hub).otherwise == ()
        stores.close()

    check()
    # The stories go far enough for the rule to bite.
    assert {"noor: randstad", "noor: GM0034", "rik: coa", "rik: GM0034", "samira: coa", "samira: randstad"} <= set(
        named
    )
    assert not any(name.startswith("job:") for name in named)
