-- What Redshift records of tables and PostgreSQL has no place for. Rows of dropped tables stay and are not seen.
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_table (
  relid oid PRIMARY KEY, diststyle text, backup boolean NOT NULL DEFAULT true);  -- AUTO, EVEN, KEY, ALL
ALTER TABLE pg_catalog.tarmac_table ADD COLUMN IF NOT EXISTS encode_auto boolean NOT NULL DEFAULT true;
ALTER TABLE pg_catalog.tarmac_table ADD COLUMN IF NOT EXISTS sortkey_auto boolean NOT NULL DEFAULT true;
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_column (
  relid oid, attnum smallint, encoding text, distkey boolean NOT NULL DEFAULT false,
  sortkey integer NOT NULL DEFAULT 0,  -- its place in the sort key from 1, of both signs in an interleaved one
  PRIMARY KEY (relid, attnum));
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_constraint (
  relid oid, conname name, contype "char", conkey smallint[], confrelid oid, confkey smallint[]);  -- p, u, f
CREATE INDEX IF NOT EXISTS tarmac_constraint_of ON pg_catalog.tarmac_constraint (relid);
GRANT SELECT ON pg_catalog.tarmac_table, pg_catalog.tarmac_column, pg_catalog.tarmac_constraint TO PUBLIC;
-- The encoding of a column that was given none: a temporary table's and a sort key's columns are raw.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_default_encoding(kind oid, is_raw boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN is_raw THEN 'none'
    WHEN kind IN ('bool'::regtype, 'float4'::regtype, 'float8'::regtype) THEN 'none'
    WHEN kind IN ('varchar'::regtype, 'bpchar'::regtype, 'text'::regtype, 'bytea'::regtype) THEN 'lzo'
    WHEN kind = 'jsonb'::regtype THEN 'zstd'
    ELSE 'az64' END $$;
