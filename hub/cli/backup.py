"""`ketenhub backup` and `ketenhub restore`: both stores out, each in a folder of its own, and back into empty ones."""

from functools import partial
from pathlib import Path
from typing import Any

import click

from audit import checkpoint, export, lineage, proofs
from audit.checkpoint import Checkpoint
from audit.errors import NoteError
from audit.events import Kind
from audit.keeper import Keeper, check_continues
from hub.app import build_keeper, open_stores
from hub.backup import manifest, put_back
from hub.backup.copy import Source, back_up
from hub.backup.manifest import Copy, Manifest
from hub.cli.desk import Desk
from hub.cli.init import grant
from hub.clock import wall
from hub.errors import NotReady, SettingsError
from hub.exchange import trail
from hub.exchange.hub import Hub
from hub.identity.principals import officer
from hub.rights import erase
from hub.rights.ledger import Ledger
from hub.settings import Settings
from hub.vault import epochs
from schemas.base import Json

OPERATOR = officer("kopieen")
FOLDER = click.Path(path_type=Path, file_okay=False)
WHOLE, WITH_LOSS = "volledig", "met-verlies"


@click.command()
@click.argument("folder", type=FOLDER)
@click.pass_obj
def backup(desk: Desk, folder: Path) -> None:
    """Copy both stores into FOLDER/data and FOLDER/keys while the hub serves. Keep these two apart."""
    settings, stores = desk.settings, desk.stores
    with stores.main.reading() as session:
        signed = build_keeper(settings).sign_head(session)
    main = Source("main", settings.database_owner_url or settings.database_url)
    keys = Source("keys", settings.keystore_owner_url or settings.keystore_url)
    data, kept = back_up(folder, settings.hub_name, main, keys, signed, wall())
    click.echo(f"Main store: {data.file}, a trail of {data.manifest.size} entries.")
    click.echo(f"Key store: {kept.file}, epoch {kept.manifest.epoch}. Keep it apart from the other, and not for long.")


@click.command()
@click.argument("folder", type=FOLDER, required=False)
@click.option("--at", "stamp", help="The main store of this moment, such as 20231101T030000Z. Otherwise the newest.")
@click.option("--accept-loss", is_flag=True, help="There is no newer copy: the trail goes on without what is missing.")
@click.pass_obj
def restore(desk: Desk, folder: Path | None, stamp: str | None, accept_loss: bool) -> None:
    """
    Put the newest copies in FOLDER back into empty databases, with the key file and the signer's memory of now.

    A copy that lacks entries of the trail is refused, unless you accept the loss. Without FOLDER, --accept-loss only
    finishes what was interrupted.
    """
    settings, keeper = desk.settings, build_keeper(desk.settings)
    copied = None if folder is None else _put_back(desk, keeper, folder, stamp, accept_loss)
    if copied is None and not accept_loss:
        raise click.UsageError("Name the FOLDER of the copies.")
    hub = desk.hub
    gap = _gap(hub, keeper, copied)
    if not _is_recorded(hub, gap):
        _record(hub, keeper, copied, gap)
    if gap is None:
        click.echo("The trail continues what was signed.")
        if copied is not None:
            # Nobody here can count these; better said than thought to be none.
            click.echo(f"What happened after {copied.stamp} and was not signed for yet is lost, if anything did.")
    else:
        _go_on_without(settings, gap)
    # The copy may be older than an erasure: whoever was forgotten is forgotten again before the hub serves.
    forgotten = erase.resume(hub, Ledger(settings.erasure_ledger_file))
    click.echo(f"Forgotten again, by the list of erasures: {forgotten}.")
    click.echo("Next: ketenhub verify, and docs/backup.md for what to tell whom.")


def _put_back(desk: Desk, keeper: Keeper, folder: Path, stamp: str | None, accept_loss: bool) -> Manifest:
    settings = desk.settings
    data, keys = manifest.newest(folder, "main", stamp), manifest.newest(folder, "keys")
    main_url = settings.database_owner_url or settings.database_url
    keys_url = settings.keystore_owner_url or settings.keystore_url
    # Everything that can be wrong is said before anything is written.
    for copy, url in ((data, main_url), (keys, keys_url)):
        manifest.check(copy)
        put_back.refuse_unfit(copy, url, settings.hub_name)
    _refuse_older_keys(data, keys)
    _refuse_lost_epoch(desk, keys)
    if not accept_loss:
        _refuse_loss(keeper, data.manifest)
    put_back.put_back(data, main_url)
    put_back.put_back(keys, keys_url)
    grant(settings)
    open_stores(settings).close()
    living, shut = epochs.check_opening(desk.stores.keys, desk.key_file.keyring)
    click.echo(f"Put back: the main store of {data.manifest.stamp}, the key store of {keys.manifest.stamp}.")
    click.echo(f"Keys: {living - shut} of {living} open with the master key.")
    return data.manifest


