"""The AWS errors that only triggers and workflows have; the rest are in `errors.py`.

GlueError
├── TriggerAlreadyExists            400 (AlreadyExistsException)
├── TriggerStateForbids             400 (InvalidInputException)
├── WorkflowRunsExceeded            400 (ConcurrentRunsExceededException)
└── IllegalWorkflowState            400
"""

from __future__ import annotations

from emulator.glue_service.errors import AlreadyExists, GlueError, InvalidInput


class TriggerAlreadyExists(AlreadyExists):
    def __init__(self, name: str) -> None:
        super().__init__(f"Trigger with name {name!r} already submitted with different configuration")


class TriggerStateForbids(InvalidInput):
    def __init__(self, state: str) -> None:
        super().__init__(f"The operation is not allowed when trigger is in state: {state}")


class WorkflowRunsExceeded(GlueError):
    """Also the ErrorMessage of a run that a trigger started in vain (WorkflowRun in the Glue API)."""

    code = "ConcurrentRunsExceededException"
    status = 400

    def __init__(self, workflow_name: str) -> None:
        super().__init__(f"Concurrent runs exceeded for workflow: {workflow_name}.")


class IllegalWorkflowState(GlueError):
    code = "IllegalWorkflowStateException"
    status = 400
