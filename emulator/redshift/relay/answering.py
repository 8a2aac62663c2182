"""Translation of a statement of which the columns of a relation must be known: the warehouse is asked."""

from __future__ import annotations

from emulator.redshift.dialect.columns import JSONB_OID, Column, Columns
from emulator.redshift.dialect.dialect import Translation, translate
from emulator.redshift.relay.conversation import BackendError, Conversation


async def translate_asking(
    conversation: Conversation, sql: bytes, is_case_sensitive: bool, may_guess: bool
) -> Translation:
    """The translation, after as many questions as it takes.

    If one can't be answered, as for a table that an earlier statement of the same string makes, it is made
    without if it `may_guess`. Raises BackendError otherwise.
    """
    text = sql.decode()
    answers: dict[str, Columns] = {}
    while True:
        translation = translate(text, is_case_sensitive, answers)
        if not translation.question:
            return translation
        try:
            described = await conversation.describe(translation.question)
        except BackendError:
            without = translate(text, is_case_sensitive)
            if may_guess and len(without.statements) > 1:
                return without
            raise
        answers[translation.question] = tuple(
            Column(name, kind == JSONB_OID) for name, kind, _modifier in described
        )
