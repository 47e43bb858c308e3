"""Takes out of the design system's style sheets only what our pages use: python tools/prune_css.py --help."""

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS = re.compile(r"utrecht-[a-z0-9_-]+")
NOT = re.compile(r":not\([^()]*\)")
USED = re.compile(r"var\(\s*(--[a-zA-Z0-9-]+)")
DECLARED = re.compile(r"(--[a-zA-Z0-9-]+):\s*([^;]+);")


def statements(css: str) -> Iterator[tuple[str, str]]:
    """Yield (what stands before the braces, what stands between them), for each rule at this level."""
    at = 0
    while (opened := css.find("{", at)) >= 0:
        # An at-rule without braces (@charset, @import) ends before the next rule begins.
        prelude = css[at:opened].rpartition(";")[2].strip()
        depth, end = 1, opened + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield prelude, css[opened + 1 : end - 1]
        at = end


def selectors(prelude: str) -> list[str]:
    """A list of selectors, cut at the commas that stand outside brackets."""
    parts, depth = [""], 0
    for letter in prelude:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


def is_used(selector: str, used: frozenset[str]) -> bool:
    """True when every class in it stands in a template; what it must not be does not count."""
    named = set(CLASS.findall(NOT.sub("", selector)))
    return bool(named) and named <= used


def components(css: str, used: frozenset[str]) -> str:
    """The rules about these classes, in their own order."""
    lines = []
    for prelude, body in statements(css):
        if prelude.startswith(("@media", "@supports")):
            inner = components(body, used)
            lines += [f"{prelude} {{", inner, "}"] if inner else []
            continue
        ours = [one for one in selectors(prelude) if not prelude.startswith("@") and is_used(one, used)]
        lines += [f"{', '.join(ours)} {{{body.rstrip()}\n}}"] if ours else []
    return "\n".join(lines)


def tokens(theme: str, *sheets: str) -> str:
    """The design tokens that these sheets use, and those that these stand on in turn."""
    known = dict(DECLARED.findall(theme))
    wanted = {name for sheet in sheets for name in USED.findall(sheet)}
    found: dict[str, str] = {}
    while wanted:
        name = wanted.pop()
        if name in known and name not in found:
            found[name] = known[name]
            wanted |= set(USED.findall(known[name]))
    return ":root {\n" + "".join(f"  {name}: {found[name]};\n" for name in sorted(found)) + "}\n"


def main() -> None:
    """Write components.css and tokens.css into the folder."""
    parser = argparse.ArgumentParser(description="Keep of the design system what our pages use.")
    parser.add_argument("--components", type=Path, required=True, help="index.css of the component library")
    parser.add_argument("--theme", type=Path, required=True, help="theme.css of the design tokens")
    parser.add_argument("--own", type=Path, required=True, help="our own style sheet, which uses tokens too")
    parser.add_argument("--into", type=Path, required=True, help="the folder to write in")
    parser.add_argument("--templates", type=Path, required=True, help="the folder with the pages that use it")
    given = parser.parse_args()
    library = COMMENT.sub("", given.components.read_text(encoding="utf-8"))
    pages = [page.read_text(encoding="utf-8") for page in given.templates.rglob("*.html")]
    kept = components(library, frozenset(name for page in pages for name in CLASS.findall(page)))
    said = "/* SPDX-License-Identifier: EUPL-1.2. See LICENSE.md and VERSIONS. Made by tools/web.sh. */\n"
    (given.into / "components.css").write_text(f"{said}{kept}\n", encoding="utf-8")
    theme = COMMENT.sub("", given.theme.read_text(encoding="utf-8"))
    own = given.own.read_text(encoding="utf-8")
    (given.into / "tokens.css").write_text(said + tokens(theme, kept, own), encoding="utf-8")


if __name__ == "__main__":
    main()
