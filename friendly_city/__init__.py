"""Audit how friendly a city is to its children, openly, with evidence.

Five kinds of things are here, in the order of the work:

- ``load_standard``, ``load_checklist``: what is asked: criteria with clause, obligation, threshold, text basis;
- ``load_city``: what is known: registers, geometry and streets of a city, checked;
- ``audit``: findings, scores with bounds, grades, action plan, for all communities at once;
- ``plot_…``, ``map_…``: pictures (matplotlib Axes), which ``use_svg`` shows with real text; ``write_report``: one page;
- ``run_batch``: notebooks and reports for all communities.

Names are imported when first used, so that ``import friendly_city`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.1.0"

_HOMES = {
    "load_standard": "friendly_city.standards.load",
    "load_checklist": "friendly_city.standards.load",
    "load_city": "friendly_city.city.load",
    "audit": "friendly_city.audit.engine",
    "plot_profile": "friendly_city.report.charts",
    "plot_ratings": "friendly_city.report.charts",
    "plot_ranking": "friendly_city.report.charts",
    "map_scores": "friendly_city.report.maps",
    "map_community": "friendly_city.report.maps",
    "community_sections": "friendly_city.report.community",
    "district_sections": "friendly_city.report.district",
    "use_svg": "friendly_city.report.svg",
    "write_report": "friendly_city.report.exporter",
    "run_batch": "friendly_city.batch.run",
}

__all__ = [  # noqa: PLE0604 - the public names, filled from _HOMES
    "__version__",
    *sorted(_HOMES),
]

if TYPE_CHECKING:
    from friendly_city.audit.engine import audit as audit
    from friendly_city.batch.run import run_batch as run_batch
    from friendly_city.city.load import load_city as load_city
    from friendly_city.report.charts import plot_profile as plot_profile
    from friendly_city.report.charts import plot_ranking as plot_ranking
    from friendly_city.report.charts import plot_ratings as plot_ratings
    from friendly_city.report.community import community_sections as community_sections
    from friendly_city.report.district import district_sections as district_sections
    from friendly_city.report.exporter import write_report as write_report
    from friendly_city.report.maps import map_community as map_community
    from friendly_city.report.maps import map_scores as map_scores
    from friendly_city.report.svg import use_svg as use_svg
    from friendly_city.standards.load import load_checklist as load_checklist
    from friendly_city.standards.load import load_standard as load_standard


def __getattr__(name: str) -> object:
    if name == "audit":  # the room is the verb: see friendly_city/audit/__init__.py
        return import_module("friendly_city.audit")
    if name not in _HOMES:
        raise AttributeError(f"module 'friendly_city' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
