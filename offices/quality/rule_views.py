"""规则 数据质量: which rules are on, and after how many days what is old."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from offices.models import QualityRule
from offices.quality import loading
from offices.registers.forms import dress
from offices.registers.person_views import GET_OR_POST, by, posted
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file

PAGE = "quality:rules"


class RuleForm(forms.ModelForm):
    """The words of a rule, its number, and whether it is on."""

    chinese = forms.CharField(label=gettext_lazy("Chinese"), max_length=60)
    english = forms.CharField(
        label=gettext_lazy("English"), max_length=80, required=False
    )

    class Meta:
        model = QualityRule
        fields = ("number", "is_on")

    field_order = ("chinese", "english", "number", "is_on")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        self.initial = {
            **self.initial,
            "chinese": row.titles.get("zh-hans", ""),
            "english": row.titles.get("en", ""),
        }
        self.fields["number"].label = gettext_lazy("Threshold (of what is old: days)")
        if row.number is None:
            del self.fields["number"]
        dress(self)

    def clean_number(self) -> int:
        number = self.cleaned_data["number"]
        if not number:
            raise ValidationError(_("Enter a number above 0."))
        return int(number)

    def save(self, commit: bool = True) -> QualityRule:
        row: QualityRule = super().save(commit=False)
        said = self.cleaned_data
        row.titles = {"zh-hans": said["chinese"], "en": said["english"]}
        row.save()
        return row


@require_safe
@rules_view
def rules(request: AuthedRequest) -> HttpResponse:
    """The rules by kind."""
    rows = list(QualityRule.objects.all())
    context = {
        "kinds": [
            (title, [row for row in rows if row.kind == code])
            for code, title in QualityRule.Kind.choices
        ],
        "may_change": can_change_rules(request.user),
        "changes": changes_of(QualityRule),
    }
    return render(request, "offices/quality/rules.html", context)


@require_http_methods(GET_OR_POST)
@rules_change
def rule(request: AuthedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(QualityRule, pk=pk)
    form = RuleForm(posted(request), instance=row)
    if form.is_bound and form.is_valid():
        with by(request):
            form.save()
        return redirect(PAGE)
    context = {"form": form, "title": str(row), "back": PAGE}
    status = 400 if form.errors else 200
    return render(request, "offices/ownership/owner.html", context, status=status)


@require_safe
@rules_view
def file(request: AuthedRequest) -> HttpResponse:
    """The rules as a site package has them."""
    return file_of(loading.export(), "quality.json")


@require_POST
@rules_change
def take(request: AuthedRequest) -> HttpResponse:
    """Take over a file; what it leaves out stays as it is."""
    data = sent_file(request, "quality.json")
    with by(request):
        line = loading.load_data(data, name="quality.json", anew=True)
    messages.success(request, _("Rules taken over: %(line)s") % {"line": line})
    return redirect(PAGE)
