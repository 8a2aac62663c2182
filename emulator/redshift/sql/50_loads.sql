-- What COPY and UNLOAD ask, and what they note.
-- For the endpoint's own use.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_columns(relation text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT json_agg(json_build_object('name', attname, 'type', format_type(atttypid, NULL),
    'full_type', format_type(atttypid, atttypmod), 'size', atttypmod,
    'identity', attidentity, 'not_null', attnotnull) ORDER BY attnum)::text
  FROM pg_attribute WHERE attrelid = relation::regclass AND attnum > 0 AND NOT attisdropped $$;

DROP FUNCTION IF EXISTS pg_catalog.tarmac_describe(text);

-- System tables.
CREATE TABLE IF NOT EXISTS pg_catalog.stl_load_errors (
  userid integer, slice integer, tbl integer, starttime timestamp, session integer, query integer,
  filename char(256), line_number bigint, colname char(127), type char(10), col_length char(10), position integer,
  raw_line char(1024), raw_field_value char(1024), err_code integer, err_reason char(100), is_partial integer,
  start_offset bigint, copy_job_id bigint);
CREATE TABLE IF NOT EXISTS pg_catalog.stl_load_commits (
  userid integer, query integer, slice integer, name char(256), filename char(256), byte_offset integer,
  lines_scanned bigint, errors integer, curtime timestamp, status integer, file_format char(16), is_partial integer,
  start_offset bigint, copy_job_id bigint);
GRANT SELECT ON pg_catalog.stl_load_errors, pg_catalog.stl_load_commits TO PUBLIC;
-- Notes a COPY that succeeded: in stl_load_commits, for SYS_LOAD_HISTORY, and for pg_last_copy_count() of this session.
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_loads (
  user_id integer, query_id bigint, session_id integer, database_name text, table_id integer, table_name text,
  data_source text, file_format text, status text, start_time timestamp, end_time timestamp, loaded_rows bigint,
  loaded_bytes bigint, source_file_count integer, source_file_bytes bigint, error_count integer);
CREATE TABLE IF NOT EXISTS pg_catalog.stl_replacements (
  userid integer, query integer, slice integer, tbl integer, starttime timestamp, session integer, filename char(256),
  line_number bigint, colname char(127), raw_line char(1024));
GRANT SELECT ON pg_catalog.stl_replacements TO PUBLIC;
DROP FUNCTION IF EXISTS pg_catalog.tarmac_loaded(bigint, text[], bigint);
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_loaded(query_id bigint, details json) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM set_config('redshift.last_copy_count', details->>'records', false);
  PERFORM set_config('redshift.last_copy_id', query_id::text, false);
  INSERT INTO pg_catalog.stl_load_commits (userid, query, slice, name, filename, byte_offset, lines_scanned, errors,
    curtime, status, file_format, is_partial, start_offset)
  SELECT (details->>'user')::int, query_id, 0, regexp_replace(details->>'table_name', '[^\x01-\x7f]', '.', 'g'), left(regexp_replace(f.url, '[^\x01-\x7f]', '.', 'g'), 256), least(f.bytes, 2147483647), f.records, 0,
    pg_catalog.getdate(), 1, details->>'format', 0, 0
  FROM json_to_recordset(details->'files') AS f(url text, records bigint, bytes bigint);
  INSERT INTO pg_catalog.stl_replacements
  SELECT (details->>'user')::int, query_id, 0, (details->>'table')::int, (details->>'started')::timestamp, (details->>'pid')::int,
    left(regexp_replace(r.url, '[^\x01-\x7f]', '.', 'g'), 256), r.line, r.col, r.raw
  FROM json_to_recordset(details->'replacements') AS r(url text, line bigint, col text, raw text);
  INSERT INTO pg_catalog.tarmac_loads
  SELECT (details->>'user')::int, query_id, (details->>'pid')::int, current_database(), (details->>'table')::int,
    details->>'table_name', details->>'source', details->>'format', 'completed', (details->>'started')::timestamp,
    pg_catalog.getdate(), (details->>'records')::bigint, coalesce(sum(f.bytes), 0), count(f.bytes),
    coalesce(sum(f.bytes), 0), (details->>'errors')::int
  FROM json_to_recordset(details->'files') AS f(url text, bytes bigint);
END $$;
-- Raised by COPY for a text of more bytes than its column: which one is found out by reading the line again.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_too_long() RETURNS boolean LANGUAGE plpgsql STABLE AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = '22001', MESSAGE = 'a text has more bytes than its column';
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_copy_count() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('redshift.last_copy_count', true), '')::bigint, 0) $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_copy_id() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('redshift.last_copy_id', true), '')::bigint, -1) $$;
