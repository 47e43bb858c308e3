"""Every road says who may call it, and lets nobody else through: no token, no role, no link, no answer."""

from collections.abc import Iterator, Mapping
from typing import Any

from werkzeug.routing import Rule

from hub.web import safe
from schemas.agreement import Role
from tests.chain import COLLECTIONS, EXAMPLES, Chain, Person, Resident
from tests.front_door import ROOT, Answer, is_problem, knock, send
from tests.kept import rows

# Where tokens come from there is no token yet: open by name, and by no other way.
OPEN_BY_NAME = {
    "/oauth/token": "the client proves itself",
    "/oauth/revoke": "the client proves itself",
    "/oauth/jwks": "public keys",
    "/.well-known/oauth-authorization-server": "public by RFC 8414",
}
# Open on purpose: nothing here is about anybody.
OPEN = {"/health/live", "/health/ready", "/metrics", f"{ROOT}/openapi.json", "/docs", "/docs/<name>", "/papier.css"}
WHO: Mapping[Role, str] = {Role.COA: "noor", Role.INTERMEDIARY: "rik", Role.MUNICIPALITY: "samira"}
HIDDEN_STATUS = {"HEAD", "OPTIONS"}


def roads(chain: Chain) -> Iterator[tuple[Rule, str]]:
    """Every rule for software with each of its methods. What people look at has a rule of its own (test_pages)."""
    for rule in chain.app.url_map.iter_rules():
        if safe.is_page(rule.rule) or rule.endpoint.startswith("assets."):
            continue
        for method in sorted((rule.methods or set()) - HIDDEN_STATUS):
            yield rule, method


def allowed(chain: Chain, rule: Rule) -> frozenset[Role] | None:
    """Who may call this view; None when it does not say so."""
    roles: frozenset[Role] | None = getattr(chain.app.view_functions[rule.endpoint], "allowed", None)
    return roles


def address(rule: Rule, value: str = "0") -> str:
    """The rule with this filled in."""
    return rule.build(dict.fromkeys(rule.arguments, value))[1]  # type: ignore[index]


def test_every_route_says_who_may_call_it(chain: Chain) -> None:
    silent = {rule.rule for rule, _ in roads(chain) if allowed(chain, rule) is None}
    assert silent == set(OPEN_BY_NAME)


def test_only_these_routes_are_open(chain: Chain) -> None:
    assert {rule.rule for rule, _ in roads(chain) if allowed(chain, rule) == frozenset()} == OPEN


def test_the_document_names_every_road_and_no_other(chain: Chain) -> None:
    paths = knock(chain.app, "GET", f"{ROOT}/openapi.json", None, {}).body["paths"]
    said = {(path, method.upper()) for path, item in paths.items() for method in item if method in ("get", "post")}
    there = {
        (rule.rule.removeprefix(ROOT).replace("<int:", "<").replace("<", "{").replace(">", "}"), method)
        for rule, method in roads(chain)
        if rule.rule.startswith(ROOT)
    }
    assert said == there


def test_without_a_token_every_closed_road_gives_401_and_says_how_to_come_in(chain: Chain) -> None:
    for rule, method in roads(chain):
        if allowed(chain, rule):
            answer = knock(chain.app, method, address(rule), b"{}", {"Content-Type": "application/json"})
            assert is_problem(answer, 401), rule
            assert answer.headers["WWW-Authenticate"].startswith("Bearer "), rule


def test_a_role_that_may_not_gets_403_whatever_it_sends(chain: Chain) -> None:
    tried = 0
    for rule, method in roads(chain):
        for role in set(Role) - (allowed(chain, rule) or frozenset(Role)):
            for raw in (b"{}", b"no json"):
                answer = send(chain.people[WHO[role]], method, address(rule), raw=raw)
                assert is_problem(answer, 403), (rule, role)
                tried += 1
    assert tried > 20


def test_a_role_that_never_tells_such_things_gets_403_for_known_and_unknown_people_alike(chain: Chain) -> None:
    resident = chain.linked()
    chain.noor.publishes(resident, "koppeling")
    chain.learn_municipality_name(resident, chain.samira)
    never = {
        "noor": ("dienstverband", "urenstaat"),
        "rik": ("werkmogelijkheid", "koppeling", "verplaatsing"),
        "samira": tuple(EXAMPLES),
    }
    answers = set()
    for who, kinds in never.items():
        for kind in kinds:
            for name in (chain.people[who].knows(resident), "niemand"):
                road = f"{ROOT}/{chain.hub.messages[kind].collection}"
                answer = send(chain.people[who], "POST", road, {**EXAMPLES[kind], "betrokkeneId": name})
                assert is_problem(answer, 403), (who, kind)
                answers.add(answer.raw)
    assert len(answers) == 1


def full_story(chain: Chain) -> Resident:
    """A resident of Almere about whom everything was told, with items opened and unopened."""
    resident = chain.linked()
    for kind in ("werkmogelijkheid", "koppeling", "aanvraagstatus", "verplaatsing"):
        assert chain.noor.publishes(resident, kind).status == 201
    for kind in ("dienstverband", "urenstaat"):
        assert chain.rik.publishes(resident, kind).status == 201
    chain.rik.opens(chain.rik.inbox()[0])
    chain.learn_municipality_name(resident, chain.samira)
    chain.noor.gives_slip(resident)
    for person in (chain.noor, chain.rik, chain.samira):
        assert person.lists().status == 201
    body = {"betrokkeneId": chain.noor.knows(resident), "soort": "inzage"}
    assert chain.noor.caller.post("/verzoeken", body).status == 201
    return resident


