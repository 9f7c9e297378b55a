"""A version's page: its state, what it changes, what was done, and what can be done."""

import json
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from govmap.lib.errors import BadInput, Conflict, NotAllowed
from govmap.lib.geojson import MEDIA_TYPE
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers.models import PendingAct, Version
from layers.permissions import can_import
from layers.versions import acts, exporting, publishing
from layers.versions.differences import Asked, Differences
from layers.versions.dossier import VersionDossier, VersionForm, whole
from workflow.act_views import ActView
from workflow.exporting import right_of
from workflow.forms import MoveForm, act_id_of
from workflow.models import Event


def seen_version(request: AuthedRequest, code: str, uuid: UUID) -> Version:
    """The version with what its page shows, or 404."""
    versions = whole(Version.objects.visible_to(request.user))
    return get_object_or_404(versions, layer__code=code, uuid=uuid)


def _asked(request: AuthedRequest) -> Asked:
    return exporting.asked_of(request.GET)


def _dossier(request: AuthedRequest, version: Version) -> VersionDossier:
    return VersionDossier(version, request.user, verb=request.GET.get("move", ""))


@require_safe
@login_required
@never_cache
def version_page(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """The whole page; for a script its head alone: state, figures and moves."""
    # Before the version is read: what happens in between is told twice, never missed.
    last = Event.objects.last_id()
    dossier = _dossier(request, seen_version(request, code, uuid))
    if wants_fragment(request):
        return _head_alone(request, dossier)
    context = _page_context(request, dossier) | {"last_event": last}
    return render(request, "layers/version.html", context)


def _page_context(request: AuthedRequest, dossier: VersionDossier) -> dict[str, Any]:
    asked = _asked(request)
    differences = dossier.differences
    return {
        "dossier": dossier,
        "layer": dossier.layer,
        "asked": asked,
        "chips": _chips(differences),
        "page": differences.page(asked, after=request.GET.get("after", "")),
        "version": differences.version,
        "after": request.GET.get("after", ""),
        "fresh": uuid4(),
        "may_export": right_of(request.user, exporting.NAME) is not None,
    }


def _chips(differences: Differences) -> list[tuple[str, str, int]]:
    words, counts = exporting.kind_words(), differences.counts
    return [(kind, word, counts[kind]) for kind, word in words.items() if counts[kind]]


@require_safe
@login_required
@never_cache
def rows(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """A fragment: a page of the rows that differ."""
    differences = Differences(seen_version(request, code, uuid), request.user)
    asked, after = _asked(request), request.GET.get("after", "")
    page = differences.page(asked, after=after)
    context = {"page": page, "asked": asked, "version": differences.version}
    return render(request, "layers/_difference_rows.html", context)


@require_safe
@login_required
@never_cache
def places(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """GeoJSON for the map: what differs, as far as one answer holds it."""
    differences = Differences(seen_version(request, code, uuid), request.user)
    features, complete = differences.features(_asked(request))
    head = f'{{"type":"FeatureCollection","complete":{json.dumps(complete)},'
    body = f'{head}"features":[{",".join(features)}]}}'
    return HttpResponse(body, content_type=MEDIA_TYPE)


class VersionAct(ActView):
    form_class = VersionForm
    page = "layers/version.html"

    def find(self) -> Version:
        return seen_version(self.request, self.kwargs["code"], self.kwargs["uuid"])

    def dossier(self) -> VersionDossier:
        return VersionDossier(self.find(), self.request.user)

    def fragment(
        self, dossier: VersionDossier, *, status: int = 200, **said: Any
    ) -> HttpResponse:
        return _head_alone(self.request, dossier, status=status, **said)

    def do(self, form: MoveForm) -> Event | PendingAct:
        user = self.request.user
        return acts.do(form.subject, form.move.verb, by=user, **form.said(user))

    def word(self, form: MoveForm, done: Event | PendingAct) -> str:
        return "" if isinstance(done, PendingAct) else super().word(form, done)

    def context(self, dossier: VersionDossier) -> dict[str, Any]:
        return _page_context(self.request, dossier)


act_on = VersionAct.as_view()


def _head_alone(
    request: AuthedRequest, dossier: VersionDossier, *, status: int = 200, **said: str
) -> HttpResponse:
    """The head with the history, which stands further down on the page."""
    context = {"dossier": dossier, "alone": True, **said}
    return render(request, "layers/_version.html", context, status=status)


def writable_version(request: AuthedRequest, code: str, uuid: UUID) -> Version:
    """The version, for whoever may write its layer. Raises NotAllowed."""
    version = seen_version(request, code, uuid)
    if not can_import(request.user, version.layer):
        raise NotAllowed
    return version


@require_POST
@login_required
def restore(request: AuthedRequest, code: str, uuid: UUID) -> HttpResponse:
    """A draft equal to this older version, to be reviewed as any other."""
    version = writable_version(request, code, uuid)
    if version.number is None:
        raise Conflict
    drafted = publishing.restore(version, by=request.user, act_id=act_id_asked(request))
    if not drafted.differs:
        messages.info(request, _("Nothing differs from what is published now."))
        return redirect("layers:version", code, version.uuid)
    return redirect("layers:version", code, drafted.version.uuid)


def act_id_asked(request: AuthedRequest) -> UUID:
    """Raises BadInput."""
    act_id = act_id_of(request.POST)
    if act_id is None:
        raise BadInput
    return act_id
