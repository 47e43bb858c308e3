"""
What can be wrong with the trail.

AuditError
├── RecordError           what was to be recorded cannot be: no zone in its time, no JSON, no short code
├── TrailError            the stored trail is not what it promised to be: someone must look
│   ├── RecordMismatch    this opened record is not the one its entry was made for
│   └── Forked            the trail does not continue what was signed before: rolled back, or rewritten
├── DoesNotOpen           raised by an opener: the key exists, and the sealed bytes do not open with it
├── OutsideTrail          a position or size was asked that the trail does not have
├── ProofError            the proof does not lead to the root
└── NoteError             signed text that cannot be trusted
    ├── MalformedNote     it is not written as the standard asks
    └── NotSigned         no key that we know signed it, or a signature of one is wrong
"""


class AuditError(Exception):
    """Something about the trail is not so. Names positions, never what a record says."""


class RecordError(AuditError):
    """What was to be recorded cannot be recorded. A mistake of the program."""


class TrailError(AuditError):
    """The stored trail is not what it promised to be: someone must look before anything is added."""


class RecordMismatch(TrailError):
    """This opened record is not the one its entry was made for."""

    def __init__(self, index: int) -> None:
        super().__init__(f"Audit entry {index}: the record is not the one this entry was made for.")
        self.index = index


class Forked(TrailError):
    """The trail does not continue a checkpoint that was signed before: it was rolled back, or rewritten."""


class DoesNotOpen(AuditError):
    """An opener says: the key exists, and the sealed bytes do not open with it."""


class OutsideTrail(AuditError):
    """A position or size was asked that the trail does not have."""


class ProofError(AuditError):
    """The proof does not lead to the root."""


class NoteError(AuditError):
    """Signed text that cannot be trusted."""


class MalformedNote(NoteError):
    """The text is not written as the standard asks."""


class NotSigned(NoteError):
    """No key that we know signed the text, or a signature of one is wrong."""
