"""The style editor: one style at a time, seen on the map before it is saved."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseNotFound, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.errors import BadInput, Conflict
from govmap.lib.pages import AuthedRequest, wants_fragment
from layers.catalogue import entries
from layers.catalogue.views import editable
from layers.models import Layer
from layers.style_editor import preview as style_preview
from layers.style_editor import proposals as style_proposals
from layers.style_editor.forms import StyleDraft
from layers.styles.check import Entry
from layers.styles.vocabulary import THEMES, Theme, default_style
from layers.tiles.drawing import Place


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def style_page(request: AuthedRequest, code: str) -> HttpResponse:
    """The form; ``do`` of what is sent says what to do with it, ``save`` is usual."""
    layer = editable(request.user, code)
    saved = _saved(layer)
    if request.method != "POST":
        entry = _chosen(saved, request.GET.get("style", ""))
        is_new = "new" in request.GET
        if is_new:
            entry = {"code": _free_code(saved), "type": "simple"}
        seen = str(entries.last_change(layer))
        draft = StyleDraft.of_entry(layer, entry, seen)
        return _page(request, draft, was="" if is_new else entry["code"])
    draft = StyleDraft(layer, posted=request.POST)
    draft.read()
    do = request.POST.get("do", "save")
    was = request.POST.get("was", "")
    if do in {"classes", "labels"}:
        return _page(request, draft.with_rows(more=do), was=was)
    if do == "propose":
        return _page(request, _proposed(draft), was=was)
    return _save(request, draft, was, do)


@require_POST
@login_required
def style_preview_page(request: AuthedRequest, code: str) -> HttpResponse:
    """What the form would draw: document, legend, and what is wrong by field."""
    layer = editable(request.user, code)
    draft = StyleDraft(layer, posted=request.POST)
    draft.read()
    if problems := draft.problems():
        return JsonResponse({"problems": problems})
    asked = request.GET.get("theme", "")
    theme: Theme = asked if asked in THEMES else "light"
    base = request.build_absolute_uri("/")[:-1]
    preview = style_preview.of(layer, draft.entry(), theme=theme, base=base)
    legend = render_to_string("layers/_legend.html", {"entry": preview.legend})
    return JsonResponse(
        {"problems": {}, "document": preview.document, "legend": legend},
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
@login_required
def style_tile(
    request: AuthedRequest, code: str, z: int, x: int, y: int
) -> HttpResponse:
    """A tile with whatever fields a draft reads; kept nowhere."""
    layer, place = editable(request.user, code), Place(z, x, y)
    if layer.published is None or not place.exists():
        return HttpResponseNotFound()
    fields = request.GET.getlist("field")
    body = style_preview.tile(layer, place, fields, labels="labels" in request.GET)
    response = HttpResponse(body, content_type="application/vnd.mapbox-vector-tile")
    response["Cache-Control"] = "private, no-store"
    return response


def _saved(layer: Layer) -> list[Entry]:
    """The layer's styles, each with its code; the usual one where it has none."""
    styles = layer.styles or [_usual(layer)]
    return [{**style, "code": style.get("code", "plain")} for style in styles]


def _usual(layer: Layer) -> Entry:
    said = default_style(layer)
    return {name: value for name, value in said.items() if value is not None}


def _chosen(saved: list[Entry], code: str) -> Entry:
    return next((style for style in saved if style["code"] == code), saved[0])


def _free_code(saved: list[Entry]) -> str:
    taken = {style["code"] for style in saved}
    numbers = range(1, len(taken) + 2)
    return next(code for n in numbers if (code := f"style-{n}") not in taken)


def _proposed(draft: StyleDraft) -> StyleDraft:
    """With the classes that the data suggest."""
    said = draft.head.cleaned_data
    made = style_proposals.classes(
        draft.layer,
        kind=said["type"],
        field=said["field"],
        palette=said["palette"],
        method=said["method"],
        count=said["count"] or 5,
    )
    proposed = draft.with_rows(classes=made or None)
    if not made:
        proposed.note = _("No published row has a value in this field.")
    return proposed


def _save(request: AuthedRequest, draft: StyleDraft, was: str, do: str) -> HttpResponse:
    layer = draft.layer
    draft.errors = {} if do == "delete" else draft.problems()
    if draft.errors:
        return _page(request, draft, was=was, status=400)
    styles = _changed(_saved(layer), draft, was, do)
    try:
        seen = int(draft.head.cleaned_data["seen"] or 0)
        entries.change(layer, {"styles": styles}, by=request.user, seen=seen)
    except (BadInput, Conflict, ValueError) as error:
        draft.note = error.text if isinstance(error, BadInput | Conflict) else ""
        status = 409 if isinstance(error, Conflict) else 400
        return _page(request, draft, was=was, status=status)
    messages.success(request, _("Saved. Every map draws it so from now on."))
    address = reverse("layers:layer_style", args=[layer.code])
    if do == "delete":
        return redirect(address)
    return redirect(f"{address}?style={draft.entry()['code']}")


def _changed(saved: list[Entry], draft: StyleDraft, was: str, do: str) -> list[Entry]:
    """The layer's styles with this one put in, put first, or taken out."""
    rest = [style for style in saved if style["code"] != was]
    if do == "delete":
        return rest
    at = next((n for n, style in enumerate(saved) if style["code"] == was), len(rest))
    at = 0 if do == "first" else at
    return [*rest[:at], draft.entry(), *rest[at:]]


def _page(
    request: AuthedRequest, draft: StyleDraft, *, was: str, status: int = 200
) -> HttpResponse:
    layer = draft.layer
    context: dict[str, Any] = {
        "layer": layer,
        "draft": draft,
        "form": draft.head,
        "was": was,
        "saved": [
            {"code": style["code"], "title": style.get("title")}
            for style in _saved(layer)
        ],
    }
    if wants_fragment(request):
        return render(request, "layers/_layer_style_form.html", context, status=status)
    context["place"] = style_preview.place_of(layer)
    return render(request, "layers/layer_style.html", context, status=status)
