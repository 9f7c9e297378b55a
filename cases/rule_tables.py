"""The site's tables for cases: sources, tags, duties and the dispatch table.

Read from a site package and from what an administrator sends, written in the same
form. Rows are matched by their code, rules by what they are about; what a table leaves
out stays as it is.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_noop

from accounts.models import Unit
from cases.dispatching import is_of_street
from cases.models import DispatchRule, Duty, Source, Tag
from govmap.lib.errors import BadInput
from govmap.lib.trial import Report, State
from workflow.class_rows import KINDS, day, fits, whole, wrong, yes
from workflow.models import Category, Standard

Rows = Iterable[tuple[str, dict[str, str]]]
SOURCE_COLUMNS = ("code", "title", "title_en", "desk", "caller", "order", "retired")
TAG_COLUMNS = ("code", "title", "title_en", "order", "retired")
DUTY_COLUMNS = ("code", "title", "kind", "basis", "department", "retired")
DISPATCH_COLUMNS = (
    *("standard", "kind", "class", "street", "community", "cells"),
    *("department", "duty", "note", "retired"),
)
# What a table sent by people must at least name, and how they may call it.
DUTY_NEEDED = ("code", "title", "kind")
DISPATCH_NEEDED = ("class", "street", "department", "duty")
DUTY_WORDS = {
    **{"编号": "code", "事项": "title", "事项名称": "title", "类别": "kind"},
    **{"依据": "basis", "部门": "department", "停用日期": "retired"},
}
DISPATCH_WORDS = {
    **{"标准": "standard", "类型": "kind", "类别代码": "class", "街道": "street"},
    **{"社区": "community", "网格": "cells", "处置部门": "department"},
    **{"履职事项": "duty", "备注": "note", "停用日期": "retired"},
}
DUTY_KINDS = {
    **{"基本履职": Duty.Kind.BASIC, "配合履职": Duty.Kind.ASSISTING},
    **{"上级收回": Duty.Kind.WITHDRAWN, "上级部门收回": Duty.Kind.WITHDRAWN},
}
CELLS_MOST = 500
NO_DUTY = gettext_noop(
    "Name the item of the list of duties that the rule follows: without one it does"
    " not say whose business this is."
)


def read_all(rows: Rows, report: Report, take: Callable[[Mapping], None]) -> int:
    """Take each row; those that are wrong are reported. How many there were."""
    count = 0
    for where, row in rows:
        count += 1
        try:
            take(row)
        except BadInput as error:
            report(where, error)
    return count


# Sources and tags


def write_words(model: type[Source] | type[Tag], rows: Rows, report: Report) -> int:
    def take(row: Mapping[str, str]) -> None:
        titles = {"zh-hans": row["title"]}
        if not row["title"]:
            raise wrong(gettext_noop("the title is empty."))
        if row.get("title_en"):
            titles["en"] = row["title_en"]
        values: dict[str, Any] = {
            "titles": titles,
            "order": whole("order", row.get("order") or "0", 9999, least=0),
            "retired": yes("retired", row.get("retired", "")),
        }
        for name in ("desk", "caller") if model is Source else ():
            values[name] = yes(name, row.get(name, ""))
        code = fits(model, "code", row["code"])
        word = model.objects.filter(code=code).first() or model(code=code)
        # What the table does not speak of stays as an administrator set it.
        named = {"titles": "title", "order": "order", "retired": "retired"}
        for field in list(values):
            if word.pk and named.get(field, field) not in row:
                del values[field]
        save_changed(word, values)

    return read_all(rows, report, take)


def word_lines(model: type[Source] | type[Tag]) -> list[list[Any]]:
    lines = []
    for word in model.objects.all():
        head = [word.code, word.titles.get("zh-hans", ""), word.titles.get("en", "")]
        asked = [word.desk, word.caller] if isinstance(word, Source) else []
        lines.append([*head, *asked, word.order, word.retired])
    return lines


# The list of duties


def write_duties(rows: Rows, report: Report) -> int:
    units = {unit.code: unit for unit in Unit.objects.all()}

    def take(row: Mapping[str, str]) -> None:
        kind = str(DUTY_KINDS.get(row["kind"], row["kind"]))
        if kind not in Duty.Kind.values:
            known = ", ".join(Duty.Kind.values)
            raise wrong(
                gettext_noop("kind “%(kind)s” must be one of %(known)s."),
                kind=kind, known=known,
            )  # fmt: skip
        values = {
            "title": fits(Duty, "title", row["title"]),
            "kind": kind,
            "basis": fits(Duty, "basis", row.get("basis", ""), least=0),
            "department": unit_of(units, row.get("department", "")),
            "retired_at": day("retired", row.get("retired", "")),
        }
        code = fits(Duty, "code", row["code"])
        duty = Duty.objects.filter(code=code).first() or Duty(code=code)
        save_changed(duty, values)

    return read_all(rows, report, take)


def duty_lines() -> list[list[Any]]:
    return [
        [
            *(row.code, row.title, row.kind, row.basis),
            *(row.department.code if row.department else "", row.retired_at),
        ]
        for row in Duty.objects.select_related("department")
    ]


# The dispatch table


class RuleRows:
    """Reads rules against what is there."""

    def __init__(self) -> None:
        self.standard = Standard.objects.get(is_default=True).code
        self.units = {unit.code: unit for unit in Unit.objects.select_related("parent")}
        self.duties = {duty.code: duty for duty in Duty.objects.all()}
        rows = Category.objects.select_related("standard").order_by("kind")
        self.classes = {(row.standard.code, row.kind, row.code): row for row in rows}

    def take(self, row: Mapping[str, str]) -> None:
        """Raises BadInput."""
        wanted = DispatchRule(
            category=self._class(row),
            street=self._area(row["street"], Unit.Kind.STREET),
            community=self._area(row.get("community", ""), Unit.Kind.COMMUNITY),
            cells=cells_of(row.get("cells", "")),
            department=unit_of(self.units, row["department"], needed=True),
            duty=self._duty(row.get("duty", "")),
            note=fits(DispatchRule, "note", row.get("note", ""), least=0),
            retired_at=day("retired", row.get("retired", "")),
        )
        check_rule(wanted)
        same = same_rule(wanted)
        names = ("department", "duty", "note", "retired_at")
        values = {name: getattr(wanted, name) for name in names}
        if wanted.needs_duty and not (same and says(same, values)):
            raise wrong(NO_DUTY)
        if same is None:
            wanted.save()
            return
        save_changed(same, values)

    def _class(self, row: Mapping[str, str]) -> Category | None:
        if not row["class"]:
            return None
        standard = row.get("standard") or self.standard
        kind = str(KINDS.get(row.get("kind", ""), row.get("kind", ""))) or "event"
        found = self.classes.get((standard, kind, row["class"]))
        if found is None:
            raise wrong(
                gettext_noop("class %(code)s is not in the classification."),
                code=f"{standard} {kind} {row['class']}",
            )
        return found

    def _area(self, code: str, kind: str) -> Unit | None:
        unit = unit_of(self.units, code)
        if unit is not None and unit.kind != kind:
            raise wrong(
                gettext_noop("unit “%(code)s” is no %(kind)s."),
                code=code, kind=Unit.Kind(kind).label,
            )  # fmt: skip
        return unit

    def _duty(self, code: str) -> Duty | None:
        if code and code not in self.duties:
            raise wrong(
                gettext_noop("duty “%(code)s” is not in the list of duties."), code=code
            )
        return self.duties.get(code)


def write_rules(rows: Rows, report: Report) -> int:
    reader = RuleRows()
    return read_all(rows, report, reader.take)


def rule_lines() -> list[list[Any]]:
    rules = DispatchRule.objects.whole().select_related("category__standard")
    return [rule_line(rule) for rule in rules]


def rule_line(rule: DispatchRule) -> list[Any]:
    category = rule.category
    head = ["", "", ""]
    if category is not None:
        head = [category.standard.code, category.kind, category.code]
    return [
        *head,
        rule.street.code if rule.street else "",
        rule.community.code if rule.community else "",
        " ".join(rule.cells),
        rule.department.code,
        rule.duty.code if rule.duty else "",
        *(rule.note, rule.retired_at),
    ]


def same_rule(rule: DispatchRule) -> DispatchRule | None:
    """The rule in use about the same class and area, if it is another row."""
    rows = DispatchRule.objects.in_use().filter(
        category=rule.category,
        street=rule.street,
        community=rule.community,
        cells=rule.cells,
    )
    return rows.exclude(pk=rule.pk).first()


def check_rule(rule: DispatchRule) -> None:
    """Raises BadInput where a rule contradicts itself or the list of duties."""
    community, duty = rule.community, rule.duty
    if community and rule.street and community.parent_id != rule.street_id:
        raise wrong(gettext_noop("the community lies in another street."))
    if duty and duty.is_withdrawn and is_of_street(rule.department):
        raise wrong(
            gettext_noop(
                "“%(duty)s” was withdrawn from streets: a unit of a street cannot get"
                " it. Name the department above."
            ),
            duty=duty.title,
        )
    if duty and duty.retired_at:
        raise wrong(gettext_noop("duty “%(duty)s” is retired."), duty=duty.title)


def cells_of(text: str) -> list[str]:
    """Codes of cells, parted by blanks or commas, each once, in order."""
    codes = text.replace(",", " ").replace("，", " ").replace("、", " ").split()
    if len(codes) > CELLS_MOST or any(
        not (code.isascii() and code.isdigit() and len(code) == 15) for code in codes
    ):
        raise wrong(
            gettext_noop(
                "cells must be codes of 15 digits with blanks between, at most 500."
            )
        )
    return sorted(set(codes))


def unit_of(
    units: Mapping[str, Unit], code: str, *, needed: bool = False
) -> Unit | None:
    if (code or needed) and code not in units:
        raise wrong(gettext_noop("unit “%(code)s” is not there."), code=code)
    return units.get(code)


def says(row: Any, values: Mapping[str, Any]) -> bool:
    """Whether the row says all this already."""
    return all(getattr(row, name) == value for name, value in values.items())


def save_changed(row: Any, values: Mapping[str, Any]) -> None:
    """Write the row only where something is new, so that the record stays short."""
    if row.pk and says(row, values):
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


# What an administrator is shown of a table before it is taken.


def word_state(model: type[Source] | type[Tag]) -> State:
    columns = SOURCE_COLUMNS if model is Source else TAG_COLUMNS
    return {
        f"{line[0]}": dict(zip(columns, _texts(line), strict=True))
        for line in word_lines(model)
    }


def duty_state() -> State:
    return {
        f"{line[0]}": dict(zip(DUTY_COLUMNS, _texts(line), strict=True))
        for line in duty_lines()
    }


def rule_state() -> State:
    state: State = {}
    for rule in DispatchRule.objects.whole().select_related("category__standard"):
        line = dict(zip(DISPATCH_COLUMNS, _texts(rule_line(rule)), strict=True))
        about = [line[name] for name in DISPATCH_COLUMNS[1:6] if line[name]]
        state[f"{' · '.join(about) or '*'} #{rule.pk}"] = line
    return state


def _texts(line: Iterable[Any]) -> list[str]:
    return ["" if cell is None else str(cell) for cell in line]
