"""
What can be wrong with what a partner hands in.

ConnectorError
└── Unreadable        this row or card is not what it should be; says which column, never what stood in it
"""


class ConnectorError(Exception):
    """The root of the connectors' own errors."""


class Unreadable(ConnectorError):
    """A row that cannot be read. The message names the column and what to write, never the value."""
