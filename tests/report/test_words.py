"""Sentences of the pages are asked for by key and language; what is not there is told by name."""

from __future__ import annotations

import pytest

from friendly_city.errors import UnknownName
from friendly_city.report.words import rich, say


@pytest.mark.parametrize("words", [say, rich])
def test_a_language_there_is_not_is_told(words):
    with pytest.raises(UnknownName, match=r"language.*'fr'.*zh, en"):
        words("children", "fr")


@pytest.mark.parametrize("words", [say, rich])
def test_a_text_there_is_not_is_told(words):
    with pytest.raises(UnknownName, match="childern"):
        words("childern", "en")
