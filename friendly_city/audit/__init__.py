"""From a city and a checklist to findings, scores, grades and an action list.

`friendly_city.audit` is both this room and the verb: ``friendly_city.audit(city, checklist, period="2022")``. Importing a
room binds its name on the package, so the room itself is made callable (see DECISIONS.md).
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from friendly_city.audit.change import AuditChange
    from friendly_city.audit.model import Audit
    from friendly_city.city.model import City
    from friendly_city.standards.model import Checklist


class _Room(ModuleType):
    def __call__(self, city: City, checklist: Checklist, *, period: str) -> Audit:
        """Audit every community of `city` against `checklist`; see `friendly_city.audit.engine.audit`."""
        from friendly_city.audit.engine import audit

        return audit(city, checklist, period=period)

    def compare(self, before: Audit, after: Audit) -> AuditChange:
        """Compare two audits of a city, finding by finding; see `friendly_city.audit.change.compare`."""
        from friendly_city.audit.change import compare

        return compare(before, after)


sys.modules[__name__].__class__ = _Room
