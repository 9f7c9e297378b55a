"""What people do on an order: reply, read the caller, visit, ask the city."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from cases.models import (
    CallBack,
    Exclusion,
    Order,
    OrderChange,
    OrderKind,
    OrderReply,
    Reveal,
)
from cases.orders import clock
from cases.orders.permissions import (
    HANDLES,
    can_manage,
    can_reply,
    can_reveal,
    is_centre,
)
from govmap.lib.errors import Conflict, NotAllowed


@dataclass(frozen=True)
class Caller:
    """Who called, opened for one reading."""

    name: str
    phone: str


def post_of(user: User, order: Order) -> Membership:
    """The post in which the person acts on the order: its street's, else the first."""
    units = {part.unit_id for part in order.case.assignments.all()} | {order.street_id}
    near = [post for post in user.posts if post.unit_id in units]
    return (near or user.posts)[0]


@transaction.atomic
def reveal(order: Order, by: User, purpose: str) -> Caller:
    """Name and phone, written into the log before they are read.

    Raises NotAllowed (403): only whose task the case is now, and the centre.
    """
    if not can_reveal(by, order):
        raise NotAllowed
    post = _handling_post(by, order)
    Reveal.objects.create(
        order=order, by=by, unit=post.unit, role=post.role, purpose=purpose
    )
    return Caller(order.caller.open(), order.phone.open())


def _handling_post(user: User, order: Order) -> Membership:
    handles = [post for post in user.posts if post.role in HANDLES]
    return post_of(user, order) if is_centre(user) or not handles else handles[0]


@transaction.atomic
def reply(order: Order, by: User, *, text: str, result: str, manner: str) -> OrderReply:
    """Reply to the hotline; the first reply ends the order's limit.

    Raises NotAllowed (403).
    """
    if not can_reply(by, order):
        raise NotAllowed
    row = OrderReply.objects.create(
        order=order,
        by=by,
        unit=post_of(by, order).unit,
        text=text,
        result=result,
        manner=manner,
    )
    clock.meet(order, row.at)
    return row


@transaction.atomic
def change_kind(order: Order, by: User, kind: OrderKind) -> None:
    """Another kind of limit, reckoned from the same beginning. Raises NotAllowed."""
    if not can_manage(by, order):
        raise NotAllowed
    row = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    before = row.kind
    if before == kind:
        return
    row.kind = kind
    row.save(update_fields=["kind"])
    clock.change(row, kind)
    what = {"kind": [before.code, kind.code]}
    OrderChange.objects.create(order=row, by=by, what=what)


def visit(
    order: Order, by: User, *, contacted: bool, solved: str, satisfied: str, note: str
) -> CallBack:
    """自查回访: the street asks the caller itself. It counts in no rate.

    Raises NotAllowed (403).
    """
    if not (can_manage(by, order) or can_reply(by, order)):
        raise NotAllowed
    today = timezone.localdate()
    return CallBack.objects.create(
        order=order,
        origin=CallBack.Origin.OWN,
        month=today.replace(day=1),
        visited_on=today,
        contacted=contacted,
        solved=solved,
        satisfied=satisfied,
        note=note,
        by=by,
    )


@transaction.atomic
def ask_exclusion(order: Order, by: User, *, ground: str, text: str) -> Exclusion:
    """Ask the city to leave the order out of the rates; its next file answers.

    Raises NotAllowed (403), Conflict (409) where one waits already.
    """
    if not can_manage(by, order):
        raise NotAllowed
    Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if order.exclusions.filter(outcome="").exists():
        raise Conflict(_("This was asked for already; the city has not answered yet."))
    return Exclusion.objects.create(order=order, ground=ground, text=text, by=by)
