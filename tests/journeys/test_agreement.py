"""Every partner can read the agreement, as far as its own role goes."""

import hashlib

import pytest

from schemas.agreement import read_agreement
from tests.chain import Chain


@pytest.mark.parametrize("who", ["noor", "rik", "samira"])
def test_a_partner_reads_the_flows_of_its_own_role(chain: Chain, who: str) -> None:
    person = chain.people[who]
    role = chain.hub.agreement.partners[person.partner].role
    body = person.caller.get("/afspraken").body
    flows = body["stromen"]
    assert all(role in (flow["van"], flow["naar"]) for flow in flows)
    whole = read_agreement(chain.settings.agreement).flows
    assert len(flows) == len([flow for flow in whole if role in (flow.source, flow.recipient)])


def test_its_hash_is_that_of_the_file(chain: Chain) -> None:
    digest = hashlib.sha256(chain.settings.agreement.read_bytes()).hexdigest()
    assert {person.caller.get("/afspraken").body["hash"] for person in chain.people.values()} == {digest}


def test_a_flow_says_purpose_basis_fields_and_how_long_it_is_kept(chain: Chain) -> None:
    flows = chain.samira.caller.get("/afspraken").body["stromen"]
    [linkage] = [flow for flow in flows if flow["bericht"] == "koppeling"]
    assert linkage == {
        "bericht": "koppeling", "van": "coa", "naar": "gemeente", "doel": "inburgering",
        "grondslag": "publieke-taak", "velden": ["gemeente", "ingangsdatum", "status", "vNummer"],
        "bewarenHubDagen": 400, "bewarenOntvangerDagen": 1095,
    }  # fmt: skip


def test_only_who_records_choices_is_told_which_notice_to_explain(chain: Chain) -> None:
    assert set(chain.noor.caller.get("/afspraken").body["kennisgevingen"].values()) == {"2023-1"}
    assert "kennisgevingen" not in chain.rik.caller.get("/afspraken").body
