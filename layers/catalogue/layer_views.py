"""A layer with its versions, imports and reports."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from govmap.lib.pages import AuthedRequest
from layers.imports.forms import ImportForm
from layers.models import ImportRun, Layer
from layers.models.outside import PICTURE
from layers.outside import views as outside_views
from layers.permissions import can_import

SHOWN_RUNS = 8


@require_safe
@login_required
def layer_page(request: AuthedRequest, code: str) -> HttpResponse:
    layer = _layer(request.user, code)
    if layer.geometry == PICTURE:
        return outside_views.about(request, layer)
    may_import = can_import(request.user, layer)
    runs = ImportRun.objects.visible_to(request.user).filter(layer=layer)
    context = {
        "layer": layer,
        "runs": runs.select_related("by")[:SHOWN_RUNS] if may_import else [],
        "form": ImportForm() if may_import else None,
    }
    return render(request, "layers/data_layer.html", context)


def _layer(user: User, code: str) -> Layer:
    layers = Layer.objects.visible_to(user).select_related(
        "provider", "steward", "published"
    )
    return get_object_or_404(layers, code=code)
