"""What can be chosen of one kind of subjects, as an administrator keeps it.

Occasions of whistles, sorts of hard matters: a short list of rows with a code and
titles, in an order, of which some are out of use. Its tab of the rules shows it, makes
and changes a row, gives it out as a site package has it and takes it in again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from govmap.lib.history import changes_of, recorded
from govmap.lib.pages import AuthedRequest
from workflow.permissions import can_change_rules, rules_change, rules_view
from workflow.rule_files import file_of, sent_file

USUAL_ORDER = 50  # of a new row, until somebody says otherwise


class ChoiceForm(forms.Form):
    """One row; its code stays. A kind adds what else its rows have."""

    model: ClassVar[type[Any]]

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=20)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=40)
    title_en = forms.CharField(
        label=gettext_lazy("Title in English"), max_length=60, required=False
    )
    order = forms.IntegerField(
        label=gettext_lazy("Place in the list"), min_value=0, max_value=999
    )
    retired = forms.BooleanField(label=gettext_lazy("Out of use"), required=False)

    def __init__(self, row: Any, data: Any = None) -> None:
        super().__init__(data)
        self.row = row
        self.initial = {"order": USUAL_ORDER}
        if row is not None:
            del self.fields["code"]
            titles = {"title": "zh-hans", "title_en": "en"}
            self.initial = {
                name: row.titles.get(titles[name], "")
                if name in titles
                else getattr(row, name)
                for name in self.fields
            }

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"]).replace("-", "_")
        if self.model.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is in use."))
        return code

    def save(self) -> None:
        sent = dict(self.cleaned_data)
        titles = {"zh-hans": sent.pop("title"), "en": sent.pop("title_en")}
        row = self.row or self.model()
        row.titles = {name: text for name, text in titles.items() if text}
        for name, value in sent.items():
            setattr(row, name, value)
        row.save()


@dataclass(frozen=True)
class KindRules:
    """The tab of one kind: ``app`` is its namespace of addresses, ``file`` its file."""

    app: str
    form: type[ChoiceForm]
    file: str  # as a site package calls it
    dump: Callable[[], Any]
    put: Callable[..., int]  # (data, where=…): writes the rows, says how many
    shown: str  # the template of the list
    new_title: str | Promise  # of the form of a new row
    kept: str | Promise  # what is said when a row was kept
    taken: str | Promise  # and when a file was taken: %(count)s

    @property
    def model(self) -> type[Model]:
        return self.form.model

    @property
    def page(self) -> str:
        return f"{self.app}:rules"

    def urls(self, start: str) -> list[URLPattern]:
        """Its addresses under ``start``, each by the name that its templates use."""
        form = require_http_methods(["GET", "HEAD", "POST"])
        given = require_safe(rules_view(self.given))
        take = require_POST(rules_change(self.take))
        return [
            path(start, require_safe(rules_view(self.rows)), name="rules"),
            path(f"{start}new/", form(rules_change(self.row)), name="rule-new"),
            path(f"{start}{self.file}", given, name="rules-file"),
            path(f"{start}take/", take, name="rules-take"),
            path(f"{start}<slug:code>/", form(rules_change(self.row)), name="rule"),
        ]

    def rows(self, request: AuthedRequest) -> HttpResponse:
        """All of them, and who changed them."""
        context = {
            "rows": self.model._default_manager.all(),
            "may_change": can_change_rules(request.user),
            "changes": changes_of(self.model),
        }
        return render(request, self.shown, context)

    def row(self, request: AuthedRequest, code: str = "") -> HttpResponse:
        """The form of one, or of a new one where none is named."""
        row = get_object_or_404(self.model, code=code) if code else None
        form = self.form(row, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            with recorded(request.user, address=request.path):
                form.save()
            messages.success(request, str(self.kept))
            return redirect(self.page)
        context = {
            "form": form,
            "row": row,
            "new_title": self.new_title,
            "rules_page": self.page,
        }
        status = 400 if form.is_bound else 200
        return render(request, "workflow/kind_rule.html", context, status=status)

    def given(self, request: AuthedRequest) -> HttpResponse:
        """All of them as a site package has them."""
        return file_of(self.dump(), self.file)

    def take(self, request: AuthedRequest) -> HttpResponse:
        """A file over what is there. Raises BadInput (400)."""
        data = sent_file(request, self.file)
        with recorded(request.user, address=request.path):
            count = self.put(data, where=self.file)
        messages.success(request, str(self.taken) % {"count": count})
        return redirect(self.page)
