"""
What the hub holds about a person: every table and column of both stores, and whether it is about somebody.

A rule over the whole schema sees to it that none is left out: inzage and erasure go by this list and by nothing else.
"""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, Table, select

from hub.rights.holding import METADATAS, By, Erase, Holding, Store, Use, table_of

# Removed with the person's other rows, unless a line says otherwise.
GONE = "Alleen nodig zolang de persoon bekend is bij de hub."
PROOF = "Niets in deze tabel mag worden herschreven; zonder sleutel is het van niemand meer."


def _of(
    table: str, about: By, why: str = GONE, *, erase: Erase = Erase.ROW, store: Store = "main",
    shown: str = "", opened: str = "", hashed: str = "", hidden: str = "", technical: str = "", others: str = "",
) -> Holding:  # fmt: skip
    uses = {
        Use.SHOWN: shown, Use.OPENED: opened, Use.HASHED: hashed, Use.SECRET: hidden, Use.TECHNICAL: technical,
        Use.OTHERS: others,
    }  # fmt: skip
    columns = {column: use for use, names in uses.items() for column in names.split()}
    return Holding(store, table, columns, about, erase, why)


def _nobodys(table: str, columns: str, why: str, store: Store = "main") -> Holding:
    return Holding(store, table, dict.fromkeys(columns.split(), Use.NOBODY), None, Erase.NOTHING, why)


_ALL = (
    # Who the person is, and who knows them.
    _of(
        "subjects", By("id"),
        shown="created_at objected_at restricted_at closed_at", opened="language", hidden="secret", technical="id",
    ),
    _of(
        "links", By("subject_id"),
        shown="partner role pseudonym since ended_at", opened="reference", hashed="reference_index",
        technical="id subject_id",
    ),
    _of("link_branches", By("link_id", "links"), shown="branch since", technical="link_id"),
    _of(
        "link_codes", By("subject_id"),
        shown="partner issued_at expires_on voided_at redeemed_at", hashed="mac", technical="id subject_id",
        others="redeemed_by",
    ),
    _of(
        "window_slips", By("subject_id"),
        shown="issued_at expires_on voided_at used_at", hashed="mac", technical="id subject_id",
    ),
    _of("window_sessions", By("slip_id", "window_slips"), shown="begun_at seen_at", hashed="id", technical="slip_id"),
    _nobodys("window_failures", "id source at", "Een hash van een adres, met een sleutel van die dag: niet te vinden."),
    _nobodys("redeem_failures", "id client_id at", "Telt de missers van een systeem van een partij."),
    # What was said about them, and to whom.
    _of(
        "messages", By("subject_id"),
        shown="id type variant source source_role at agreement position withdrawn_at corrects", opened="fields",
        technical="subject_id link_id revision", others="client_id",
    ),
    _of(
        "deliveries", By("subject_id"),
        shown="id message_id recipient kind flow purpose basis handed_over at position permitted_until opened_at"
        " acknowledged_at withdrawn_at closed_at suspended corrects",
        opened="notice", technical="subject_id link_id terms",
    ),
    _of("exposures", By("subject_id"), shown="partner purpose since", technical="subject_id link_id"),
    _of(
        "answers", By("subject_id"),
        shown="path at", opened="body", hashed="fingerprint", technical="key subject_id", others="client_id",
    ),
    # What they chose.
    _of(
        "consent_events", By("subject"), PROOF, erase=Erase.KEY,
        shown="id sequence purpose choice notice facts at day chain", opened="sealed", technical="subject",
        others="recorded_by",
    ),
    _nobodys(
        "notice_reviews", "id purpose version language text_hash reviewed_by reviewed_at",
        "Wie een tekst las en ervoor staat; over geen bewoner.",
    ),
    # What they asked, and what ends.
    _of(
        "rights_requests", By("subject_id"),
        shown="id kind received_from received_at due_on extended state decided_at reason", opened="details",
        technical="subject_id", others="decided_by",
    ),
    _of(
        "erasures", By("subject_id"), "Bewijst dat er gewist is; het nummer leidt naar niemand meer.",
        erase=Erase.NAMELESS,
        shown="cause intended_at rows_removed_at keys_destroyed_at done_at certificate", technical="id subject_id",
    ),
    _nobodys(
        "retention_plans",
        "id digest content made_at made_by approved_at approved_by executed_at certificate",
        "Noemt rijen bij hun nummer, niemand bij name; wat er van een persoon is, staat in de andere tabellen.",
    ),
    _of(
        "holds", By("subject_id"), shown="reason set_at released_at", technical="id subject_id", others="set_by",
    ),
    _nobodys("leases", "job holder until done_at runs", "Welk proces een taak doet."),
    _nobodys(
        "contacts",
        "id partner branch function fields revision at absent_from absent_until replaced_by",
        "Wie er bij een partij te bellen is: medewerkers, geen bewoners.",
    ),
    _nobodys("contact_answers", "client_id path key fingerprint body at", "Antwoorden over die lijst, een dag lang."),
    # That it happened.
    _of(
        "audit_entries", By("key_id", "subject_keys", "key_id"), PROOF, erase=Erase.KEY,
        shown="position entry_id version commitment leaf_hash kind at partner outcome", opened="sealed",
        technical="key_id",
    ),
    _nobodys("audit_nodes", "level position hash", "Hashes van hashes."),
    _nobodys("audit_head", "id size frontier", "Hoe lang het spoor is."),
    _nobodys(
        "figure_releases", "quarter agreement released_at released_by content digest",
        "Afgeschermde en afgeronde aantallen; geen mens is erin te vinden.",
    ),
    # The house itself.
    _nobodys("agreement_versions", "hash name text first_used_at", "De afspraak, woord voor woord."),
    _nobodys(
        "clients", "client_id partner title branches public_keys suspended_at created_at", "Systemen van partijen.",
    ),
    _nobodys("used_assertions", "client_id jti_hash expires_at", "Bewijzen van systemen, om hergebruik te zien."),
    _nobodys("token_failures", "source failures expires_at", "Mislukte aanvragen per netwerk, een uur lang."),
    _nobodys("proven_sources", "source client_id expires_at", "Van welk netwerk een systeem zich bewees."),
    _nobodys(
        "staff_sessions", "id staff partner function branches name provider begun_at seen_at",
        "Wie van de partijen is ingelogd; over geen bewoner.",
    ),
    _nobodys("sign_in_flows", "id provider expires_at", "Wie naar de eigen organisatie ging om in te loggen."),
    _of("handles", By("link_id", "links"), hashed="handle", technical="session_id link_id target"),
    _nobodys("revoked_tokens", "jti expires_at", "Ingeleverde tokens van systemen."),
    # The key store.
    _of(
        "subject_keys", By("subject"), "De lege rij houdt tegen dat de sleutel ooit opnieuw wordt gemaakt.",
        erase=Erase.KEY, store="keys",
        shown="purpose created_at destroyed_at", hidden="wrapped", technical="key_id subject epoch",
    ),
    _nobodys("partner_keys", "partner purpose epoch wrapped created_at", "Sleutels van partijen en hub.", "keys"),
    _nobodys("key_epochs", "epoch began_at destroyed_at", "Tijdperken van de hoofdsleutel.", "keys"),
)  # fmt: skip

