"""Pages of corrections: marked in the field, answered at the provider's desk."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.gis.geos import Point
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from govmap.lib.errors import BadInput, Conflict, NotFound
from govmap.lib.geo import SRID
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers import corrections
from layers.correction_dossier import Dossier
from layers.correction_forms import MarkForm, MoveForm, add_present, stored
from layers.correction_lists import Filters, list_corrections, own_corrections
from layers.correction_targets import Target, find
from layers.models import Correction, Layer
from layers.places import ground_at
from workflow.engine import may_act_at_all
from workflow.errors import ActReused, MayNotAct
from workflow.forms import act_id_of, move_meant
from workflow.models import Event, Transition

REFUSED = 422  # what was typed comes back with a sentence beside each field

# Sending one


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def mark(request: AuthedRequest) -> HttpResponse:
    """This is wrong: of ``layer`` and ``key``, or of what ``layer`` lacks.

    A POST answers 201 with what was made, or 422 with what lacks.
    """
    asked = request.POST if request.method == "POST" else request.GET
    if not corrections.can_correct(request.user):
        raise MayNotAct
    if not asked.get("layer"):
        return _choose_layer(request)
    target = find(request.user, asked)
    move = _opening(request, target)
    if request.method == "GET":
        spot = _spot_of(request)
        value = f"{spot.x},{spot.y}" if spot else ""
        form = MarkForm(target, move, request.user, spot=value)
        return _mark_page(request, form)
    form = MarkForm(target, move, request.user, request.POST, request.FILES)
    if not form.is_valid():
        return _not_sent(request, form)
    try:
        return _sent(request, form)
    except BadInput as error:
        form.add_error(None, error.text)
        return _not_sent(request, form)


def _opening(request: AuthedRequest, target: Target) -> Transition:
    name = "feature" if target.key else "lacking"
    for move in corrections.openings(request.user, target.layer):
        if name in move.evidence:
            return move
    raise MayNotAct


def _choose_layer(request: AuthedRequest) -> HttpResponse:
    """Something is missing: on which layer?"""
    layers = Layer.objects.visible_to(request.user).filter(published__isnull=False)
    context = {
        "layers": layers,
        "lon": request.GET.get("lon", ""),
        "lat": request.GET.get("lat", ""),
    }
    return render(request, "layers/correction_layer.html", context)


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


def _mark_page(
    request: AuthedRequest, form: MarkForm, status: int = 200
) -> HttpResponse:
    spot = _spot_of(request)
    seen = Layer.objects.visible_to(request.user).values_list("feeds", flat=True)
    context = {
        "form": form,
        "target": form.target,
        "ground": ground_at(spot, set(seen)) if spot else None,
        "spot": spot,
        "words": _words(),
    }
    return render(request, "layers/correction_new.html", context, status=status)


def _not_sent(request: AuthedRequest, form: MarkForm) -> HttpResponse:
    if not wants_fragment(request):
        return _mark_page(request, form, REFUSED)
    context = {"form": form}
    return render(request, "layers/_correction_errors.html", context, status=REFUSED)


def _sent(request: AuthedRequest, form: MarkForm) -> HttpResponse:
    uuid = form.cleaned_data["uuid"]
    changed = False
    try:
        correction, _event = corrections.report(
            by=request.user,
            uuid=uuid,
            evidence=form.evidence(),
            happened_at=form.cleaned_data["happened_at"],
        )
    except ActReused:
        # The answer to the first sending was lost, and he changed something since.
        own = Correction.objects.visible_to(request.user).filter(reporter=request.user)
        correction, changed = get_object_or_404(own, uuid=uuid), True
    if not wants_fragment(request):
        return redirect("layers:correction", correction.uuid)
    context = {"correction": correction, "target": form.target, "changed": changed}
    return render(request, "layers/_correction_sent.html", context, status=201)


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
    corrections.mark_seen(request.user)
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
    corrections.mark_seen(request.user, only=uuid)
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
    process = corrections.current_process()
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
        corrections.mark_seen(request.user, only=uuid)
    dossier = Dossier(found, request.user, verb=request.GET.get("move", ""))
    if wants_fragment(request):
        return _fragment(request, dossier)
    context = {"dossier": dossier, "last_event": last}
    return render(request, "layers/correction.html", context)


@login_required
@require_POST
def act_on(request: AuthedRequest, uuid: UUID) -> HttpResponse:
    """Do a move. A script gets the correction as it now is, a browser is sent back.

    Refused evidence (400) and a move that came too late (409) show it as it now is,
    with what was typed.
    """
    found, verb = _of_act(request, uuid), request.POST.get("verb", "")
    add_present(found, request.user)
    form = MoveForm(found, move_meant(found, verb), request.POST, request.FILES)
    if not form.is_valid():
        may_act_at_all(found, verb, request.user)  # not allowed comes before not good
        return _refused(request, uuid, form, status=400)
    try:
        _do(request, found, form)
    except BadInput as error:
        form.refused(error.text)
        return _refused(request, uuid, form, status=error.status)
    except Conflict as error:
        return _refused(request, uuid, form, status=error.status, note=error.text)
    return _done(request, uuid, form.move)


def _of_act(request: AuthedRequest, uuid: UUID) -> Correction:
    return corrections.for_act(uuid, act_id_of(request.POST), request.user)


def _do(request: AuthedRequest, found: Correction, form: MoveForm) -> None:
    sent = form.cleaned_data
    photos = (
        stored(request.user, sent["act_id"], sent["photos"]) if form.has_photos else []
    )
    corrections.do(
        found,
        form.move.verb,
        by=request.user,
        act_id=sent["act_id"],
        after_event=sent["after_event"],
        evidence=form.evidence(photos),
    )


def _done(request: AuthedRequest, uuid: UUID, move: Transition) -> HttpResponse:
    said = _("Done: %(move)s") % {"move": move.label}
    if not wants_fragment(request):
        messages.success(request, said)
        return redirect("layers:correction", uuid)
    dossier = Dossier(seen_correction(request, uuid), request.user)
    return _fragment(request, dossier, said=said)


def _refused(
    request: AuthedRequest, uuid: UUID, form: MoveForm, *, status: int, note: str = ""
) -> HttpResponse:
    """As it now is, with the form as it was sent where it can still be."""
    found = seen_correction(request, uuid)
    dossier = Dossier(found, request.user)
    if note:
        form = form.again(found)
    dossier.put(form)
    lost = "" if dossier.open_form is form else form.typed
    context: dict[str, Any] = {"note": note, "lost": lost}
    if wants_fragment(request):
        return _fragment(request, dossier, status=status, **context)
    context |= {"dossier": dossier, "last_event": Event.objects.last_id()}
    return render(request, "layers/correction.html", context, status=status)


def _fragment(
    request: AuthedRequest, dossier: Dossier, *, status: int = 200, **context: Any
) -> HttpResponse:
    context["dossier"] = dossier
    return render(request, "layers/_correction.html", context, status=status)


def _words() -> dict[str, str]:
    """What the form's script says, from the one catalogue."""
    return {
        "need_reason": _("Choose what is wrong."),
        "sending": _("Sending…"),
        "photos_first": _("Photos are still on their way…"),
        "photos_left": _(
            "Not every photo could be sent. Try again beside the photo, or remove it."
        ),
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
