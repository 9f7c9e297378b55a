"""English names of the classes of parts and matters, our own translation."""

from .facts import rows

CLASSES_EN = {row["name"]: row["name_en"] for row in rows("category_names_en.csv")}
