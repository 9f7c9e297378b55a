from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers what processes may name.
        from cases import (  # noqa: F401
            assigning,
            effects,
            evidence,
            flags,
            guards,
            merging,
        )
        from cases.evaluation import counting  # noqa: F401
