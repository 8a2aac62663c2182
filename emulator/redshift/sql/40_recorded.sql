-- What Redshift records of tables and PostgreSQL has no place for. Rows of dropped tables stay and are not seen.
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_table (
  relid oid PRIMARY KEY, diststyle text, backup boolean NOT NULL DEFAULT true);  -- AUTO, EVEN, KEY, ALL
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_column (
  relid oid, attnum smallint, encoding text, distkey boolean NOT NULL DEFAULT false,
  sortkey integer NOT NULL DEFAULT 0,  -- its place in the sort key from 1, of both signs in an interleaved one
  PRIMARY KEY (relid, attnum));
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_constraint (
  relid oid, conname name, contype "char", conkey smallint[], confrelid oid, confkey smallint[]);  -- p, u, f
GRANT SELECT ON pg_catalog.tarmac_table, pg_catalog.tarmac_column, pg_catalog.tarmac_constraint TO PUBLIC;
