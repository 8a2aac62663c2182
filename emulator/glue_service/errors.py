"""Every AWS error that the Glue API answers with; each class writes its own message.

    GlueError
    ├── EntityNotFound                  400
    ├── AlreadyExists                   400
    ├── IdempotentParameterMismatch     400
    ├── InvalidInput                    400
    ├── InvalidState                    400
    ├── AccessDenied                    400
    ├── ConcurrentModification          400
    ├── ConditionCheckFailed            400
    ├── ResourceNumberLimitExceeded     400
    ├── ConstraintViolated              400 (ValidationException)
    ├── ConcurrentRunsExceeded          400
    ├── BookmarkVersionMismatch         400
    ├── BucketNotFound                  404 (NoSuchBucket)
    ├── WorkerRefused                   403
    └── NotSupported                    400 (OperationNotSupportedException)

`dispatch.py` turns them into responses, so nothing else here depends on LocalStack.
"""

from __future__ import annotations


class GlueError(Exception):
    """A request was refused; `code` is AWS's error code, `status` the HTTP status."""

    code = "InternalServiceException"
    status = 500

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class EntityNotFound(GlueError):
    code = "EntityNotFoundException"
    status = 400


class AlreadyExists(GlueError):
    code = "AlreadyExistsException"
    status = 400


class IdempotentParameterMismatch(GlueError):
    code = "IdempotentParameterMismatchException"
    status = 400

    def __init__(self, job_name: str) -> None:
        super().__init__(f"Job with name {job_name} already submitted with different configuration")


class InvalidInput(GlueError):
    code = "InvalidInputException"
    status = 400


class InvalidState(GlueError):
    """What is stored doesn't fit the request, as a partition value that is no number."""

    code = "InvalidStateException"
    status = 400


class AccessDenied(GlueError):
    code = "AccessDeniedException"
    status = 400


class ConcurrentModification(GlueError):
    code = "ConcurrentModificationException"
    status = 400


class ConditionCheckFailed(GlueError):
    code = "ConditionCheckFailureException"
    status = 400


class ResourceNumberLimitExceeded(GlueError):
    code = "ResourceNumberLimitExceededException"
    status = 400


class ConstraintViolated(GlueError):
    """A parameter breaks a constraint of the service model, in AWS's wording."""

    code = "ValidationException"
    status = 400

    def __init__(self, violations: list[str]) -> None:
        count = len(violations)
        plural = "s" if count > 1 else ""
        super().__init__(f"{count} validation error{plural} detected: {'; '.join(violations)}")


class ConcurrentRunsExceeded(GlueError):
    code = "ConcurrentRunsExceededException"
    status = 400

    def __init__(self, job_name: str) -> None:
        super().__init__(f"Concurrent runs exceeded for {job_name}")


class BookmarkVersionMismatch(GlueError):
    """A commit came from a run that is not, or no longer, the one whose state it builds on."""

    code = "GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR"
    status = 400


class BucketNotFound(GlueError):
    code = "NoSuchBucket"
    status = 404

    def __init__(self, bucket: str) -> None:
        super().__init__(f"The specified bucket does not exist: {bucket}")


class WorkerRefused(GlueError):
    code = "AccessDeniedException"
    status = 403


class NotSupported(GlueError):
    """An operation, or a member of a request, that nothing stands behind; `what` names it."""

    code = "OperationNotSupportedException"
    status = 400

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not supported by tarmac; see docs/fidelity.md")
