"""What scripts do with SQLAlchemy's dialect for Redshift, over psycopg2 and redshift_connector."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.orm import Session, registry
from sqlalchemy_redshift.dialect import SUPER, TIMESTAMPTZ, CopyCommand, UnloadFromSelect

SCHEMA, BUCKET = os.environ["CHECK_SCHEMA"], os.environ["CHECK_BUCKET"]
ROLE = "arn:aws:iam::000000000000:role/loader"
PLACE = "{PGUSER}:{PGPASSWORD}@{PGHOST}:{PGPORT}/{PGDATABASE}".format(**os.environ)
VERIFIED = {"sslmode": "verify-full", "sslrootcert": os.environ["PGSSLROOTCERT"]}
ENGINES = {
    "psycopg2": sa.create_engine(f"redshift+psycopg2://{PLACE}", connect_args=VERIFIED),
    "connector": sa.create_engine(f"redshift+redshift_connector://{PLACE}"),
}
METADATA = sa.MetaData(schema=SCHEMA)
CUSTOMERS = sa.Table(
    "customers",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True, redshift_identity=(1, 1)),
    sa.Column("name", sa.String(20), unique=True, nullable=False, redshift_encode="zstd"),
    redshift_diststyle="KEY",
    redshift_distkey="id",
    redshift_sortkey=["id", "name"],
)
ORDERS = sa.Table(
    "orders",
    METADATA,
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("customer_id", sa.Integer, sa.ForeignKey(f"{SCHEMA}.customers.id")),
    sa.Column("amount", sa.Numeric(10, 2)),
    sa.Column("placed_at", TIMESTAMPTZ),
    sa.Column("details", SUPER),
    redshift_interleaved_sortkey=["customer_id", "amount"],
)


@contextmanager
def opened() -> Iterator[Any]:
    """The tables' metadata, with all tables made and empty."""
    METADATA.create_all(ENGINES["psycopg2"], checkfirst=True)
    yield METADATA
    for engine in ENGINES.values():
        engine.dispose()


def tables_are_made_once_and_dropped(metadata: Any) -> None:
    """create_all sees what is there, drop_all leaves nothing."""
    for engine in ENGINES.values():
        metadata.create_all(engine)
        metadata.drop_all(engine)
        assert not sa.inspect(engine).has_table("orders", SCHEMA)


def rows_are_inserted_and_selected(_metadata: Any) -> None:
    """With Core, in a transaction that commits, over each driver."""
    for engine in ENGINES.values():
        with engine.begin() as connection:
            connection.execute(CUSTOMERS.delete())
            connection.execute(CUSTOMERS.insert(), [{"name": "ann"}, {"name": "bob"}])
        with engine.connect() as connection:
            names = connection.execute(sa.select(CUSTOMERS.c.name).order_by(CUSTOMERS.c.name))
            assert [row.name for row in names] == ["ann", "bob"]


class _Product:
    id: int
    price: Decimal

    def __init__(self, number: int, price: str) -> None:
        self.id, self.price = number, Decimal(price)


def objects_are_mapped(_metadata: Any) -> None:
    """With the ORM: added, changed, queried."""
    columns = (sa.Column("id", sa.Integer, primary_key=True), sa.Column("price", sa.Numeric(10, 2)))
    products = sa.Table("products", sa.MetaData(schema=SCHEMA), *columns)
    registry().map_imperatively(_Product, products)
    for engine in ENGINES.values():
        products.create(engine)
        with Session(engine) as session:
            session.add(_Product(1, "1.50"))
            session.flush()
            session.get(_Product, 1).price = Decimal("2.50")
            session.commit()
            assert session.scalars(sa.select(_Product)).one().price == Decimal("2.50")
        products.drop(engine)


def the_inspector_lists_schemas_tables_and_views(_metadata: Any) -> None:
    """By get_schema_names, get_table_names, get_view_names, get_view_definition."""
    for engine in ENGINES.values():
        with engine.begin() as connection:
            connection.execute(sa.text(f"CREATE OR REPLACE VIEW {SCHEMA}.named AS SELECT 1 AS one"))
        inspector = sa.inspect(engine)
        assert SCHEMA in inspector.get_schema_names()
        assert set(inspector.get_table_names(SCHEMA)) == {"customers", "orders"}
        assert inspector.get_view_names(SCHEMA) == ["named"]
        assert "one" in inspector.get_view_definition("named", SCHEMA)


