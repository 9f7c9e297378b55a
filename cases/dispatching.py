"""Which department a case goes to, and why: proposed to the dispatcher, never imposed.

The most specific rule of the table wins: a subclass before its main class before all
classes, then drawn cells before a community before a street before everywhere. Without
a rule it is the department of the filing condition.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Unit
from cases.models import Case, DispatchRule, Duty, StandIn

PARENTS_MOST = 6  # a chain of units longer than this is a ring


@dataclass(frozen=True)
class Proposal:
    """A department, the sentence that says why, and the rule behind it, if any."""

    unit: Unit | None
    why: str
    rule: DispatchRule | None = None

    @property
    def duty(self) -> Duty | None:
        return self.rule.duty if self.rule else None


@dataclass
class Rulebook:
    """The rules that may fit, by class; the id None holds those for all classes."""

    rules: dict[int | None, list[DispatchRule]] = field(default_factory=dict)
    stand_ins: dict[int, StandIn] = field(default_factory=dict)

    @classmethod
    def whole(cls, moment: datetime | None = None) -> Self:
        """Every rule: three queries, for many cases. Without a moment no stand-ins."""
        return cls(_by_class(DispatchRule.objects.in_use().whole()), _standing(moment))

    @classmethod
    def of(cls, case: Case, moment: datetime) -> Self:
        """Only what may fit this case: two queries."""
        category = case.category
        fits = Q(category=None) | Q(category__in=[category.pk, category.parent_id])
        here = Q(street=None) | Q(street=case.street_id)
        rules = DispatchRule.objects.in_use().whole().filter(fits, here)
        return cls(_by_class(rules), _standing(moment))

    def rule_for(self, case: Case) -> DispatchRule | None:
        """The most specific rule; of two alike the older."""
        category = case.category
        for key in (category.pk, category.parent_id, None):
            found = [rule for rule in self.rules.get(key, ()) if _lies_in(case, rule)]
            if found:
                return max(found, key=lambda rule: (_area(rule), -rule.pk))
            if key is None:
                break
        return None

    def propose(self, case: Case) -> Proposal:
        rule = self.rule_for(case)
        if rule is not None:
            return self._by_rule(rule)
        condition = case.condition
        if condition is None or condition.department is None:
            why = _("No rule fits and the condition names nobody: choose a department.")
            return Proposal(None, why)
        return self._standing_in(condition.department, _("By the filing condition."))

    def _by_rule(self, rule: DispatchRule) -> Proposal:
        unit, why = rule.department, reason_of(rule)
        if rule.duty and rule.duty.is_withdrawn and is_of_street(unit):
            above = rule.duty.department
            why = _("%(why)s The matter was withdrawn from streets.") % {"why": why}
            return Proposal(above, why, rule)
        return self._standing_in(unit, why, rule)

    def _standing_in(
        self, unit: Unit, why: str, rule: DispatchRule | None = None
    ) -> Proposal:
        stands = self.stand_ins.get(unit.pk)
        if stands is None or stands.by_unit is None:
            return Proposal(unit, why, rule)
        said = _("%(why)s %(by)s stands in for %(unit)s until %(until)s.") % {
            "why": why,
            "by": stands.by_unit,
            "unit": unit,
            "until": timezone.localtime(stands.lasts.upper).strftime("%m-%d %H:%M"),
        }
        return Proposal(stands.by_unit, said, rule)


def propose(case: Case, moment: datetime | None = None) -> Proposal:
    """Where this case should go: two queries beside the case's own rows."""
    return Rulebook.of(case, moment or timezone.now()).propose(case)


def barred(case: Case, unit: Unit) -> str:
    """Why the case may not go to this unit; "" where it may.

    A matter that was withdrawn from streets goes to no unit of a street.
    """
    if not is_of_street(unit):
        return ""
    rule = Rulebook.of(case, timezone.now()).rule_for(case)
    if rule is None or rule.duty is None or not rule.duty.is_withdrawn:
        return ""
    return _("“%(duty)s” was withdrawn from streets: send it to %(unit)s.") % {
        "duty": rule.duty.title,
        "unit": rule.duty.department or _("the department above"),
    }


def reason_of(rule: DispatchRule) -> str:
    """The rule in one sentence, with the duty that it refers to."""
    where = str(rule.community or rule.street or _("the whole district"))
    if rule.cells:
        where = _("%(where)s, %(count)s drawn cells") % {
            "where": rule.street or _("the district"),
            "count": len(rule.cells),
        }
    said = _("Rule for %(what)s in %(where)s.") % {
        "what": rule.category or _("every class"),
        "where": where,
    }
    if rule.duty is None:
        return said
    return _("%(said)s Duty %(code)s %(title)s%(basis)s.") % {
        "said": said,
        "code": rule.duty.code,
        "title": rule.duty.title,
        "basis": f" ({rule.duty.basis})" if rule.duty.basis else "",
    }


def is_of_street(unit: Unit | None) -> bool:
    """Whether the unit is a street, or belongs to one."""
    for _step in range(PARENTS_MOST):
        if unit is None:
            return False
        if unit.kind == Unit.Kind.STREET:
            return True
        unit = unit.parent
    return False


def _by_class(
    rules: Iterable[DispatchRule],
) -> dict[int | None, list[DispatchRule]]:
    found: dict[int | None, list[DispatchRule]] = defaultdict(list)
    for rule in rules:
        found[rule.category_id].append(rule)
    return dict(found)


def _standing(moment: datetime | None) -> dict[int, StandIn]:
    """Units for which another stands in at the moment; one query."""
    if moment is None:
        return {}
    rows = StandIn.objects.valid_at(moment).filter(unit__isnull=False)
    return {
        row.unit_id: row  # type: ignore[misc]
        for row in rows.select_related("unit", "by_unit").order_by("pk")
    }


def _lies_in(case: Case, rule: DispatchRule) -> bool:
    if rule.street_id not in (None, case.street_id):
        return False
    if rule.community_id not in (None, case.community_id):
        return False
    return not rule.cells or (case.cell is not None and case.cell.code in rule.cells)


def _area(rule: DispatchRule) -> tuple[bool, bool, bool]:
    return bool(rule.cells), rule.community_id is not None, rule.street_id is not None
