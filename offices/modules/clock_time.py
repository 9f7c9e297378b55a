"""A time of day as people write it: 8:30, 08:30, 0830, 8点半, 下午3点, ８：３０."""

import re
import unicodedata

HALVES = {"上午": 0, "早上": 0, "早": 0, "凌晨": 0, "AM": 0}
LATER = {"下午": 12, "晚上": 12, "晚": 12, "中午": 12, "PM": 12}
WRITTEN = re.compile(
    r"^(?P<half>上午|早上|早|凌晨|下午|晚上|晚|中午|AM|PM)?\s*(?P<hour>\d{1,2})"
    r"(?:[:点时](?P<minute>\d{1,2}|半|一刻|三刻)?分?(?::(?P<second>\d{1,2})(?:\.\d+)?)?)?"
    r"\s*(?P<after>AM|PM)?$"
)
TOGETHER = re.compile(r"^([01]\d|2[0-3])([0-5]\d)$")
PARTS = {"半": 30, "一刻": 15, "三刻": 45, None: 0}


def clock_time(text: str) -> str | None:
    """``HH:MM``; None of what is no time of day. Seconds are read and left out."""
    plain = unicodedata.normalize("NFKC", text).strip().upper().replace("整", "")
    if found := TOGETHER.match(plain):
        return f"{found[1]}:{found[2]}"
    match = WRITTEN.match(plain)
    if match is None or plain.isdigit():
        return None
    hour, said = int(match["hour"]), match["minute"]
    minute = PARTS[said] if said in PARTS else int(said)
    half = match["half"] or match["after"] or ""
    hour = _in_half(hour, half)
    if hour > 23 or minute > 59 or int(match["second"] or 0) > 59:
        return None
    return f"{hour:02}:{minute:02}"


def _in_half(hour: int, half: str) -> int:
    """下午3点 is 15; 凌晨12点 is 0; 中午11点 stays 11."""
    if half in HALVES:
        return 0 if hour == 12 else hour
    if half == "中午":
        return hour + 12 if hour < 10 else hour
    if half in ("晚", "晚上") and hour == 12:
        return 24  # the day after: no time of this day
    return hour + 12 if half in LATER and hour < 12 else hour
