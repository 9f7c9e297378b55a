"""Whatever is done in the builder, in whatever order: the checker passes the draft or
says why not, its pages are drawn, and what it passes can be filled, listed, printed."""

from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from offices.builder import drafts, publishing, samples
from offices.builder.checks import Check
from offices.builder.drafts import take_step
from offices.builder.kinds import LABELS
from offices.builder.said import BadStep, Said
from offices.builder.work import taken_step
from offices.models import Module, Record
from offices.modules.making import BadFields, definition_now, make
from offices.modules.openapi import document
from offices.modules.soundness import undrawable
from tests.offices.building import began
from workflow.errors import MayNotAct

NAMES = [*(f"f{number}" for number in range(1, 9)), "person", "place", "gone"]
TITLES = [
    "楼门号",
    "姓名",
    "等级：高/中/低",
    "是否公开",
    "入户日期",
    "单价（元）",
    "照片",
]
TEXTS = st.sampled_from(
    ["", "甲", "甲\n乙", "高\n中", "f1", "单价*2", "合计（", "9", "x"]
)
FLAG = st.sampled_from(["", "yes"])
WORDS = {
    "title": st.sampled_from(["楼门号", "等级", "A", "", "民族", "年龄"]),
    "kind": st.sampled_from([*LABELS, "nothing"]),
    "level": st.sampled_from(["S1", "S2", "S3", "S4"]),
    "when_field": st.sampled_from(["", *NAMES]),
    "when_values": st.lists(st.sampled_from(["c1", "c2", "true", "0"]), max_size=2),
    "section": st.sampled_from(["", "基本", "其他", "x"]),
    **dict.fromkeys(("options", "columns", "expression", "unit", "help"), TEXTS),
    **dict.fromkeys(("least", "most"), st.sampled_from(["", "0", "-5", "1e99", "x"])),
    **dict.fromkeys(("needed", "in_list", "in_filters", "in_search"), FLAG),
    "is_label": FLAG,
    "because": st.sampled_from(["", "访客不在册"]),
    "ref": st.sampled_from(["person", "organization", "nowhere"]),
}
NAMED = {"name": st.sampled_from(NAMES)}
STEPS = st.one_of(
    st.tuples(
        st.just("add"),
        st.fixed_dictionaries(
            {"lines": st.lists(st.sampled_from(TITLES)).map("\n".join)},
            optional={"kind": WORDS["kind"], "after": NAMED["name"]},
        ),
    ),
    st.tuples(st.just("field"), st.fixed_dictionaries(NAMED, optional=WORDS)),
    st.tuples(
        st.just("move"),
        st.fixed_dictionaries(
            NAMED | {"by": st.sampled_from(["-1", "1"])},
            optional={"to": st.sampled_from(["0", "3", "-1", "x"])},
        ),
    ),
    st.tuples(st.just("drop"), st.fixed_dictionaries(NAMED)),
    st.tuples(
        st.just("refer"),
        st.fixed_dictionaries(NAMED | {"refer_to": st.sampled_from(["person", "x"])}),
    ),
    st.tuples(
        st.just("base"),
        st.fixed_dictionaries(
            {},
            optional={
                "title": WORDS["title"],
                "about": st.sampled_from([*Module.About.values, "x"]),
                "ends_on": st.sampled_from(["", "2999-12-31", "2020-01-01", "x"]),
                "owner": st.sampled_from(["", "110109001-city_office", "x"]),
            },
        ),
    ),
    st.tuples(
        st.just("reminder"),
        st.fixed_dictionaries(
            {"field": NAMED["name"], "count": st.sampled_from(["0", "7", "-1", "x"])},
            optional={"sort": st.sampled_from(["before", "after", "every"])},
        ),
    ),
    st.tuples(
        st.just("figure"),
        st.fixed_dictionaries(
            {"field": NAMED["name"]}, optional={"values": WORDS["when_values"]}
        ),
    ),
    st.tuples(
        st.just("rights"),
        st.fixed_dictionaries(
            {},
            optional=dict.fromkeys(
                ("read", "write", "export", "S2", "S3"),
                st.lists(
                    st.sampled_from(
                        [
                            *("street_office@owner", "office_head@owner"),
                            *("community_worker@community", "leader@district"),
                        ]
                    ),
                    max_size=3,
                ),
            ),
        ),
    ),
)
CODE = {"code": st.sampled_from(["s1", "s2", "s3", "gone"])}
FLOW = st.one_of(
    st.tuples(
        st.just("flow_add"),
        st.fixed_dictionaries(
            {
                "lines": st.lists(
                    st.sampled_from(
                        ["受理", "核实：核实日期、等级", "审批：单价", "x", ""]
                    )
                ).map("\n".join)
            }
        ),
    ),
    st.tuples(
        st.just("flow"),
        st.fixed_dictionaries(
            CODE,
            optional={
                "title": WORDS["title"],
                "who": st.lists(
                    st.sampled_from(["office_head@owner", "leader@street", "x"]),
                    max_size=2,
                ),
                "fields": st.lists(NAMED["name"], max_size=3),
                "limit": st.sampled_from(["", "3", "0", "x"]),
                **dict.fromkeys(("back", "refuse", "apart"), FLAG),
            },
        ),
    ),
    st.tuples(st.just("flow_move"), st.fixed_dictionaries(CODE)),
    st.tuples(st.just("flow_drop"), st.fixed_dictionaries(CODE)),
    st.tuples(st.just("procedure"), st.just({"process": ""})),
    st.tuples(
        st.just("uses"),
        st.fixed_dictionaries(
            {}, optional={"unique": st.lists(NAMED["name"]), "visit": FLAG}
        ),
    ),
)
ANY = st.one_of(STEPS, FLOW)
FEW = settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def built(head, steps):
    """A draft after these steps, those that are refused left out."""
    design = began(head)
    for what, said in steps:
        try:
            design, _work = take_step(
                design, what, Said(said), head, revision=design.revision
            )
        except BadStep as refused:
            assert refused.text
    return design


