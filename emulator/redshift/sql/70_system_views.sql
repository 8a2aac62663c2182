-- Tables, columns and schemas (Amazon Redshift Database Developer Guide, "SVV metadata views", "System catalog tables").
DROP VIEW IF EXISTS pg_catalog.svv_tables, pg_catalog.svv_columns, pg_catalog.pg_table_def, pg_catalog.svv_table_info,
  pg_catalog.svv_all_tables, pg_catalog.svv_all_columns, pg_catalog.svv_all_schemas, pg_catalog.svv_redshift_tables,
  pg_catalog.svv_redshift_columns, pg_catalog.svv_redshift_schemas, pg_catalog.svv_redshift_databases,
  pg_catalog.svv_redshift_functions, pg_catalog.svv_mv_info, pg_catalog.stv_mv_info, pg_catalog.svv_interleaved_columns,
  pg_catalog.svv_external_schemas, pg_catalog.svv_external_tables, pg_catalog.svv_external_columns,
  pg_catalog.svv_external_databases, pg_catalog.svv_external_partitions, pg_catalog.stv_tbl_perm CASCADE;

CREATE VIEW pg_catalog.svv_tables AS
  SELECT table_catalog::varchar(128), table_schema::varchar(128), table_name::varchar(128), table_type::varchar(128),
    obj_description(to_regclass(format('%I.%I', table_schema, table_name)), 'pg_class')::varchar(500) AS remarks
  FROM pg_redshift_information.tables;
CREATE VIEW pg_catalog.svv_columns AS
  SELECT table_catalog::varchar(128), table_schema::varchar(128), table_name::varchar(128), column_name::varchar(128),
    ordinal_position::int, column_default::varchar(4000), is_nullable::varchar(3), data_type::varchar(128),
    character_maximum_length::int, numeric_precision::int, numeric_precision_radix::int, numeric_scale::int, datetime_precision::int,
    interval_type::varchar(128), interval_precision::varchar(128), character_set_catalog::varchar(128),
    character_set_schema::varchar(128), character_set_name::varchar(128), collation_catalog::varchar(128),
    collation_schema::varchar(128), collation_name::varchar(128), domain_name::varchar(128),
    col_description(to_regclass(format('%I.%I', table_schema, table_name)), ordinal_position)::varchar(500) AS remarks
  FROM pg_redshift_information.all_columns;
-- The tables that the search path finds, as the guide warns.
CREATE VIEW pg_catalog.pg_table_def AS
  SELECT n.nspname AS schemaname, c.relname AS tablename, a.attname AS "column",
    pg_redshift.format_type(a.atttypid, a.atttypmod)::char(64) AS type, s.encoding::char(32) AS encoding, s.distkey, s.sortkey,
    a.attnotnull AS "notnull"
  FROM pg_redshift.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
  JOIN pg_redshift.column_storage s ON s.attrelid = c.oid AND s.attnum = a.attnum
  WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND n.nspname = ANY (current_schemas(true));

CREATE VIEW pg_catalog.svv_redshift_databases AS
  SELECT datname::varchar(128) AS database_name, datdba::int AS database_owner, 'local'::varchar(32) AS database_type,
    array_to_string(datacl, ',')::varchar(128) AS database_acl, ''::varchar(128) AS database_options,
    'Snapshot Isolation'::varchar(128) AS database_isolation_level
  FROM pg_catalog.pg_database WHERE NOT datistemplate;
CREATE VIEW pg_catalog.svv_redshift_schemas AS
  SELECT current_database()::varchar(128) AS database_name, nspname::varchar(128) AS schema_name, nspowner::int AS schema_owner,
    'local'::varchar(128) AS schema_type, array_to_string(nspacl, ',')::varchar(128) AS schema_acl, ''::varchar(128) AS schema_option
  FROM pg_redshift.pg_namespace WHERE nspname !~ '^pg_(toast|temp_)';
