"""Which of Glue's error categories an exception belongs to. Pure.

The categories are those of AWS's page "Monitoring with AWS Glue observability metrics". Which exception falls
into which is documented nowhere: those marked (seen) were met in runs on AWS, the others follow their names.
"""

from __future__ import annotations

from dataclasses import dataclass

UNCLASSIFIED = "UNCLASSIFIED_ERROR"
OUT_OF_MEMORY = "OUT_OF_MEMORY_ERROR"


@dataclass(frozen=True)
class _Rule:
    """Exceptions of one of these classes (by name, bases included), or with such words in their text."""

    category: str
    classes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def covers(self, names: set[str], text: str) -> bool:
        return bool(names.intersection(self.classes)) or any(word in text for word in self.words)


_RULES = (
    _Rule("SYSTEM_EXIT_ERROR", ("SystemExit",)),  # seen
    _Rule("SYNTAX_ERROR", ("SyntaxError",)),  # seen
    _Rule("IMPORT_ERROR", ("ImportError",)),
    _Rule("QUERY_ERROR", ("AnalysisException", "ParseException")),  # seen
    _Rule(OUT_OF_MEMORY, ("MemoryError",), ("java.lang.OutOfMemoryError", "Java heap space")),
    _Rule("DISK_NO_SPACE_ERROR", (), ("No space left on device",)),
    _Rule("GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR", (), ("GLUE_JOB_BOOKMARK_VERSION_MISMATCH_ERROR",)),
    _Rule("INVALID_ARGUMENT_ERROR", ("GlueArgumentError", "KeyError", "NameError")),  # seen
    _Rule(
        "RESOURCE_NOT_FOUND_ERROR",
        ("FileNotFoundError", "EntityNotFoundException", "NoSuchKey", "NoSuchBucket"),
        ("Entity Not Found", "EntityNotFoundException", "No such file or directory"),  # seen
    ),
    _Rule("RESOURCES_ALREADY_EXISTS_ERROR", ("FileExistsError", "AlreadyExistsException")),
    _Rule("PERMISSION_ERROR", ("PermissionError", "AccessDeniedException"), ("(AccessDenied)",)),
    _Rule("THROTTLING_ERROR", ("ThrottlingException",)),
    _Rule("TIMEOUT_ERROR", ("TimeoutError",)),
    _Rule("CONNECTION_ERROR", ("ConnectionError", "ConnectionException")),  # seen
    _Rule("UNSUPPORTED_OPERATION_ERROR", ("NotImplementedError",), ("UnsupportedOperationException",)),
)


def category_of(error: BaseException, text: str) -> str:
    """The category of an exception whose message is that text."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return next((rule.category for rule in _RULES if rule.covers(names, text)), UNCLASSIFIED)
