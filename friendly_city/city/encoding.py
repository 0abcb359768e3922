"""How a table of text is written: its encoding, found out strictly and said, and what stands between its cells.

A file is what its byte order mark says; without one UTF-8 where all of it is UTF-8; otherwise GB18030 (of which GBK and GB 2312
are parts) where all of it is that and reads as Chinese. Files are looked at block by block, however large they are.
"""

from __future__ import annotations

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from friendly_city.errors import Problem
from friendly_city.labels import Text

BLOCK = 1 << 20
"""Bytes decoded at once."""
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
SAID = {
    "utf-8-sig": Text("UTF-8（带字节顺序标记）", "UTF-8 with a byte order mark"),
    "gb18030": Text("GB18030（GBK）", "GB18030 (GBK)"),
    "utf-16-le": Text("UTF-16", "UTF-16"),
    "utf-16-be": Text("UTF-16", "UTF-16"),
    "utf-8": Text("UTF-8", "UTF-8"),
}
SEPARATORS = {";": Text("分号", "semicolons"), "\t": Text("制表符", "tabs")}
"""What may stand between cells instead of commas."""
EXPECTED = "a file saved as UTF-8 (or GB18030, or UTF-16 with a byte order mark)"
LEAST_COMMON = 0.5
"""Share of the characters beyond ASCII that are among the common ones of GB 2312 in a text that reads as Chinese; ours."""
# Rows 16 to 55 of GB 2312, 3,755 characters, hold the common ones; rows 1 to 3 punctuation, signs and full-width letters.
COMMON_LEADS = frozenset([*range(0xA1, 0xA4), *range(0xB0, 0xD8)])
NEVER = ("Cc", "Cn", "Co", "Cs")
"""Categories of characters no text has: controls, unassigned, private use, halves of pairs."""

Fault = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Writing:
    """How a table is written: the encoding as Python calls it, and the separator of cells."""

    encoding: str = "utf-8"
    separator: str = ","

    @property
    def usual(self) -> bool:
        """Return whether it is what the templates have: UTF-8 and commas."""
        return self == Writing()

    @property
    def codec(self) -> str:
        """Return the encoding as a file is opened in it, which takes the byte order mark away."""
        return "utf-16" if self.encoding.startswith("utf-16") else self.encoding

    def told(self, file: str) -> Text:
        """Return what is said of a file that is written like this.

        Examples
        --------
        >>> Writing("gb18030", ";").told("staff.csv").en
        'staff.csv: read as GB18030 (GBK), cells separated by semicolons'
        """
        how, apart = SAID[self.encoding], SEPARATORS.get(self.separator, Text("", ""))
        between = Text(f"，以{apart.zh}分隔", f", cells separated by {apart.en}") if apart.en else apart
        return Text(f"{file}：按{how.zh}读取{between.zh}", f"{file}: read as {how.en}{between.en}")


def encoding_of(path: Path, problems: list[Problem]) -> str | None:
    """Return the encoding of a file, or None with the reason, and the place of the first bad byte, in `problems`."""
    with path.open("rb") as file:
        head = file.read(BLOCK)
    if not head.strip() and path.stat().st_size <= BLOCK:
        problems.append(Problem(path.name, 1, None, "", "the file is empty", "content"))
        return None
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), None)
    faults: list[Fault] = []
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        fault = _fault(path, encoding)
        if fault is None:
            return encoding
        faults.append(fault)
    line, column, what = max(faults, key=lambda fault: fault[:2])  # as what it reads furthest, that it was meant to be
    problems.append(Problem(path.name, line, column, "", what, EXPECTED if "NUL" not in what else "text"))
    return None


def encoding_of_bytes(raw: bytes, wanted: Sequence[str]) -> str | None:
    r"""Return the first of some encodings in which all of some bytes are text, None where they are in none.

    Examples
    --------
    >>> encoding_of_bytes("社区".encode("gbk"), ["utf-8", "gb18030"]), encoding_of_bytes(b"Z\xfcrich", ["utf-8", "gb18030"])
    ('gb18030', None)
    """
    for encoding in wanted:
        beyond = [0, 0]
        with suppress(UnicodeDecodeError):
            text = raw.decode(encoding)
            if encoding != "gb18030" or (not _strange(text, beyond) and not _is_odd(beyond)):
                return encoding
    return None


