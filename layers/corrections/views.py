"""Pages of corrections: marked in the field, answered at the provider's desk."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.models import User
from govmap.lib.errors import NotFound
from govmap.lib.geo import SRID
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers.corrections import sending
from layers.corrections.dossier import Dossier
from layers.corrections.forms import MarkForm, MoveForm, add_present
from layers.corrections.lists import Filters, list_corrections, own_corrections
from layers.corrections.targets import Target, find
from layers.finding.places import ground_at
from layers.models import Correction, Layer
from layers.models.correction import CorrectionQuerySet
from workflow.act_views import ActView
from workflow.errors import MayNotAct
from workflow.forms import MoveForm as BaseForm
from workflow.forms import act_id_of
from workflow.models import Event, Transition
from workflow.sending import SendingView, words

# Sending one


class Mark(SendingView):
    """This is wrong: of ``layer`` and ``key``, or of what ``layer`` lacks."""

    done = "layers/_correction_sent.html"

    def get(self, request: HttpRequest, **named: Any) -> HttpResponse:
        return self._which() or super().get(request)

    def post(self, request: HttpRequest, **named: Any) -> HttpResponse:
        return self._which() or super().post(request)

    @property
    def asked(self) -> QueryDict:
        return self.request.POST if self.request.method == "POST" else self.request.GET

    def _which(self) -> HttpResponse | None:
        """Something is missing: on which layer?"""
        if not sending.can_correct(self.request.user):
            raise MayNotAct
        if self.asked.get("layer"):
            return None
        layers = Layer.objects.visible_to(self.request.user)
        context = {
            "layers": layers.filter(published__isnull=False),
            "lon": self.request.GET.get("lon", ""),
            "lat": self.request.GET.get("lat", ""),
        }
        return render(self.request, "layers/correction_layer.html", context)

    def form(self, data: Any = None, files: Any = None) -> MarkForm:
        target = find(self.request.user, self.asked)
        move = _opening(self.request.user, target)
        spot = _spot_of(self.request)
        value = f"{spot.x},{spot.y}" if spot else ""
        return MarkForm(target, move, self.request.user, data, files, spot=value)

    def page(self, form: MarkForm, status: int = 200) -> HttpResponse:
        spot = _spot_of(self.request)
        layers = Layer.objects.visible_to(self.request.user)
        seen = set(layers.values_list("feeds", flat=True))
        context = {
            "form": form,
            "target": form.target,
            "ground": ground_at(spot, seen) if spot else None,
            "spot": spot,
            "words": _words(),
        }
        page = "layers/correction_new.html"
        return render(self.request, page, context, status=status)

    def make(self, form: MarkForm) -> Correction:
        correction, _event = sending.report(
            by=self.request.user,
            uuid=form.cleaned_data["uuid"],
            evidence=form.evidence(),
            happened_at=form.cleaned_data["happened_at"],
        )
        return correction

    def own(self) -> CorrectionQuerySet:
        user = self.request.user
        return Correction.objects.visible_to(user).filter(reporter=user)

    def context(self, form: MarkForm, made: Correction) -> dict[str, Any]:
        return {"correction": made, "target": form.target}

    def address(self, uuid: UUID) -> str:
        return reverse("layers:correction", args=[uuid])


mark = Mark.as_view()


def _opening(user: User, target: Target) -> Transition:
    name = "feature" if target.key else "lacking"
    for move in sending.openings(user, target.layer):
        if name in move.evidence:
            return move
    raise MayNotAct


def _spot_of(request: AuthedRequest) -> Point | None:
    """``lon`` and ``lat`` of the address; None where they are no place."""
    try:
        longitude, latitude = (float(request.GET[name]) for name in ("lon", "lat"))
    except (KeyError, ValueError):
        return None
    # NaN fails every comparison, and so is refused too.
    if not (abs(longitude) <= 180 and abs(latitude) <= 90):
        return None
    return Point(longitude, latitude, srid=SRID)


# One's own


@login_required
@require_GET
@never_cache
def own(request: AuthedRequest) -> HttpResponse:
    """我的纠错: what this person sent and how it was answered, newest first."""
    # Before the list is read: what happens in between is told twice, never missed.
    last = Event.objects.last_id()
    page = own_corrections(request.user, before=request.GET.get("before", ""))
    # What is news is marked in this answer, and none the next time.
    sending.mark_seen(request.user)
    context = {"page": page, "last_event": last}
    return render(request, "layers/corrections_own.html", context)


@login_required
@require_GET
@never_cache
def own_card(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """One card of that page, as it now is."""
    found = own_corrections(request.user, only=uuid).rows
    if not found:
        raise NotFound
    sending.mark_seen(request.user, only=uuid)
    return render(request, "layers/_correction_own.html", {"own": found[0]})


# The provider's desk


@login_required
@require_GET
@never_cache
def desk(request: AuthedRequest) -> HttpResponse:
    """Every correction that this person sees: what waits for an answer first."""
    last = Event.objects.last_id()
    seen = Correction.objects.visible_to(request.user)
    found = list_corrections(seen, Filters(request.GET), request.user)
    context = {
        "list": found,
        "layers": _corrected_layers(request),
        "kinds": _kinds(),
        "last_event": last,
    }
    part = "layers/_correction_rows.html" if wants_fragment(request) else ""
    return render(request, part or "layers/corrections.html", context)


def _corrected_layers(request: AuthedRequest) -> list[Layer]:
    corrected = Correction.objects.values("layer")
    return list(Layer.objects.visible_to(request.user).filter(pk__in=corrected))


def _kinds() -> list[tuple[str, str]]:
    """What can be wrong, in the words of the process."""
    process = sending.current_process()
    openings = [move for move in process.moves if move.from_state_id is None]
    return list(dict(row for move in openings for row in move.reason_choices()).items())


# One of them


def seen_correction(request: AuthedRequest, uuid: UUID) -> Correction:
    """The correction with what its page shows, or 404."""
    rows = Correction.objects.visible_to(request.user).select_related(
        "layer__provider", "layer__published", "version", "answer", "draft", "street"
    )
    return get_object_or_404(rows, uuid=uuid)


@login_required
@require_GET
@never_cache
def correction(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Its page; a script asks again for what changed in it."""
    last = Event.objects.last_id()
    found = seen_correction(request, uuid)
    if found.reporter_id == request.user.pk:
        sending.mark_seen(request.user, only=uuid)
    dossier = Dossier(found, request.user, verb=request.GET.get("move", ""))
    if wants_fragment(request):
        return _fragment(request, dossier)
    context = {"dossier": dossier, "last_event": last}
    return render(request, "layers/correction.html", context)


