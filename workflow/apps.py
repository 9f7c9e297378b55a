from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "workflow"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers what processes may name.
        from workflow import (  # noqa: F401
            clock_effects,
            clock_evidence,
            clock_guards,
            live,
            notices,
            paper_guards,
            recusals,
            requests,
        )
        from workflow.roster import papers  # noqa: F401
