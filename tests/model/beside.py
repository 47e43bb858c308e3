"""The hub and the model side by side: every request goes to both, and both must say the same."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

from audit import export, verify
from audit.events import Kind
from hub.exchange import trail
from hub.practice.caller import Reply
from hub.practice.outcome import outcome
from hub.practice.replay import Tally
from tests.chain import AZC, COLLECTIONS, PURPOSES, Chain, Person
from tests.model.accepted import mistakes
from tests.model.counts import flows, taken_back, without_zeros
from tests.model.rules import DERIVED, PARTNERS, Client, Decision, Item, Model

NOBODY = ("niemand", "nobody")


@dataclass
class Beside:
    """
    One chain and one model, the same clock, and which of the hub's ids belongs to which of the model's handles.

    Everything here asserts: what differs is a mistake in one of the two.
    """

    chain: Chain
    model: Model = field(default_factory=Model)
    # partner → handle of the model → the name by which that partner knows the person
    names: dict[str, dict[str, str]] = field(default_factory=lambda: {partner: {} for partner in PARTNERS})
    residents: dict[str, str] = field(default_factory=dict)
    slips: list[tuple[str, str]] = field(default_factory=lambda: [("0000-0000-0000", "no such slip")])
    seen: list[str] = field(default_factory=list)
    handles: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=lambda: [("nooit", "never")])
    # What was told: its type, and what the hub and the model call it.
    told: list[tuple[str, str, str]] = field(default_factory=lambda: [("koppeling", "nooit", "never")])

    # Who is who

    def client(self, desk: str) -> Client:
        """This desk, as the model knows it."""
        person = self.chain.people[desk]
        return Client(person.partner, PARTNERS[person.partner], frozenset(person.branches))

    def both(self, desk: str, v_number: str) -> tuple[str, str]:
        """What this desk's partner calls the resident, and what the model does; nobody when it was never told."""
        handle = self.residents.get(v_number, "")
        name = self.names[self.chain.people[desk].partner].get(handle)
        return NOBODY if name is None else (name, handle)

    def learn(self, desk: str, handle: str | None, name: str) -> None:
        """A partner was told a name: the same one as before for the same person, and nobody else's."""
        assert handle is not None
        known = self.names[self.chain.people[desk].partner]
        assert known.setdefault(handle, name) == name
        everybody = [each for names in self.names.values() for each in names.values()]
        assert len(everybody) == len(set(everybody)), "one name for two persons, or at two partners"

    # The roads

    def registers(self, desk: str, v_number: str, language: str, branch: str) -> None:
        body = {"eigenKenmerk": v_number, "taal": language, "vestiging": branch}
        reply = self._post(desk, "/betrokkenen", body)
        answer = self.model.register(self._now, self.client(desk), v_number, language, branch)
        assert reply.status == answer.status, (reply, answer)
        if answer.handle is not None:
            self.residents[v_number] = answer.handle
            self.learn(desk, answer.handle, reply.body["betrokkeneId"])

    def makes_known(self, v_number: str) -> None:
        """Whatever lacks is done: registered, yes to every purpose, linked with Rik, and with a municipality."""
        self.registers("noor", v_number, "ti", AZC)
        person = self.model.persons[self.residents[v_number]]
        for purpose in PURPOSES:
            if not self.model.permits(self._now, person.handle, purpose):
                self.chooses("noor", v_number, purpose, "ja")
        if not person.links:
            self.gives_slip("noor", v_number)
            self.redeems("rik", -1, f"K{v_number}", "almere")
        if person.municipality is None:
            self.publishes("noor", v_number, "koppeling", {"gemeente": "GM0034", "ingangsdatum": "2023-03-01"})

    def finds(self, desk: str, reference: str) -> None:
        reply = self._post(desk, "/betrokkenen/_zoek", {"eigenKenmerk": reference})
        assert reply.status == 200, reply
        known = self.names[self.chain.people[desk].partner]
        expected = [{"betrokkeneId": known[handle]} for handle in self.model.find(self.client(desk), reference)]
        assert reply.body["resultaten"] == expected

    def chooses(self, desk: str, v_number: str, purpose: str, choice: str, notice: str = "2023-1") -> None:
        name, handle = self.both(desk, v_number)
        body = {
            "betrokkeneId": name, "doel": purpose, "keuze": choice, "taal": "ti", "tolk": True, "kennisgeving": notice,
        }  # fmt: skip
        reply = self._post(desk, "/toestemmingen", body)
        answer = self.model.choose(self._now, self.client(desk), handle, purpose, choice, "ti", True, notice)
        assert reply.status == answer.status, (reply, answer)

    def gives_slip(self, desk: str, v_number: str, to: str = "randstad") -> None:
        name, handle = self.both(desk, v_number)
        reply = self._post(desk, "/koppelcodes", {"betrokkeneId": name, "voor": to})
        answer = self.model.issue_code(self._now, self.client(desk), handle, to)
        assert reply.status == answer.status, (reply, answer)
        if answer.handle is not None:
            self.slips.append((reply.body["koppelcode"], answer.handle))

    def redeems(self, desk: str, slip: int, reference: str, branch: str) -> None:
        code, handle = self.slips[slip % len(self.slips)]
        body = {"koppelcode": code, "eigenKenmerk": reference, "vestiging": branch}
        reply = self._post(desk, "/koppelcodes/_verzilver", body)
        answer = self.model.redeem(self._now, self.client(desk), handle, reference, branch)
        assert reply.status == answer.status, (reply, answer)
        if answer.handle is not None:
            self.learn(desk, answer.handle, reply.body["betrokkeneId"])

    def guesses_slips(self, desk: str, times: int, branch: str) -> None:
        """So many codes that open nothing, one after the other."""
        for _ in range(times):
            self.redeems(desk, 0, "K9", branch)

    def unlinks(self, desk: str, v_number: str, named: str | None = None) -> None:
        name, handle = self.both(desk, v_number)
        reply = self._post(desk, f"/betrokkenen/{name}/_ontkoppel", {} if named is None else {"partij": named})
        answer = self.model.unlink(self._now, self.client(desk), handle, named)
        assert reply.status == answer.status, (reply, answer)

    def leaves(self, desk: str, v_number: str) -> None:
        """A resident leaves the reception."""
        name, handle = self.both(desk, v_number)
        reply = self._post(desk, f"/betrokkenen/{name}/_vertrek", {})
        answer = self.model.leave(self.client(desk), handle)
        assert reply.status == answer.status, (reply, answer)

    def publishes(self, desk: str, v_number: str, kind: str, fields: Mapping[str, Any], *, twice: bool = False) -> None:
        name, handle = self.both(desk, v_number)
        self._a_moment_later(kind)
        key = str(len(self.model.decisions)) + kind if twice else None
        body = {**fields, "betrokkeneId": name}
        reply = self._post(desk, f"/{COLLECTIONS[kind]}", body, key=key)
        answer = self.model.publish(self._now, self.client(desk), kind, handle, fields)
        assert reply.status == answer.status, (reply, answer)
        assert _outcomes(reply) == Counter(answer.outcomes), (reply, answer)
        if answer.handle is not None:
            self.told.append((kind, reply.body["id"], answer.handle))
        if answer.status == 400 and mistakes(kind, fields):
            unknown = set() if handle in self.model.persons and self._knows(desk, handle) else {"betrokkeneId"}
            assert {wrong["veld"] for wrong in reply.body["fouten"]} == mistakes(kind, fields) | unknown
        if twice and reply.status == 201:
            self._is_remembered(desk, COLLECTIONS[kind], body, key, reply)

    def who_told(self, place: int) -> tuple[str, str, str]:
        """Of what was told there its type, the desk of its source, and the resident that it is about."""
        kind, _, handle = self.told[place % len(self.told)]
        message = self.model.messages.get(handle)
        if message is None:
            return kind, "noor", ""
        about = {person: v_number for v_number, person in self.residents.items()}
        return kind, "noor" if message.source == "coa" else "rik", about.get(message.person, "")

    def corrects(
        self, desk: str, v_number: str, kind: str, place: int, fields: Mapping[str, Any], *, twice: bool = False
    ) -> None:
        """Put right anything that somebody ever told: one's own, somebody else's, an older one, one of another type."""
        name, handle = self.both(desk, v_number)
        _, identifier, wrong = self.told[place % len(self.told)]
        self._a_moment_later(kind)
        key = f"{len(self.model.of_corrections)}{identifier[:8]}" if twice else None
        body, path = {**fields, "betrokkeneId": name}, f"{COLLECTIONS[kind]}/{identifier}/_corrigeer"
        reply = self._post(desk, f"/{path}", body, key=key)
        answer = self.model.correct(self._now, self.client(desk), kind, wrong, handle, fields)
        assert reply.status == answer.status, (reply, answer)
        assert _outcomes(reply) == Counter(answer.outcomes), (reply, answer)
        assert ("id" in reply.body) is (answer.handle is not None)
        if answer.handle is not None:
            self.told.append((kind, reply.body["id"], answer.handle))
        if twice and reply.status in (200, 201):
            self._is_remembered(desk, path, body, key, reply)

    def asks_for(self, desk: str, v_number: str, sort: str) -> None:
        """A resident objects (bezwaar), or asks that everything is held still (beperking)."""
        name, handle = self.both(desk, v_number)
        reply = self._post(desk, "/verzoeken", {"betrokkeneId": name, "soort": sort})
        answer = self.model.ask_for(self.client(desk), handle, sort)
        assert reply.status == answer.status, (reply, answer)
        if answer.handle is not None:
            self.requests.append((reply.body["id"], answer.handle))

    def settles(self, desk: str, place: int, decision: str) -> None:
        """Grant (toegewezen), reject (afgewezen) or lift (opgeheven) anything that was ever asked for."""
        identifier, handle = self.requests[place % len(self.requests)]
        why = {"reden": "door-bewoner-ingetrokken"} if decision == "afgewezen" else {}
        reply = self._post(desk, f"/verzoeken/{identifier}/_besluit", {"besluit": decision, **why})
        answer = self.model.settle(self._now, self.client(desk), handle, decision)
        assert reply.status == answer.status, (reply, answer)

    def follows_corrections(self, desk: str, v_number: str) -> None:
        """Who had seen a wrong value of one's own, and how far the right one came."""
        name, handle = self.both(desk, v_number)
        reply = self._post(desk, "/correcties/_zoek", {"betrokkeneId": name})
        answer = self.model.corrections(self.client(desk), handle)
        assert reply.status == (403 if answer is None else 200), reply
        called = {twin: identifier for _, identifier, twin in self.told}
        expected = Counter(
            (it.type, called[it.message], called[str(it.wrong)], it.recipient, it.purpose, it.status)
            for it in answer or ()
        )
        said = ("bericht", "berichtId", "corrigeert", "ontvanger", "doel", "status")
        found = Counter(tuple(one[name] for name in said) for one in reply.body.get("resultaten", ()))
        assert found == expected, (found, expected)

    def reads_back(self, desk: str, place: int, kind: str | None = None) -> None:
        """Anything that somebody ever told, at its own road or, with `kind`, at that of another type."""
        told, identifier, handle = self.told[place % len(self.told)]
        kind = kind or told
        reply = self._person(desk).caller.get(f"/{COLLECTIONS[kind]}/{identifier}")
        stored = self.model.read_back(self.client(desk), kind, handle)
        assert reply.status == (404 if stored is None else 200), reply
        if stored is not None:
            own = {name: value for name, value in stored.fields.items() if name not in DERIVED}
            about = {"id": identifier, "betrokkeneId": self.names[stored.source][stored.person]}
            assert reply.body == {**own, **about, "tijdstip": stored.at.strftime("%Y-%m-%dT%H:%M:%SZ")}

    def asks(self, desk: str, v_number: str, kind: str) -> None:
        name, handle = self.both(desk, v_number)
        reply = self._post(desk, f"/{COLLECTIONS[kind]}/_zoek", {"betrokkeneId": name})
        assert reply.status == 200, reply
        answer = self.model.query(self._now, self.client(desk), kind, handle)
        # In which order several answers stand, the contract leaves open.
        assert _as_bag(reply.body["resultaten"]) == _as_bag(answer), (reply, answer)

    def calls(self, desk: str, v_number: str) -> None:
        """Whom to call. Nobody is on any list: every partner that is named is named as missing."""
        name, handle = self.both(desk, v_number)
        reply = self._post(desk, "/contactpersonen/_zoek", {"betrokkeneId": name})
        assert reply.status == 200, reply
        named = [(one["partij"], one.get("vestiging")) for one in reply.body["resultaten"]]
        assert len(named) == len(set(named))
        expected = self.model.counterparts(self._now, self.client(desk), handle)
        assert set(named) == expected, (named, expected)
        assert all(one["status"] == "ontbreekt" for one in reply.body["resultaten"])

    def looks(self, desk: str) -> list[str]:
        """The inbox: as many items as in the model. Which is which shows when one is opened."""
        listed, lying = self._person(desk).inbox(), self.model.inbox(self._now, self.client(desk))
        assert len(listed) == len(set(listed)) == len(lying), (listed, lying)
        self.seen += [item for item in listed if item not in self.seen]
        return listed

    def opens(self, desk: str, item: str) -> None:
        """Open any item that somebody ever saw listed: one's own, somebody else's, one that is gone."""
        client, listed = self.client(desk), self.looks(desk)
        reply = self._person(desk).opens(item)
        if item not in self.handles:
            assert (reply.status == 200) is (item in listed), reply
            if reply.status != 200:
                return
            self.handles[item] = self._twin(client, reply.body, listed.index(item))
        answer = self.model.open(self._now, client, self.handles[item])
        assert reply.status == answer.status, (reply, answer)
        if reply.status == 200:
            twin = self.model.items[self.handles[item]]
            assert _content(reply.body) == _content_of(twin)
            assert reply.body.get("correctie", False) is twin.is_correction, (reply, twin)
            earlier = self.handles.get(reply.body.get("corrigeert", ""))
            assert earlier in (twin.corrects or {None}), (reply, twin)
            self.learn(desk, twin.person, reply.body["betrokkeneId"])

    def confirms(self, desk: str, item: str) -> None:
        """Acknowledge any item that somebody ever saw listed."""
        client, listed = self.client(desk), self.looks(desk)
        reply = self._person(desk).confirms(item)
        if item in self.handles:
            assert reply.status == self.model.acknowledge(self._now, client, self.handles[item]).status, reply
        else:
            assert reply.status == (409 if item in listed else 404), reply

    def opens_and_confirms_all(self, desk: str) -> None:
        """Once a month, say."""
        for item in self.looks(desk):
            self.opens(desk, item)
            self.confirms(desk, item)
        assert self.looks(desk) == []

    # At the end

    def ends_alike(self) -> None:
        """Whom each may call is alike, every inbox is emptied alike, both kept the same book, the trail is whole."""
        for desk, v_number in product(self.chain.people, self.residents):
            self.calls(desk, v_number)
        book = outcome(self.chain.hub, Tally())
        back, told = taken_back(self.model, self._now), flows(self.model)
        assert without_zeros(book["intrekkingen"]) == without_zeros(back), (book, back)
        assert without_zeros(book["stromen"]) == without_zeros(told), (book, told)
        assert self._recorded(Kind.CORRECTED) == _book(self.model.of_corrections)
        assert self._recorded(Kind.OBJECTION, Kind.RESTRICTION) == _book(self.model.of_holds)
        for desk in self.chain.people:
            self.opens_and_confirms_all(desk)
        with self.chain.hub.database.reading() as session:
            assert verify.verify(session, partial(trail.opener, self.chain.hub)).valid

    def _recorded(self, *kinds: Kind) -> Counter[tuple[str, str, str | None]]:
        """What the hub's own record holds in entries of these kinds: what was decided, and what was handed over."""
        with self.chain.hub.database.reading() as session:
            records = list(export.read(session, partial(trail.opener, self.chain.hub), kinds=kinds))
        written: list[Any] = [record.fact["gegevens"] for record in records if record.fact is not None]
        decided = [one for told in written for one in told.get("besluiten", ())]
        handed = [one for told in written for one in told.get("naleveringen", ()) if one["uitkomst"] == "nageleverd"]
        return Counter((one["stroom"], one["uitkomst"], one.get("reden")) for one in (*decided, *handed))

    # Inside

    def _a_moment_later(self, kind: str) -> None:
        # The hub tells by the instant which koppeling made a link; no two changes about a person share one.
        if kind == "koppeling":
            self.chain.clock.instant += timedelta(seconds=1)

    @property
    def _now(self) -> Any:
        return self.chain.clock.instant

    def _person(self, desk: str) -> Person:
        return self.chain.people[desk]

    def _post(self, desk: str, path: str, body: Mapping[str, Any], key: str | None = None) -> Reply:
        return self._person(desk).caller.post(path, body, key=key)

    def _knows(self, desk: str, handle: str) -> bool:
        return self.model._known(self.client(desk), handle) is not None

    def _is_remembered(
        self, desk: str, collection: str, body: Mapping[str, Any], key: str | None, first: Reply
    ) -> None:
        assert self._post(desk, f"/{collection}", body, key) == first
        other = {**body, "ingangsdatum": "2020-01-01", "datum": "2020-01-01"}
        fitting = {name: value for name, value in other.items() if name in body}
        if fitting != body:
            assert self._post(desk, f"/{collection}", fitting, key).status == 409

    def _twin(self, client: Client, opened: Mapping[str, Any], place: int) -> str:
        """
        The model's item that this one of the hub is: of those with its content the one in its place.

        Only items of one commit lie in another order in the model; of two with the same content, none do.
        """
        taken = set(self.handles.values())
        lying = self.model.inbox(self._now, client)
        for handle, _ in (lying[place], *lying):
            twin = self.model.items[handle]
            name = self.names[client.partner].get(twin.person, opened["betrokkeneId"])
            if handle not in taken and _content(opened) == _content_of(twin) and name == opened["betrokkeneId"]:
                return handle
        raise AssertionError(f"the model has no such item: {opened}")


def _content(opened: Mapping[str, Any]) -> tuple[object, ...]:
    return opened["soort"], opened["doel"], opened["gegevens"]


def _content_of(item: Item) -> tuple[object, ...]:
    return item.type, item.purpose, dict(item.fields)


def _book(decisions: Sequence[Decision]) -> Counter[tuple[str, str, str | None]]:
    return Counter((flow, outcome, reason) for flow, _, outcome, reason in decisions)


def _outcomes(reply: Reply) -> Counter[tuple[str | None, ...]]:
    """What the source heard: coa per recipient, others per purpose."""
    told = [(it["ontvanger"], it["doel"], it["uitkomst"], it.get("reden")) for it in reply.body.get("ontvangers", [])]
    return Counter([*told, *((it["doel"], it["uitkomst"]) for it in reply.body.get("doelen", []))])


def _as_bag(results: Sequence[Mapping[str, Any]]) -> Counter[frozenset[tuple[str, Any]]]:
    return Counter(frozenset(result.items()) for result in results)
