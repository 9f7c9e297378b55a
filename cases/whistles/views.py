"""The pages of whistles: the list, a new one, one of them, and the figures."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from cases.models import Case, Whistle, WhistleOccasion
from cases.models.whistle import WhistleQuerySet
from cases.places import describe, find_addresses
from cases.streets import streets_of
from cases.whistles import blowing
from cases.whistles.dossier import Dossier
from cases.whistles.figures import SIDES, calls_for, figures, in_month
from cases.whistles.forms import BlowForm, MoveForm
from cases.whistles.lists import Filters, list_whistles
from cases.whistles.permissions import can_use_whistles, ground_of
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.geo import SRID
from govmap.lib.lists import ListPage
from govmap.lib.pages import AuthedRequest
from govmap.lib.times import month_of
from workflow.act_views import ActView, OneSubject, SubjectView
from workflow.errors import MayNotAct
from workflow.list_views import SubjectsView
from workflow.sending import SendingView


class Whistles(SubjectsView):
    """The street's own, those that one's unit is called to, or the district's."""

    page, part = "cases/whistles/list.html", "cases/whistles/_rows.html"

    def may(self, user: User) -> bool:
        return can_use_whistles(user)

    def found(self) -> ListPage[Filters, Whistle]:
        seen = Whistle.objects.visible_to(self.request.user)
        return list_whistles(seen, Filters(self.request.GET))

    def context(self) -> dict[str, Any]:
        return {
            "may_blow": blowing.can_blow(self.request.user),
            "occasions": WhistleOccasion.objects.all(),
            "streets": streets_of(self.request.user),
        }


whistles = Whistles.as_view()


class Blow(SendingView):
    """A new whistle, alone or of the ``case`` that the address names."""

    done = "cases/whistles/_blown.html"

    def form(self, data: Any = None, files: Any = None) -> BlowForm:
        user = self.request.user
        moves = blowing.openings(user)
        street, _community = ground_of(user)
        if not moves or street is None:
            raise MayNotAct
        return BlowForm(moves[0], user, street, data, case=self._case())

    def _case(self) -> Case | None:
        """The case it is about, as far as the person sees it; else none."""
        asked = self.request.POST.get("case") or self.request.GET.get("case")
        cases = Case.objects.visible_to(self.request.user)
        try:
            uuid = UUID(str(asked))
        except ValueError:
            return None
        rows = cases.select_related("category", "street", "condition__department")
        return rows.filter(uuid=uuid).first()

    def page(self, form: BlowForm, status: int = 200) -> HttpResponse:
        context = {
            "form": form,
            "occasions": form.occasions,
            "proposed": {unit.code for unit in form.proposed},
            "words": _place_words(),
        }
        return render(self.request, "cases/whistles/new.html", context, status=status)

    def make(self, form: BlowForm) -> Whistle:
        whistle, _event = blowing.call(
            by=self.request.user,
            uuid=form.cleaned_data["uuid"],
            evidence=form.evidence(),
        )
        return whistle

    def own(self) -> WhistleQuerySet:
        user = self.request.user
        return Whistle.objects.visible_to(user).filter(proposer=user)

    def context(self, form: BlowForm, made: Whistle) -> dict[str, Any]:
        return {"whistle": made}

    def address(self, uuid: UUID) -> str:
        return reverse("whistles:whistle", args=[uuid])


blow = Blow.as_view()


@login_required
@require_GET
@never_cache
def place(request: AuthedRequest) -> HttpResponse:
    """Where ``lon`` and ``lat`` lie, in words."""
    if not blowing.can_blow(request.user):
        raise MayNotAct
    found = describe(_point_of(request), None, request.user)
    return render(request, "cases/_report_place.html", {"place": found})


def _point_of(request: AuthedRequest) -> Point:
    """Raises BadInput (400)."""
    try:
        longitude, latitude = (float(request.GET[name]) for name in ("lon", "lat"))
    except (KeyError, ValueError) as error:
        raise BadInput from error
    # NaN fails every comparison, and so is refused too.
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise BadInput
    return Point(longitude, latitude, srid=SRID)


@login_required
@require_GET
def addresses(request: AuthedRequest) -> HttpResponse:
    """Addresses that hold the words of ``q``, to choose a place from."""
    if not blowing.can_blow(request.user):
        raise MayNotAct
    text = request.GET.get("q", "").strip()[:60]
    context = {"addresses": find_addresses(text, request.user), "query": text}
    return render(request, "cases/_report_addresses.html", context)


class OneWhistle(OneSubject):
    model, dossier_class = Whistle, Dossier
    page, part = "cases/whistles/whistle.html", "cases/whistles/_whistle.html"


class WhistlePage(OneWhistle, SubjectView):
    pass


class WhistleAct(OneWhistle, ActView):
    form_class = MoveForm
    many_at_once = True


whistle, act_on = WhistlePage.as_view(), WhistleAct.as_view()


@login_required
@require_GET
@never_cache
def figures_page(request: AuthedRequest) -> HttpResponse:
    """By street and by department, each figure with the whistles behind it."""
    if not can_use_whistles(request.user):
        raise NotAllowed
    this = timezone.localdate().replace(day=1)
    month = month_of(request.GET.get("month", "")) or this
    rows = in_month(calls_for(request.user), month)
    streets, units = (figures(rows, side) for side in SIDES)
    context = {
        "month": month,
        "tables": [
            {"title": _("By street"), "name": "street", "rows": streets},
            {"title": _("By department"), "name": "unit", "rows": units},
        ],
        "any": bool(units),
    }
    return render(request, "cases/whistles/figures.html", context)


def _place_words() -> dict[str, str]:
    """What the script says while the place is chosen."""
    return {
        "locating": _("Finding the place…"),
        "insecure": _("Without HTTPS the phone gives no position: tap the map."),
        "not_found": _("The position could not be found: tap the map."),
        "denied": _("The position is not allowed: tap the map."),
        "unnamed": _("The place is kept. What lies there could not be read."),
        "no_map": _("The map could not be drawn: write the address."),
    }
