-- Redshift's functions and system tables, made in pg_catalog so that they are found whatever the search path.
-- Executed in one transaction, and again when it has changed; views that users made of these views go then.

DROP VIEW IF EXISTS pg_catalog.sys_load_error_detail, pg_catalog.svv_tables, pg_catalog.svv_columns, pg_catalog.pg_table_def,
  pg_catalog.svv_table_info, pg_catalog.stv_sessions, pg_catalog.svv_external_schemas, pg_catalog.svv_external_tables,
  pg_catalog.svv_external_columns, pg_catalog.stv_mv_info, pg_catalog.svv_mv_info, pg_catalog.svv_redshift_columns CASCADE;

CREATE OR REPLACE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC') $$;

CREATE OR REPLACE FUNCTION pg_catalog.sysdate() RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT transaction_timestamp() AT TIME ZONE 'UTC' $$;

CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.77467' $$;

-- Dates. A unit may be written in any of Redshift's ways.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_date_part(part text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE
  WHEN p IN ('y', 'yr', 'yrs', 'year', 'years') THEN 'year'
  WHEN p IN ('qtr', 'qtrs', 'quarter', 'quarters') THEN 'quarter'
  WHEN p IN ('mon', 'mons', 'month', 'months') THEN 'month'
  WHEN p IN ('w', 'week', 'weeks') THEN 'week'
  WHEN p IN ('d', 'day', 'days') THEN 'day'
  WHEN p IN ('h', 'hr', 'hrs', 'hour', 'hours') THEN 'hour'
  WHEN p IN ('m', 'min', 'mins', 'minute', 'minutes') THEN 'minute'
  WHEN p IN ('s', 'sec', 'secs', 'second', 'seconds') THEN 'second'
  WHEN p IN ('ms', 'msec', 'msecs', 'msecond', 'mseconds', 'millisec', 'millisecs', 'millisecon', 'millisecond', 'milliseconds') THEN 'millisecond'
  WHEN p IN ('microsec', 'microsecs', 'microsecond', 'microseconds', 'usec', 'usecs', 'us') THEN 'microsecond'
  ELSE p END FROM (SELECT lower(part) AS p) AS parts $$;

CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, moment timestamp) RETURNS timestamp
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE unit text := pg_catalog.tarmac_date_part(part); moved timestamp;
BEGIN
  IF unit IN ('year', 'quarter', 'month') THEN
    moved := moment + make_interval(months => (amount * CASE unit WHEN 'year' THEN 12 WHEN 'quarter' THEN 3 ELSE 1 END)::int);
    -- the end of a month stays the end of a month
    IF moment::date = (date_trunc('month', moment) + interval '1 month - 1 day')::date THEN
      moved := (date_trunc('month', moved) + interval '1 month - 1 day')::date + moment::time;
    END IF;
    RETURN moved;
  END IF;
  IF unit NOT IN ('week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond') THEN
    RAISE EXCEPTION 'Invalid datepart "%" for DATEADD', part USING ERRCODE = '22023';
  END IF;
  RETURN moment + amount * ('1 ' || unit)::interval;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, moment date) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.dateadd(part, amount, moment::timestamp) $$;
CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.dateadd(part, amount, moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' $$;
CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, moment text) RETURNS timestamp
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.dateadd(part, amount, moment::timestamp) $$;

-- Counts the boundaries crossed, not the whole units that lie between.
CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier timestamp, later timestamp) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE unit text := pg_catalog.tarmac_date_part(part); a timestamp; b timestamp;
BEGIN
  IF unit NOT IN ('year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond') THEN
    RAISE EXCEPTION 'Invalid datepart "%" for DATEDIFF', part USING ERRCODE = '22023';
  END IF;
  IF unit = 'week' THEN  -- weeks begin on Sunday here
    a := date_trunc('week', earlier + interval '1 day'); b := date_trunc('week', later + interval '1 day');
  ELSE
    a := date_trunc(unit, earlier); b := date_trunc(unit, later);
  END IF;
  RETURN CASE unit
    WHEN 'year' THEN date_part('year', b) - date_part('year', a)
    WHEN 'quarter' THEN (date_part('year', b) - date_part('year', a)) * 4 + date_part('quarter', b) - date_part('quarter', a)
    WHEN 'month' THEN (date_part('year', b) - date_part('year', a)) * 12 + date_part('month', b) - date_part('month', a)
    ELSE round(extract(epoch FROM b - a) * 1000000 / CASE unit
      WHEN 'week' THEN 604800000000 WHEN 'day' THEN 86400000000 WHEN 'hour' THEN 3600000000
      WHEN 'minute' THEN 60000000 WHEN 'second' THEN 1000000 WHEN 'millisecond' THEN 1000 ELSE 1 END)
  END;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier date, later date) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.datediff(part, earlier::timestamp, later::timestamp) $$;
CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier timestamptz, later timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.datediff(part, earlier AT TIME ZONE 'UTC', later AT TIME ZONE 'UTC') $$;
CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier text, later text) RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.datediff(part, earlier::timestamp, later::timestamp) $$;

CREATE OR REPLACE FUNCTION pg_catalog.add_months(moment timestamp, months bigint) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.dateadd('month', months, moment) $$;
CREATE OR REPLACE FUNCTION pg_catalog.last_day(moment timestamp) RETURNS date
LANGUAGE sql IMMUTABLE AS $$ SELECT (date_trunc('month', moment) + interval '1 month - 1 day')::date $$;
CREATE OR REPLACE FUNCTION pg_catalog.trunc(moment timestamp) RETURNS date
LANGUAGE sql IMMUTABLE AS $$ SELECT moment::date $$;
CREATE OR REPLACE FUNCTION pg_catalog.months_between(later timestamp, earlier timestamp) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN date_part('day', later) = date_part('day', earlier)
      OR (later::date = pg_catalog.last_day(later) AND earlier::date = pg_catalog.last_day(earlier)) THEN whole
    ELSE whole + (extract(epoch FROM later - date_trunc('month', later))
                - extract(epoch FROM earlier - date_trunc('month', earlier))) / 2678400.0 END
  FROM (SELECT (date_part('year', later) - date_part('year', earlier)) * 12
             + date_part('month', later) - date_part('month', earlier) AS whole) AS counted $$;
CREATE OR REPLACE FUNCTION pg_catalog.convert_timezone(source text, target text, moment timestamp) RETURNS timestamp
LANGUAGE sql STABLE AS $$ SELECT moment AT TIME ZONE source AT TIME ZONE target $$;
CREATE OR REPLACE FUNCTION pg_catalog.convert_timezone(target text, moment timestamp) RETURNS timestamp
LANGUAGE sql STABLE AS $$ SELECT moment AT TIME ZONE 'UTC' AT TIME ZONE target $$;

