"""A case of a part's class carries the part that it is about: the nearest of its class.

A code that was scanned gives the part's own place, so the nearest is that part.
"""

from typing import cast

from django.contrib.gis.db.models.functions import Distance

from cases.models import Case, CasePart
from layers.models import Part
from workflow.effects import Doing, after
from workflow.models import Category

REACH = 0.0001  # degrees: ten metres
DECIDES = {"category", "place"}  # evidence that may make it another part


@after(Case.KIND)
def carry(doing: Doing) -> None:
    """At the opening, and where class or place change: two queries, of parts alone."""
    case = cast(Case, doing.row)
    opens = case.events_count == 1
    if not opens and not DECIDES & set(doing.given.values):
        return
    found = part_at(case)
    if found is not None:
        told = {"code": found.code, "name": found.name}
        CasePart.objects.update_or_create(case=case, defaults=told)
    elif not opens:
        CasePart.objects.filter(case=case).delete()


def part_at(case: Case) -> Part | None:
    """The nearest part of the case's class about its place; None of an event."""
    category = case.category
    if category is None or category.kind != Category.Kind.PART or case.place is None:
        return None
    rows = Part.objects.filter(
        category_code=category.code, geometry__dwithin=(case.place, REACH)
    )
    return rows.order_by(Distance("geometry", case.place), "code").first()
