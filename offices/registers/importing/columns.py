"""The columns that a sheet of each register may have, and what else they are called.

A title is known whatever stands around it (`cases.tables.cells.plain`). Nation is a
field; religion, health and biometrics are no columns at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cases.tables.cells import Column, find_columns
from offices.models import Register
from offices.registers.codes import LISTS

# How a cell is read.
TEXT, DAY, CODE, COUNT, AREA, FLAG = "text", "day", "code", "count", "area", "flag"
NUMBER, PHONE, UNIFIED, CHOICE = "number", "phone", "unified", "choice"
# What says where an entry lies, how it is joined, and since when: no field of its own.
PLACE = ("address", "unit", "room")
APART = (*PLACE, "since", "household", "household_kind", "relation")


@dataclass(frozen=True)
class Field:
    """One column. ``words``: other titles that mean it, in Chinese."""

    name: str
    title: str | Promise
    kind: str = TEXT
    words: tuple[str, ...] = ()
    most: int = 0  # signs
    list: str = ""  # of codes
    needed: bool = False

    @property
    def column(self) -> Column:
        return Column(self.name, str(self.title))


def _coded(
    model: str, name: str, title: str | Promise, *words: str, needed: bool = False
) -> Field:
    return Field(name, title, CODE, words, list=LISTS[model][name], needed=needed)


def _texts(name: str, title: str | Promise, most: int, *words: str) -> Field:
    return Field(name, title, TEXT, words, most=most)


def _place(*words: str) -> tuple[Field, ...]:
    return (
        Field(
            "address",
            _("Standard address"),
            TEXT,
            ("地址", "详细地址", "标准地址", "门牌地址", "楼栋地址", *words),
            most=200,
        ),
        _texts("unit", _("Entrance"), 20, "单元", "单元号", "门洞"),
        _texts("room", _("Room"), 20, "房间号", "房号", "户室", "室号", "门牌号"),
    )


_SOURCE = ("数据来源", "来源", "信息来源")
_SINCE = Field("since", _("Living there since"), DAY, ("入住日期", "居住开始日期"))
_PERSON: tuple[Field, ...] = (
    Field(
        "name",
        _("Person's name"),
        TEXT,
        ("姓名", "人员姓名", "居民姓名", "名字"),
        most=60,
        needed=True,
    ),
    Field(
        "number",
        _("Identity number"),
        NUMBER,
        (
            *("公民身份号码", "身份证号", "身份证号码", "身份证", "证件号码"),
            *("证件号", "公民身份证号码", "身份号码"),
        ),
    ),
    _coded("Person", "paper", _("paper"), "证件种类", "证件类型"),
    Field("birth", _("date of birth"), DAY, ("出生日期", "出生年月日", "生日")),
    _coded("Person", "sex", _("sex"), "性别"),
    Field(
        "phone",
        _("Phone"),
        PHONE,
        ("联系电话", "联系方式", "手机", "手机号", "手机号码", "电话", "电话号码"),
    ),
    Field("kind", _("Kind of resident"), CHOICE, ("人口类型", "人员类型", "居民类型")),
    _coded("Person", "match", _("person and household"), "人户一致标识", "人户关系"),
    _texts(
        *("registration_address", _("registered address"), 200),
        *("户籍地址", "户籍地", "户籍详址", "户籍地详址", "户口所在地"),
    ),
    _texts("former_name", _("former name"), 60, "曾用名"),
    _coded("Person", "nation", _("nation"), "民族"),
    _texts("native_place", _("native place"), 60, "籍贯"),
    _coded("Person", "marriage", _("marriage"), "婚姻状况", "婚姻"),
    _coded("Person", "political", _("political status"), "政治面貌"),
    _coded("Person", "education", _("education"), "学历", "文化程度"),
    _coded("Person", "service", _("military service"), "兵役状况", "兵役"),
    _coded("Person", "occupation", _("occupation"), "职业类别", "职业"),
    _texts("workplace", _("place of work"), 100, "服务处所", "工作单位", "就业单位"),
    Field("came_on", _("came on"), DAY, ("来京日期", "流入日期", "到达日期")),
    _coded("Person", "flow_reason", _("reason of coming"), "流入原因", "来京原因"),
    _coded("Person", "residence_kind", _("kind of residence"), "住所类型", "居住方式"),
    _coded("Person", "permit", _("residence permit"), "办证类型"),
    Field("permit_until", _("permit until"), DAY, ("居住证到期日期", "办证到期日期")),
    _texts("foreign_name", _("foreign name"), 80, "外文姓名", "英文姓名"),
    _coded("Person", "nationality", _("nationality"), "国籍"),
    Field("paper_until", _("paper until"), DAY, ("证件有效期", "证件到期日期")),
    _coded("Person", "visit_purpose", _("purpose of stay"), "来华目的"),
    Field("leaves_on", _("leaves on"), DAY, ("预计离开日期",)),
    _coded("Person", "left_kind", _("who is left behind"), "留守类型"),
    _texts("needs", _("needs"), 200, "困难及诉求", "诉求"),
    _coded("Person", "source", _("source"), *_SOURCE),
)
_LIVES = (
    "居住地址",
    "现住地址",
    "现住地",
    "现居住地",
    "现住址",
    "实际居住地址",
    "住址",
)
_DWELLING: tuple[Field, ...] = (
    *_place("房屋地址", "房屋坐落", "坐落"),
    Field("floor", _("floor"), COUNT, ("楼层", "所在楼层", "层")),
    _coded("Dwelling", "use", _("use"), "房屋用途", "使用性质", "用途"),
    Field("area", _("area (m²)"), AREA, ("面积", "建筑面积", "房屋面积")),
    Field("rooms", _("rooms"), COUNT, ("间数", "房间数")),
    Field("is_empty", _("standing empty"), FLAG, ("空置", "是否空置")),
    Field("is_rented", _("rented"), FLAG, ("出租", "是否出租")),
    _coded("Dwelling", "rent_use", _("rented as"), "出租用途"),
    _coded("Dwelling", "hazard", _("hazard"), "隐患类型", "隐患"),
    _texts("owner_name", _("owner"), 60, "房主", "产权人", "业主", "房主姓名"),
    _coded("Dwelling", "source", _("source"), *_SOURCE),
)
_ORGANIZATION: tuple[Field, ...] = (
    Field(
        "name",
        _("Name"),
        TEXT,
        ("单位名称", "组织名称", "企业名称", "机构名称", "名称"),
        most=120,
        needed=True,
    ),
    Field(
        "code",
        _("unified code"),
        UNIFIED,
        ("统一社会信用代码", "社会信用代码", "信用代码"),
    ),
    _coded(
        *("Organization", "kind", _("Kind of organisation")),
        *("组织类型", "单位类型", "机构类型", "企业类型"),
        needed=True,
    ),
    _texts("short_name", _("short name"), 60, "简称"),
    _texts("industry", _("industry"), 60, "行业", "所属行业"),
    Field("established_on", _("established on"), DAY, ("成立日期", "注册日期")),
    Field("phone", _("Phone"), PHONE, ("联系电话", "电话", "联系方式")),
    *_place("经营地址", "单位地址", "注册地址", "住所"),
    Field("employees", _("employees"), COUNT, ("从业人员数", "从业人数", "员工数")),
    Field("party_members", _("party members"), COUNT, ("党员数", "党员人数")),
    Field("has_party", _("party organisation"), FLAG, ("是否建立党组织", "有无党组织")),
    Field("has_union", _("trade union"), FLAG, ("是否建立工会", "有无工会")),
    _coded("Organization", "attention", _("attention"), "关注程度"),
    _coded("Organization", "hazard", _("hazard"), "隐患类型", "隐患"),
    _coded("Organization", "source", _("source"), *_SOURCE),
)
_HOUSEHOLD: tuple[Field, ...] = (
    Field(
        "household",
        _("household number"),
        TEXT,
        ("户号", "户编号", "家庭编号"),
        most=40,
        needed=True,
    ),
    Field("household_kind", _("Kind of household"), CHOICE, ("户类型", "户别")),
    Field(
        "relation",
        _("relation to the head"),
        CODE,
        ("与户主关系", "户主关系", "家庭关系"),
        list=LISTS["Member"]["relation"],
        needed=True,
    ),
)
FIELDS: dict[str, tuple[Field, ...]] = {
    Register.PERSON: (*_PERSON[:6], *_place(*_LIVES), _SINCE, *_PERSON[6:]),
    Register.DWELLING: _DWELLING,
    Register.ORGANIZATION: _ORGANIZATION,
    Register.HOUSEHOLD: (
        *_HOUSEHOLD,
        *_PERSON[:6],
        *_place("户籍地址", *_LIVES),
        *(one for one in _PERSON[6:] if one.name != "registration_address"),
    ),
}


def columns_of(register: str) -> list[Column]:
    return [one.column for one in FIELDS[register]]


def titles_of(register: str) -> list[str]:
    """All that the header of such a sheet may be known by."""
    return [
        title
        for one in FIELDS[register]
        for title in (str(one.title), one.name, *one.words)
    ]


def guess(
    register: str,
    header: Sequence[str],
    told: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """{field: title of its column} of a sheet of a register."""
    return guess_among(FIELDS[register], header, told)


def guess_among(
    fields: Sequence[Field],
    header: Sequence[str],
    told: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """{field: title of its column}, by titles and their synonyms.

    ``told`` stands before the guess, where the header has that title; "" takes a
    column away from a field.
    """
    words = {word: one.name for one in fields for word in one.words}
    words |= {one.name: one.name for one in fields}
    columns = [one.column for one in fields]
    places, _unknown = find_columns(header, columns, words)
    found = {name: header[at].strip() for name, at in places.items()}
    there = {title.strip() for title in header}
    for name, title in (told or {}).items():
        if not title:
            found.pop(name, None)
        elif title in there:
            found = {one: kept for one, kept in found.items() if kept != title}
            found[name] = title
    return found


def missing(register: str, columns: Mapping[str, str]) -> list[str]:
    """Titles of the columns without which no row can be read."""
    lacking = [
        one for one in FIELDS[register] if one.needed and one.name not in columns
    ]
    said = [str(one.title) for one in lacking]
    if register == Register.DWELLING and "address" not in columns:
        said.append(str(FIELDS[register][0].title))
    return said