-- Texts.
CREATE OR REPLACE FUNCTION pg_catalog.len(value text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT length(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.charindex(part text, whole text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT strpos(whole, part) $$;
CREATE OR REPLACE FUNCTION pg_catalog.strtol(digits text, base integer) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
DECLARE total bigint := 0; digit integer; body text := lower(ltrim(digits, '+-'));
BEGIN
  FOR place IN 1..length(body) LOOP
    digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(body, place, 1)) - 1;
    IF digit < 0 OR digit >= base THEN
      RAISE EXCEPTION 'The input % is not valid to be converted to base %', digits, base USING ERRCODE = '22023';
    END IF;
    total := total * base + digit;
  END LOOP;
  RETURN CASE WHEN digits LIKE '-%' THEN -total ELSE total END;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.sha2(value text, bits integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(CASE bits WHEN 224 THEN sha224(value::bytea) WHEN 384 THEN sha384(value::bytea)
    WHEN 512 THEN sha512(value::bytea) ELSE sha256(value::bytea) END, 'hex') $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_path_text(document text, VARIADIC path text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT document::jsonb #>> path $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_array_length(document text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_array_length(document::jsonb) $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_array_element_text(document text, place integer) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT document::jsonb ->> place $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_path_text(document text, step text, null_if_invalid boolean)
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN  -- not in SQL, which would be inlined and evaluate the cast of a constant before the test
  IF document IS JSON THEN RETURN document::jsonb ->> step; END IF;
  IF NOT null_if_invalid THEN RAISE EXCEPTION 'JSON parsing error' USING ERRCODE = '22032'; END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_typeof(document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_typeof(document) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_valid_json_array(document text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT document IS JSON ARRAY $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_json_text(document jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(document)
    WHEN 'object' THEN (SELECT '{' || coalesce(string_agg(to_json(key)::text || ':' || pg_catalog.tarmac_json_text(value), ','), '') || '}'
                        FROM jsonb_each(document))
    WHEN 'array' THEN (SELECT '[' || coalesce(string_agg(pg_catalog.tarmac_json_text(value), ','), '') || ']'
                       FROM jsonb_array_elements(document))
    ELSE document::text END $$;
CREATE OR REPLACE FUNCTION pg_catalog.textlen(value text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT length(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_valid_json(document text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT document IS JSON OBJECT $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_parse(document text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$ SELECT document::jsonb $$;

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

-- ALTER TABLE target APPEND FROM source.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_append(target text, source text, ignore_extra boolean, fill_target boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE shared text; missing text; extra text; moved bigint;
BEGIN
  SELECT string_agg(quote_ident(t.attname), ', ') FILTER (WHERE s.attname IS NOT NULL AND t.attname IS NOT NULL),
         string_agg(t.attname::text, ', ') FILTER (WHERE s.attname IS NULL),
         string_agg(s.attname::text, ', ') FILTER (WHERE t.attname IS NULL)
    INTO shared, missing, extra
    FROM (SELECT attname FROM pg_attribute WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped) AS t
    FULL JOIN (SELECT attname FROM pg_attribute WHERE attrelid = source::regclass AND attnum > 0 AND NOT attisdropped) AS s
      ON s.attname = t.attname;
  IF extra IS NOT NULL AND NOT ignore_extra THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND: the source has columns that the target lacks: %', extra USING HINT = 'IGNOREEXTRA leaves them out.';
  ELSIF missing IS NOT NULL AND NOT fill_target THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND: the target has columns that the source lacks: %', missing USING HINT = 'FILLTARGET fills them.';
  END IF;
  EXECUTE format('WITH moved AS (DELETE FROM %s RETURNING *) INSERT INTO %s (%s) SELECT %s FROM moved',
                 source::regclass, target::regclass, shared, shared);
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;

-- What people and tools ask about tables and sessions.
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_query_id() RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT pg_catalog.pg_last_copy_id() $$;
CREATE VIEW pg_catalog.svv_tables AS
  SELECT table_catalog::varchar(128), table_schema::varchar(128), table_name::varchar(128), table_type::varchar(128),
    obj_description(to_regclass(format('%I.%I', table_schema, table_name)), 'pg_class')::varchar(500) AS remarks
  FROM information_schema.tables;
CREATE VIEW pg_catalog.svv_columns AS
  SELECT table_catalog::varchar(128), table_schema::varchar(128), table_name::varchar(128), column_name::varchar(128),
    ordinal_position::int, column_default::varchar(4000), is_nullable::varchar(3),
    CASE data_type WHEN 'jsonb' THEN 'super' ELSE data_type END::varchar(128) AS data_type, character_maximum_length::int,
    numeric_precision::int, numeric_precision_radix::int, numeric_scale::int, datetime_precision::int,
    interval_type::varchar(128), NULL::varchar(128) AS interval_precision, character_set_catalog::varchar(128),
    character_set_schema::varchar(128), character_set_name::varchar(128), collation_catalog::varchar(128),
    collation_schema::varchar(128), collation_name::varchar(128), domain_name::varchar(128), NULL::varchar(128) AS remarks
  FROM information_schema.columns;
CREATE VIEW pg_catalog.pg_table_def AS
  SELECT n.nspname AS schemaname, c.relname AS tablename, a.attname AS "column",
    CASE a.atttypid WHEN 'jsonb'::regtype THEN 'super' ELSE format_type(a.atttypid, a.atttypmod) END::char(64) AS type,
    'none'::char(32) AS encoding, FALSE AS distkey, 0 AS sortkey, a.attnotnull AS "notnull"
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = ANY (current_schemas(true));
CREATE VIEW pg_catalog.svv_table_info AS
  SELECT current_database()::text AS database, n.nspname::text AS schema, c.oid AS table_id, c.relname::text AS "table",
    'N'::text AS encoded, 'AUTO(ALL)'::text AS diststyle, NULL::text AS sortkey1, 0 AS max_varchar, NULL::char(32) AS sortkey1_enc,
    0 AS sortkey_num, (pg_total_relation_size(c.oid) / 1048576)::bigint AS size, 0::numeric(10,4) AS pct_used,
    0::bigint AS empty, 0::numeric(5,2) AS unsorted, 0::numeric(5,2) AS stats_off,
    greatest(c.reltuples, 0)::numeric(38,0) AS tbl_rows, NULL::numeric(19,2) AS skew_sortkey1,
    NULL::numeric(19,2) AS skew_rows, greatest(c.reltuples, 0)::numeric(38,0) AS estimated_visible_rows,
    NULL::text AS risk_event, NULL::numeric(12,2) AS vacuum_sort_benefit, NULL::timestamp AS create_time
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast';
CREATE VIEW pg_catalog.stv_sessions AS
  SELECT backend_start AT TIME ZONE 'UTC' AS starttime, pid AS process, usename::char(50) AS user_name, datname::char(50) AS db_name,
    0 AS timeout_sec FROM pg_stat_activity WHERE backend_type = 'client backend';
-- There are no late-binding views, external tables or materialized views that Redshift would list here.
CREATE OR REPLACE FUNCTION pg_catalog.pg_get_late_binding_view_cols() RETURNS SETOF record LANGUAGE sql STABLE
AS $$ SELECT ''::name, ''::name, ''::name, ''::varchar, 0 WHERE FALSE $$;
CREATE VIEW pg_catalog.svv_external_schemas AS
  SELECT 0::oid AS esoid, 0::smallint AS eskind, ''::name AS schemaname, 0 AS esowner, ''::varchar AS databasename,
    ''::varchar AS esoptions WHERE FALSE;
CREATE VIEW pg_catalog.svv_external_tables AS
  SELECT ''::varchar AS redshift_database_name, ''::varchar AS schemaname, ''::varchar AS tablename, ''::varchar AS tabletype,
    ''::varchar AS location, ''::varchar AS input_format, ''::varchar AS output_format,
    ''::varchar AS serialization_lib, ''::varchar AS serde_parameters, 0 AS compressed, ''::varchar AS parameters WHERE FALSE;
CREATE VIEW pg_catalog.svv_external_columns AS
  SELECT ''::varchar AS redshift_database_name, ''::varchar AS schemaname, ''::varchar AS tablename, ''::varchar AS columnname,
    ''::varchar AS external_type, 0 AS columnnum, 0 AS part_key, ''::varchar AS is_nullable WHERE FALSE;
CREATE VIEW pg_catalog.stv_mv_info AS
  SELECT ''::char(128) AS db_name, ''::char(128) AS schema, ''::char(128) AS name, 0::bigint AS updated_upto_xid,
    ''::char(1) AS is_stale, ''::char(32) AS owner_user_name, 0 AS state, ''::char(1) AS autorewrite,
    ''::char(1) AS autorefresh WHERE FALSE;
CREATE VIEW pg_catalog.svv_mv_info AS
  SELECT ''::char(128) AS database_name, ''::char(128) AS schema_name, ''::char(128) AS name, ''::char(128) AS user_name,
    ''::char(1) AS is_stale, 0 AS state, 0 AS autorefresh, 0 AS autorewrite WHERE FALSE;
CREATE VIEW pg_catalog.svv_redshift_columns AS
  SELECT table_catalog::varchar(128) AS database_name, table_schema::varchar(128) AS schema_name, table_name::varchar(128),
    column_name::varchar(128), ordinal_position::int,
    CASE data_type WHEN 'jsonb' THEN 'super' ELSE data_type END::varchar(128) AS data_type,
    column_default::varchar(4000), is_nullable::varchar(3), 'none'::varchar(128) AS encoding, FALSE AS distkey, 0 AS sortkey,
    NULL::varchar(128) AS column_acl, NULL::varchar(256) AS remarks
  FROM information_schema.columns;
GRANT SELECT ON pg_catalog.svv_external_schemas, pg_catalog.svv_external_tables, pg_catalog.svv_external_columns,
  pg_catalog.stv_mv_info, pg_catalog.svv_mv_info, pg_catalog.svv_redshift_columns TO PUBLIC;
GRANT SELECT ON pg_catalog.svv_tables, pg_catalog.svv_columns, pg_catalog.pg_table_def, pg_catalog.svv_table_info,
  pg_catalog.stv_sessions TO PUBLIC;
