"""The columns of the hotline's sheet; what else they are called is the site's data."""

from cases.tables.cells import Column

# In the order and with the titles in which the hotline writes them.
COLUMNS = (
    Column("number", "工单编号"),
    Column("type", "工单类型"),
    Column("class_path", "问题分类"),
    Column("tags", "标签"),
    Column("title", "标题"),
    Column("content", "主要内容"),
    Column("status", "工单状态"),
    Column("caller", "来电人"),
    Column("phone", "来电人电话/账号"),
    Column("district_name", "被反映区"),
    Column("street_name", "被反映街乡镇"),
    Column("result", "办理结果"),
    Column("reply_text", "回复内容"),
    Column("manner", "处理受理方式"),
    Column("done_at", "办结时间"),
    Column("company", "企业名称"),
    Column("solved", "是否解决"),
    Column("satisfied", "是否满意"),
    Column("nature", "工单性质"),
    Column("community_name", "村/社区"),
    Column("estate", "小区点位"),
)
# Not among the 21: some exports say when the order was handed down.
RECEIVED = Column("handed_down", "派单时间")
SEALED = frozenset({"caller", "phone"})

CALL_BACKS = (
    Column("number", "工单编号"),
    Column("contacted", "是否联系"),
    Column("solved", "是否解决"),
    Column("satisfied", "是否满意"),
    Column("excluded", "是否剔除"),
    Column("visit_day", "回访时间"),
    Column("month", "考核月份"),
    Column("note", "备注"),
)
