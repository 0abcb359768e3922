"""What a tailored checklist changed, shown in every report: was, is, why, and who stands for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from friendly_city.labels import Language, label
from friendly_city.report.html import Attribute, Column, Html, Row, element, join, link, slug, table
from friendly_city.report.shown import change_anchor, in_its_language, titled
from friendly_city.report.words import say

if TYPE_CHECKING:
    from friendly_city.standards.model import Approval, Change, Checklist


def changes_shown(checklist: Checklist, language: Language, *, linked: bool = True) -> Html | None:
    """Return the table of everything in which a checklist differs from its base; None when it is made from none.

    `linked` leads to the findings, where the page has them.
    """
    if not checklist.base:
        return None
    title = element("h3", say("changes", language), id="changes")
    if not checklist.changes:
        return join([title, element("p", say("changes_none", language, base=checklist.base))])
    columns = [
        Column(title=say("change_what", language), width="26%", heads_row=True),
        Column(title=say("change_was", language), width="18%"),
        Column(title=say("change_now", language), width="18%"),
        Column(title=say("change_reason", language)),
        Column(title=say("change_approved", language), width="20%"),
    ]
    rows = [_row(checklist, change, language, linked=linked) for change in checklist.changes]
    caption = say("changes_caption", language, base=checklist.base, count=len(rows))
    grid = table(
        columns, rows, id="changes-table", caption=caption, layout="cards", class_="fixed", row_attributes=_anchors(checklist)
    )
    return join([title, grid])


def _anchors(checklist: Checklist) -> list[dict[str, Attribute]]:
    """Return the id of each row; of several about one thing the first has it."""
    seen: set[str] = set()
    found: list[dict[str, Attribute]] = []
    for change in checklist.changes:
        found.append({"data_change": str(change.kind), "data_about": change.about})
        if change.about not in seen:
            found[-1]["id"] = change_anchor(change.about)
            seen.add(change.about)
    return found


def _row(checklist: Checklist, change: Change, language: Language, *, linked: bool) -> Row:
    kind = label("change", change.kind).of(language)
    of = f" · {say('change_of', language, base=change.base)}" if not checklist.base.startswith(f"{change.base} ") else ""
    eases = element("b", say("change_eases", language), class_="warn") if change.eases else None
    title = titled(change.title.of(language))
    shown = {item.id for item in checklist.items}
    about = link(slug("finding", change.about), title) if linked and change.about in shown else title
    return (
        join([about, element("small", join([titled(kind) + of, eases], " "))]),
        change.was.of(language),
        change.now.of(language),
        change.reason.of(language),
        _signed(change.approved, language) if change.approved else "",
    )


def _signed(approved: Approval, language: Language) -> Html:
    words = {"proposed_by": approved.proposed_by, "by": approved.by, "document": approved.document}
    return in_its_language(say("change_signed", language, **words, on=approved.on.isoformat()), language)


def changed_in_short(checklist: Checklist, language: Language, *, linked: bool = True) -> Html | None:
    """Return one line that says a checklist was changed locally, linked to the table; None when it was not."""
    if not checklist.changes:
        return None
    said = say("changed_in_short", language, base=checklist.base, count=len(checklist.changes))
    return element("small", link("changes", said) if linked else said, class_="ours")
