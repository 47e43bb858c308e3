"""On which line of a TOML file a table or key stands, so that a mistake can be pointed at."""

import re

# A header on a line of its own, and a key before its value: how our files are written. Inline tables and
# keys inside a multi-line text are not looked into; a mistake there is shown at its table.
_HEADER = re.compile(r"\s*\[{1,2}\s*([A-Za-z0-9_-]+)\s*\]{1,2}\s*(#.*)?")
_KEY = re.compile(r"""\s*["']?([^\s"'=\[\]{},#]+)["']?\s*=""")


class TomlLines:
    """The lines of tables, counted from 0 per name, and of their keys. Keys before any table are of ""."""

    def __init__(self, text: str) -> None:
        self._tables: dict[str, list[int]] = {}
        self._keys: dict[tuple[str, int, str], int] = {}
        table = ""
        for number, line in enumerate(text.split("\n"), start=1):
            if header := _HEADER.fullmatch(line.rstrip("\r")):
                table = header[1]
                self._tables.setdefault(table, []).append(number)
            elif key := _KEY.match(line):
                index = max(len(self._tables.get(table, [])) - 1, 0)
                self._keys.setdefault((table, index, key[1]), number)

    def of(self, table: str, index: int = 0, key: str = "") -> int:
        """The line of this key; without it, of its table; without that, 1."""
        tables = self._tables.get(table, [])
        at_table = tables[index] if index < len(tables) else 1
        return self._keys.get((table, index, key), at_table)
