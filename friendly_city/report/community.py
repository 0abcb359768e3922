"""One community's page: its sections in reading order.

Each section is also a function of its own, so that a notebook shows one a cell: `header_section`, `ratings_section`,
`finding_section`, `profile_section`, `map_section`, `missing_section`, `findings_section`, `unknown_section`,
`not_applicable_section`, `axes_section`, `method_section`, `data_section`, `clauses_section`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from friendly_city.labels import Language
from friendly_city.report.charts import require_language
from friendly_city.report.reading import is_mapped
from friendly_city.report.section import Section
from friendly_city.report.sections_actions import missing_section, unknown_section
from friendly_city.report.sections_axes import axes_section
from friendly_city.report.sections_finding import finding_section
from friendly_city.report.sections_findings import clauses_section, findings_section, not_applicable_section
from friendly_city.report.sections_map import map_section
from friendly_city.report.sections_method import data_section, method_section
from friendly_city.report.sections_summary import header_section, profile_section, ratings_section
from friendly_city.report.words import say, worded

if TYPE_CHECKING:
    from friendly_city.audit.model import CommunityAudit

__all__ = [
    "SECTIONS",
    "axes_section",
    "clauses_section",
    "community_sections",
    "data_section",
    "finding_section",
    "findings_section",
    "header_section",
    "map_section",
    "method_section",
    "missing_section",
    "not_applicable_section",
    "page_title",
    "profile_section",
    "ratings_section",
    "unknown_section",
]

SECTIONS = (
    header_section,
    ratings_section,
    finding_section,
    profile_section,
    map_section,
    missing_section,
    findings_section,
    unknown_section,
    not_applicable_section,
    axes_section,
    method_section,
    data_section,
    clauses_section,
)
"""The sections of a community's page, in its order."""

EDITIONS = ("public", "internal")


def community_sections(c: CommunityAudit, *, language: Language = "zh", edition: str = "public") -> tuple[Section, ...]:
    """Return the sections of a community's page.

    Parameters
    ----------
    c : CommunityAudit
        One community's audit, ``audit.of(code)``.
    language
        ``zh`` or ``en``; an English page names places in pinyin with the Chinese beside it.
    edition
        ``public`` hides counts of children below 5; ``internal`` shows them.

    Raises
    ------
    ValueError
        When language or edition is not one of these.
    """
    require_language(language)
    if edition not in EDITIONS:
        raise ValueError(f"The `edition` parameter must be one of {', '.join(repr(name) for name in EDITIONS)}; not {edition!r}.")
    return tuple(make(c, language=language, edition=edition) for make in SECTIONS if make is not map_section or is_mapped(c))


@worded
def page_title(c: CommunityAudit, *, language: Language = "zh") -> str:
    """Return the title of a community's page."""
    return say("page_title", language, name=c.name.of(language), period=c.period.label)
