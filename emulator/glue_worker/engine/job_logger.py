"""The logger that `glueContext.get_logger()` gives: lines on stderr, and so in the job's error log."""

from __future__ import annotations

import datetime
import sys


class JobLogger:
    """Log4j's methods, in Glue's line format."""

    def trace(self, message: object) -> None:
        """Not shown: below Glue's level."""

    def debug(self, message: object) -> None:
        """Not shown: below Glue's level."""

    def info(self, message: object, _error: object = None) -> None:
        _write("INFO", message)

    def warn(self, message: object, _error: object = None) -> None:
        _write("WARN", message)

    warning = warn

    def error(self, message: object, _error: object = None) -> None:
        _write("ERROR", message)

    def fatal(self, message: object, _error: object = None) -> None:
        _write("FATAL", message)


def _write(level: str, message: object) -> None:
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]
    print(f"{now} {level} [main] glue.GlueLogger: {message}", file=sys.stderr)