ID_TABLES = ("subjects", "links", "messages", "deliveries", "rights_requests", "consent_events", "contacts")


def every_id(chain: Chain, resident: Resident) -> list[str]:
    """All by which somebody could ask for this resident: names, items, messages, rows, places in the trail."""
    kept = rows(chain.hub.database)
    ids = [*resident.names.values(), resident.v_number, "K21052"]
    ids += [str(row["id"]) for table in ID_TABLES for row in kept[table]]
    return ids + [str(row["position"]) for row in kept["audit_entries"] if row["partner"] not in ("GM0363",)]


def body_for(rule: Rule, value: str, person: Person) -> dict[str, Any]:
    """A body that is right in form for this road, about this person."""
    branch = (person.branches or ("almere",))[0]
    bodies: dict[str, dict[str, Any]] = {
        "/betrokkenen/_zoek": {"eigenKenmerk": value},
        "/verzoeken": {"betrokkeneId": value, "soort": "inzage"},
        "/koppelcodes/_verzilver": {"koppelcode": value, "eigenKenmerk": "K9", "vestiging": branch},
    }
    path = rule.rule.removeprefix(ROOT)
    published = {f"/{name}": EXAMPLES[kind] for kind, name in COLLECTIONS.items()}
    if path in published:
        return {**published[path], "betrokkeneId": value}
    if path.endswith("_besluit"):
        return {"besluit": "toegewezen"}
    if path.endswith("_afwezig"):
        return {"van": "2023-03-01"}
    if path.startswith("/contactpersonen/<") and path.endswith("_corrigeer"):
        place = {"vestiging": branch} if person.branches else {}
        return {**place, "functie": "contactpunt", "naam": "Loket", "telefoon": "+31360000101"}
    if path.endswith(("_bevestig", "_ontkoppel", "_vertrek", "_aanwezig", "_verwijder")):
        return {}
    return bodies.get(path, {"betrokkeneId": value})


def gives_nothing(answer: Answer) -> bool:
    """Refused, not found, or nothing found."""
    empty = (b'{"resultaten":[]}', b'{"items":[],"volgende":null}')
    return answer.status in (400, 403, 404) or answer.raw.strip() in empty


# Of these a client may know what is there without knowing anybody: its own role in the agreement, the trail's head.
ABOUT_NOBODY = {
    f"{ROOT}/afspraken",
    *(f"{ROOT}/audit/{road}" for road in ("controlepunt", "sleutel", "groei/<omvang>")),
}


def tell_tales(chain: Chain, person: Person, resident: Resident) -> list[tuple[str, str, int]]:
    """Every road with every id of the resident: what gave this person anything at all."""
    found = []
    ids = every_id(chain, resident)
    # Ending a link comes last: after it there is nothing left to find.
    for rule, method in sorted(roads(chain), key=lambda road: road[0].rule.endswith(("_ontkoppel", "_vertrek"))):
        if rule.rule in ABOUT_NOBODY or person_is_barred(chain, rule, person):
            continue
        for value in ids if rule.arguments or method == "POST" else ids[:1]:
            # A place in the trail says nothing on other roads, and another id is no place in the trail.
            if ("index" in rule.arguments) != (value.isdigit() and len(value) < 5):
                continue
            body = None if method == "GET" else body_for(rule, value, person)
            answer = send(person, method, address(rule, value), body)
            if not gives_nothing(answer):
                found.append((method, address(rule, value), answer.status))
    return found


def person_is_barred(chain: Chain, rule: Rule, person: Person) -> bool:
    """The road is open, or is not for this person's role at all: another test looks at those."""
    role = chain.hub.agreement.partners[person.partner].role
    return role not in (allowed(chain, rule) or frozenset())


def test_job_gets_nothing_of_a_resident_of_another_vestiging_through_any_road(chain: Chain) -> None:
    resident = full_story(chain)
    assert tell_tales(chain, chain.job, resident) == []


def test_amsterdam_gets_nothing_of_a_resident_of_almere_through_any_road(chain: Chain) -> None:
    resident = full_story(chain)
    assert tell_tales(chain, chain.amsterdam, resident) == []


def test_another_azc_gets_nothing_of_a_resident_that_it_did_not_register(chain: Chain) -> None:
    resident = full_story(chain)
    # Registering somebody by their V-number is how another azc comes to know them: that road is meant.
    assert [tale for tale in tell_tales(chain, chain.noortje, resident) if tale[1] != f"{ROOT}/betrokkenen"] == []


def test_the_hunt_for_tales_finds_them_when_there_are_any(chain: Chain) -> None:
    resident = full_story(chain)
    found = {path.removeprefix(ROOT).split("/")[1] for _, path, _ in tell_tales(chain, chain.rik, resident)}
    assert {"postvak", "werkmogelijkheden", "dienstverbanden", "contactpersonen", "audit", "betrokkenen"} <= found


def test_a_search_gives_a_municipality_only_who_is_linked_to_it(chain: Chain) -> None:
    resident = full_story(chain)
    assert chain.samira.asks(resident, "dienstverband")
    assert send(chain.amsterdam, "POST", f"{ROOT}/betrokkenen/_zoek", {"eigenKenmerk": resident.v_number}).body == {
        "resultaten": []
    }
