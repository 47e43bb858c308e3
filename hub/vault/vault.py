"""The vault as the rest of the hub sees it: persons' keys, partners' keys, and nothing of how they are kept."""

from dataclasses import dataclass
from hashlib import sha256

from hub.db import Database
from hub.vault.keyring import KeyProvider
from hub.vault.subject_keys import DataKey, KeyClass, PartnerKeys, SubjectKeys

HUB = "hub"  # the owner of keys that belong to no partner
PSEUDONYMS, REFERENCES, CODES, FINGERPRINTS = "pseudonyms", "references", "codes", "fingerprints"
CONTACTS = "contacts"  # what a partner's list of its own staff is sealed with
# What receipts are signed with, what codes of windows are hashed with, what the cookies of screens are signed with.
RECEIPTS, WINDOWS, COOKIES = "receipts", "windows", "cookies"
# What names of staff are sealed with, and the addresses of a session are made with.
STAFF, HANDLES = "staff", "handles"
# What rows that somebody looked at before sending them are sealed with, while they are on their way back.
UPLOADS = "uploads"
# Entries of the trail about nobody in particular (an unknown code, a client added) are sealed under this name.
NOBODY = "0" * 32


@dataclass(frozen=True)
class Vault:
    """The keys of persons and of partners, in a store of their own."""

    subjects: SubjectKeys
    partners: PartnerKeys


def open_vault(store: Database, provider: KeyProvider) -> Vault:
    """The vault over this key store, with this master key."""
    return Vault(SubjectKeys(store, provider), PartnerKeys(store, provider))


def own_key(vault: Vault, purpose: str) -> DataKey:
    """
    A key of the hub itself, for what is about no resident: the names of staff. Kept in memory, as partners' keys are.

    Nothing that is about a resident may be sealed with it: it would not end with them.
    """
    secret = vault.partners.of(HUB, purpose)
    return DataKey(sha256(b"ketenhub/own/1" + secret).hexdigest()[:32], HUB, KeyClass.LINKING, secret)
