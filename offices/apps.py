from django.apps import AppConfig


class OfficesConfig(AppConfig):
    name = "offices"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers what processes may name, and what is exported and kept.
        from offices.modules import (  # noqa: F401
            booking,
            case_links,
            effects,
            entry_merging,
            entry_uses,
            exporting,
            field_guards,
            move_forms,
            refs,
            register_refs,
            saved,
        )
        from offices.ownership import following, round_part  # noqa: F401
        from offices.papers import about  # noqa: F401
        from offices.quality import findings  # noqa: F401
        from offices.registers import exporting as register_files  # noqa: F401
        from offices.rounds import kept, round_parts, scanned, to_go, uses  # noqa: F401
