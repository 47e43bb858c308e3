"""The practice chain with a story in it: the people of Almere, five residents, and what was said about them so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.api.house import NAME, House
from hub.app import Stores, create_app, open_stores
from hub.clock import day_of, wall
from hub.errors import SettingsError
from hub.jobs import Work
from hub.practice.caller import App, Caller, Reply
from hub.practice.house import Office, enrol, make_keys, make_tables, practice_settings
from hub.settings import Settings, as_environment
from hub.vault.keyring import write_private
from schemas.agreement import read_agreement

# A folder with this file in it is ours to throw away.
MARK = ".ketenhub-demo"
# With these settings every other command looks at the demo.
ENVIRONMENT = "settings.env"
AZC, VESTIGING = "azc-almere-engelse-mijl", "almere"

OFFICES: Mapping[str, Office] = {
    "noor": Office("noor", "coa", (AZC,)),
    "rik": Office("rik", "randstad", (VESTIGING,)),
    "job": Office("job", "randstad", ("zwolle",)),
    "samira": Office("samira", "GM0034"),
    "amsterdam": Office("amsterdam", "GM0363"),
}


# Invented people, at addresses that nobody has (RFC 2606), with numbers that no subscriber in the Netherlands can have.
STAFF: Sequence[tuple[str, Mapping[str, str]]] = (
    ("noor", {"vestiging": AZC, "functie": "casemanager", "naam": "Noor Bakker",
              "email": "noor.bakker@coa.example.nl", "telefoon": "+31360000101"}),
    ("noor", {"vestiging": AZC, "functie": "contactpunt", "naam": "Receptie azc Almere",
              "telefoon": "+31360000100"}),
    ("rik", {"vestiging": VESTIGING, "functie": "consulent", "naam": "Rik de Wit",
             "email": "rik.de.wit@randstad.example.nl", "telefoon": "+31360000201"}),
    ("samira", {"functie": "contactpunt", "naam": "Loket Werk en Inburgering",
                "email": "inburgering@almere.example.nl", "telefoon": "+31360000301"}),
    ("amsterdam", {"functie": "contactpunt", "naam": "Team Statushouders",
                   "email": "statushouders@amsterdam.example.nl"}),
)  # fmt: skip


@dataclass
class StoryClock:
    """The domain's clock: some days ago while the story is told, the present once it is."""

    days_ago: int | None = None

    def __call__(self) -> datetime:
        """The present instant of the story."""
        return wall() if self.days_ago is None else wall() - timedelta(days=self.days_ago)


@dataclass(frozen=True)
class Demo:
    """A hub with the story in it, and what a visitor needs to look around."""

    app: App
    stores: Stores
    told: "Told"
    work: Work


def empty_folder(folder: Path) -> None:
    """Make the folder, or empty the one of an earlier demo. Raises SettingsError for a folder of somebody else's."""
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise SettingsError(f"{folder} holds other things. Give the demo a folder of its own: --data DIR")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    for file in folder.iterdir():
        if file.name != MARK and file.is_file():
            file.unlink()


def build_demo(folder: Path, base_url: str) -> Demo:
    """Everything anew in this folder: two SQLite files, keys, a private key per person, and the story."""
    empty_folder(folder)
    settings = practice_settings(folder.resolve(), base_url)
    make_keys(settings)
    make_tables(settings)
    write_private(folder / ENVIRONMENT, as_environment(settings).encode())
    stores = open_stores(settings)
    clock = StoryClock()
    app = create_app(settings, stores, clock)
    callers = _people(settings, stores, app, folder)
    told = Story(callers, clock).tell()
    at: House = app.extensions[NAME]
    return Demo(app, stores, told, Work(at.hub, at.keeper, at.ledger))


def _people(settings: Settings, stores: Stores, app: App, folder: Path) -> dict[str, Caller]:
    offices = enrol(stores, read_agreement(settings.agreement), OFFICES)
    for name, office in offices.items():
        write_private(folder / f"{name}.pem", office.private_key.encode())
    return {name: Caller(app, office, settings.base_url) for name, office in offices.items()}


@dataclass(frozen=True)
class Told:
    """Two papers from the story: a slip for Randstad that nobody redeemed yet, and the code of a resident's window."""

    slip: str
    window: str


