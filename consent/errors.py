"""
What can be wrong here that nobody chose.

ConsentError
├── UnknownLanguage   no words were written in this language
├── WordMissing       a word is not there, or a sentence lacks a value
├── NoticeMissing     nobody wrote what must be told about this purpose
└── ReceiptMalformed  what somebody holds is not written as a receipt
"""


class ConsentError(Exception):
    """A promise of this package was broken; the text says what to mend, and names no person."""


class UnknownLanguage(ConsentError):
    """No words were written in this language."""


class WordMissing(ConsentError):
    """A word is not there, or a sentence was given other values than it asks for."""


class NoticeMissing(ConsentError):
    """Nobody wrote what must be told about this purpose in this language."""


class ReceiptMalformed(ConsentError):
    """What somebody holds is not written as a receipt."""
