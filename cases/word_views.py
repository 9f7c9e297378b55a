"""来源与标签: where cases come from and what they are marked with, in words."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from cases.models import Source, Tag
from cases.rule_tables import (
    SOURCE_COLUMNS,
    TAG_COLUMNS,
    word_lines,
    word_state,
    write_words,
)
from govmap.lib.history import changes_of
from govmap.lib.pages import AuthedRequest
from govmap.lib.sheets import csv_answer
from workflow.class_taking import Table, take_table
from workflow.class_views import GET_OR_POST, by
from workflow.permissions import can_change_rules, rules_change, rules_view

HERE = "cases:words"
MODELS: dict[str, type[Source] | type[Tag]] = {"sources": Source, "tags": Tag}
COLUMNS = {"sources": SOURCE_COLUMNS, "tags": TAG_COLUMNS}
WORD_WORDS = {
    **{"编号": "code", "代码": "code", "名称": "title", "英文名称": "title_en"},
    **{"登记可选": "desk", "有来电人": "caller", "顺序": "order", "停用": "retired"},
}
# Generic for the type checker only.
if TYPE_CHECKING:
    WordBase = forms.ModelForm[Source]
else:
    WordBase = forms.ModelForm


class TagForm(WordBase):
    """One word; its code stays, for cases keep it."""

    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9_-]{0,19}$",
        label=gettext_lazy("Code"),
        error_messages={
            "invalid": gettext_lazy("Small letters, digits, - and _, at most 20.")
        },
    )
    title = forms.CharField(max_length=40, label=gettext_lazy("Name"))
    title_en = forms.CharField(
        max_length=80, required=False, label=gettext_lazy("Name in English")
    )
    order = forms.IntegerField(
        min_value=0, max_value=9999, required=False, label=gettext_lazy("Order")
    )

    class Meta:
        model: Any = Tag
        fields: tuple[str, ...] = ("code", "order")

    field_order = ("code", "title", "title_en", "order")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
            self.initial["title"] = self.instance.titles.get("zh-hans", "")
            self.initial["title_en"] = self.instance.titles.get("en", "")

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if self._meta.model.objects.filter(code=code).exists():
            raise forms.ValidationError(_("This code is taken already."))
        return code

    def clean_order(self) -> int:
        """Left out, it goes to the end."""
        told = self.cleaned_data["order"]
        if told is None:
            last = self._meta.model.objects.aggregate(last=Max("order"))["last"]
            return min((last or 0) + 1, 9999)
        return int(told)

    def save(self, commit: bool = True) -> Any:
        sent = self.cleaned_data
        self.instance.titles = {"zh-hans": sent["title"]}
        if sent["title_en"]:
            self.instance.titles["en"] = sent["title_en"]
        return super().save(commit)


class SourceForm(TagForm):
    class Meta(TagForm.Meta):
        model = Source
        fields = ("code", "order", "desk", "caller")
        labels = {
            "desk": gettext_lazy("Chosen at the desk's intake"),
            "caller": gettext_lazy("Somebody calls or comes: ask for name and number"),
        }


FORMS: dict[str, type[TagForm]] = {"sources": SourceForm, "tags": TagForm}


def _model(kind: str) -> type[Source] | type[Tag]:
    if kind not in MODELS:
        raise Http404
    return MODELS[kind]


@require_safe
@rules_view
def words(request: AuthedRequest) -> HttpResponse:
    """Both lists, those out of use last."""
    context = {
        "sources": Source.objects.order_by("retired", "order", "code"),
        "tags": Tag.objects.order_by("retired", "order", "code"),
        "may_change": can_change_rules(request.user),
        "changes": changes_of(Source, Tag),
    }
    return render(request, "cases/words.html", context)


@require_http_methods(GET_OR_POST)
@rules_change
def word_new(request: AuthedRequest, kind: str) -> HttpResponse:
    return _edited(request, kind, _model(kind)())


@require_http_methods(GET_OR_POST)
@rules_change
def word(request: AuthedRequest, kind: str, pk: int) -> HttpResponse:
    row: Any = get_object_or_404(_model(kind), pk=pk)
    return _edited(request, kind, row)


def _edited(request: AuthedRequest, kind: str, row: Source | Tag) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    form = FORMS[kind](data, instance=row)
    if form.is_bound and form.is_valid():
        with by(request):
            form.save()
        return redirect(HERE)
    context = {"form": form, "row": row, "rules_page": HERE, "back": HERE}
    status = 400 if form.is_bound else 200
    return render(request, "cases/rule_edit.html", context, status=status)


@require_POST
@rules_change
def word_retire(request: AuthedRequest, kind: str, pk: int) -> HttpResponse:
    """Out of use, or in use again: cases keep it either way."""
    row = get_object_or_404(_model(kind), pk=pk)
    with by(request):
        row.retired = not row.retired
        row.save(update_fields=["retired"])
    return redirect(HERE)


@require_safe
@rules_view
def words_file(request: AuthedRequest, kind: str) -> HttpResponse:
    return csv_answer(kind, COLUMNS[kind], word_lines(_model(kind)))


@require_http_methods(GET_OR_POST)
@rules_change
def words_take(request: AuthedRequest, kind: str) -> HttpResponse:
    """Words of a file: what they change, and taking them."""
    _model(kind)
    return take_table(request, TABLES[kind])


def _table(kind: str, title: Any) -> Table:
    model = MODELS[kind]
    return Table(
        title=title,
        columns=COLUMNS[kind],
        needed=("code", "title"),
        words=WORD_WORDS,
        write=lambda rows, report, asked: write_words(model, rows, report),
        state=lambda rows: word_state(model),
        here="cases:words_take",
        here_args=(kind,),
        back=HERE,
    )


TABLES = {
    "sources": _table("sources", gettext_lazy("Sources from a file")),
    "tags": _table("tags", gettext_lazy("Tags from a file")),
}
