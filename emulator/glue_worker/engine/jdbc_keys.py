"""The SQL of bookmark keys: which rows come after one key and not after another. Pure.

Keys are compared as one compound key, values are texts that the database turns into the columns' types.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class KeyOrder:
    """The columns of a compound key, as the database spells them, and their direction."""

    columns: tuple[str, ...]
    descending: bool = False

    def after(self, values: list[str]) -> str:
        """The condition that a row's key comes after these values."""
        return f"({self._names()}) {'<' if self.descending else '>'} ({', '.join(map(literal, values))})"

    def within(self, after: list[str], up_to: list[str]) -> str:
        """The condition that a row's key lies after the one and not after the other, if there are any.

        Without `after` rows whose key is null belong to it: a first run reads them, no later one does.
        """
        conditions = [self.after(after)] if after else []
        conditions += [f"({self.after(up_to)}) IS NOT TRUE"] if up_to else []
        return " AND ".join(conditions)

    def last_of(self, query: str, condition: str) -> str:
        """The query for the last key, as texts, among the rows of a query that meet a condition."""
        # Qualified: a bare name in ORDER BY would be the text of the SELECT list.
        names = [f"source.{quoted(column)}" for column in self.columns]
        direction = "ASC" if self.descending else "DESC"
        wanted = [f"{name} IS NOT NULL" for name in names] + ([condition] if condition else [])
        return (
            f"SELECT {', '.join(f'{name}::text' for name in names)} FROM ({query}) AS source"
            f" WHERE {' AND '.join(wanted)}"
            f" ORDER BY {', '.join(f'{name} {direction}' for name in names)} LIMIT 1"
        )

    def _names(self) -> str:
        return ", ".join(map(quoted, self.columns))


def quoted(name: str) -> str:
    """A column's name in double quotes."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    """A text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"
