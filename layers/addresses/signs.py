"""How an address is written, made alike: widths, marks, numerals. Knows no Django.

``address_form()`` in the database does the same to the register's texts; a test holds
the two together.
"""

import re
import unicodedata

MOST = 200  # signs
DIGITS = "零一二三四五六七八九"
NUMERALS = "零〇一二三四五六七八九十百两"
VALUES = {**{sign: at for at, sign in enumerate(DIGITS)}, "〇": 0, "两": 2}
DASHES = str.maketrans(dict.fromkeys("—–‐‑‒―−~_/", "-"))
SMALL = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
MARKS = r"[ \t\n\r\f\v,，、.。·()'\"“”‘’:;*【】\[\]<>《》|?!]+"
# Between two numbers a blank keeps them apart, elsewhere it says nothing.
APART = re.compile(rf"(?<=[0-9A-Z{NUMERALS}]){MARKS}(?=[0-9A-Z{NUMERALS}])")
NOISE = re.compile(MARKS)
# 3#楼 and 3# are how people write 3号楼 by hand.
HASH = re.compile(rf"(?<=[0-9{NUMERALS}])#楼?")
LOOSE = re.compile(
    rf"-(?![0-9A-Z{NUMERALS}])|(?<![0-9A-Z{NUMERALS}号楼院元层栋幢座门])-|#"
)
# What makes numerals a number, and not a part of a name: 三号楼, but 西四北八条.
COUNTED = (
    rf"号|院|楼|栋|幢|座|单元|层|室|户|房|弄|[之附][0-9{NUMERALS}]"
    rf"|-[0-9{NUMERALS}]|门(?:$|[0-9{NUMERALS}-])"
)
RUN = re.compile(rf"([{NUMERALS}]+)(?={COUNTED})")
LAST = re.compile(rf"(?<=[号楼院元层栋幢座门-])([{NUMERALS}]+)$")
# 8号-1, 8号附1号, 8之1号 are one: the door beside door 8 (门牌附号).
BESIDE = re.compile(
    r"(?<![-0-9A-Z])([0-9]{1,5})(?:号[-之附]|[之附])([0-9]{1,4})号?"
    rf"(?![- 0-9{NUMERALS}])"
)
# In a name numbers are written in Chinese: 西四北8条, 甲1街, 2区.
NAMED = re.compile(r"(?<![-0-9A-Z])0*([1-9][0-9]?)(?=[条区里巷街路村环道段胡])")
WHOLE = re.compile(
    "(?:([一二三四五六七八九])?百)?(零)?(?:([一二三四五六七八九])?十)?"
    "([一二三四五六七八九])?"
)


def form_of(text: str) -> str:
    """An address as it is compared: 甲８号院三号楼 is 甲8号院3号楼. Idempotent."""
    text = unicodedata.normalize("NFKC", text[:MOST]).translate(SMALL)
    text = re.sub("-+", "-", text.translate(DASHES))
    text = NOISE.sub("", APART.sub("\x1f", text)).replace("\x1f", " ")
    text = LOOSE.sub("", HASH.sub("号楼", text))
    text = LAST.sub(_number, RUN.sub(_number, text))
    text = BESIDE.sub(r"\1-\2号", text)
    return NAMED.sub(lambda found: spelt(int(found[1])), text)


def _number(found: re.Match[str]) -> str:
    return counted(found[1])


def counted(run: str) -> str:
    """Chinese numerals in digits: 一百零五 is 105, 二〇三 is 203; or as they are."""
    if not set(run) & {"十", "百"}:
        return "".join(str(VALUES[sign]) for sign in run)
    whole = WHOLE.fullmatch(run.replace("〇", "零").replace("两", "二"))
    if whole is None:
        return run
    hundreds, zero, tens, ones = whole.groups()
    number = VALUES[hundreds or "一"] * 100 if "百" in run else 0
    if "十" in run:
        number += VALUES[tens or "一"] * 10
    if ones:
        # 一百五 is 150 to whoever says it, 一百零五 is 105.
        is_short = "百" in run and "十" not in run and not zero
        number += VALUES[ones] * (10 if is_short else 1)
    return str(number)


def spelt(number: int) -> str:
    """1 to 99 as names have it: 21 is 二十一, 10 is 十."""
    tens, ones = divmod(number, 10)
    said = DIGITS[ones] if ones else ""
    if not tens:
        return said
    return ("" if tens == 1 else DIGITS[tens]) + "十" + said