def blocks(path: Path, encoding: str) -> Iterator[str]:
    """Yield the text of a file in pieces, without its byte order mark.

    Raises
    ------
    UnicodeDecodeError
        Where the file is not in this encoding.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    is_first = encoding.startswith("utf-16")
    with path.open("rb") as file:
        while True:
            raw = file.read(BLOCK)
            text = decoder.decode(raw, final=not raw)
            yield text[1:] if is_first else text
            is_first = False
            if not raw:
                return


def _fault(path: Path, encoding: str) -> Fault | None:
    """Return line, column and what is wrong where a file ceases to be text in an encoding."""
    line, column, seen, beyond = 1, 1, 0, [0, 0]

    def after(text: str) -> tuple[int, int]:
        *above, last = text.rsplit("\n", 1)
        return (line + text.count("\n"), len(last) + 1) if above else (line, column + len(text))

    try:
        for text in blocks(path, encoding):
            if "\x00" in text:
                return (*after(text[: text.index("\x00")]), "a NUL character")
            if encoding == "gb18030" and (strange := _strange(text, beyond)):
                return (*after(text[: text.index(strange)]), f"bytes that are not {SAID[encoding].en}")
            line, column = after(text)
            seen += len(text)
    except UnicodeDecodeError as err:
        good = err.object[: err.start].decode(encoding, errors="ignore")
        return (*after(good), f"a byte 0x{err.object[err.start]:02x} that is not {SAID[encoding].en}")
    if encoding == "gb18030" and _is_odd(beyond):
        return 0, 0, ""  # what it is as UTF-8 is told
    return None


def _is_odd(beyond: Sequence[int]) -> bool:
    """Return whether too few of the characters beyond ASCII are common ones for text that reads as Chinese."""
    return beyond[0] < LEAST_COMMON * beyond[1]


def _strange(text: str, beyond: list[int]) -> str:
    """Return the first character no Chinese text has, '' where there is none; count common characters and all beyond ASCII."""
    counts = {char: text.count(char) for char in set(text) if char > "\x7f"}
    beyond[0] += sum(count for char, count in counts.items() if _is_common(char))
    beyond[1] += sum(counts.values())
    return min((char for char in counts if unicodedata.category(char) in NEVER), key=text.index, default="")


def _is_common(char: str) -> bool:
    raw = char.encode("gb18030")
    return len(raw) == 2 and raw[0] in COMMON_LEADS and raw[1] >= 0xA1


def separator_of(header: str, known: Sequence[str]) -> str:
    """Return what separates the cells of a table: a comma unless the header is unmistakably separated otherwise.

    That is: it has no comma, and split by one of the others it has two columns or more, half of them known.

    Examples
    --------
    >>> [separator_of(header, ["a", "b"]) for header in ("a,b", "a;b", "a;c;d;e", "a|b")]
    [',', ';', ',', ',']
    """
    if "," in header:
        return ","
    for mark in SEPARATORS:
        cells = next(csv.reader([header], delimiter=mark))
        if len(cells) > 1 and 2 * sum(cell in known for cell in cells) >= len(cells):
            return mark
    return ","


def writing_of(path: Path, known: Sequence[str], problems: list[Problem]) -> Writing | None:
    """Return how a table is written, or None with the reason in `problems`; `known` are the columns it may have."""
    encoding = encoding_of(path, problems)
    if encoding is None:
        return None
    first = next(blocks(path, encoding))
    return Writing(encoding, separator_of(first.split("\n", 1)[0].rstrip("\r"), known))


def as_usual(path: Path, known: Sequence[str]) -> str:
    """Return the text of a sound table as the templates write one, however it is written."""
    writing = writing_of(path, known, []) or Writing()
    text = path.read_text(encoding=writing.codec)
    if writing.separator == ",":
        return text
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(csv.reader(io.StringIO(text, newline=""), delimiter=writing.separator))
    return out.getvalue()
