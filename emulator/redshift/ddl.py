"""The types in casts, by the name under which functions.py knows them."""

from emulator.redshift.column_types import rewrite_type

__all__ = ["rewrite_type"]