def _refuse_older_keys(data: Copy, keys: Copy) -> None:
    if keys.manifest.stamp < data.manifest.stamp:
        raise NotReady(
            f"The key store was copied at {keys.manifest.stamp}, before the main store ({data.manifest.stamp}): "
            "persons of in between would have no keys. Bring a newer copy of the key store, or choose an older main "
            "store with --at."
        )


def _refuse_lost_epoch(desk: Desk, keys: Copy) -> None:
    if keys.manifest.epoch not in desk.key_file.keyring.keys:
        raise NotReady(
            f"The key store's copy is of epoch {keys.manifest.epoch}, and the key file has no master key of it. Bring "
            "a newer copy; or, when the key file is the older of the two, the copy from the safe: ketenhub keys recover"
        )


def _refuse_loss(keeper: Keeper, copied: Manifest) -> None:
    last = keeper.last()
    if last is not None and last.size > copied.size:
        raise NotReady(
            f"This copy holds a trail of {copied.size} entries; {last.size} were signed for. At least "
            f"{last.size - copied.size} would be lost: what was published, chosen, withdrawn or opened since "
            f"{copied.stamp}. Look for a newer copy. If there is none, read docs/backup.md and add --accept-loss."
        )


def _gap(hub: Hub, keeper: Keeper, copied: Manifest | None) -> Checkpoint | None:
    """
    What was promised and is not there: the signer's last checkpoint; None when the trail continues it.

    Raises Forked when the trail is not the one that was copied.
    """
    with hub.database.reading() as session:
        head = proofs.head(session)
        now = Checkpoint(keeper.origin, head.size, head.root)
        if copied is not None:
            check_continues(session, Checkpoint(keeper.origin, copied.size, bytes.fromhex(copied.root)), now)
            check_continues(session, _signed(keeper, copied), now)
        last = _last(keeper)
        if last is None or last.origin != keeper.origin or last.size > head.size or last.root.hex() in _accepted(hub):
            return last
        # As long as what was signed, and not the same: that is no loss but another trail, and nobody may accept it.
        check_continues(session, last, now)
        return None


def _signed(keeper: Keeper, copied: Manifest) -> Checkpoint | None:
    try:
        return checkpoint.verify(copied.checkpoint, keeper.origin, [keeper.signer.verifier])
    except NoteError:
        click.echo("The copy was signed with another checkpoint key than this one: it cannot be compared by signature.")
        return None


def _last(keeper: Keeper) -> Checkpoint | None:
    try:
        return keeper.last()
    except NoteError:
        # Of the signer before this one: `begin_anew` was interrupted.
        lines = keeper.memory.read_text(encoding="utf-8").split("\n\n")[0]
        return checkpoint.parse(f"{lines}\n")


def _is_recorded(hub: Hub, gap: Checkpoint | None) -> bool:
    """Whether an interrupted restoration wrote this loss into the trail already."""
    return gap is not None and gap.root.hex() in _accepted(hub)


def _accepted(hub: Hub) -> set[object]:
    """The roots of trails that ended, as restorations before this one wrote them down."""
    with hub.database.reading() as session:
        read = list(export.read(session, partial(trail.opener, hub), kinds=[Kind.RESTORED]))
    facts: list[Any] = [one.fact["gegevens"] for one in read if one.fact is not None]
    return {fact.get("beloofdeWortel") for fact in facts}


def _record(hub: Hub, keeper: Keeper, copied: Manifest | None, gap: Checkpoint | None) -> None:
    told: dict[str, Json] = {
        "kopieVan": None if copied is None else copied.stamp,
        "omvang": None if copied is None else copied.size,
    }
    if gap is not None:
        told |= {
            "beloofdeOmvang": gap.size, "beloofdeWortel": gap.root.hex(), "oudeNaam": gap.origin,
            "nieuweNaam": keeper.origin if keeper.origin != gap.origin else lineage.next_name(gap.origin),
        }  # fmt: skip
    outcome = WHOLE if gap is None else WITH_LOSS
    trail.write_about_nobody(hub, OPERATOR, Kind.RESTORED, outcome, told)


def _go_on_without(settings: Settings, gap: Checkpoint) -> None:
    try:
        signer = lineage.begin_anew(settings.checkpoint_key_file, settings.checkpoint_memory_file)
    except OSError as error:
        raise SettingsError(
            f"{settings.checkpoint_key_file} cannot be replaced ({error.strerror}). Nothing is signed until it is: "
            "mend that, and type: ketenhub restore --accept-loss"
        ) from None
    click.echo(f"The trail {gap.origin} ended at {gap.size} entries that were signed for; some of them are lost.")
    click.echo(f"It goes on as {signer.name}, under a new key. Tell the partners, with this key:")
    click.echo(signer.verifier.text)
