"""The pages of whistles: the list, a new one, one of them, and the figures."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from cases.models import Case, Whistle, WhistleOccasion
from cases.models.whistle import WhistleQuerySet
from cases.places import describe, find_addresses
from cases.whistles import blowing
from cases.whistles.dossier import Dossier
from cases.whistles.figures import SIDES, calls_for, figures, in_month
from cases.whistles.forms import BlowForm, MoveForm
from cases.whistles.lists import Filters, list_whistles, parse_month, streets_of
from cases.whistles.permissions import can_use_whistles, ground_of
from govmap.lib.errors import BadInput, NotAllowed
from govmap.lib.geo import SRID
from govmap.lib.pages import AuthedRequest, wants_fragment
from workflow import notices
from workflow.act_views import ActView
from workflow.errors import MayNotAct
from workflow.forms import MoveForm as BaseForm
from workflow.forms import act_id_of
from workflow.models import Event
from workflow.sending import SendingView


@login_required
@require_GET
@never_cache
def whistles(request: AuthedRequest) -> HttpResponse:
    """The street's own, those that one's unit is called to, or the district's.

    A script asks for the rows alone.
    """
    if not can_use_whistles(request.user):
        raise NotAllowed
    last = Event.objects.last_id()
    filters = Filters(request.GET)
    found = list_whistles(Whistle.objects.visible_to(request.user), filters)
    context = {"list": found, "last_event": last}
    if wants_fragment(request):
        return render(request, "cases/whistles/_rows.html", context)
    context |= {
        "may_blow": blowing.can_blow(request.user),
        "occasions": WhistleOccasion.objects.all(),
        "streets": streets_of(request.user),
    }
    return render(request, "cases/whistles/list.html", context)


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


def seen_whistle(request: AuthedRequest, uuid: UUID) -> Whistle:
    """The whistle with what its page shows, or 404."""
    rows = Whistle.objects.visible_to(request.user).listed()
    return get_object_or_404(rows, uuid=uuid)


@login_required
@require_GET
@never_cache
def whistle(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Its page; a script asks again for what changed in it."""
    last = Event.objects.last_id()
    found = seen_whistle(request, uuid)
    notices.read_about(request.user, Whistle.KIND, uuid)
    dossier = Dossier(found, request.user, verb=request.GET.get("move", ""))
    if wants_fragment(request):
        return _fragment(request, dossier)
    context = {"dossier": dossier, "last_event": last}
    return render(request, "cases/whistles/whistle.html", context)


class WhistleAct(ActView):
    form_class = MoveForm
    page = "cases/whistles/whistle.html"

    def find(self) -> Whistle:
        act_id = act_id_of(self.request.POST)
        return blowing.for_act(self.kwargs["uuid"], act_id, self.request.user)

    def dossier(self) -> Dossier:
        return Dossier(
            seen_whistle(self.request, self.kwargs["uuid"]), self.request.user
        )

    def fragment(
        self, dossier: Dossier, *, status: int = 200, **said: Any
    ) -> HttpResponse:
        return _fragment(self.request, dossier, status=status, **said)

    def do(self, form: BaseForm) -> Any:
        """Several units sign and come in the same minute: none of them is sent back
        because another was first. What each move waits for is looked at all the same.
        """
        user = self.request.user
        said = form.said(user)
        if form.move.stays:
            said.pop("after_event")
        return blowing.do(form.subject, form.move.verb, by=user, **said)


act_on = WhistleAct.as_view()


def _fragment(
    request: HttpRequest, dossier: Dossier, *, status: int = 200, **context: Any
) -> HttpResponse:
    context["dossier"] = dossier
    return render(request, "cases/whistles/_whistle.html", context, status=status)


@login_required
@require_GET
@never_cache
def figures_page(request: AuthedRequest) -> HttpResponse:
    """By street and by department, each figure with the whistles behind it."""
    if not can_use_whistles(request.user):
        raise NotAllowed
    this = timezone.localdate().replace(day=1)
    month = parse_month(request.GET.get("month", "")) or this
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
