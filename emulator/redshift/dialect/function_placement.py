"""Which functions a statement may call: those that Redshift has, and on the nodes on which they run.

What only PostgreSQL has is renamed, so that PostgreSQL itself says that it doesn't exist, with its arguments'
types as Redshift does; `errors.reworded` takes the prefix away.
"""

from __future__ import annotations

from collections.abc import Iterator

from emulator.redshift.dialect.function_calls import DEFINES
from emulator.redshift.dialect.function_names import COMPUTE_ONLY, GAPS, LACKING, LEADER_ONLY
from emulator.redshift.dialect.sql_tokens import Token, Tokens, meaningful
from emulator.redshift.errors import LACKING_PREFIX, NotSupportedError

WORDS = frozenset({*LACKING, *GAPS, *LEADER_ONLY, *COMPUTE_ONLY, "CURRENT_NAMESPACE"})
WITHOUT_PARENTHESES = frozenset(
    ["CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP", "CURRENT_NAMESPACE"]
)
_QUERIES = frozenset(["SELECT", "WITH", "DELETE", "UPDATE", "INSERT", "MERGE", "CREATE", "EXPLAIN"])
_BEFORE_JOIN = (",", "(", "FROM", "JOIN")
_READS = ("FROM", "JOIN", "USING", "UPDATE")
_LIST_ENDS = frozenset(
    [
        "WHERE", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT", "MINUS",
        "QUALIFY", "SET", "SELECT", "ON",
    ]
)  # fmt: skip
_CATALOGUE = ("pg_", "information_schema")
_SYSTEM = (*_CATALOGUE, "svv_", "svl_", "stv_", "stl_", "sys_")


def checked(tokens: Tokens) -> Tokens:
    """The statement's tokens, in which functions that Redshift lacks bear another name.

    Raises NotSupportedError for a function that is a known gap, or doesn't run where this statement does.
    """
    if WORDS.isdisjoint(token.word for token in tokens):
        return tokens
    called = {token.word for _, token in _calls(tokens)}
    _refuse_gaps(called)
    _refuse_misplaced(called, tokens)
    renamed = {place for place, token in _calls(tokens) if token.word in LACKING}
    return [
        Token("word", LACKING_PREFIX + token.text.lower()) if place in renamed else token
        for place, token in enumerate(tokens)
    ]


def _calls(tokens: Tokens) -> Iterator[tuple[int, Token]]:
    """The places and names of calls that are no definitions, and are not qualified by a schema."""
    places = [place for place, token in enumerate(tokens) if not token.is_blank]
    for index, place in enumerate(places):
        token = tokens[place]
        following = tokens[places[index + 1]] if index + 1 < len(places) else Token("space", "")
        before = tokens[places[index - 1]] if index else Token("space", "")
        is_call = following.text == "(" or token.word in WITHOUT_PARENTHESES
        is_named = before.word not in DEFINES and before.text != "."
        if is_named and token.word in WORDS and is_call:
            yield place, token


def _refuse_gaps(called: set[str]) -> None:
    for name in sorted(called & {*GAPS, "CURRENT_NAMESPACE"}):
        raise NotSupportedError(f"function {name} is not supported", hint="a known gap of tarmac")


def _refuse_misplaced(called: set[str], tokens: Tokens) -> None:
    if not called & (LEADER_ONLY | COMPUTE_ONLY):
        return
    tables = list(_tables(tokens))
    if called & COMPUTE_ONLY and all(name.startswith(_CATALOGUE) for name in tables):
        raise NotSupportedError(
            "One or more of the used functions must be applied on at least one user created tables."
            " Examples of user table only functions are LISTAGG, MEDIAN, PERCENTILE_CONT, etc"
        )
    leaders = sorted(called & LEADER_ONLY)
    if leaders and any(not name.startswith(_SYSTEM) for name in tables):
        raise NotSupportedError(
            "Specified types or functions (one per INFO message) not supported on Redshift tables.",
            detail="\n".join(f'Function "{name.lower()}()" not supported.' for name in leaders),
        )


def _tables(tokens: Tokens) -> Iterator[str]:
    """The names that stand where tables are read from, without WITH's; a schema's name for a table in one."""
    words = meaningful(tokens)
    defined = {
        first.name for first, second, third in _triples(words) if second.word == "AS" and third.text == "("
    }
    # For each open parenthesis: whether it holds a query or a join, and whether a list of FROM is being read.
    is_query, lists = [True], [False]
    called = ""  # what stands before an open parenthesis
    for before, token, following in _triples(words):
        if before.text == "(":
            is_join = lists[-1] and called in _BEFORE_JOIN and token.word not in _QUERIES
            is_query.append(is_join or token.word in _QUERIES)
            lists.append(is_join)
        if token.text == ")" and len(lists) > 1:
            is_query.pop()
            lists.pop()
        elif token.word in _READS:
            lists[-1] = is_query[-1] and before.word != "DISTINCT"
        elif token.word in _LIST_ENDS:
            lists[-1] = False
        elif lists[-1] and _is_table(before, token, following) and token.name not in defined:
            yield token.name
        called = before.text.upper()


def _triples(words: list[Token]) -> Iterator[tuple[Token, Token, Token]]:
    """Each token between the one before and the one after."""
    nothing = Token("space", "")
    return zip([nothing, *words], words, [*words[1:], nothing], strict=False)


def _is_table(before: Token, token: Token, following: Token) -> bool:
    is_name = token.kind in ("word", "quoted", "hash")
    return is_name and (before.word in _READS or before.text in (",", "(")) and following.text != "("
