"""From a notebook, executed or made in memory, to one HTML file that needs nothing else.

Uses nbconvert with the template of this package: one style, one small script, no request. Knows notebooks, not audits.
"""

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.preprocessors import CoalesceStreamsPreprocessor
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
        """Return the settings of nbconvert's exporters, with the richest kind of output first and streams joined."""
        ours = Config(
            {
                "NbConvertBase": {"display_data_priority": DISPLAY_PRIORITY},
                "CoalesceStreamsPreprocessor": {"enabled": True},
            }
        )
        ours.merge(super().default_config)
        return ours

    @cached_property
    def settings(self) -> dict[str, Any]:
        """Return what nbconvert tells a template of its settings."""
        from nbformat.v4 import new_notebook

        empty = new_notebook()  # type: ignore[no-untyped-call]
        return dict(self.from_notebook_node(empty, resources={"page": {}})[1])

    def render(self, notebook: Mapping[str, Any], page: Mapping[str, Any]) -> str:
        """Return what `from_notebook_node` returns, without copying and checking the notebook.

        Of nbconvert's own steps before the template only joining of streams does anything here; it is done.
        """
        cells = [_joined(cell) for cell in notebook["cells"]]
        text: str = self.template.render(nb={**notebook, "cells": cells}, resources=self.settings | {"page": page})
        return text.lstrip("\r\n")


@cache
def page_exporter() -> PageExporter:
    """Return the exporter of this process: its template is compiled once."""
    return PageExporter()


def _joined(cell: NotebookNode) -> NotebookNode:
    """Return a cell whose streams are joined and free of overwritten lines, as nbconvert does it."""
    if not any(output["output_type"] == "stream" for output in cell.get("outputs", ())):
        return cell
    copied = copy.deepcopy(cell)
    return cast("NotebookNode", CoalesceStreamsPreprocessor().preprocess_cell(copied, {}, 0)[0])  # type: ignore[no-untyped-call]


class NotebookFailed(FriendlyCityError):
    """A notebook has an error or wrote to stderr, so no page is made of it."""

    exit_code = 1


def export_html(notebook: NotebookNode, *, language: Language) -> str:
    """Return the page of a notebook.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; its outputs become the page, its code does not. ``metadata.title`` is the title,
        ``metadata.friendly_city.subject`` (else ``.key``) the community or city shown, ``.fingerprint`` what it was made from,
        ``.overview`` the page it leads back to.
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
    page = page_exporter().render(shown(notebook), page_of(notebook, language))
    return page.replace(theme_style(), "").strip() + "\n"


def shown(notebook: NotebookNode) -> dict[str, Any]:
    """Return a notebook without the cells that are not part of a page."""
    return {**notebook, "cells": [cell for cell in notebook.cells if not HIDDEN_TAGS & set(cell.metadata.get("tags", []))]}


def page_of(notebook: NotebookNode, language: Language) -> dict[str, Any]:
    """Return what the template says of a page besides its cells."""
    ours = notebook.metadata.get("friendly_city", {})
    parameters = notebook.metadata.get("papermill", {}).get("parameters", {})
    return _fixed(language) | {
        "title": notebook.metadata.get("title", "friendly_city"),
        "subject": ours.get("subject", ours.get("key", parameters.get("community", ""))),
        "fingerprint": ours.get("fingerprint", ""),
        "overview": ours.get("overview", ""),
    }


@cache
def _fixed(language: Language) -> dict[str, str]:
    """Return what is the same on all pages in a language."""
    script = _dense("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return {
        "html_language": HTML_LANGUAGE[language],
        "version": __version__,
        "page_css": _dense("page.css"),
        "theme_css": _dense("theme.css"),
        "script": script,
        "script_hash": f"sha256-{digest}",
        "skip": say("skip", language),
        "picture": say("picture", language),
        "back": say("back", language),
    }


def _dense(name: str) -> str:
    """Return a file of the template without its empty lines."""
    return "\n".join(line for line in template_text(name).splitlines() if line)


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
