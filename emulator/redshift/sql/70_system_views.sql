-- What people and tools ask about tables and sessions.
DROP VIEW IF EXISTS pg_catalog.svv_tables, pg_catalog.svv_columns, pg_catalog.pg_table_def,
  pg_catalog.svv_table_info, pg_catalog.stv_sessions, pg_catalog.svv_external_schemas, pg_catalog.svv_external_tables,
  pg_catalog.svv_external_columns, pg_catalog.stv_mv_info, pg_catalog.svv_mv_info, pg_catalog.svv_redshift_columns CASCADE;

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
