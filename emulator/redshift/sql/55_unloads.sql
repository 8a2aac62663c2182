-- What UNLOAD asks, and what it notes.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_fixed(value text, width integer, null_as text, name text, is_text boolean)
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE shown text := coalesce(value, null_as);
BEGIN
  IF octet_length(shown) > width THEN
    IF value IS NULL AND NOT is_text THEN RETURN repeat(' ', width); END IF;
    RAISE EXCEPTION 'FIXEDWIDTH: a value of % bytes does not fit into the % of column "%"', octet_length(shown), width, name
      USING ERRCODE = '22001', HINT = 'UNLOAD does not truncate: give the column its longest value''s width.';
  END IF;
  RETURN shown || repeat(' ', width - octet_length(shown));
END $$;

CREATE TABLE IF NOT EXISTS pg_catalog.stl_unload_log (
  userid integer, query integer, slice integer, pid integer, path char(1280), start_time timestamp, end_time timestamp,
  line_count bigint, transfer_size bigint, file_format char(10));
GRANT SELECT ON pg_catalog.stl_unload_log TO PUBLIC;

-- Notes an UNLOAD that succeeded: in stl_unload_log, and for pg_last_unload_count() and _id() of this session.
DROP FUNCTION IF EXISTS pg_catalog.tarmac_unloaded(text[], integer[], bigint[], bigint[], text, float8);
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_unloaded(
  query_id bigint, paths text[], slices integer[], lines bigint[], sizes bigint[], file_format text, seconds float8) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE ended timestamp := clock_timestamp() AT TIME ZONE 'UTC';
BEGIN
  PERFORM set_config('redshift.last_unload_count', coalesce((SELECT sum(n) FROM unnest(lines) AS n), 0)::text, false),
          set_config('redshift.last_unload_id', query_id::text, false);
  INSERT INTO pg_catalog.stl_unload_log
  SELECT (SELECT oid::int FROM pg_catalog.pg_roles WHERE rolname = session_user), query_id, slice, pg_backend_pid(), left(path, 1280), ended - make_interval(secs => seconds), ended, line_count, size,
    file_format
  FROM unnest(paths, slices, lines, sizes) AS file (path, slice, line_count, size);
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_unload_count() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('redshift.last_unload_count', true), '')::bigint, 0) $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_unload_id() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT coalesce(nullif(current_setting('redshift.last_unload_id', true), '')::bigint, -1) $$;
