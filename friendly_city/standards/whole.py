"""A standard audited whole: every criterion that can be, with weights and grades that are this project's choice."""

from __future__ import annotations

from friendly_city.errors import InvalidParameters
from friendly_city.labels import Text
from friendly_city.standards.checklist import COUNTED, Weights
from friendly_city.standards.model import SUBJECTS_AT, Checklist, Grade, Item, Standard, SubjectKind

WEIGHTS = Weights(shall=3, should=2, may=1)
"""Ours: no standard weighs its criteria; a 'should' that is unmet costs less than a 'shall'."""
GRADES = (
    Grade(id="excellent", title=Text("优秀", "excellent"), at_least=85),
    Grade(id="good", title=Text("良好", "good"), at_least=70),
    Grade(id="pass", title=Text("合格", "pass"), at_least=60),
    Grade(id="not_yet", title=Text("待合格", "below pass"), at_least=0),
)
"""Names as in Fuzhou's assessment of child-friendly communities (2024); the cut-offs are ours."""
MINIMUM_COVERAGE = 0.66
"""Share of the weight that must have data before a grade is given. Ours."""
CHOICES = (
    Text(
        "权重由本项目设定：应 3、宜 2、可 1；没有标准给出权重。",
        "The weights are this project's choice: shall 3, should 2, may 1; no standard gives weights.",
    ),
    Text(
        "等级分界由本项目设定：85、70、60 分；数据覆盖率低于 66% 不评等级；不设门槛。",
        "The grade cuts are this project's choice: 85, 70 and 60 points; below a data coverage of 66% no grade is given; "
        "no criterion is a gate.",
    ),
    Text(
        "标准的要求用于所评估的整个年份，即使那时它尚未发布或施行。",
        "The requirements are applied to the whole period, even where the standard was not yet issued or in force.",
    ),
)


def whole(standard: Standard) -> Checklist:
    """Return a checklist of every criterion of a standard that is about a community or its facilities.

    Weights, grades and coverage are this project's (`WEIGHTS`, `GRADES`, `MINIMUM_COVERAGE`); there are no gates.

    Raises
    ------
    InvalidParameters
        When no criterion of the standard is about a community or its facilities.
    """
    items = tuple(
        Item(criterion=c, standard=standard, clause=standard.clause(c.clause), weight=WEIGHTS.of(c.obligation))
        for c in standard.criteria
        if c.subject in SUBJECTS_AT[SubjectKind.COMMUNITY]
        and (c.subject is SubjectKind.COMMUNITY or c.requirement.kind not in COUNTED)
    )
    if not items:
        raise InvalidParameters(f"no criterion of {standard.id!r} is about a community or its facilities")
    used = {item.criterion.dimension for item in items}
    return Checklist(
        id=standard.id,
        version="whole",
        title=standard.title,
        purpose=Text(
            "整部标准中以社区及其设施为对象的全部指标", "every criterion of the standard about a community or its facilities"
        ),
        dimensions=tuple(dimension for dimension in standard.dimensions if dimension.id in used),
        items=items,
        grades=GRADES,
        gate_cap=GRADES[-1].id,
        minimum_coverage=MINIMUM_COVERAGE,
        choices=CHOICES,
    )