@given(steps=st.lists(ANY, max_size=20))
@settings(FEW, max_examples=80)
def test_any_steps_leave_what_can_be_drawn(db, steps):
    data = drafts.empty_definition("新建模块", "none", "city_office", "city")
    for what, said in steps:
        try:
            data = taken_step(data, drafts.STEPS[what], Said(said), frozenset()).data
        except BadStep as refused:
            assert refused.text
    if data["schema"]["properties"]:
        assert undrawable(data) == []


def drawn(design, client):
    """Its pages are drawn, with the settings of one field or another."""
    address = f"/offices/builder/{design.version.uuid}/"
    names = ["", *drafts.plain(design.version)["schema"]["properties"]]
    for part in ("fields", "steps", "try", "publish"):
        asked = {"part": part, "field": names[-1]}
        assert client.get(address, asked).status_code == 200


@given(steps=st.lists(ANY, max_size=12))
@FEW
def test_what_the_steps_leave_is_sound_or_explained(people, signed_in, steps):
    head = people["office_head"]
    design = built(head, steps)
    samples.make_up(design)
    design.refresh_from_db()
    drawn(design, signed_in(head))
    assert len(samples.Trial(design, head).samples) == samples.MADE
    check = Check(design, head)
    assert check.is_sound or all(str(one) for one in check.problems)


@given(steps=st.lists(ANY, min_size=2, max_size=8))
@FEW
def test_what_is_published_can_be_filled_listed_and_printed(people, signed_in, steps):
    # Afresh: a person keeps for one request what he may.
    head = User.objects.get(username="office_head")
    design = built(head, [("add", {"lines": "楼门号\n等级：高/低"}), *steps])
    if not Check(design, head).is_sound:
        return
    module = publishing.publish(design, head, revision=design.revision)
    definition = definition_now(module)
    assert document(definition, "/")["openapi"]
    raw = samples.made_up(definition, 0)
    try:
        make(module, by=head, uuid=uuid4(), fields=raw)
    except (BadFields, MayNotAct) as refused:
        assert refused.text
    client = signed_in(head)
    pages = {
        client.get(f"/modules/{module.code}/{page}").status_code
        for page in ("", "new/", "tables/", "figures/")
    }
    assert pages in ({200}, {403, 200}, {404}, {403})
    for record in Record.objects.filter(module=module):
        assert client.get(f"/records/{record.uuid}/").status_code == 200
        assert client.get(f"/records/{record.uuid}/print/").status_code == 200
