"""The steward's desk: the catalogue, what is overdue, and an entry's form."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from govmap.lib.errors import Conflict, NotAllowed
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers.catalogue import entries
from layers.catalogue.filters import Filters
from layers.catalogue.forms import EntryForms
from layers.models import Layer
from layers.models.outside import PICTURE
from layers.permissions import can_create, can_edit


@require_safe
@login_required
def catalogue(request: AuthedRequest) -> HttpResponse:
    seen = entries.with_due(Layer.objects.visible_to(request.user))
    seen = seen.select_related("provider", "steward", "published")
    layers = list(seen.select_related("outside__answered"))
    filters = Filters(request.GET, layers)
    shown = filters.shown()
    classes = [
        (code, label, [layer for layer in shown if layer.kind == code])
        for code, label in Layer.Class.choices
    ]
    context = {
        # With a filter set, an empty class says nothing.
        "classes": [one for one in classes if one[2] or not filters.is_set],
        "filters": filters,
        "count": len(shown),
        "late": sum(entries.is_late(layer.due) for layer in layers),
        "may_create": can_create(request.user),
    }
    template = (
        "layers/_catalogue.html" if wants_fragment(request) else "layers/data.html"
    )
    return render(request, template, context)


@require_safe
@login_required
def overdue(request: AuthedRequest) -> HttpResponse:
    """Layers whose next version should be out, by provider, the latest first."""
    seen = entries.with_due(Layer.objects.visible_to(request.user))
    late = seen.filter(due__lt=timezone.now()).order_by("due", "code")
    providers: dict[Any, list[Any]] = {}
    for layer in late.select_related("provider", "steward", "published"):
        rows = providers.setdefault(layer.provider, [])
        rows.append((layer, entries.days_late(layer.due)))
    context = {"providers": list(providers.items()), "count": len(late)}
    return render(request, "layers/overdue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_layer(request: AuthedRequest) -> HttpResponse:
    if not can_create(request.user):
        raise NotAllowed
    return _entry_page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def edit_layer(request: AuthedRequest, code: str) -> HttpResponse:
    return _entry_page(request, editable(request.user, code))


def editable(user: User, code: str) -> Layer:
    """A layer that this person may change; 404 where he does not see it, else 403.

    One that comes drawn has a form of its own.
    """
    layers = Layer.objects.visible_to(user).exclude(geometry=PICTURE)
    layer = get_object_or_404(layers.select_related("provider", "published"), code=code)
    if not can_edit(user, layer):
        raise NotAllowed
    return layer


def _entry_page(request: AuthedRequest, layer: Layer | None) -> HttpResponse:
    if request.method != "POST":
        seen = entries.last_change(layer) if layer else 0
        return _entry_form(request, EntryForms(layer, request.user, seen=seen))
    if request.POST.get("do") == "add":
        more = EntryForms.with_another(layer, request.user, request.POST)
        return _entry_form(request, more)
    forms = EntryForms(layer, request.user, request.POST)
    if not forms.is_valid() or forms.refuse(
        entries.refusals(layer, forms.values(), by=request.user)
    ):
        return _entry_form(request, forms, status=400)
    try:
        saved = _save(request.user, layer, forms)
    except Conflict as conflict:
        forms.head.add_error(None, conflict.text)
        return _entry_form(request, forms, status=409)
    messages.success(request, _("Saved."))
    return redirect("layers:layer", code=saved.code)


def _save(user: User, layer: Layer | None, forms: EntryForms) -> Layer:
    values = forms.values()
    if layer is None:
        return entries.create(values, by=user)
    seen = forms.head.cleaned_data["seen"] or 0
    entries.change(layer, values, by=user, seen=seen)
    return layer


def _entry_form(
    request: AuthedRequest, forms: EntryForms, status: int = 200
) -> HttpResponse:
    context = {"layer": forms.layer, "forms": forms, "form": forms.head}
    template = "layers/layer_edit.html"
    if wants_fragment(request):
        template = "layers/_layer_edit_form.html"
    return render(request, template, context, status=status)
