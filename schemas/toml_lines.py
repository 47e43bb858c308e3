"""On which line of a TOML file a table or key stands, so that a mistake can be pointed at."""

import re
from collections import Counter

# A header on a line of its own, and a key before its value: how our files are written. Inline tables and
# keys inside a multi-line text are not looked into; a mistake there is shown at its table.
_HEADER = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?)\s*\]{1,2}\s*(#.*)?")
_KEY = re.compile(r"""\s*["']?([^\s"'=\[\]{},#]+)["']?\s*=""")


class TomlLines:
    """
    The lines of tables, counted from 0 per name, and of their keys. Keys before any table are of "".

    A table within another, `[one.part]`, is counted as the one that it belongs to.
    """

    def __init__(self, text: str) -> None:
        self._tables: dict[tuple[str, int], int] = {}
        self._keys: dict[tuple[str, int, str], int] = {}
        counts: Counter[str] = Counter()
        table = ""
        for number, line in enumerate(text.split("\n"), start=1):
            if header := _HEADER.fullmatch(line.rstrip("\r")):
                table = header[1]
                counts[table] += 1
                self._tables.setdefault((table, self._index(counts, table)), number)
            elif key := _KEY.match(line):
                self._keys.setdefault((table, self._index(counts, table), key[1]), number)

    @staticmethod
    def _index(counts: Counter[str], table: str) -> int:
        return max(counts[table.partition(".")[0]] - 1, 0)

    def of(self, table: str, index: int = 0, key: str = "") -> int:
        """The line of this key; without it, of its table; without that, of the table it belongs to; or else 1."""
        around = self._tables.get((table.partition(".")[0], index), 1)
        return self._keys.get((table, index, key), self._tables.get((table, index), around))
