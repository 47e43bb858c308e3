"""The ten tallest files and the ten longest functions, for the days one feels like tidying."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

SHOWN = 10


def functions(file: Path) -> Iterator[tuple[int, str]]:
    """Yield the height in lines, decorators left out, and the place of each function in the file."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
            yield node.end_lineno - node.lineno + 1, f"{file}:{node.lineno} {node.name}"


def show(title: str, rows: list[tuple[int, str]]) -> None:
    """Print the largest rows under a title, tallest first."""
    print(title)
    for lines, what in sorted(rows, reverse=True)[:SHOWN]:
        print(f"{lines:6} {what}")


def main(folders: list[str]) -> None:
    """Measure every Python file under the folders."""
    files = [file for folder in folders for file in sorted(Path(folder).rglob("*.py"))]
    show("Tallest files", [(len(file.read_text(encoding="utf-8").splitlines()), str(file)) for file in files])
    print()
    show("Longest functions", [row for file in files for row in functions(file)])


if __name__ == "__main__":
    main(sys.argv[1:])