CREATE VIEW pg_catalog.svv_all_schemas AS
  SELECT database_name, schema_name, schema_owner, schema_type, schema_acl, NULL::varchar(128) AS source_database,
    schema_option::varchar(256) FROM pg_catalog.svv_redshift_schemas;
CREATE VIEW pg_catalog.svv_redshift_tables AS
  SELECT t.table_catalog::varchar(128) AS database_name, t.table_schema::varchar(128) AS schema_name, t.table_name::varchar(128),
    (CASE t.table_type WHEN 'VIEW' THEN 'VIEW' ELSE 'TABLE' END)::varchar(128) AS table_type,
    array_to_string(c.relacl, '~')::varchar(128) AS table_acl, obj_description(c.oid, 'pg_class')::varchar(128) AS remarks
  FROM pg_redshift_information.tables t JOIN pg_catalog.pg_class c ON c.oid = to_regclass(format('%I.%I', t.table_schema, t.table_name))
  WHERE t.table_schema !~ '^pg_toast';
CREATE VIEW pg_catalog.svv_all_tables AS
  SELECT database_name, schema_name, table_name, table_acl, table_type, remarks FROM pg_catalog.svv_redshift_tables;
CREATE VIEW pg_catalog.svv_redshift_columns AS
  SELECT i.table_catalog::varchar(128) AS database_name, i.table_schema::varchar(128) AS schema_name, i.table_name::varchar(128),
    i.column_name::varchar(128), i.ordinal_position::int, i.data_type::varchar(32), i.column_default::varchar(4000),
    i.is_nullable::varchar(3), coalesce(s.encoding, '')::varchar(128) AS encoding, coalesce(s.distkey, false) AS distkey,
    coalesce(s.sortkey, 0) AS sortkey, NULL::varchar(128) AS column_acl,
    col_description(to_regclass(format('%I.%I', i.table_schema, i.table_name)), i.ordinal_position)::varchar(256) AS remarks
  FROM pg_redshift_information.all_columns i LEFT JOIN pg_redshift.column_storage s
    ON s.attrelid = to_regclass(format('%I.%I', i.table_schema, i.table_name)) AND s.attnum = i.ordinal_position;
CREATE VIEW pg_catalog.svv_all_columns AS
  SELECT table_catalog::varchar(128) AS database_name, table_schema::varchar(128) AS schema_name, table_name::varchar(128),
    column_name::varchar(128), ordinal_position::int, column_default::varchar(4000), is_nullable::varchar(3), data_type::varchar(128),
    character_maximum_length::int, numeric_precision::int, numeric_scale::int,
    col_description(to_regclass(format('%I.%I', table_schema, table_name)), ordinal_position)::varchar(256) AS remarks
  FROM pg_redshift_information.all_columns;
CREATE VIEW pg_catalog.svv_redshift_functions AS
  SELECT current_database()::varchar(128) AS database_name, n.nspname::varchar(128) AS schema_name, p.proname::varchar(128) AS function_name,
    (CASE p.prokind WHEN 'p' THEN 'STORED PROCEDURE' WHEN 'a' THEN 'AGGREGATE FUNCTION' ELSE 'REGULAR FUNCTION' END)::varchar(128) AS function_type,
    pg_get_function_identity_arguments(p.oid)::varchar(512) AS argument_type, pg_redshift.format_type(p.prorettype, NULL)::varchar(128) AS result_type
  FROM pg_redshift.pg_proc p JOIN pg_redshift.pg_namespace n ON n.oid = p.pronamespace;

-- Sizes. Rows are counted, but for tables so large that this would take long: of these the statistics are taken.
CREATE OR REPLACE FUNCTION pg_redshift.row_count(relation oid) RETURNS bigint LANGUAGE plpgsql STABLE AS $$
DECLARE counted bigint;
BEGIN
  IF pg_relation_size(relation) > 536870912 OR NOT has_table_privilege(relation, 'SELECT') THEN
    RETURN (SELECT greatest(c.reltuples, 0, pg_stat_get_live_tuples(relation)) FROM pg_catalog.pg_class c WHERE c.oid = relation);
  END IF;
  EXECUTE format('SELECT count(*) FROM %s', relation::regclass) INTO counted;
  RETURN counted;