def the_inspector_describes_columns(_metadata: Any) -> None:
    """Types with their lengths, nullability."""
    for engine in ENGINES.values():
        columns = {column["name"]: column for column in sa.inspect(engine).get_columns("customers", SCHEMA)}
        assert list(columns) == ["id", "name"]
        assert (columns["name"]["type"].length, columns["name"]["nullable"]) == (20, False)
        amount = sa.inspect(engine).get_columns("orders", SCHEMA)[2]["type"]
        assert (amount.precision, amount.scale) == (10, 2)


def the_inspector_shows_keys_that_are_not_enforced(_metadata: Any) -> None:
    """Primary, unique and foreign keys are recorded."""
    for engine in ENGINES.values():
        inspector = sa.inspect(engine)
        assert inspector.get_pk_constraint("customers", SCHEMA)["constrained_columns"] == ["id"]
        unique = inspector.get_unique_constraints("customers", SCHEMA)
        assert [found["column_names"] for found in unique] == [["name"]]
        foreign = inspector.get_foreign_keys("orders", SCHEMA)[0]
        assert foreign["constrained_columns"] == ["customer_id"]
        assert (foreign["referred_table"], foreign["referred_columns"]) == ("customers", ["id"])


def the_inspector_shows_distribution_and_sort_keys(_metadata: Any) -> None:
    """As table options of the dialect."""
    for engine in ENGINES.values():
        options = sa.inspect(engine).get_table_options("customers", SCHEMA)
        assert options["redshift_diststyle"] == "KEY"
        assert options["redshift_distkey"] == "id"
        assert options["redshift_sortkey"] == ("id", "name")


def tables_are_reflected(_metadata: Any) -> None:
    """A whole schema, and a table by its name."""
    for engine in ENGINES.values():
        found = sa.MetaData()
        found.reflect(engine, schema=SCHEMA)
        assert {f"{SCHEMA}.customers", f"{SCHEMA}.orders"} <= set(found.tables)
        orders = sa.Table("orders", sa.MetaData(), schema=SCHEMA, autoload_with=engine)
        assert [column.name for column in orders.primary_key] == ["id"]


def copy_and_unload_are_compiled_and_run(_metadata: Any) -> None:
    """UnloadFromSelect to a prefix, CopyCommand back from it; over psycopg2."""
    place = f"s3://{BUCKET}/sqlalchemy/"
    names = sa.select(CUSTOMERS.c.name)
    unload = UnloadFromSelect(names, unload_location=place, iam_role_arns=ROLE, delimiter="|")
    copy = CopyCommand([CUSTOMERS.c.name], data_location=place, iam_role_arns=ROLE, delimiter="|")
    with ENGINES["psycopg2"].begin() as connection:
        connection.execute(CUSTOMERS.delete())
        connection.execute(CUSTOMERS.insert().inline(), {"name": "ann"})  # no RETURNING
        connection.execute(unload)
        connection.execute(copy)
        assert connection.execute(names).scalars().all() == ["ann", "ann"]


def data_frames_are_written_and_read(_metadata: Any) -> None:
    """pandas' to_sql (replace, append, one statement for many rows) and read_sql."""
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], "c": [1.5, 2.5]})
    for engine in ENGINES.values():
        frame.to_sql("framed", engine, schema=SCHEMA, index=False, if_exists="replace")
        frame.to_sql("framed", engine, schema=SCHEMA, index=False, if_exists="append", method="multi")
        found = pd.read_sql(sa.text(f"SELECT a, b, c FROM {SCHEMA}.framed ORDER BY a, b"), engine)
        assert found["a"].tolist() == [1, 1, 2, 2]
        with engine.begin() as connection:
            connection.execute(sa.text(f"DROP TABLE {SCHEMA}.framed"))
