"""Translations that are kept: a driver that asks the same again and again isn't parsed again and again."""

from __future__ import annotations

import logging
from collections import OrderedDict

from emulator.redshift.dialect.dialect import Translation, needs_translation, translate
from emulator.redshift.errors import RedshiftError
from emulator.redshift.relay.statement_message import LONG_BYTES, gist

LOG = logging.getLogger(__name__)
MAX_ENTRIES = 1000
MAX_BYTES = 4 * 1024 * 1024


class Translations:
    """The last translations, by the statement's bytes; bounded in number and in size."""

    def __init__(self, max_entries: int = MAX_ENTRIES, max_bytes: int = MAX_BYTES) -> None:
        self._max_entries = max_entries
        self._max_bytes = max_bytes
        self._kept: OrderedDict[bytes, Translation | None] = OrderedDict()
        self._bytes = 0

    def of(self, sql: bytes, is_case_sensitive: bool = False) -> Translation | None:
        """What the statement becomes; None if it passes as it is, also because it is no UTF-8.

        It may be a question: then the statement is translated again, with the answer (answering.py).
        PostgreSQL says what is wrong with the encoding. A long statement takes seconds and may be translated
        in a thread: what is kept isn't touched for it.
        """
        if len(sql) > LONG_BYTES:
            return _translated(sql, is_case_sensitive)
        key = sql + b"\0" if is_case_sensitive else sql
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key]
        translation = _translated(sql, is_case_sensitive)
        self._keep(key, translation)
        return translation

    def _keep(self, sql: bytes, translation: Translation | None) -> None:
        self._kept[sql] = translation
        self._bytes += _size(sql, translation)
        while len(self._kept) > self._max_entries or self._bytes > self._max_bytes:
            self._bytes -= _size(*self._kept.popitem(last=False))


def _size(sql: bytes, translation: Translation | None) -> int:
    statements = translation.statements if translation is not None else ()
    return len(sql) + sum(len(statement.sql) for statement in statements)


def _translated(sql: bytes, is_case_sensitive: bool) -> Translation | None:
    if not needs_translation(gist(sql)):
        return None
    try:
        return translate(sql.decode(), is_case_sensitive, {})
    except UnicodeDecodeError:
        return None
    except Exception:
        LOG.exception("a statement can't be translated: %.2000r", sql)
        return Translation((), RedshiftError("the endpoint failed at this statement: see its log"))
