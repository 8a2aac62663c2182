"""What a JVM keeps between SparkContexts, and how it is put back."""

from __future__ import annotations

from pathlib import Path
from typing import Any


class JvmState:
    """The state of a fresh JVM: system properties, time zone, locale.

    `restore` also empties what runs could hand on to the next one: Hadoop's file-system cache (keyed by
    scheme and bucket, not by credentials), the active and default SparkSession, and changed log levels.
    """

    def __init__(self, jvm: Any) -> None:
        self._jvm = jvm
        self._properties = jvm.System.getProperties().clone()
        self._time_zone = jvm.java.util.TimeZone.getDefault()
        self._locale = jvm.java.util.Locale.getDefault()
        self._err = jvm.System.err
        self._errors_of_run: Any = None

    def set_properties(self, properties: dict[str, str]) -> None:
        """Sets system properties in one call; Spark reads those that start with `spark.` as its defaults."""
        text = "".join(f"{_escaped(name)}={_escaped(value)}\n" for name, value in properties.items())
        self._jvm.System.getProperties().load(self._jvm.java.io.StringReader(text))

    def write_errors_to(self, path: Path) -> None:
        """Appends to that file what Java code and Spark's Python workers print; log4j keeps its stream."""
        io = self._jvm.java.io
        self._errors_of_run = io.PrintStream(io.FileOutputStream(str(path), True), True)
        self._jvm.System.setErr(self._errors_of_run)

    def stop_context(self) -> None:
        """Stops the SparkContext that a run left behind, with its jobs."""
        companion = getattr(self._jvm.org.apache.spark, "SparkContext$")
        active = getattr(companion, "MODULE$").getActive()
        if active.isDefined():
            active.get().cancelAllJobs()
            active.get().stop()

    def restore(self) -> None:
        """Puts the JVM back into the state it had when it was new."""
        jvm = self._jvm
        session = jvm.org.apache.spark.sql.SparkSession
        session.clearActiveSession()
        session.clearDefaultSession()
        jvm.org.apache.hadoop.fs.FileSystem.closeAll()
        jvm.System.setProperties(self._properties.clone())
        jvm.System.setErr(self._err)
        if self._errors_of_run is not None:
            self._errors_of_run.close()
        jvm.java.util.TimeZone.setDefault(self._time_zone)
        jvm.java.util.Locale.setDefault(self._locale)
        jvm.org.apache.logging.log4j.LogManager.getContext(False).reconfigure()


def _escaped(text: str) -> str:
    """The text as `java.util.Properties.load` reads it back."""
    return "".join(_escaped_character(character) for character in text)


def _escaped_character(character: str) -> str:
    if (character.isalnum() and character.isascii()) or character in "._-/,;()[]{}*+@$%&?|<>\"'":
        return character
    units = character.encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))
