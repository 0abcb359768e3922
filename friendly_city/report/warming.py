"""Everything pages share, worked out before the first page: for a process from which others are forked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from friendly_city.labels import Language
from friendly_city.report.community import community_sections, page_title
from friendly_city.report.exporter import export_html, notebook_of

if TYPE_CHECKING:
    from friendly_city.audit.model import Audit


def warm_up(audit: Audit, *, language: Language = "zh", edition: str = "public") -> None:
    """Make one community's page and drop it, so that what is done once in a process is done.

    That is: imports, the compiled template, texts, fonts, and all that is worked out once for a city or an audit (ways to
    facilities, indexes of streets, ranges of the district, sections that are the same on every page). A process forked
    afterwards, working on this same audit object, pays for its own page only.

    Parameters
    ----------
    audit : Audit
        The audit the pages are of.
    language, edition
        As in `friendly_city.report.community.community_sections`; another language is warmed apart.
    """
    if not len(audit):
        return
    c = audit.of(audit.codes[0])
    sections = community_sections(c, language=language, edition=edition)
    export_html(notebook_of(sections, title=page_title(c, language=language), subject=c.code), language=language)
