"""
What a resident is told about one purpose, in their own language, before they choose.

People write why we ask, and an example from life. Who tells what to whom, on which basis, for how long and how to stop
is made from the agreement, so that the text cannot say otherwise than what the hub does.
"""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from consent.errors import NoticeMissing
from consent.words import Direction, Words, Written, words
from schemas.agreement import Agreement, Flow, Role

FOLDER = Path(__file__).parent / "notices"
RIGHTS = ("recht-zien", "recht-verbeteren", "recht-wissen", "recht-bezwaar", "recht-klacht")
# More purposes and languages than any agreement has, of the agreement of now and the one before.
_KEPT = 256


@dataclass(frozen=True)
class Section:
    """A heading, what is said under it, and a list."""

    title: str
    text: tuple[str, ...]
    points: tuple[str, ...] = ()


@dataclass(frozen=True)
class Notice:
    """
    One text. `version` is the one that the agreement names; a text that asks nothing is named after its facts.

    `facts` is the digest of what it must say (`Agreement.explained`): a yes is bound to it. `written` tells whether
    people or a machine wrote it, not whether anybody reviewed it.
    """

    purpose: str
    version: str
    language: str
    direction: Direction
    title: str
    sections: tuple[Section, ...]
    facts: str
    written: Written

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the whole text with its name: what a review, and a recorded choice, is bound to."""
        body = [[section.title, section.text, section.points] for section in self.sections]
        whole = [self.purpose, self.version, self.language, self.title, body, self.facts]
        return hashlib.sha256(json.dumps(whole, ensure_ascii=False).encode()).hexdigest()

    @property
    def lines(self) -> Iterator[str]:
        """The text as plain lines, in the order in which it is read."""
        yield self.title
        for section in self.sections:
            yield from ("", section.title, *section.text, *(f"- {point}" for point in section.points))


@lru_cache(maxsize=_KEPT)
def notice(agreement: Agreement, purpose: str, language: str) -> Notice:
    """
    The text about this purpose in this language, under this agreement.

    Raises NoticeMissing for a purpose that the agreement does not have, or for which nobody wrote the words;
    UnknownLanguage for a language without words.
    """
    said = words(language)
    flows = tuple(flow for flow in agreement.flows if flow.purpose == purpose)
    if not flows:
        raise NoticeMissing("The agreement has no such purpose; `ketenhub notice list` shows which it has.")
    by_hand = _by_hand(purpose, language)
    facts = agreement.explained(purpose)
    return Notice(
        purpose=purpose,
        version=agreement.notices.get(purpose, f"feiten-{facts[:12]}"),
        language=language,
        direction=said.direction,
        title=by_hand["titel"],
        sections=tuple(_sections(agreement, flows, by_hand, said)),
        facts=facts,
        written=Written.HUMAN if said.written == by_hand["stand"] == Written.HUMAN else Written.MACHINE,
    )


def purposes(agreement: Agreement) -> tuple[str, ...]:
    """Every purpose of which a resident is told, each once, in the order of the agreement."""
    return tuple(dict.fromkeys(flow.purpose for flow in agreement.flows))


def _by_hand(purpose: str, language: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads((FOLDER / f"{purpose}.{language}.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NoticeMissing(f"Write consent/notices/{purpose}.{language}.toml: title, why, and an example.") from None


def _sections(
    agreement: Agreement, flows: tuple[Flow, ...], by_hand: Mapping[str, Any], said: Words
) -> Iterator[Section]:
    say = said.section("kennisgeving")
    asks = flows[0].needs_consent  # one purpose has one basis
    yield Section(say["waarom" if asks else "waarom-taak"], tuple(by_hand["waarom"]))
    yield Section(say["voorbeeld"], tuple(by_hand["voorbeeld"]))
    for flow in flows:
        yield _flow(agreement, flow, said)
    yield Section(say["mag"], (say[f"mag-{flows[0].basis.value}"], say["nooit"]))
    yield from _choice(agreement, said) if asks else _objection(said)
    yield Section(say["rechten"], (), tuple(say[right] for right in RIGHTS))
    contact = said.say("kennisgeving.vragen-wie", contact=_partners(agreement, Role.COA, said))
    yield Section(say["vragen"], (contact,))


def _flow(agreement: Agreement, flow: Flow, said: Words) -> Section:
    about = said.message(flow.message)
    topic = about if flow.variant is None else f"{about} – {said.value(flow.variant)}"
    to = _partners(agreement, flow.recipient, said)
    text = (
        said.say("kennisgeving.vertelt", bron=_partners(agreement, flow.source, said), ontvanger=to),
        said.say(f"kennisgeving.alleen-{flow.recipient.value}"),
        said.say(
            "kennisgeving.bewaart", ontvanger=to, dagen_ontvanger=said.days(flow.recipient_keeps_days),
            dagen_hub=said.days(flow.hub_keeps_days),
        ),
    )  # fmt: skip
    points = tuple(said.field(name, flow.message) for name in flow.fields)
    return Section(said.say("kennisgeving.deelt", onderwerp=topic), text, points)


def _choice(agreement: Agreement, said: Words) -> Iterator[Section]:
    say = said.section("kennisgeving")
    days = said.say("kennisgeving.geldig-dagen", dagen=said.days(agreement.consent_days))
    yield Section(say["nee"], (say["nee-niets"], say["nee-later"]))
    yield Section(say["geldig"], (days, say["geldig-nieuw"]))
    yield Section(say["intrekken"], (say["intrekken-hoe"], say["intrekken-wissen"]))


def _objection(said: Words) -> Iterator[Section]:
    say = said.section("kennisgeving")
    yield Section(say["bezwaar"], (say["bezwaar-hoe"],))


def _partners(agreement: Agreement, role: Role, said: Words) -> str:
    """The partners of this role by name, sorted: the order of a file is no fact. Without any: what the role is."""
    names = sorted(partner.title for partner in agreement.partners_with(role))
    return said.all_of(names) if names else said.role(role)
