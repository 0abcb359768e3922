"""Opening hours as the map writes them (tag ``opening_hours``), as far as they are plain days and times.

What is not understood to the last sign is left out, so that nothing is half right: months, holidays with hours of their own,
times over midnight, sunset, a day in two rules (of which the later one would hold). Days on which a facility is closed need no
row, and public holidays are known to no register. The form is that of wiki.openstreetmap.org/wiki/Key:opening_hours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from friendly_city.city.hours import days_of

DAY = "(?:Mo|Tu|We|Th|Fr|Sa|Su)"
DAYS = f"{DAY}(?:-{DAY})?(?:,{DAY}(?:-{DAY})?)*"
TIMES = "[0-2][0-9]:[0-5][0-9]-[0-2][0-9]:[0-5][0-9]"
RULE = re.compile(f"(?:({DAYS}) )?({TIMES}(?:, ?{TIMES})*)|({DAYS}|PH) (?:off|closed)")
BETWEEN = re.compile(r"; ?|, (?=[A-Z])")
"""What stands between rules; with no day in two of them both signs mean the same."""
ALWAYS = "24/7"
EVERY_DAY = "mo-su"
HOLIDAYS = "PH"

Row = Mapping[str, str]


def hours_of(text: str) -> tuple[Row, ...]:
    """Return the rows of the register hours that a text of the map says: ``days``, ``opens``, ``closes``; () if not understood.

    Examples
    --------
    >>> [tuple(row.values()) for row in hours_of("Mo-We,Fr 09:00-17:00; Sa 10:00-16:00; PH off")]
    [('mo-we fr', '09:00', '17:00'), ('sa', '10:00', '16:00')]
    >>> hours_of("Apr-Oct 09:00-17:00"), hours_of("Mo-Fr 20:00-02:00"), hours_of("Mo-Fr 09:00-17:00; Fr 09:00-12:00")
    ((), (), ())
    """
    if text == ALWAYS:
        return ({"days": EVERY_DAY, "opens": "00:00", "closes": "24:00"},)
    rows, named = list[Row](), set[int]()
    for rule in BETWEEN.split(text):
        found = RULE.fullmatch(rule)
        if found is None:
            return ()
        given, times, closed = found.groups()
        if closed == HOLIDAYS:
            continue
        days = (given or closed or EVERY_DAY).lower().replace(",", " ")
        parts = [days_of(part) for part in days.split(" ")]
        if not all(parts) or sum(map(len, parts)) > len(set().union(*parts) - named):
            return ()
        named.update(*parts)
        spans = [tuple(span.split("-")) for span in re.split(", ?", times)] if times else []
        if any(not opens < closes <= "24:00" for opens, closes in spans):
            return ()
        rows += [{"days": days, "opens": opens, "closes": closes} for opens, closes in spans]
    return tuple(rows)
