"""Reads settings from environment variables and reports every bad one at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")


class SettingsError(Exception):
    """One or more environment variables can't be used; the message has a line for each."""


class EnvironmentReader:
    """Collects problems while variables are read; `finish` raises them together."""

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self._environ = os.environ if environ is None else environ
        self._problems: list[str] = []

    def text(self, name: str, default: str) -> str:
        """The variable's value, or the default when it is unset or empty."""
        return self._environ.get(name) or default

    def required(self, name: str) -> str:
        """The variable's value; an unset or empty one is a problem."""
        value = self._environ.get(name, "")
        if not value:
            self._problems.append(f"{name} is not set; `tarmac up` sets it for the processes that it starts")
        return value

    def port(self, name: str, default: int) -> int:
        """A TCP port from 1 to 65535."""
        return self._parsed(name, default, _port, "a port from 1 to 65535")

    def number(self, name: str, default: float) -> float:
        """A number greater than zero."""
        return self._parsed(name, default, _positive, "a number greater than 0")

    def word_or_url(self, name: str, words: tuple[str, ...]) -> str:
        """One of these words, by default the first, or an http(s) URL."""

        def parse(value: str) -> str:
            if value in words or value.startswith(("http://", "https://")):
                return value
            raise ValueError(value)

        return self._parsed(name, words[0], parse, f"{', '.join(words)} or an http(s) URL")

    def finish(self) -> None:
        """Raises SettingsError if any variable read so far was bad."""
        if self._problems:
            raise SettingsError("\n".join(self._problems))

    def _parsed(self, name: str, default: T, parse: Callable[[str], T], wanted: str) -> T:
        value = self._environ.get(name)
        if not value:
            return default
        try:
            return parse(value)
        except ValueError:
            self._problems.append(f"{name} is {value!r}, but must be {wanted} (default {default})")
            return default


def _port(value: str) -> int:
    port = int(value)
    if not 1 <= port <= 65535:
        raise ValueError(value)
    return port


def _positive(value: str) -> float:
    number = float(value)
    if not 0 < number < float("inf"):
        raise ValueError(value)
    return number
