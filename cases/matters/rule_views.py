"""What can be hard about a matter, as an administrator keeps it."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.matters import loading
from cases.models import MatterSort
from govmap.lib.errors import BadInput
from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from workflow.permissions import can_change_rules, rules_change, rules_view

LARGEST = 256 * 1024  # bytes of a file that is sent


class SortForm(forms.Form):
    """One sort; its code stays."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=loading.CODE_MOST)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=40)
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=60, required=False
    )
    order = forms.IntegerField(
        label=gettext_lazy("Place in the list"), min_value=0, max_value=999
    )
    retired = forms.BooleanField(label=gettext_lazy("Out of use"), required=False)

    def __init__(self, row: MatterSort | None, data: Any = None) -> None:
        super().__init__(data, initial=_initial(row) if row else {"order": 50})
        self.row = row
        if row:
            del self.fields["code"]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).replace("-", "_")
        if MatterSort.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is in use."))
        return code

    def save(self) -> None:
        sent = dict(self.cleaned_data)
        titles = {"zh-hans": sent.pop("title"), "en": sent.pop("title_en")}
        row = self.row or MatterSort()
        row.titles = {name: text for name, text in titles.items() if text}
        for name, value in sent.items():
            setattr(row, name, value)
        row.save()


def _initial(row: MatterSort) -> dict[str, Any]:
    return {
        "title": row.titles.get("zh-hans", ""),
        "title_en": row.titles.get("en", ""),
        "order": row.order,
        "retired": row.retired,
    }


class FileForm(forms.Form):
    file = forms.FileField()


@require_safe
@rules_view
def sorts(request: AuthedRequest) -> HttpResponse:
    """All of them, and who changed them."""
    context = {
        "sorts": MatterSort.objects.all(),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(MatterSort),
    }
    return render(request, "cases/matters/rules.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def sort_new(request: AuthedRequest) -> HttpResponse:
    return _edit(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@rules_change
def sort(request: AuthedRequest, code: str) -> HttpResponse:
    return _edit(request, get_object_or_404(MatterSort, code=code))


def _edit(request: AuthedRequest, row: MatterSort | None) -> HttpResponse:
    form = SortForm(row, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with recorded(request.user, address=request.path):
            form.save()
        messages.success(request, _("The sort of matters is kept."))
        return redirect("matters:rules")
    context = {"form": form, "row": row}
    status = 400 if form.is_bound else 200
    return render(request, "cases/matters/rule_edit.html", context, status=status)


@require_safe
@rules_view
def sorts_file(request: AuthedRequest) -> HttpResponse:
    """All of them as matters.json, as a site package has it."""
    response = HttpResponse(loading.as_text(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{loading.NAME}"'
    return response


@require_POST
@rules_change
def sorts_take(request: AuthedRequest) -> HttpResponse:
    """A matters.json over what is there. Raises BadInput (400)."""
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid() or form.cleaned_data["file"].size > LARGEST:
        raise BadInput
    try:
        data = json.loads(form.cleaned_data["file"].read().decode("utf-8-sig"))
    except ValueError as error:
        raise BadInput(_("This is no JSON that can be read.")) from error
    with recorded(request.user, address=request.path):
        count = loading.put(data, where=loading.NAME)
    text = _("Sorts of the file: %(count)s.") % {"count": count}
    messages.success(request, text)
    return redirect("matters:rules")
