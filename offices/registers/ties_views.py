"""Choosing somebody of the register: for an organisation, a dwelling, a household."""

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
)

from accounts.models import User
from govmap.lib.errors import BadInput, DomainError
from govmap.lib.pages import AuthedRequest
from offices.models import Member, Organization, Person, Register
from offices.registers import codes, finding, ties
from offices.registers.dwelling_views import seen_dwelling
from offices.registers.forms import DayInput, PlaceFields, dress
from offices.registers.household_views import seen_household
from offices.registers.list_views import tabs
from offices.registers.organization_views import seen_organization
from offices.registers.permissions import check_keeps, register_view
from offices.registers.person_views import GET_OR_POST, by, posted

OFFERED = 20


def found_people(text: str, user: User) -> list[Person]:
    """Whom a name, an address or a whole number means; the last is on record."""
    text = text.strip()[:60]
    if len(text) < 2:
        return []
    seen: Any = Person.objects.visible_to(user).here().listed()
    if finding.is_number(text):
        exact: Any = finding.search_exactly(text, user)
        return list(seen.filter(pk__in=exact.values("pk"))[:OFFERED])
    return list(finding.find_people(seen, text, user).order_by("-pk")[:OFFERED])


def _found_organizations(text: str, user: User) -> list[Organization]:
    if len(text.strip()) < 2:
        return []
    seen: Any = Organization.objects.visible_to(user).here().listed()
    found = finding.find_organizations(seen, text.strip()[:60], user)
    return list(found.order_by("-pk")[:OFFERED])


def _pick(request: AuthedRequest, context: dict[str, Any]) -> HttpResponse:
    """Searched by POST: what is typed may be a number and stands in no address."""
    text = request.POST.get("q", "")
    context |= {
        "q": text if not finding.is_number(text) else "",
        "asked": bool(text.strip()),
        "people": found_people(text, request.user),
    }
    return render(request, "offices/registers/pick.html", context)


def _chosen(request: AuthedRequest) -> Person:
    rows = Person.objects.visible_to(request.user).here()
    return get_object_or_404(rows, uuid=uuid_of(request.POST.get("person", "")))


def uuid_of(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise BadInput(_("Choose a person.")) from error


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(_("Say on which day.")) from error


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def post_add(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Somebody who works for an organisation: found first, then named."""
    row = seen_organization(request, uuid)
    check_keeps(request.user, row)
    posts = codes.choices_of("post")
    if request.POST.get("person"):
        post = request.POST.get("choice", "")
        if post not in dict(posts):
            raise BadInput(_("Say what the person does there."))
        since = _day(request.POST.get("since", ""))
        with by(request):
            ties.name_post(row, _chosen(request), post, request.user, since=since)
        return redirect("registers:organization", row.uuid)
    context = {
        "title": _("Somebody of this organisation"),
        "row": row,
        "back": "registers:organization",
        "tabs": tabs(Register.ORGANIZATION),
        "choices": posts,
        "choice_title": _("What the person does there"),
        "with_day": True,
    }
    return _pick(request, context)


@require_POST
@register_view
def post_end(request: AuthedRequest, uuid: UUID, pk: int) -> HttpResponse:
    row = seen_organization(request, uuid)
    one = get_object_or_404(row.posts.filter(until=None), pk=pk)
    with by(request):
        ties.end_post(one, request.user)
    return redirect("registers:organization", row.uuid)


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def owner(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Whose the dwelling is: somebody of the register, or an organisation."""
    row = seen_dwelling(request, uuid)
    check_keeps(request.user, row)
    if request.POST.get("person") or request.POST.get("nobody"):
        with by(request):
            ties.name_owner(row, _owner_of(request), request.user)
        return redirect("registers:dwelling", row.uuid)
    context = {
        "title": _("Owner or landlord"),
        "row": row,
        "back": "registers:dwelling",
        "tabs": tabs(Register.DWELLING),
        "organizations": _found_organizations(request.POST.get("q", ""), request.user),
        "nobody": bool(row.owner_person or row.owner_organization),
    }
    return _pick(request, context)


def _owner_of(request: AuthedRequest) -> Person | Organization | None:
    if request.POST.get("nobody"):
        return None
    uuid = uuid_of(request.POST.get("person", ""))
    rows = Organization.objects.visible_to(request.user).here()
    return rows.filter(uuid=uuid).first() or _chosen(request)


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def member_find(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Somebody of the register for a household; `member-add` takes him in."""
    row = seen_household(request, uuid)
    check_keeps(request.user, row)
    context = {
        "title": _("Add somebody of the register"),
        "row": row,
        "back": "registers:household",
        "tabs": tabs(Register.HOUSEHOLD),
        "choices": codes.choices_of("relation"),
        "choice_title": _("Relation to the head"),
        "to": "registers:member-add",
    }
    return _pick(request, context)


class SplitForm(forms.Form):
    """The household that is split off."""

    number = forms.CharField(
        label=gettext_lazy("Number of the new household"),
        required=False,
        max_length=40,
    )
    on = forms.DateField(label=gettext_lazy("Day"), required=False, widget=DayInput())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)


@require_http_methods(GET_OR_POST)
@never_cache
@register_view
def arrange(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Relations and head of a household, and who splits off (分户)."""
    row = seen_household(request, uuid)
    check_keeps(request.user, row)
    rows = row.members.filter(until=None).select_related("person__dwelling")
    members = list(rows.defer("person__number", "person__phone").order_by("pk"))
    form = SplitForm(posted(request))
    place = PlaceFields(request.user, posted(request))
    if form.is_bound and form.is_valid() and place.is_valid():
        try:
            with by(request):
                made = _arranged(request, row, members, form, place)
            return redirect("registers:household", made.uuid)
        except DomainError as error:
            form.add_error(None, error.text)
    context = {
        "household": row,
        "members": [(one, _said(request, one)) for one in members],
        "relations": codes.choices_of("relation"),
        "form": form,
        "place": place,
        "tabs": tabs(Register.HOUSEHOLD),
    }
    status = 400 if form.errors or place.errors else 200
    return render(request, "offices/registers/arrange.html", context, status=status)


def _said(request: AuthedRequest, one: Member) -> ties.Place:
    """What was sent of a member, else what is there."""
    relation = request.POST.get(f"relation-{one.pk}", one.relation)
    return ties.Place(relation, bool(request.POST.get(f"leaves-{one.pk}")))


def _arranged(
    request: AuthedRequest, row: Any, members: list[Member], form: Any, place: Any
) -> Any:
    places = {one.pk: _said(request, one) for one in members}
    known = dict(codes.choices_of("relation"))
    if any(one.relation not in known for one in places.values()):
        raise ties.OneHead
    if not any(one.leaves for one in places.values()):
        ties.arrange(row, places, request.user)
        return row
    return ties.split(
        row,
        places,
        request.user,
        number=form.cleaned_data["number"].strip(),
        dwelling=place.dwelling(request.user),
        on=form.cleaned_data["on"],
    )
