"""What an administrator fills in of a class and of a filing condition."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Unit
from workflow.class_rows import LONGEST, LONGEST_LIMIT, WIDEST, tags
from workflow.models import Category, Condition, Standard
from workflow.pinyin import initials

# Generic for the type checker only.
if TYPE_CHECKING:
    CategoryBase = forms.ModelForm[Category]
    ConditionBase = forms.ModelForm[Condition]
else:
    CategoryBase = ConditionBase = forms.ModelForm


class CategoryForm(CategoryBase):
    """A class; its code and its place in the edition stay."""

    name = forms.CharField(max_length=60, label=gettext_lazy("Name"))
    name_en = forms.CharField(
        max_length=120, required=False, label=gettext_lazy("Name in English")
    )
    tags = forms.CharField(required=False, label=gettext_lazy("Tags"))
    duplicate_radius = forms.IntegerField(
        min_value=0,
        max_value=WIDEST,
        label=gettext_lazy("Duplicates within metres"),
        help_text=gettext_lazy("0: duplicates are not looked for"),
    )
    duplicate_hours = forms.IntegerField(
        min_value=0, max_value=LONGEST, label=gettext_lazy("Duplicates within hours")
    )

    class Meta:
        model = Category
        fields = (
            *("name", "name_en", "tags", "duplicate_radius", "duplicate_hours"),
            *("urgent", "photo"),
        )
        labels = {
            "urgent": gettext_lazy("Urgent: goes before everything else"),
            "photo": gettext_lazy("A report needs a photo"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tags"] = "、".join(self.instance.tags)

    def clean_tags(self) -> list[str]:
        return tags(self.cleaned_data["tags"])

    def save(self, commit: bool = True) -> Category:
        self.instance.initials = initials(self.cleaned_data["name"])[:60]
        return super().save(commit)


class LocalCategoryForm(CategoryForm):
    """A class that the site adds, numbered by its edition's rule."""

    kind = forms.ChoiceField(choices=Category.Kind.choices, label=gettext_lazy("Kind"))
    parent = forms.CharField(
        required=False,
        label=gettext_lazy("Main class"),
        help_text=gettext_lazy("Its code; empty for a new main class"),
    )

    class Meta(CategoryForm.Meta):
        pass

    field_order = ("kind", "parent", "name", "name_en", "tags")

    def __init__(self, standard: Standard, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.standard = standard

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        code, kind = sent.get("parent", ""), sent.get("kind", "")
        rows = Category.objects.filter(standard=self.standard, kind=kind)
        parent = rows.filter(code=code, parent__isnull=True).first() if code else None
        if code and parent is None:
            raise ValidationError({"parent": _("This edition has no such main class.")})
        free = next_code(self.standard, kind, parent)
        if not free:
            raise ValidationError(_("The edition leaves no number for a local class."))
        made = self.instance
        made.standard, made.kind, made.code, made.parent = (
            *(self.standard, kind, free),
            parent,
        )
        made.is_local = True
        mark = self.standard.local.get("tag")
        sent["tags"] = list(dict.fromkeys([*([mark] if mark else []), *sent["tags"]]))
        return sent


def next_code(standard: Standard, kind: str, parent: Category | None) -> str:
    """The next free number by the edition's rule; "" where none is left.

    Retired codes count as taken: a number is never used again.
    """
    name = "subclass" if parent else "class"
    if name not in standard.local:
        return ""
    first, last = standard.local[name]
    step = 1 if last >= first else -1
    width = len(str(max(first, last)))
    rows = Category.objects.filter(standard=standard, kind=kind)
    taken = set(rows.values_list("code", flat=True))
    head = parent.code if parent else ""
    codes = (f"{head}{number:0{width}d}" for number in range(first, last + step, step))
    return next((code for code in codes if code not in taken), "")


class ConditionForm(ConditionBase):
    """A filing condition with its one or two steps."""

    limit = forms.IntegerField(
        min_value=1, max_value=LONGEST_LIMIT, label=gettext_lazy("Limit")
    )
    second_limit = forms.IntegerField(
        min_value=1,
        max_value=LONGEST_LIMIT,
        required=False,
        label=gettext_lazy("Second limit"),
        help_text=gettext_lazy("When it must be made safe first and repaired later"),
    )
    department = forms.ModelChoiceField(
        Unit.objects.exclude(
            kind__in=(Unit.Kind.DISTRICT, Unit.Kind.STREET, Unit.Kind.COMMUNITY)
        ),
        required=False,
        label=gettext_lazy("Department"),
    )

    class Meta:
        model = Condition
        fields = (
            *("text", "limit", "limit_type", "closing"),
            *("second_limit", "second_limit_type", "second_closing"),
            *("department", "basis"),
        )
        labels = {
            "text": gettext_lazy("Filing condition"),
            "limit_type": gettext_lazy("Runs in"),
            "closing": gettext_lazy("Closed when"),
            "second_limit_type": gettext_lazy("Second runs in"),
            "second_closing": gettext_lazy("Finally closed when"),
            "basis": gettext_lazy("Legal basis"),
        }

    def clean(self) -> dict[str, Any]:
        sent = super().clean() or {}
        if bool(sent.get("second_limit")) != bool(sent.get("second_limit_type")):
            raise ValidationError(
                {"second_limit": _("A second limit needs its number and how it runs.")}
            )
        return sent
