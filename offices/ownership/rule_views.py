"""规则 字段归口: which fields are whose, and how long an answer may take."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import NotFound
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from offices.models import FieldOwner
from offices.ownership import loading
from offices.ownership.forms import OwnerForm, fields_in
from offices.ownership.forms import owners as known_owners
from offices.ownership.values import FORMS
from offices.registers.lists import KINDS
from offices.registers.person_views import GET_OR_POST, by, posted
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file

PAGE = "ownership:owners"


@require_safe
@rules_view
def owners(request: AuthedRequest) -> HttpResponse:
    """The groups of fields, register by register."""
    words = dict(known_owners())
    rows: dict[str, list[dict[str, Any]]] = {register: [] for register in FORMS}
    for row in FieldOwner.objects.all():
        titles = dict(fields_in(row.register))
        rows[row.register].append(
            {
                "row": row,
                "owner": words.get(row.owner, row.owner),
                "fields": [titles.get(name, name) for name in row.fields],
            }
        )
    context = {
        "registers": [
            (register, KINDS[register].title, groups)
            for register, groups in rows.items()
        ],
        "may_change": can_change_rules(request.user),
        "changes": changes_of(FieldOwner),
    }
    return render(request, "offices/ownership/owners.html", context)


@require_http_methods(GET_OR_POST)
@rules_change
def owner_new(request: AuthedRequest) -> HttpResponse:
    """A further group of ``?register=``."""
    register = request.GET.get("register", "")
    if register not in FORMS:
        raise NotFound
    order = FieldOwner.objects.count() + 1
    return _owner(request, FieldOwner(register=register, order=order))


@require_http_methods(GET_OR_POST)
@rules_change
def owner(request: AuthedRequest, pk: int) -> HttpResponse:
    return _owner(request, get_object_or_404(FieldOwner, pk=pk))


def _owner(request: AuthedRequest, row: FieldOwner) -> HttpResponse:
    form = OwnerForm(posted(request), instance=row)
    if form.is_bound and form.is_valid():
        with by(request):
            form.save()
        return redirect(PAGE)
    context = {"form": form, "title": KINDS[row.register].title, "back": PAGE}
    status = 400 if form.errors else 200
    return render(request, "offices/ownership/owner.html", context, status=status)


@require_safe
@rules_view
def file(request: AuthedRequest) -> HttpResponse:
    """The owners as a site package has them."""
    return file_of(loading.export(), "owners.json")


@require_POST
@rules_change
def take(request: AuthedRequest) -> HttpResponse:
    """Take over a file; what it leaves out stays as it is."""
    data = sent_file(request, "owners.json")
    with by(request):
        line = loading.load_data(data, name="owners.json", anew=True)
    messages.success(request, _("Owners taken over: %(line)s") % {"line": line})
    return redirect(PAGE)
