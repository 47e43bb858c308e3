"""Petra sees whether messages arrive: how many, how long they wait, whom to call. Never about whom."""

import re
from datetime import UTC, datetime

from hub.exchange import lying
from hub.exchange.flowing import Length
from tests.chain import Chain
from tests.web.employee import at_desk


def test_petra_sees_whom_to_call_and_nobody_that_it_is_about(chain: Chain) -> None:
    # 1. Ten residents: Rik reads and confirms, Samira opens nothing; one takes a yes back.
    chain.clock.instant = datetime(2023, 2, 6, 9, 0, tzinfo=UTC)
    found = [chain.noor.registers(f"99000{number:05}") for number in range(10)]
    for number, one in enumerate(found):
        chain.noor.records(one, "toeleiding-naar-werk", "ja")
        assert chain.noor.publishes(one, "koppeling").status == 201
        if number < 2:
            chain.rik.redeems(chain.noor.gives_slip(one), one, f"K{number}")
            chain.noor.publishes(one, "werkmogelijkheid")
    for item in chain.rik.inbox():
        chain.rik.opens(item)
        chain.rik.confirms(item)
    chain.clock.instant = datetime(2023, 4, 3, 9, 0, tzinfo=UTC)
    chain.noor.records(found[0], "toeleiding-naar-werk", "ingetrokken")
    chain.clock.later(days=10)

    # 2. She reads whom to call; what is small is not told.
    petra = at_desk(chain, "petra")
    page = petra.sees("/project").text
    assert "Gemeente Almere heeft iets nog niet geopend: het oudste ligt er langer dan 14 dagen." in page
    assert "Randstad heeft een wisverzoek nog niet bevestigd: het oudste is van langer dan 7 dagen." in page
    assert "Gemeente Almere ongeveer 10 langer dan 14 dagen niets" in page
    assert "Randstad niets – minder dan 10 langer dan 7 dagen" in page
    assert re.search(r"Van \d+ stromen is niets te zeggen", page)
    assert "Hier is vandaag niemand te bellen." in page
    assert "Randstad, Zwolle" in page
    assert "Koppeling aan een gemeente, COA aan gemeente – 10" in petra.sees("/project?periode=kwartaal").text

    # 3. No page and no address of hers names anybody.
    seen = "".join(petra.sees(f"/project?periode={length.value}").html for length in Length)
    for one in found:
        for name in (one.v_number, *one.names.values()):
            assert name not in seen

    # 4. What may not be opened any more is not left lying by Almere; that it ended still is.
    for one in found[:3]:
        chain.noor.publishes(one, "koppeling", gemeente="GM0363")
    by_partner = {one.partner: one for one in lying.unopened(chain.hub)}
    assert (by_partner["GM0034"].number, by_partner["GM0034"].oldest) == (None, 14)
    chain.clock.later(days=3)
    by_partner = {one.partner: one for one in lying.unopened(chain.hub)}
    assert (by_partner["GM0363"].number, by_partner["GM0363"].oldest) == (None, 2)


def test_when_nothing_waits_there_is_nobody_to_call(chain: Chain) -> None:
    assert "Niemand Er ligt niets langer dan 2 dagen." in at_desk(chain, "petra").sees("/project").text
