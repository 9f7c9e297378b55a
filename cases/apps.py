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
            open_matters,
        )
        from cases.desk import reading  # noqa: F401
        from cases.evaluation import counting  # noqa: F401
        from cases.finding import exporting  # noqa: F401
        from cases.matters import (  # noqa: F401
            effects as matter_effects,
        )
        from cases.matters import (  # noqa: F401
            evidence as matter_evidence,
        )
        from cases.matters import (  # noqa: F401
            guards as matter_guards,
        )
        from cases.matters import (  # noqa: F401
            papers as matter_papers,
        )
        from cases.orders import exporting as order_exporting  # noqa: F401
        from cases.papers import case, day, whistle  # noqa: F401
        from cases.parts import carrying  # noqa: F401
        from cases.patrols import kept as patrols_kept  # noqa: F401
        from cases.patrols import to_go as patrols_to_go  # noqa: F401
        from cases.reviewing import examples, following  # noqa: F401
        from cases.surveys import exporting as survey_exporting  # noqa: F401
        from cases.surveys import kept as surveys_kept  # noqa: F401
        from cases.surveys import to_go as surveys_to_go  # noqa: F401
        from cases.talk import effects as talk_effects  # noqa: F401
        from cases.talk import instructions  # noqa: F401
        from cases.whistles import (  # noqa: F401
            effects as whistle_effects,
        )
        from cases.whistles import (  # noqa: F401
            evidence as whistle_evidence,
        )
        from cases.whistles import (  # noqa: F401
            guards as whistle_guards,
        )
        from cases.whistles import (  # noqa: F401
            to_go as whistles_to_go,
        )
