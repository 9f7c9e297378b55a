"""The pages of orders: list, one order with what is done on it, and the way out."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from cases.models import Assignment, Order, OrderExport, OrderReply, Reveal
from cases.models.order import DEADLINE_KIND, OrderQuerySet
from cases.orders import acts, exporting
from cases.orders.forms import (
    ExclusionForm,
    KindForm,
    ReplyForm,
    RevealForm,
    VisitForm,
)
from cases.orders.lists import REPEAT_DAYS, OrderFilters, calls_of, list_orders
from cases.orders.permissions import (
    can_import,
    can_manage,
    can_read_reveals,
    can_reply,
    can_reveal,
    can_see_tail,
    can_use_orders,
)
from cases.orders.wording import without_phones
from govmap.lib.errors import NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow.exporting import right_of
from workflow.lights import add_last_limits
from workflow.models import Export

SHOWN_REVEALS = 200


@login_required
@require_GET
@never_cache
def orders(request: AuthedRequest) -> HttpResponse:
    """The list. A script asks for further rows alone."""
    if not can_use_orders(request.user):
        raise NotAllowed
    filters = OrderFilters(request.GET, request.user)
    found = list_orders(Order.objects.visible_to(request.user), filters)
    context = {
        "list": found,
        "may_import": can_import(request.user),
        "may_export": right_of(request.user, exporting.NAME) is not None,
    }
    template = "_rows.html" if wants_fragment(request) else "list.html"
    return render(request, f"cases/orders/{template}", context)


def whole(orders: OrderQuerySet) -> OrderQuerySet:
    """With what the page of one shows."""
    parts = Prefetch("case__assignments", Assignment.objects.select_related("unit"))
    replies = Prefetch("replies", OrderReply.objects.select_related("by", "unit"))
    return orders.select_related(
        "kind",
        "street",
        "first_unit",
        "case__category",
        "case__street",
        "case__merged_into",
    ).prefetch_related(parts, replies, "callbacks__by", "exclusions__by", "changes__by")


def seen_order(request: AuthedRequest, uuid: UUID) -> Order:
    """The order, or 404."""
    return get_object_or_404(whole(Order.objects.visible_to(request.user)), uuid=uuid)


@login_required
@require_GET
@never_cache
def order(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    return _page(request, seen_order(request, uuid))


def _page(
    request: AuthedRequest, row: Order, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The order's page; ``more`` replaces a form by one that was refused."""
    user = request.user
    add_last_limits(DEADLINE_KIND, [row])
    tail = can_see_tail(user, row)
    context = {
        "order": row,
        "content": without_phones(row.content),
        "reply_text": without_phones(row.reply_text),
        "tail": row.phone_tail if tail else "",
        "calls": calls_of([row]).get(row.phone_hash, 1) if tail else 1,
        "repeat_days": REPEAT_DAYS,
        "callbacks": row.callbacks.all(),
        "may_reply": can_reply(user, row),
        "may_manage": can_manage(user, row),
        "may_reveal": can_reveal(user, row),
        "reply_form": ReplyForm(),
        "reveal_form": RevealForm(),
        "kind_form": KindForm(initial={"kind": row.kind.code}),
        "visit_form": VisitForm(),
        "exclusion_form": ExclusionForm(),
        "open_exclusion": any(not one.outcome for one in row.exclusions.all()),
        **more,
    }
    return render(request, "cases/orders/order.html", context, status=status)


@login_required
@require_POST
@never_cache
def reveal(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Name and phone, on this one answer; the log has it before they are shown."""
    row = seen_order(request, uuid)
    form = RevealForm(request.POST)
    if not form.is_valid():
        if not can_reveal(request.user, row):
            raise NotAllowed
        return _page(request, row, status=400, reveal_form=form)
    caller = acts.reveal(row, request.user, form.cleaned_data["purpose"])
    return _page(request, row, caller=caller, content=row.content)


@login_required
@require_POST
def reply(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_order(request, uuid)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return _bad(request, row, can_reply(request.user, row), reply_form=form)
    acts.reply(row, request.user, **form.cleaned_data)
    return _done(request, row, _("The reply is kept."))


@login_required
@require_POST
def kind(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_order(request, uuid)
    form = KindForm(request.POST)
    if not form.is_valid():
        return _bad(request, row, can_manage(request.user, row), kind_form=form)
    acts.change_kind(row, request.user, form.cleaned_data["kind"])
    return _done(request, row, _("The limit was reckoned anew."))


@login_required
@require_POST
def visit(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_order(request, uuid)
    form = VisitForm(request.POST)
    if not form.is_valid():
        return _bad(request, row, can_reply(request.user, row), visit_form=form)
    sent = form.cleaned_data
    sent["contacted"] = sent["contacted"] == "yes"
    acts.visit(row, request.user, **sent)
    return _done(request, row, _("The visit is kept; it counts in no rate."))


@login_required
@require_POST
def exclusion(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_order(request, uuid)
    form = ExclusionForm(request.POST)
    if not form.is_valid():
        return _bad(request, row, can_manage(request.user, row), exclusion_form=form)
    acts.ask_exclusion(row, request.user, **form.cleaned_data)
    return _done(request, row, _("Asked for; the city's next file answers."))


def _bad(request: AuthedRequest, row: Order, may: bool, **form: Form) -> HttpResponse:
    """Not allowed comes before not good."""
    if not may:
        raise NotAllowed
    return _page(request, row, status=400, **form)


def _done(request: AuthedRequest, row: Order, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("orders:order", row.uuid)


def as_file(data: bytes, name: str) -> HttpResponse:
    """Something to keep, never to be opened in the page."""
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@require_GET
@never_cache
def reveals(request: AuthedRequest) -> HttpResponse:
    """Who read callers, for the auditor."""
    if not can_read_reveals(request.user):
        raise NotAllowed
    rows = Reveal.objects.select_related("order", "by", "unit").order_by("-pk")
    taken = Export.objects.filter(register=exporting.NAME).select_related("by")
    # From before orders went the way of every export.
    before = OrderExport.objects.select_related("by").order_by("-pk")
    context = {
        "reveals": rows[:SHOWN_REVEALS],
        "exports": taken[:SHOWN_REVEALS],
        "before": before[:SHOWN_REVEALS],
    }
    return render(request, "cases/orders/reveals.html", context)