class CorrectionAct(ActView):
    form_class = MoveForm
    page = "layers/correction.html"

    def find(self) -> Correction:
        uuid, act_id = self.kwargs["uuid"], act_id_of(self.request.POST)
        found = sending.for_act(uuid, act_id, self.request.user)
        add_present(found, self.request.user)
        return found

    def dossier(self) -> Dossier:
        found = seen_correction(self.request, self.kwargs["uuid"])
        return Dossier(found, self.request.user)

    def fragment(
        self, dossier: Dossier, *, status: int = 200, **said: Any
    ) -> HttpResponse:
        return _fragment(self.request, dossier, status=status, **said)

    def do(self, form: BaseForm) -> Event:
        user = self.request.user
        return sending.do(form.subject, form.move.verb, by=user, **form.said(user))


act_on = CorrectionAct.as_view()


def _fragment(
    request: AuthedRequest, dossier: Dossier, *, status: int = 200, **context: Any
) -> HttpResponse:
    context["dossier"] = dossier
    return render(request, "layers/_correction.html", context, status=status)


def _words() -> dict[str, str]:
    """What the form's script says, from the one catalogue."""
    return words() | {
        "need_reason": _("Choose what is wrong."),
        "offline": _(
            "The network does not answer. The correction is kept on this phone and goes"
            " as soon as the network is back. Or tap the button again."
        ),
        "signed_out": _(
            "You are signed out. The correction is kept on this phone: sign in again"
            " and send it."
        ),
        "failed": _(
            "The server could not take it. Everything is kept on this phone: try again"
            " in a minute."
        ),
        "restored": _("Your unsent correction of %(time)s is here again."),
    }
