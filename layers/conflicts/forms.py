"""The form of an overlay rule, and back into the data of a file."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from uuid_utils.compat import uuid7

from layers.conflicts.overlay.checking import troubles
from layers.conflicts.overlay.comparison import OPS
from layers.conflicts.overlay.rules import entry_of
from layers.models import Layer, OverlayRule

OP_WORDS = {
    "equal": gettext_lazy("is the same as"),
    "differs": gettext_lazy("is not"),
    "at_most": gettext_lazy("is at most"),
    "at_least": gettext_lazy("is at least"),
}
# Where the sentence about a part of the data stands on the form.
FIELD_OF = {
    "title": "title_zh",
    "tolerance": "metres",
    "compare": "compare_left",
    "only": "only_left",
    "value": "compare_right",
}


class RuleForm(forms.Form):
    """``layers``: those that the person sees, by code; ``rule``: the one edited."""

    code = forms.CharField(max_length=31, required=False)
    title_zh = forms.CharField(max_length=80, required=False)
    title_en = forms.CharField(max_length=80, required=False)
    left = forms.CharField(max_length=40, required=False)
    right = forms.CharField(max_length=40, required=False)
    relation = forms.ChoiceField(choices=OverlayRule.Relation)
    metres = forms.FloatField(required=False, min_value=0)
    area = forms.FloatField(required=False, min_value=0)
    share = forms.FloatField(required=False, min_value=0, max_value=100)  # percent
    compare_left = forms.CharField(max_length=80, required=False)
    op = forms.ChoiceField(choices=[("", "–"), *OP_WORDS.items()], required=False)
    compare_right = forms.CharField(max_length=80, required=False)
    value = forms.CharField(max_length=200, required=False)
    factor = forms.FloatField(required=False, min_value=0)
    slack = forms.FloatField(required=False, min_value=0)
    mapping = forms.CharField(max_length=20_000, required=False)
    only_left = forms.CharField(max_length=5000, required=False)
    only_right = forms.CharField(max_length=5000, required=False)
    active = forms.BooleanField(required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        layers: dict[str, Layer],
        rule: OverlayRule | None = None,
    ) -> None:
        initial = initial_of(rule) if rule else {"active": True}
        super().__init__(data, initial=initial)
        self.layers, self.rule = layers, rule

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.errors:
            return data
        entry = self.entry
        if self.rule is None and OverlayRule.objects.filter(code=entry["code"]):
            self.add_error("code", _("Another rule has this code. Choose another."))
        for part, sentence in troubles(entry, self.layers):
            name = FIELD_OF.get(part, part)
            self.add_error(name if name in self.fields else None, sentence)
        if self.rule and (entry["left"], entry["right"]) != (
            self.rule.left.code,
            self.rule.right.code,
        ):
            self.add_error("left", _("A rule keeps its layers. Make another rule."))
        return data

    @property
    def entry(self) -> dict[str, Any]:
        """The rule as a file has it; `troubles` says whether it is sound."""
        data = self.cleaned_data
        titles = {"zh-hans": data["title_zh"], "en": data["title_en"]}
        made = {
            "code": self.rule.code if self.rule else data["code"],
            "title": {name: text for name, text in titles.items() if text},
            "left": data["left"],
            "right": data["right"],
            "relation": data["relation"],
            "tolerance": {
                "metres": data["metres"] or 0,
                "area": data["area"] or 0,
                "share": (data["share"] or 0) / 100,
            },
            "compare": self._compare(),
            "only": {
                side: lines(data[f"only_{side}"])
                for side in ("left", "right")
                if data[f"only_{side}"].strip()
            },
            "active": data["active"],
        }
        return {name: part for name, part in made.items() if part != {}}

    def _compare(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not (data["compare_left"] or data["op"]):
            return {}
        made: dict[str, Any] = {"left": data["compare_left"], "op": data["op"]}
        if data["value"].strip():
            made["value"] = _value(data["value"], numbers=data["op"] in OPS[2:])
        if data["compare_right"]:
            made["right"] = data["compare_right"]
        for name in ("factor", "slack"):
            if data[name]:
                made[name] = data[name]
        if data["mapping"].strip():
            made["mapping"] = lines(data["mapping"])
        return made


def _value(text: str, *, numbers: bool) -> Any:
    """A number where numbers are compared, a list where commas stand."""
    if numbers:
        try:
            return float(text)
        except ValueError:
            return text
    many = _many(text)
    return many if len(many) > 1 else text.strip()


def _many(text: str) -> list[str]:
    parts = text.replace("，", ",").replace("、", ",").split(",")
    return [part.strip() for part in parts if part.strip()]


def lines(text: str) -> dict[str, list[str]]:
    """``name = value, value`` line by line."""
    found = {}
    for line in text.splitlines():
        name, _sign, values = line.replace("＝", "=").partition("=")
        if name.strip():
            found[name.strip()] = _many(values)
    return found


def written(named: dict[str, list[Any]]) -> str:
    """The way back from `lines`."""
    return "\n".join(
        f"{name} = {', '.join(map(str, many))}" for name, many in named.items()
    )


def initial_of(rule: OverlayRule) -> dict[str, Any]:
    entry = entry_of(rule)
    compare, only = entry.get("compare", {}), entry.get("only", {})
    value = compare.get("value", "")
    tolerance = entry.get("tolerance", {})
    return {
        "code": rule.code,
        "title_zh": rule.titles.get("zh-hans", ""),
        "title_en": rule.titles.get("en", ""),
        "left": rule.left.code,
        "right": rule.right.code,
        "relation": rule.relation,
        "metres": tolerance.get("metres"),
        "area": tolerance.get("area"),
        "share": tolerance["share"] * 100 if "share" in tolerance else None,
        "compare_left": compare.get("left", ""),
        "op": compare.get("op", ""),
        "compare_right": compare.get("right", ""),
        "value": ", ".join(map(str, value)) if isinstance(value, list) else value,
        "factor": compare.get("factor"),
        "slack": compare.get("slack"),
        "mapping": written(compare.get("mapping", {})),
        "only_left": written(only.get("left", {})),
        "only_right": written(only.get("right", {})),
        "active": rule.active,
    }


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=500, required=False, strip=True)


class SendForm(forms.Form):
    """What is sent to the provider of one of the two layers."""

    uuid = forms.UUIDField()
    side = forms.ChoiceField(choices=[("left", "left"), ("right", "right")])
    wrong = forms.CharField(max_length=40)
    text = forms.CharField(max_length=500, required=False, strip=True)


class RulesFileForm(forms.Form):
    file = forms.FileField(required=True)


def fresh() -> str:
    """What a form is sent under: twice the same is once."""
    return str(uuid7())
