"""A tree as YAML in the project's own form: short mappings on one line, long ones in a block, quotes only where needed.

The same tree gives the same bytes. Any YAML reader gets the same texts: one that looks like a number, a date or a word such
as ``no`` stands in quotes. Comments of a file that was read are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from friendly_city.standards.tree import Plain, Tree, tree_of

WIDTH = 128
"""Characters up to which a mapping or list stands on one line."""
WORDS = re.compile(r"(?i)true|false|yes|no|on|off|y|n|null|nan|inf")
NUMBER = re.compile(r"[-+]?[0-9.][0-9a-fA-FoOxX_.:eE+-]*")
"""Anything a YAML reader might take for a number, a date or a time."""
UNQUOTED = re.compile(r"\w([^:#?,\[\]{}]|:(?=[^\s,\[\]{}]))*")
"""A text that needs no quotes within brackets; a colon only before something else than a space, as in an address.

A question mark is a mark of its own there to one of PyYAML's two parsers."""
UNQUOTED_IN_BLOCK = re.compile(r"\w([^:#]|:(?=\S))*")
ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def yaml_text(value: object, *, comment: str = "") -> str:
    r"""Return an object as the text of a YAML file.

    Parameters
    ----------
    value : object
        A `Standard`, or what describes another file.
    comment : str
        A line for the top of the file.

    Examples
    --------
    >>> from friendly_city.labels import Text
    >>> from friendly_city.standards.model import Dimension
    >>> print(yaml_text(Dimension(id="010", title=Text("游戏", "play: outdoors"))))
    id: "010"
    title: {zh: 游戏, en: "play: outdoors"}
    <BLANKLINE>
    """
    head = [f"# {line}" for line in comment.splitlines()]
    return "\n".join([*head, *_block(tree_of(value), 0), ""])


def on_one_line(tree: Tree) -> str:
    """Return a tree in the flow style of YAML.

    Examples
    --------
    >>> on_one_line({"kind": ["park", "play_site"], "site_area_m2": {"at_least": Plain("400")}, "name": "1.10"})
    '{kind: [park, play_site], site_area_m2: {at_least: 400}, name: "1.10"}'
    """
    if isinstance(tree, dict):
        return f"{{{', '.join(f'{scalar(key)}: {on_one_line(child)}' for key, child in tree.items())}}}"
    if isinstance(tree, list):
        return f"[{', '.join(on_one_line(child) for child in tree)}]"
    return scalar(tree)


def scalar(text: str, *, unquoted: re.Pattern[str] = UNQUOTED) -> str:
    r"""Return a text as YAML, in quotes when it could be taken for something else.

    Examples
    --------
    >>> scalar("no"), scalar("1.10"), scalar(Plain("1.10")), scalar("a\nb"), scalar("DB4403/T 236—2022")
    ('"no"', '"1.10"', '1.10', '"a\\nb"', 'DB4403/T 236—2022')
    """
    if isinstance(text, Plain) and text:
        return str(text)
    plain = reads_as_text(text, unquoted) and not WORDS.fullmatch(text) and not NUMBER.fullmatch(text)
    return text if plain else f'"{"".join(_escaped(mark) for mark in text)}"'


def reads_as_text(text: str, unquoted: re.Pattern[str] = UNQUOTED) -> bool:
    """Return whether this project's reader, to whom a number is a text too, reads a text without quotes as it is.

    Examples
    --------
    >>> reads_as_text("0-3"), reads_as_text("a: b"), reads_as_text("")
    (True, False, False)
    """
    return bool(unquoted.fullmatch(text)) and text[-1] != " " and text.isprintable()


def _escaped(mark: str) -> str:
    if mark in ESCAPES:
        return ESCAPES[mark]
    if mark.isprintable():
        return mark
    code = ord(mark)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _block(tree: Tree, indent: int) -> Iterator[str]:
    space = " " * indent
    if isinstance(tree, dict):
        for key, child in tree.items():
            yield from _entry(f"{space}{scalar(key)}:", child, indent, top=indent == 0)
    elif isinstance(tree, list):
        for child in tree:
            yield from _item(child, indent)


def _entry(head: str, child: Tree, indent: int, *, top: bool) -> Iterator[str]:
    """Yield a key with its value: on one line where it fits; long lists at the top of a file one entry a line."""
    rows = top and isinstance(child, list) and any(isinstance(entry, dict) for entry in child)
    line = f"{head} {_in_block(child)}"
    if isinstance(child, str) or not child or (len(line) <= WIDTH and not rows):
        yield line
        return
    yield head
    yield from _block(child, indent + 2)


def _in_block(child: Tree) -> str:
    return scalar(child, unquoted=UNQUOTED_IN_BLOCK) if isinstance(child, str) else on_one_line(child)


def _item(child: Tree, indent: int) -> Iterator[str]:
    space = " " * indent
    line = f"{space}- {_in_block(child)}"
    if isinstance(child, str) or not child or len(line) <= WIDTH:
        yield line
        return
    first, *rest = _block(child, indent + 2)
    yield f"{space}- {first[indent + 2 :]}"
    yield from rest