@dataclass
class Story:
    """Five residents of the azc in Almere, told through the API like everything else."""

    callers: Mapping[str, Caller]
    clock: StoryClock

    def tell(self) -> Told:
        """All of it; gives the codes on the papers that are still in somebody's hand."""
        self._who_can_be_called()
        self._who_is_known_for_long()
        window = self._who_works()
        self._who_said_no()
        self._who_took_it_back()
        told = Told(self._who_has_a_slip(), window)
        self.clock.days_ago = None
        return told

    def _who_can_be_called(self) -> None:
        """Whom to call at the azc, at Randstad in Almere and at both municipalities; at Randstad Zwolle nobody yet."""
        for who, entry in STAFF:
            self._says(61, who, "/contactpersonen", entry)

    def _who_is_known_for_long(self) -> None:
        """Linked to Almere two months ago; more hours by contract since; Samira read all of it."""
        person = self._arrives(90, "9900000058", "tr")
        self._chooses(90, person, "ja")
        self._may_work(89, person, may_work=True)
        mine = self._intake(85, person, "K21086")
        job = {
            "betrokkeneId": mine, "werkt": True, "werkgever": "Bakkerij De Korenaar", "werkgemeente": "GM0034",
            "contracturenPerWeek": 16, "ingangsdatum": self._day(75).isoformat(),
        }  # fmt: skip
        self._says(75, "rik", "/dienstverbanden", job)
        self._says(65, "noor", "/koppelingen", self._linked_to(person, "GM0034", 65))
        for days_ago, hours in ((62, 12.5), (55, 16), (48, 16), (34, 15.25), (27, 20), (20, 24), (13, 23.5)):
            self._says(days_ago - 5, "rik", "/urenstaten", self._worked(mine, days_ago, hours))
        self._says(22, "rik", "/dienstverbanden", {**job, "contracturenPerWeek": 24})
        self._reads_everything(8, "samira")

    def _who_works(self) -> str:
        """Yes to everything; works 24 hours at a hotel; linked to Almere last week; has a window of their own."""
        person = self._arrives(60, "9900000017", "ti")
        self._chooses(60, person, "ja")
        self._may_work(59, person, may_work=True)
        mine = self._intake(55, person, "K21052")
        start = self._day(30)
        job = {
            "betrokkeneId": mine, "werkt": True, "werkgever": "Hotel Polderzicht", "werkgemeente": "GM0034",
            "contracturenPerWeek": 24, "ingangsdatum": start.isoformat(),
        }  # fmt: skip
        self._says(30, "rik", "/dienstverbanden", job)
        self._says(7, "noor", "/koppelingen", self._linked_to(person, "GM0034", 7))
        self._says(1, "rik", "/urenstaten", self._worked(mine, 6, 22.5))
        return str(self._says(1, "noor", "/vensterbriefjes", {"betrokkeneId": person}).body["code"])

    def _who_said_no(self) -> None:
        """No to everything: what Noor publishes goes nowhere, and Rik's question gets no answer."""
        person = self._arrives(40, "9900000025", "ar")
        self._chooses(40, person, "nee")
        self._intake(38, person, "K21060")

    def _who_took_it_back(self) -> None:
        """Said yes, was asked about, and took it back: Rik is asked to delete what he has."""
        person = self._arrives(35, "9900000033", "fa")
        self._chooses(35, person, "ja")
        self._may_work(35, person, may_work=True)
        mine = self._intake(33, person, "K21078")
        self._says(33, "rik", "/werkmogelijkheden/_zoek", {"betrokkeneId": mine}, good=200)
        self._choose(3, person, "toeleiding-naar-werk", "ingetrokken")

    def _who_has_a_slip(self) -> str:
        """May not work; has a slip in hand since yesterday."""
        person = self._arrives(1, "9900000041", "so")
        self._chooses(1, person, "ja")
        self._may_work(1, person, may_work=False)
        return str(
            self._says(1, "noor", "/koppelcodes", {"betrokkeneId": person, "voor": "randstad"}).body["koppelcode"]
        )

    def _worked(self, mine: str, days_ago: int, hours: float) -> dict[str, Any]:
        year, week, _ = self._day(days_ago).isocalendar()
        return {"betrokkeneId": mine, "week": f"{year:04}-W{week:02}", "gewerkteUren": hours}

    def _reads_everything(self, days_ago: int, who: str) -> None:
        self.clock.days_ago = days_ago
        for item in self.callers[who].get("/postvak").body["items"]:
            self.callers[who].get(f"/postvak/{item['id']}")
            self._says(days_ago, who, f"/postvak/{item['id']}/_bevestig", {}, good=204)

    def _says(self, days_ago: int, who: str, path: str, body: Mapping[str, Any], *, good: int = 201) -> Reply:
        self.clock.days_ago = days_ago
        reply = self.callers[who].post(path, body)
        if reply.status != good:
            raise RuntimeError(f"the story stops at {path}: {reply.status}")
        return reply

    def _day(self, days_ago: int) -> date:
        return day_of(wall()) - timedelta(days=days_ago)

    def _arrives(self, days_ago: int, v_number: str, language: str) -> str:
        body = {"eigenKenmerk": v_number, "taal": language, "vestiging": AZC}
        return str(self._says(days_ago, "noor", "/betrokkenen", body).body["betrokkeneId"])

    def _chooses(self, days_ago: int, person: str, choice: str) -> None:
        for purpose in ("toeleiding-naar-werk", "behoud-van-werk", "inburgering-planning", "kansrijke-koppeling"):
            self._choose(days_ago, person, purpose, choice)

    def _choose(self, days_ago: int, person: str, purpose: str, choice: str) -> None:
        body = {
            "betrokkeneId": person, "doel": purpose, "keuze": choice, "taal": "ti", "tolk": True,
            "kennisgeving": "2023-1",
        }  # fmt: skip
        self._says(days_ago, "noor", "/toestemmingen", body)

    def _may_work(self, days_ago: int, person: str, *, may_work: bool) -> None:
        body = {"betrokkeneId": person, "magWerken": may_work, "twvNodig": False}
        self._says(days_ago, "noor", "/werkmogelijkheden", body)

    def _intake(self, days_ago: int, person: str, reference: str) -> str:
        slip = self._says(days_ago, "noor", "/koppelcodes", {"betrokkeneId": person, "voor": "randstad"})
        body = {"koppelcode": slip.body["koppelcode"], "eigenKenmerk": reference, "vestiging": VESTIGING}
        return str(self._says(days_ago, "rik", "/koppelcodes/_verzilver", body).body["betrokkeneId"])

    def _linked_to(self, person: str, municipality: str, days_ago: int) -> dict[str, Any]:
        return {"betrokkeneId": person, "gemeente": municipality, "ingangsdatum": self._day(days_ago).isoformat()}