END $$;
CREATE VIEW pg_catalog.stv_tbl_perm AS
  SELECT 0 AS slice, c.oid::int AS id, c.relname::char(72) AS name, pg_redshift.row_count(c.oid) AS rows,
    pg_redshift.row_count(c.oid) AS sorted_rows, (c.relpersistence = 't')::int AS temp,
    (SELECT oid::int FROM pg_catalog.pg_database WHERE datname = current_database()) AS db_id, 0 AS insert_pristine, 0 AS delete_pristine,
    coalesce(t.backup, true)::int AS backup, coalesce(array_position(ARRAY['EVEN', 'KEY', '', '', '', '', '', '', 'ALL', 'AUTO'],
      upper(t.diststyle)) - 1, 9) AS dist_style, greatest(1, ceil(pg_total_relation_size(c.oid) / 1048576.0))::int AS block_count
  FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.tarmac_table t ON t.relid = c.oid
  WHERE c.relkind = 'r' AND c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace);
CREATE VIEW pg_catalog.svv_table_info AS
  SELECT current_database()::text AS database, n.nspname::text AS schema, p.id::oid AS table_id, p.name::text AS "table",
    CASE WHEN k.is_encoded THEN 'Y' ELSE 'N' END || CASE WHEN coalesce(t.encode_auto, true) THEN ', AUTO(ENCODE)' ELSE '' END AS encoded,
    CASE p.dist_style WHEN 0 THEN 'EVEN' WHEN 1 THEN 'KEY(' || k.distkey || ')' WHEN 8 THEN 'ALL' ELSE 'AUTO(ALL)' END AS diststyle,
    CASE WHEN k.sortkey1 IS NOT NULL THEN k.sortkey1 WHEN coalesce(t.sortkey_auto, true) THEN 'AUTO(SORTKEY)' END AS sortkey1,
    k.max_varchar, k.sortkey1_enc::char(32), k.sortkey_num, p.block_count::bigint AS size, NULL::numeric(10,4) AS pct_used, 0::bigint AS empty,
    CASE WHEN k.sortkey_num > 0 THEN 0 END::numeric(5,2) AS unsorted,
    least(100, 100.0 * pg_stat_get_mod_since_analyze(p.id) / p.rows)::numeric(5,2) AS stats_off, p.rows::numeric(38,0) AS tbl_rows,
    CASE WHEN k.sortkey_num > 0 THEN 1 END::numeric(19,2) AS skew_sortkey1, CASE WHEN p.dist_style = 1 THEN 1 END::numeric(19,2) AS skew_rows,
    p.rows::numeric(38,0) AS estimated_visible_rows, NULL::text AS risk_event, NULL::numeric(12,2) AS vacuum_sort_benefit,
    NULL::timestamp AS create_time
  FROM (SELECT * FROM pg_catalog.stv_tbl_perm OFFSET 0) p JOIN pg_catalog.pg_class c ON c.oid = p.id
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_catalog.tarmac_table t ON t.relid = p.id
  CROSS JOIN LATERAL (SELECT bool_or(s.encoding <> 'none') AS is_encoded, max(a.attname) FILTER (WHERE s.distkey) AS distkey,
      max(a.attname::text) FILTER (WHERE abs(s.sortkey) = 1) AS sortkey1, max(s.encoding) FILTER (WHERE abs(s.sortkey) = 1) AS sortkey1_enc,
      count(*) FILTER (WHERE s.sortkey <> 0)::int AS sortkey_num,
      coalesce(max(a.atttypmod - 4) FILTER (WHERE a.atttypid = 'varchar'::regtype AND a.atttypmod > 4), 0) AS max_varchar
    FROM pg_catalog.pg_attribute a JOIN pg_redshift.column_storage s ON s.attrelid = a.attrelid AND s.attnum = a.attnum
    WHERE a.attrelid = p.id AND a.attnum > 0 AND NOT a.attisdropped) k
  WHERE p.rows > 0;
