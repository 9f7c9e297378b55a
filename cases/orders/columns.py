"""The columns of the hotline's sheet, by name: in whatever order they come."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column: the name of our field, its title, and what else it is called."""

    name: str
    title: str
    aliases: tuple[str, ...] = ()


# In the order and with the titles in which the hotline writes them.
COLUMNS = (
    Column("number", "工单编号", ("工单号", "诉求编号", "编号")),
    Column("type", "工单类型", ("诉求类型",)),
    Column("class_path", "问题分类", ("诉求分类", "问题类别")),
    Column("tags", "标签", ("工单标签",)),
    Column("title", "标题", ("工单标题", "诉求标题")),
    Column("content", "主要内容", ("诉求内容", "反映内容")),
    Column("status", "工单状态", ("办理状态", "状态")),
    Column("caller", "来电人", ("诉求人", "来电人姓名")),
    Column("phone", "来电人电话/账号", ("来电人电话", "联系电话", "来电号码")),
    Column("district_name", "被反映区", ("所属区",)),
    Column("street_name", "被反映街乡镇", ("被反映街道", "街乡镇", "所属街道")),
    Column("result", "办理结果"),
    Column("reply_text", "回复内容", ("答复内容",)),
    Column("manner", "处理受理方式", ("处理方式", "办理方式")),
    Column("done_at", "办结时间", ("完成时间",)),
    Column("company", "企业名称", ("涉及企业",)),
    Column("solved", "是否解决", ("解决情况",)),
    Column("satisfied", "是否满意", ("满意情况",)),
    Column("nature", "工单性质", ("承办性质",)),
    Column("community_name", "村/社区", ("社区", "村居", "社区村")),
    Column("estate", "小区点位", ("小区", "点位")),
)
# Not among the 21: some exports say when the order was handed down.
RECEIVED = Column("handed_down", "派单时间", ("接单时间", "来电时间", "受理时间"))
SEALED = frozenset({"caller", "phone"})

CALL_BACKS = (
    Column("number", "工单编号", ("工单号", "诉求编号", "编号")),
    Column("contacted", "是否联系", ("是否响应", "响应情况", "响应")),
    Column("solved", "是否解决", ("解决情况",)),
    Column("satisfied", "是否满意", ("满意情况",)),
    Column("excluded", "是否剔除", ("剔除",)),
    Column("visit_day", "回访时间", ("回访日期",)),
    Column("month", "考核月份", ("考核周期", "月份")),
    Column("note", "备注", ("说明",)),
)


def find_columns(
    header: Sequence[str], wanted: Sequence[Column]
) -> tuple[dict[str, int], list[str]]:
    """Where each wanted column stands, and the titles that mean none of them.

    Of two columns that mean the same the first counts.
    """
    names = {
        _plain(word): column.name
        for column in wanted
        for word in (column.title, *column.aliases)
    }
    found: dict[str, int] = {}
    unknown = []
    for index, title in enumerate(header):
        name = names.get(_plain(title))
        if name and name not in found:
            found[name] = index
        elif title.strip():
            unknown.append(title.strip())
    return found, unknown


def _plain(title: str) -> str:
    """Without what people put around a title: spaces, stars, a remark in brackets."""
    text = unicodedata.normalize("NFKC", title)
    return re.sub(r"\(.*?\)|[\s*:]", "", text)
