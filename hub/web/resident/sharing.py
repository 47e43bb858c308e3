"""Who receives which fields for a purpose, as the agreement says it, in the words of whoever reads."""

from hub.web.doors import Visit


def shares(visit: Visit, purpose: str) -> list[tuple[str, str]]:
    """Per receiver: its name, and what it receives for this purpose."""
    agreement = visit.hub.agreement
    told: dict[str, dict[str, None]] = {}
    for flow in agreement.flows:
        if flow.purpose != purpose:
            continue
        names = [visit.words.field(name, flow.message) for name in flow.fields]
        for partner in agreement.partners_with(flow.recipient):
            told.setdefault(partner.title, {}).update(dict.fromkeys(names))
    return [(title, visit.words.all_of(names)) for title, names in told.items()]
