"""地名别称: what people call places that the register names otherwise."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from rest_framework import serializers

from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from layers.addresses.levels import parse
from layers.models import AddressAlias
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rules_api import KeepsRules

HERE = "addresses:aliases"


class AliasForm(forms.ModelForm):
    class Meta:
        model = AddressAlias
        fields = ("said", "means", "kind", "in_use")

    def clean_said(self) -> str:
        """A name of two signs at least: one sign stands in too many others.

        Without a number, for a question's names have none, and it would never be met.
        """
        said = str(self.cleaned_data["said"])
        parsed = parse(said)
        if parsed.names != (parsed.form,) or len(parsed.form) < 2:
            raise forms.ValidationError(_("A name of at least two signs, no number."))
        return said


@require_safe
@rules_view
def aliases(request: AuthedRequest) -> HttpResponse:
    context = {
        "rows": AddressAlias.objects.all(),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(AddressAlias),
        "rules_page": HERE,
    }
    return render(request, "layers/aliases.html", context)


@require_http_methods(["GET", "POST"])
@rules_change
def alias_new(request: AuthedRequest) -> HttpResponse:
    return _edited(request, AddressAlias())


@require_http_methods(["GET", "POST"])
@rules_change
def alias(request: AuthedRequest, pk: int) -> HttpResponse:
    return _edited(request, get_object_or_404(AddressAlias, pk=pk))


def _edited(request: AuthedRequest, row: AddressAlias) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = AliasForm(data, instance=row)
    if form.is_bound and form.is_valid():
        with recorded(request.user, address=request.path):
            form.save()
        return redirect(HERE)
    context = {"form": form, "row": row, "rules_page": HERE, "back": HERE}
    status = 400 if form.is_bound else 200
    return render(request, "layers/alias.html", context, status=status)


class AliasSerializer(serializers.ModelSerializer[AddressAlias]):
    """``said`` is what people say, ``means`` what the register says."""

    class Meta:
        model = AddressAlias
        fields = ("id", "said", "means", "kind", "in_use")


class AliasViewSet(KeepsRules):
    """地名别称 of the register of addresses."""

    queryset: Any = AddressAlias.objects.all()
    serializer_class: Any = AliasSerializer
    switches = frozenset({"in_use"})

    def form(self, row: Any, data: dict[str, Any]) -> forms.BaseForm:
        if row is not None:
            kept = {name: getattr(row, name) for name in ("said", "means", "kind")}
            data = {**kept, **data}
        return AliasForm({"in_use": "on", **data}, instance=row)
