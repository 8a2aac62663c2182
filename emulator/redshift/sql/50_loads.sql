-- What COPY and UNLOAD ask, and what they note.
DROP VIEW IF EXISTS pg_catalog.sys_load_error_detail CASCADE;

-- For the endpoint's own use.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_columns(relation text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT json_agg(json_build_object('name', attname, 'type', format_type(atttypid, NULL),
    'full_type', format_type(atttypid, atttypmod), 'size', atttypmod, 'generated', attidentity <> '') ORDER BY attnum)::text
  FROM pg_attribute WHERE attrelid = relation::regclass AND attnum > 0 AND NOT attisdropped $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_describe(query text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE described text;
BEGIN
  EXECUTE 'CREATE TEMPORARY VIEW tarmac_described AS ' || query;
  described := pg_catalog.tarmac_columns('pg_temp.tarmac_described');
  DROP VIEW pg_temp.tarmac_described;
  RETURN described;
END $$;

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
CREATE SEQUENCE IF NOT EXISTS pg_catalog.tarmac_query_ids START 100;
GRANT SELECT ON pg_catalog.stl_load_errors, pg_catalog.stl_load_commits TO PUBLIC;
CREATE VIEW pg_catalog.sys_load_error_detail AS
  SELECT userid AS user_id, query::bigint AS query_id, session AS session_id, trim(filename)::varchar AS file_name,
    line_number, trim(colname)::varchar AS column_name, trim(type)::varchar AS column_type,
    trim(col_length)::varchar AS column_length, position, trim(raw_line)::varchar AS record_text,
    trim(raw_field_value)::varchar AS column_value, err_code AS error_code, trim(err_reason)::varchar AS error_message,
    starttime AS start_time, tbl AS table_id
  FROM pg_catalog.stl_load_errors;
GRANT SELECT ON pg_catalog.sys_load_error_detail TO PUBLIC;

-- Notes a COPY that succeeded: in stl_load_commits, and for pg_last_copy_count() of this session.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_loaded(query_id bigint, files text[], records bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  PERFORM set_config('redshift.last_copy_count', records::text, false);
  PERFORM set_config('redshift.last_copy_id', query_id::text, false);
  INSERT INTO pg_catalog.stl_load_commits (userid, query, slice, name, filename, lines_scanned, errors, curtime, status, is_partial)
  SELECT 100, query_id, 0, '', left(file, 256), 0, 0, pg_catalog.getdate(), 1, 0 FROM unnest(files) AS file;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_copy_count() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('redshift.last_copy_count', true), '')::bigint, 0) $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_copy_id() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('redshift.last_copy_id', true), '')::bigint, -1) $$;
