"""Troubles that grid workers of the demonstration find, and what they type of them.

Invented. The conditions are those of the demonstration's dictionary by their order;
a dictionary without a class goes without its troubles.
"""

from dataclasses import dataclass

from workflow.models import Category, Condition, Phase


@dataclass(frozen=True)
class Trouble:
    """One class with one condition: how often, how it looks, what is written."""

    category: str  # kind/code
    order: int  # of the condition
    often: int
    scene: str
    notes: tuple[str, ...]
    done: tuple[str, ...]
    # The kind of a street's own unit that also does it.
    own: str = ""


TROUBLES = (
    Trouble(
        *("event/06010", 1, 16, "litter"),
        (
            "胡同口有暴露垃圾",
            "墙边一堆垃圾没人清",
            "垃圾袋扔在路边，有异味",
            "门前堆了七八袋",
        ),
        ("已清运，地面已冲洗", "清理干净，已提醒周边住户", "垃圾已清走"),
        own="contractor",
    ),
    Trouble(
        *("event/06036", 1, 8, "things"),
        ("旧沙发和木板堆在墙边", "纸箱杂物占了半条便道", "堆放旧家具，有火灾隐患"),
        ("杂物已清走", "已联系居民自行搬离", "清理完毕，便道恢复通行"),
        own="contractor",
    ),
    Trouble(
        *("event/06011", 1, 5, "rubble"),
        ("装修渣土堆在路边两天了", "有人倒建筑垃圾", "拆墙的砖块没拉走"),
        ("渣土已清运", "已装车清走，现场清扫"),
        own="contractor",
    ),
    Trouble(
        *("event/06017", 1, 5, "green"),
        ("绿地里有垃圾和干树枝", "草坪上纸屑多", "绿化带里乱扔饮料瓶"),
        ("绿地已捡拾干净", "垃圾和枯枝已清理"),
    ),
    Trouble(
        *("event/06030", 1, 4, "puddle"),
        ("饭馆往便道上泼脏水", "店门口污水流到路上", "后厨排水流了一地，滑"),
        ("已冲洗，商户已教育", "污水已清理，责令接入管道"),
    ),
    Trouble(
        *("event/06007", 1, 5, "laundry"),
        ("树上拉绳晾衣服", "路边电线杆之间挂了衣服", "便道上晾晒，影响行人"),
        ("绳子已拆，衣物已收", "已劝导居民收回"),
        own="team",
    ),
    Trouble(
        *("event/06013", 1, 6, "pothole"),
        ("路面坏了一块，过车颠", "路上有坑，约一平方米", "柏油破损，下雨积水"),
        ("坑槽已修补", "路面已铺平，开放通行"),
    ),
    Trouble(
        *("event/07001", 1, 9, "posters"),
        ("墙上贴了一片小广告", "开锁疏通的小广告又贴上了", "电箱旁墙面非法张贴十多张"),
        ("小广告已铲除", "已清除，墙面恢复"),
        own="team",
    ),
    Trouble(
        *("event/07007", 1, 3, "banner"),
        ("两树之间挂横幅，没见批件", "商家挂的促销条幅", "横幅一头快掉了"),
        ("横幅已拆除", "已拆，当事人已告知"),
        own="team",
    ),
    Trouble(
        *("event/08002", 1, 4, "worksite"),
        ("施工围挡占了便道", "沙堆和围栏占路，没有告示", "施工占道，轮椅过不去"),
        ("占道物料已撤，道路恢复", "已清场，补办手续前停工"),
        own="team",
    ),
    Trouble(
        *("event/09001", 1, 5, "stall"),
        ("三轮车卖水果", "路口有游商", "流动摊贩堵在便道上"),
        ("游商已劝离", "已取缔，现场清扫"),
        own="team",
    ),
    Trouble(
        *("event/09005", 1, 8, "goods"),
        ("店外摆货占便道", "水果店把箱子摆到门外", "服装店衣架推到路上"),
        ("货物已收回店内", "已整改，签了门前三包"),
        own="team",
    ),
    Trouble(
        *("event/09010", 1, 10, "bikes"),
        ("自行车乱停，过不去人", "车子倒了一排", "停到盲道上了", "非机动车停出框外"),
        ("已摆放整齐", "车辆已归位入框", "已规范停放，清出盲道"),
        own="team",
    ),
    Trouble(
        *("part/01001", 1, 4, "manhole"),
        ("井盖移位，危险", "供水井盖没盖好，已站人看守", "井盖缺失，摆了树枝警示"),
        ("井盖已复位", "已更换新井盖"),
    ),
    Trouble(
        *("part/01003", 3, 3, "manhole"),
        ("雨水井盖过车响", "井盖晃动，夜里吵人", "井盖翻起一角"),
        ("已加垫圈，不再响动", "井盖已更换并固定"),
    ),
    Trouble(
        *("part/01004", 5, 4, "grate"),
        ("雨箅子被树叶堵了", "箅子堵塞，下雨要积水", "箅子上全是落叶和泥"),
        ("已疏通", "落叶已清，排水正常"),
    ),
    Trouble(
        *("part/01028", 2, 3, "cabinet"),
        ("配电箱门开着", "电箱门没锁，能看见线", "箱门敞开，旁边有学校"),
        ("箱门已关闭上锁", "已换锁"),
    ),
    Trouble(
        *("part/01037", 3, 5, "lamp"),
        ("路灯不亮", "这盏灯晚上一直黑着", "路灯不亮，拐弯处看不清"),
        ("灯具已更换，正常亮灯", "线路已修好"),
    ),
    Trouble(
        *("part/02010", 1, 3, "signpost"),
        ("标志牌歪了", "指示牌杆子被车撞斜", "标志牌倾斜，快倒了"),
        ("已扶正加固", "立杆已重新浇筑"),
    ),
    Trouble(
        *("part/02017", 1, 4, "rail"),
        ("护栏错位", "两片护栏歪到路上了", "护栏被撞，没对齐"),
        ("护栏已归位", "已复位并加固底座"),
    ),
    Trouble(
        *("part/04002", 1, 6, "tree"),
        ("大风刮断树枝，横在便道上", "槐树断枝", "树枝断了半挂着，怕砸人"),
        ("断枝已清运，伤口已处理", "已修剪清理"),
    ),
    Trouble(
        *("part/04007", 1, 2, "bench"),
        ("座椅木条断了", "长椅坏了两根条，会夹衣服", "街边座椅破损"),
        ("木条已更换", "座椅已修好"),
    ),
)

