"""An organisation: the page, the form with those that may be the same."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import BadInput, DomainError
from govmap.lib.pages import AuthedRequest
from offices.models import Organization, Register, RegisterReading
from offices.registers import codes, entering, entry_pages, life, matching, reading
from offices.registers.forms import EndForm, OrganizationForm, PlaceFields
from offices.registers.list_views import tabs
from offices.registers.owning import Ownership
from offices.registers.permissions import can_keep, check_keeps, register_view
from offices.registers.person_views import (
    GET_OR_POST,
    by,
    mark_owners,
    posted,
    tell_of_proposals,
)

SHOWN = (
    *("short_name", "code", "kind", "industry", "established_on", "employees"),
    *("party_members", "attention", "hazard", "source"),
)


def seen_organization(request: AuthedRequest, uuid: UUID) -> Organization:
    rows = Organization.objects.visible_to(request.user).select_related(
        "community", "street", "cell", "dwelling__building", "building", "merged_into"
    )
    return get_object_or_404(rows, uuid=uuid)


@require_safe
@never_cache
@register_view
def organization(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """The page; that it was read is on record."""
    row = seen_organization(request, uuid)
    reading.note(request.user, RegisterReading.What.PAGE, row=row)
    return _page(request, row)


def _page(request: AuthedRequest, row: Organization, **more: Any) -> HttpResponse:
    user = request.user
    words, owned = codes.Words(), Ownership(row, user)
    posts = row.posts.filter(until=None).select_related("person")
    posts = posts.defer("person__number", "person__phone")
    context = {
        "organization": row,
        "tabs": tabs(Register.ORGANIZATION),
        "facts": entry_pages.facts_with_owners(row, SHOWN, words, owned),
        "phone_owned": owned.of("phone"),
        "posts": [(one, words.of("post", one.post)) for one in posts],
        **entry_pages.shared(row, user),
        "merged": row.merged.all()[:20],
        "may_keep": can_keep(user, row) and row.merged_into_id is None,
        "purposes": RegisterReading.Purpose.choices,
        "end_form": EndForm(auto_id="end_%s"),
        **more,
    }
    return render(request, "offices/registers/organization.html", context)


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def organization_new(request: AuthedRequest) -> HttpResponse:
    data = posted(request)
    form, place = OrganizationForm(data), PlaceFields(request.user, data)
    context: dict[str, Any] = {
        "form": form,
        "place": place,
        "title": _("New organisation"),
    }
    if data is not None and form.is_valid() and place.is_valid():
        said = form.said()
        same = matching.same_organizations(
            request.user, code=said["code"], name=said["name"]
        )
        context["same"] = same
        if not same or request.POST.get("another") == "yes":
            try:
                with by(request):
                    at = _place(place, request)
                    row = entering.enter_organization(said, request.user, place=at)
                return redirect("registers:organization", row.uuid)
            except DomainError as error:
                form.add_error(None, error.text)
    return _form(request, context)


def _place(place: PlaceFields, request: AuthedRequest) -> Any:
    """The door where one is named, else the whole building."""
    if place.cleaned_data["unit"] or place.cleaned_data["room"]:
        return place.dwelling(request.user)
    return place.building(request.user)


def _form(request: AuthedRequest, context: dict[str, Any]) -> HttpResponse:
    context |= {
        "tabs": tabs(Register.ORGANIZATION),
        "back": "registers:organizations",
    }
    place = context.get("place")
    bad = bool(context["form"].errors or (place and place.errors))
    status = 400 if bad else 200
    return render(request, "offices/registers/entry_form.html", context, status=status)


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def organization_edit(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_organization(request, uuid)
    check_keeps(request.user, row)
    form = OrganizationForm(posted(request), instance=row)
    others = mark_owners(form, row, request.user)
    if form.is_bound and form.is_valid():
        fresh = seen_organization(request, uuid)
        try:
            with by(request):
                entering.change_organization(fresh, form.said(), request.user)
            tell_of_proposals(request, form)
            return redirect("registers:organization", row.uuid)
        except DomainError as error:
            form.add_error(None, error.text)
    return _form(request, {"form": form, "title": row.name, "others": others})


@require_POST
@never_cache
@register_view
def organization_reveal(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_organization(request, uuid)
    text = reading.reveal(
        row,
        RegisterReading.What.PHONE,
        request.user,
        purpose=request.POST.get("purpose", ""),
        said=request.POST.get("note", "").strip(),
    )
    if request.htmx:
        context = {"text": text, "what": "phone"}
        return render(request, "offices/registers/_revealed.html", context)
    return _page(request, row, revealed={"phone": text})


@require_POST
@register_view
def organization_end(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    row = seen_organization(request, uuid)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise BadInput(_("Say on which day."))
    said = form.cleaned_data
    with by(request):
        life.end(row, request.user, on=said["on"], told=said["told"])
    return redirect("registers:organization", row.uuid)
