"""The three rates by street, and the page on which their weights are kept."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.models import Unit
from cases.models import OrderClass, OrderKind, RateRule
from cases.orders import loading
from cases.orders.forms import RateForm
from cases.orders.lists import streets_of
from cases.orders.permissions import can_use_orders
from cases.orders.rates import ranking
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from govmap.lib.times import month_of
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file


@login_required
@require_GET
@never_cache
def rates(request: AuthedRequest) -> HttpResponse:
    """The streets of a month, each figure with what it is made of."""
    if not can_use_orders(request.user):
        raise NotAllowed
    this = timezone.localdate().replace(day=1)
    month = month_of(request.GET.get("month", "")) or this
    rule = RateRule.objects.on(month)
    streets = Unit.objects.filter(kind=Unit.Kind.STREET).order_by("code")
    context = {
        "month": month,
        "standings": ranking(month, streets, rule) if rule else [],
        "rule": rule,
        # Whose orders the reader may open behind a figure.
        "open_to": {unit.pk for unit in streets_of(request.user)},
    }
    return render(request, "cases/orders/rates.html", context)


@require_safe
@rules_view
def rules(request: AuthedRequest, form: RateForm | None = None) -> HttpResponse:
    """Weights, limits and classes, and who changed them."""
    newest = RateRule.objects.first()
    context: dict[str, Any] = {
        "rate_rules": RateRule.objects.all(),
        "kinds": OrderKind.objects.all(),
        "classes": OrderClass.objects.select_related("category"),
        "may_change": can_change_rules(request.user),
        "form": form or RateForm(initial=_initial(newest)),
        "changes": changes_of(RateRule, OrderKind, OrderClass),
        "rules_page": "orders:rules",
    }
    return render(
        request, "cases/orders/rules.html", context, status=400 if form else 200
    )


def _initial(rule: RateRule | None) -> dict[str, Any]:
    """The newest weights as a start."""
    names = ("response", "solved", "satisfied", "solved_words", "satisfied_words")
    return {name: getattr(rule, name) for name in names} if rule else {}


@require_POST
@rules_change
def change_rates(request: AuthedRequest) -> HttpResponse:
    """Weights from a day on; those of the same day are replaced."""
    form = RateForm(request.POST)
    if not form.is_valid():
        request.method = "GET"
        return rules(request, form)
    sent = form.cleaned_data
    with recorded(request.user, address=request.path):
        day = sent.pop("valid_from")
        RateRule.objects.update_or_create(valid_from=day, defaults=sent)
    messages.success(request, _("The weights are kept."))
    return redirect("orders:rules")


@require_safe
@rules_view
def rules_file(request: AuthedRequest) -> HttpResponse:
    """All of it as orders.json, as a site package has it."""
    return file_of(loading.dump(), loading.NAME)


@require_POST
@rules_change
def take_rules(request: AuthedRequest) -> HttpResponse:
    """An orders.json over what is there."""
    data = sent_file(request, loading.NAME)
    if not isinstance(data, dict):
        raise BadInput(_("This is no JSON that can be read."))
    with recorded(request.user, address=request.path):
        loading.put(data, where=loading.NAME)
    messages.success(request, _("The rules are kept."))
    return redirect("orders:rules")