HOLDINGS: Mapping[str, Holding] = {holding.table: holding for holding in _ALL}
"""By the name of the table."""


def about_persons() -> list[Holding]:
    """The tables in which something is about somebody, those that are pointed at before those that point to them."""
    return [HOLDINGS[table.name] for table in tables() if table.name in HOLDINGS and HOLDINGS[table.name].about]


def removed() -> list[Holding]:
    """The tables whose rows go when a person is forgotten, in an order in which no row points at one that went."""
    return [holding for holding in reversed(about_persons()) if holding.erase is Erase.ROW]


def tables() -> Iterator[Table]:
    """Every table of both stores, those that are pointed at before those that point to them."""
    for metadata in METADATAS:
        yield from metadata.sorted_tables


def theirs(name: str, subject: str, keys: Sequence[str] = ()) -> ColumnElement[bool]:
    """
    A condition: the rows of this table that are about this person.

    The trail is found by the ids of the person's keys, which are in the other store: give them as `keys`. Raises
    ValueError for a table that is about nobody.
    """
    holding = HOLDINGS[name]
    by = holding.about
    if by is None:
        raise ValueError(f"{name} is about nobody")
    column = table_of(name).c[by.column]
    if not by.via:
        return column == subject
    if HOLDINGS[by.via].store != holding.store:
        return column.in_(keys)
    return column.in_(select(table_of(by.via).c[by.on]).where(theirs(by.via, subject)))
