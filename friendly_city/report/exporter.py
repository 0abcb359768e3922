"""From a notebook, executed or made in memory, to one HTML file that needs nothing else.

Uses nbconvert with the template of this package: one style, one small script, no request. Knows notebooks, not audits.
"""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets.config import Config

from friendly_city import __version__
from friendly_city.errors import FriendlyCityError
from friendly_city.labels import HTML_LANGUAGE, Language
from friendly_city.report.check import notebook_problems
from friendly_city.report.files import written_whole
from friendly_city.report.section import TEMPLATE, Section, template_text, theme_style
from friendly_city.report.words import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbformat import NotebookNode

    from friendly_city.audit.model import CommunityAudit

DISPLAY_PRIORITY = ["text/html", "image/svg+xml", "image/png", "text/markdown", "text/plain"]
HIDDEN_TAGS = frozenset({"parameters", "injected-parameters", "remove-cell"})
"""Cells with one of these tags are not part of a page."""


class PageExporter(TemplateExporter):
    """nbconvert with the template of this package and nothing that rewrites the page afterwards."""

    file_extension = ".html"
    output_mimetype = "text/html"

    def __init__(self) -> None:
        folders = [str(Path(__file__).parent)]
        super().__init__(template_name=TEMPLATE, extra_template_basedirs=folders)  # type: ignore[no-untyped-call]

    @property
    def default_config(self) -> Config:
        """Return the settings of nbconvert's exporters, with the richest kind of output first."""
        ours = Config({"NbConvertBase": {"display_data_priority": DISPLAY_PRIORITY}})
        ours.merge(super().default_config)
        return ours


class NotebookFailed(FriendlyCityError):
    """A notebook has an error or wrote to stderr, so no page is made of it."""

    exit_code = 1


def export_html(notebook: NotebookNode, *, language: Language) -> str:
    """Return the page of a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; its outputs become the page, its code does not. ``metadata.title`` is the title,
        ``metadata.friendly_city.key`` the community or city shown, ``.fingerprint`` what it was made from.
    language
        Language of the page.

    Returns
    -------
    str
        HTML that asks no network for anything; the same for the same outputs.

    Raises
    ------
    NotebookFailed
        When the notebook has an error or wrote to stderr.
    """
    if problems := notebook_problems(notebook):
        raise NotebookFailed("no page can be made of the notebook: " + "; ".join(problems))
    page, _ = PageExporter().from_notebook_node(_shown(notebook), resources={"page": _page(notebook, language)})
    return re.sub(r"\n{2,}", "\n", page.replace(theme_style(), "")).strip() + "\n"


def _shown(notebook: NotebookNode) -> NotebookNode:
    from nbformat import from_dict

    cells = [cell for cell in notebook.cells if not HIDDEN_TAGS & set(cell.metadata.get("tags", []))]
    return cast("NotebookNode", from_dict({**notebook, "cells": cells}))  # type: ignore[no-untyped-call]


def _page(notebook: NotebookNode, language: Language) -> dict[str, Any]:
    ours = notebook.metadata.get("friendly_city", {})
    parameters = notebook.metadata.get("papermill", {}).get("parameters", {})
    script = template_text("page.js").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {
        "title": notebook.metadata.get("title", "friendly_city"),
        "html_language": HTML_LANGUAGE[language],
        "subject": ours.get("key", parameters.get("community", "")),
        "fingerprint": ours.get("fingerprint", ""),
        "version": __version__,
        "page_css": template_text("page.css"),
        "theme_css": template_text("theme.css"),
        "script": script,
        "script_hash": f"sha256-{digest}",
        "skip": say("skip", language),
        "picture": say("picture", language),
    }


def notebook_of(sections: Iterable[Section], *, title: str, subject: str) -> NotebookNode:
    """Return a notebook with one section a cell, as if it had been executed."""
    from nbformat import from_dict

    cells = [_cell(section) for section in sections]
    metadata = {"title": title, "friendly_city": {"key": subject}}
    book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return cast("NotebookNode", from_dict(book))  # type: ignore[no-untyped-call]


def _cell(section: Section) -> dict[str, Any]:
    data = {"text/html": section._repr_html_()}
    output = {"output_type": "display_data", "data": data, "metadata": {}}
    return {"cell_type": "code", "id": section.id, "source": "", "metadata": {}, "execution_count": None, "outputs": [output]}


def write_report(c: CommunityAudit, path: str | Path, *, language: Language = "zh", edition: str = "public") -> Path:
    """Write one community's page without running a notebook.

    Parameters
    ----------
    c : CommunityAudit
        ``audit.of(code)``.
    path : str or Path
        File to write; its folder is made. It appears whole or not at all.
    language, edition
        As in `friendly_city.report.community.community_sections`.

    Returns
    -------
    Path
        The file written; the same bytes for the same input.
    """
    from friendly_city.report.community import community_sections, page_title

    sections = community_sections(c, language=language, edition=edition)
    book = notebook_of(sections, title=page_title(c, language=language), subject=c.code)
    page = export_html(book, language=language)
    with written_whole(Path(path)) as temporary:
        temporary.write_text(page, encoding="utf-8", newline="\n")
    return Path(path)
