"""The form of an article."""

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit, User
from workflow.models import Article, ArticleVersion, Category
from workflow.models.knowledge import REPLY_MOST, TEXT_MOST, TITLE_MOST
from workflow.roster.permissions import led_units, units_kept

CODE = re.compile(r"(part|event)/\d{2,5}")
CLASSES_MOST = 20
UNIT_KINDS = (Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.DEPARTMENT)


class ArticleForm(forms.Form):
    """What an article says and for whom. Kept, it is a draft."""

    unit = forms.ModelChoiceField(
        label=gettext_lazy("Unit that keeps it"), queryset=Unit.objects.none()
    )
    title = forms.CharField(label=gettext_lazy("Headline"), max_length=TITLE_MOST)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy(
            "An empty line parts paragraphs; ## begins a heading, - a row of a list."
        ),
    )
    reply = forms.CharField(
        label=gettext_lazy("Reply to be put in"),
        max_length=REPLY_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("What may be answered, word for word."),
    )
    classes = forms.CharField(
        label=gettext_lazy("Classes it belongs to"),
        required=False,
        help_text=gettext_lazy(
            "Codes as event/06 or event/06010, parted by blanks: a main class means its"
            " subclasses too. Beside cases of them the article is shown."
        ),
    )
    units = forms.ModelMultipleChoiceField(
        label=gettext_lazy("For these units"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 6}),
        help_text=gettext_lazy("With all below them. Nobody chosen: for everybody."),
    )
    basis = forms.CharField(label=gettext_lazy("Basis"), max_length=200, required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("In force from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_to = forms.DateField(
        label=gettext_lazy("In force until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    review_on = forms.DateField(
        label=gettext_lazy("To be reviewed on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, user: User, article: Article | None, data: Any = None) -> None:
        super().__init__(data)
        kept = [unit.pk for unit in units_kept(user)]
        owner, meant = self.fields["unit"], self.fields["units"]
        assert isinstance(owner, forms.ModelChoiceField)
        assert isinstance(meant, forms.ModelMultipleChoiceField)
        owner.queryset = Unit.objects.filter(pk__in=kept)
        owner.empty_label = _("Choose")
        meant.queryset = Unit.objects.filter(kind__in=UNIT_KINDS)
        for field in self.fields.values():
            is_select = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_select else "form-control"
        self.initial = {"valid_from": timezone.localdate()}
        # Of who keeps one unit and those below it, his own.
        own = [pk for pk in led_units(user) if pk in kept] or kept
        if len(own) == 1:
            self.initial["unit"] = own[0]
        if article is not None:
            del self.fields["unit"]
            self._fill(newest(article))

    def _fill(self, version: ArticleVersion) -> None:
        names = ("title", "text", "reply", "basis", "valid_from", "valid_to")
        self.initial = {
            **{name: getattr(version, name) for name in (*names, "review_on")},
            "classes": " ".join(version.classes),
            "units": list(version.units.values_list("pk", flat=True)),
        }

    def clean_classes(self) -> list[str]:
        codes = re.split(r"[\s,，、;；]+", str(self.cleaned_data["classes"]))
        found = list(dict.fromkeys(code for code in codes if code))
        wrong = [code for code in found if not CODE.fullmatch(code)]
        known = set(Category.objects.values_list("kind", "code").distinct())
        wrong += [code for code in found if tuple(code.split("/")) not in known]
        if wrong:
            raise forms.ValidationError(
                _("There is no class %(code)s. Write it as event/06 or part/01001.")
                % {"code": wrong[0][:20]}
            )
        if len(found) > CLASSES_MOST:
            raise forms.ValidationError(
                _("At most %(count)s classes.") % {"count": CLASSES_MOST}
            )
        return found

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        begins, ends = sent.get("valid_from"), sent.get("valid_to")
        if begins and ends and ends < begins:
            self.add_error("valid_to", _("It ends before it begins. Correct a day."))
        return sent


def newest(article: Article) -> ArticleVersion:
    """The draft, else what was published last."""
    draft = article.versions.filter(published_at=None).first()
    version = draft or article.current or article.versions.first()
    assert version, "an article has a version from the first"
    return version
