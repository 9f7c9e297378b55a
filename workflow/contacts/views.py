"""通讯录: the numbers of the units, for a phone first."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import csv_answer
from workflow.class_taking import take_table
from workflow.contacts import book, keeping
from workflow.contacts.forms import ContactForm
from workflow.models import Contact
from workflow.roster.permissions import can_keep, keeps_all, led_units, staff_view

GET_OR_POST = ["GET", "HEAD", "POST"]
ALL = 10_000


@require_safe
@staff_view
@never_cache
def contacts(request: AuthedRequest) -> HttpResponse:
    """``q``: words or initials; ``all``: without an end to the page."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[: book.QUERY_MOST]
    most = ALL if "all" in request.GET else book.SHOWN
    user = request.user
    context = {
        "page": book.look(user, query, timezone.now(), most=most),
        "query": query,
        "keeps": keeps_all(user) or bool(led_units(user)),
        "changes": changes_of(Contact) if keeps_all(user) else None,
    }
    return render(request, "workflow/contacts/list.html", context)


def _kept(request: AuthedRequest, pk: int) -> Contact:
    """Raises Http404, NotAllowed."""
    row = get_object_or_404(Contact.objects.in_use().select_related("unit"), pk=pk)
    if not can_keep(request.user, row.unit):
        raise NotAllowed
    return row


@require_http_methods(GET_OR_POST)
@staff_view
def new(request: AuthedRequest) -> HttpResponse:
    if not keeps_all(request.user) and not led_units(request.user):
        raise NotAllowed
    led = list(led_units(request.user).values())
    row = Contact(unit=led[0]) if len(led) == 1 else Contact()
    return _edited(request, row)


@require_http_methods(GET_OR_POST)
@staff_view
def edit(request: AuthedRequest, pk: int) -> HttpResponse:
    return _edited(request, _kept(request, pk))


def _edited(request: AuthedRequest, row: Contact) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = ContactForm(request.user, data, instance=row)
    try:
        sound = form.is_bound and form.is_valid()
    except BadInput as error:
        form.add_error("phone", error.text)
        sound = False
    if sound:
        with recorded(request.user, address=request.path):
            form.save()
        messages.success(request, _("The number is kept."))
        return redirect("contacts:list")
    context = {"form": form, "row": row if row.pk else None}
    status = 400 if form.is_bound else 200
    return render(request, "workflow/contacts/edit.html", context, status=status)


@require_POST
@staff_view
def retire(request: AuthedRequest, pk: int) -> HttpResponse:
    """Out of the book; the record keeps what it said, and the page takes it back."""
    row = _kept(request, pk)
    with recorded(request.user, address=request.path):
        row.retired_at = timezone.localdate()
        row.save(update_fields=["retired_at"])
    messages.success(request, _("The number is out of the book."))
    return redirect("contacts:list")


@require_safe
@staff_view
def file(request: AuthedRequest) -> HttpResponse:
    """All numbers as Excel reads them, and as a site package has them."""
    return csv_answer("contacts", keeping.COLUMNS, keeping.lines())


@require_http_methods(GET_OR_POST)
@staff_view
def take(request: AuthedRequest) -> HttpResponse:
    if not keeps_all(request.user) and not led_units(request.user):
        raise NotAllowed
    return take_table(request, keeping.table_for(request.user))
