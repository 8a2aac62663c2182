"""A load as one COPY after the other: each takes the chunks of one manner that follow each other."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace

from emulator.redshift.loads.copy_columns import Column, literal, quoted
from emulator.redshift.loads.copy_options import CopyPlan
from emulator.redshift.loads.pieces import Chunk, Form, Manner, empty_is_null, quote_of, records_at_start


class Legs:
    """The chunks of a load, read ahead by one, and which of them the present COPY was sent."""

    def __init__(self, chunks: AsyncGenerator[Chunk, None], quote: str) -> None:
        self._chunks = chunks
        self._quote = quote.encode()
        self._next: Chunk | None = None
        self._sent: list[tuple[int, Chunk]] = []  # lines sent before it, and the chunk without its data
        self._lines = 0
        self._uncounted = 0

    async def manner(self) -> Manner | None:
        """The manner of the next chunk; None at the end. Raises what making the chunks raises."""
        if self._next is None:
            await self._advance()
        self._sent.clear()
        self._lines = 0
        self._uncounted = self._lines_not_counted()
        return self._next.manner if self._next else None

    async def feed(self) -> AsyncGenerator[bytes, None]:
        """The data of the next leg."""
        manner = self._next.manner if self._next else None
        while self._next is not None and self._next.manner == manner:
            chunk = self._next
            self._sent.append((self._lines, replace(chunk, data=b"")))
            self._lines += chunk.count
            yield chunk.data
            await self._advance()

    def locate(self, line: int) -> tuple[str, int]:
        """The file, and its line, of a line that the present COPY was sent."""
        line += self._uncounted if line > 1 else 0
        before = [entry for entry in self._sent if entry[0] < line] or self._sent[:1]
        if not before:
            return "", line
        start, chunk = before[-1]
        return chunk.url, chunk.line_of(line - start)

    def _lines_not_counted(self) -> int:
        """PostgreSQL doesn't count the line ends within quotes of the first record of a COPY."""
        if self._next is None or self._next.manner.form is not Form.AS_IS:
            return 0
        return records_at_start(self._next.data, self._quote, 1).count(b"\n") - 1

    async def _advance(self) -> None:
        self._next = None
        async for chunk in self._chunks:
            if chunk.data:
                self._next = chunk
                return


def copy_sql(plan: CopyPlan, table: str, columns: list[Column], manner: Manner) -> str:
    """PostgreSQL's COPY for chunks of this manner."""
    names = ", ".join(quoted(column.name) for column in columns)
    where = _within_bytes(columns) if manner.is_wide else ""
    options = f"{_options(plan, columns, manner)}, ENCODING 'UTF8'"  # whatever the client's is
    return f"COPY {table} ({names}) FROM STDIN WITH ({options}){where}"


def _options(plan: CopyPlan, columns: list[Column], manner: Manner) -> str:
    if manner.form is Form.AS_IS:
        return _as_is(plan, columns, manner)
    if manner.form is Form.VALUES:
        return "FORMAT text" + _tolerance(plan)
    return "FORMAT csv, NULL ''"


def _tolerance(plan: CopyPlan) -> str:
    if not plan.tolerated:
        return ""
    limit = "" if plan.tolerated == float("inf") else f", REJECT_LIMIT {plan.tolerated}"
    return f", ON_ERROR ignore, LOG_VERBOSITY verbose{limit}"


def _as_is(plan: CopyPlan, columns: list[Column], manner: Manner) -> str:
    """Redshift's rules for empty fields: NULL, except in text columns without EMPTYASNULL."""
    options = ["FORMAT csv", f"DELIMITER {literal(plan.separator)}", f"QUOTE {literal(quote_of(plan))}"]
    if manner.has_marks:
        names = ", ".join(quoted(column.name) for column in columns)
        return ", ".join([*options, f"NULL {literal(plan.null_mark or '')}", f"FORCE_NULL ({names})"])
    nulls = empty_is_null(plan)
    kept = [quoted(column.name) for column in columns if column.is_text and not nulls]
    emptied = [quoted(column.name) for column in columns if not column.is_text or nulls]
    options.append("NULL ''")
    options += [f"FORCE_NOT_NULL ({', '.join(kept)})"] if kept else []
    options += [f"FORCE_NULL ({', '.join(emptied)})"] if emptied else []
    return ", ".join(options)


def _within_bytes(columns: list[Column]) -> str:
    """Lengths count bytes: PostgreSQL, which counts characters, is told to look."""
    sized = [column for column in columns if column.length]
    longer = " OR ".join(f"octet_length({quoted(column.name)}) > {column.length}" for column in sized)
    return f" WHERE CASE WHEN {longer} THEN pg_catalog.tarmac_too_long() ELSE TRUE END"
