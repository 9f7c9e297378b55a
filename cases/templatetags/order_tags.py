"""What pages draw of orders."""

from typing import Any

from django import template

from accounts.models import User
from cases.models import Case, Order
from cases.models.order import DEADLINE_KIND
from cases.orders.columns import COLUMNS
from cases.orders.permissions import can_read_reveals
from cases.orders.rates import Share
from workflow.lights import add_last_limits

register = template.Library()
TITLES = {column.name: column.title for column in COLUMNS}


@register.filter
def column_title(name: str) -> str:
    """A column as the hotline's sheet calls it."""
    return TITLES.get(name, "时限类别" if name == "kind" else name)


@register.filter
def reads_reveals(user: Any) -> bool:
    return user.is_authenticated and can_read_reveals(user)


@register.inclusion_tag("cases/orders/_share.html")
def share(figure: Share, street: str, month: Any, *, linked: bool) -> dict[str, Any]:
    """A rate with the two counts that it is made of, each leading to its orders."""
    return {"share": figure, "street": street, "month": month, "linked": linked}


@register.inclusion_tag("cases/orders/_of_case.html")
def orders_of(case: Case, user: User) -> dict[str, Any]:
    """The orders of a case and of those merged into it, each with its own clock."""
    rows = Order.objects.visible_to(user).select_related("kind")
    cases = [case.pk, *case.merged.values_list("pk", flat=True)]
    orders = list(rows.filter(case__in=cases).order_by("pk")[:20])
    add_last_limits(DEADLINE_KIND, orders)
    return {"orders": orders}