# By the phases that a forward step leaves and enters; the engine's, not a process's.
REMARKS = {
    (Phase.COLLECT, Phase.DISPATCH): (
        "情况属实，予以立案",
        "照片清楚，立案",
        "已核对位置，立案",
    ),
    (Phase.DISPATCH, Phase.RESOLVE): (
        "请按时限处置",
        "请尽快到场",
        "注意安全，处置后拍照",
    ),
    (Phase.VERIFY, Phase.VERIFY): (
        "到场核实，已处置到位",
        "现场看过，问题已解决",
        "已恢复",
    ),
    (Phase.VERIFY, Phase.DONE): ("核查通过，予以结案", "前后照片一致，结案"),
    (Phase.DONE, Phase.DONE): ("抽查，处置到位", "前后照片对得上，通过"),
}
# Behind the reason that is given for any other step.
BESIDES = ("请核实", "详见照片", "已电话说明", "请按实际情况办理", "请补充后再办")


def known() -> list[tuple[Trouble, Condition]]:
    """The troubles that the standard in force has, each with its condition."""
    conditions = {
        (f"{row.category.kind}/{row.category.code}", row.order): row
        for row in Condition.objects.filter(
            category__in=Category.objects.choosable()
        ).select_related("category", "department")
    }
    pairs = ((one, conditions.get((one.category, one.order))) for one in TROUBLES)
    return [(trouble, condition) for trouble, condition in pairs if condition]
