"""The made-up audit of five communities that pages are drawn from."""

from tests.report.conftest import audit, c

__all__ = ["audit", "c"]