CREATE VIEW pg_catalog.svv_interleaved_columns AS
  SELECT t.relid::int AS tbl, t.attnum - 1 AS col, 1::numeric(19,2) AS interleaved_skew, NULL::timestamp AS last_reindex
  FROM pg_catalog.tarmac_column t JOIN pg_catalog.pg_class c ON c.oid = t.relid
  WHERE t.sortkey <> 0 AND EXISTS (SELECT FROM pg_catalog.tarmac_column o WHERE o.relid = t.relid AND o.sortkey < 0);

-- Materialized views: PostgreSQL doesn't know whether one is stale.
CREATE VIEW pg_catalog.stv_mv_info AS
  SELECT current_database()::char(128) AS db_name, n.nspname::char(128) AS schema, c.relname::char(128) AS name, NULL::bigint AS updated_upto_xid,
    NULL::char(1) AS is_stale, pg_get_userbyid(c.relowner)::char(128) AS owner_user_name, 0 AS state, 'f'::char(1) AS autorewrite,
    'f'::char(1) AS autorefresh
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm';
CREATE VIEW pg_catalog.svv_mv_info AS
  SELECT db_name AS database_name, schema AS schema_name, owner_user_name AS user_name, name, is_stale, state, autorewrite, autorefresh
  FROM pg_catalog.stv_mv_info;

-- There are no external schemas or what is in them.
CREATE VIEW pg_catalog.svv_external_schemas AS
  SELECT 0::oid AS esoid, 0::smallint AS eskind, ''::name AS schemaname, 0 AS esowner, ''::text AS databasename, ''::text AS esoptions WHERE FALSE;
CREATE VIEW pg_catalog.svv_external_databases AS
  SELECT 0 AS eskind, ''::text AS esoptions, ''::text AS databasename, ''::text AS location, ''::text AS parameters WHERE FALSE;
CREATE VIEW pg_catalog.svv_external_tables AS
  SELECT ''::text AS redshift_database_name, ''::text AS schemaname, ''::text AS tablename, ''::text AS tabletype, ''::text AS location,
    ''::text AS input_format, ''::text AS output_format, ''::text AS serialization_lib, ''::text AS serde_parameters, 0 AS compressed,
    ''::text AS parameters WHERE FALSE;
CREATE VIEW pg_catalog.svv_external_columns AS
  SELECT ''::text AS redshift_database_name, ''::text AS schemaname, ''::text AS tablename, ''::text AS columnname,
    ''::text AS external_type, 0 AS columnnum, 0 AS part_key, ''::text AS is_nullable WHERE FALSE;
CREATE VIEW pg_catalog.svv_external_partitions AS
  SELECT ''::text AS schemaname, ''::text AS tablename, ''::text AS values, ''::text AS location, ''::text AS input_format,
    ''::text AS output_format, ''::text AS serialization_lib, ''::text AS serde_parameters, 0 AS compressed, ''::text AS parameters WHERE FALSE;

GRANT SELECT ON pg_catalog.svv_tables, pg_catalog.svv_columns, pg_catalog.pg_table_def, pg_catalog.svv_all_tables,
  pg_catalog.svv_all_columns, pg_catalog.svv_all_schemas, pg_catalog.svv_redshift_tables, pg_catalog.svv_redshift_columns,
  pg_catalog.svv_redshift_schemas, pg_catalog.svv_redshift_databases, pg_catalog.svv_redshift_functions, pg_catalog.svv_mv_info,
  pg_catalog.stv_mv_info, pg_catalog.svv_interleaved_columns, pg_catalog.svv_external_schemas, pg_catalog.svv_external_tables,
  pg_catalog.svv_external_columns, pg_catalog.svv_external_databases, pg_catalog.svv_external_partitions TO PUBLIC;
