-- Redshift's own pg_catalog and information_schema, for statements that ask them (system_catalog.py): views of the
-- same names, with Redshift's columns, keys that are not enforced, and without what is ours or PostgreSQL's alone.
DROP SCHEMA IF EXISTS pg_redshift, pg_redshift_information CASCADE;
CREATE SCHEMA pg_redshift;
CREATE SCHEMA pg_redshift_information;
GRANT USAGE ON SCHEMA pg_redshift, pg_redshift_information TO PUBLIC;

-- Types and encodings as Redshift names them.
CREATE FUNCTION pg_redshift.format_type(type oid, modifier integer) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE type WHEN 'jsonb'::regtype THEN 'super' ELSE pg_catalog.format_type(type, modifier) END $$;
CREATE FUNCTION pg_redshift.encodings() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$ SELECT ARRAY['bytedict', 'delta',
  'delta32k', 'lzo', 'mostly8', 'mostly16', 'mostly32', 'runlength', 'text255', 'text32k', 'zstd', 'az64'] $$;
CREATE OR REPLACE FUNCTION pg_catalog.format_encoding(number integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce((pg_redshift.encodings())[number], 'none') $$;

-- What is recorded of each column and of each declared key.
CREATE VIEW pg_redshift.column_storage AS
  SELECT a.attrelid, a.attnum, a.atttypid, coalesce(t.distkey, false) AS distkey, coalesce(t.sortkey, 0) AS sortkey,
    CASE lower(t.encoding) WHEN 'raw' THEN 'none' ELSE coalesce(nullif(lower(t.encoding), 'auto'),
      pg_catalog.tarmac_default_encoding(a.atttypid, coalesce(t.sortkey, 0) <> 0 OR c.relpersistence = 't')) END AS encoding
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  LEFT JOIN pg_catalog.tarmac_column t ON t.relid = a.attrelid AND t.attnum = a.attnum;
CREATE VIEW pg_redshift.declared_key AS
  SELECT (hashtextextended(k.relid || ' ' || k.conname, 0) & 1073741823 | 1073741824)::oid AS oid, k.relid, k.conname,
    k.contype, k.conkey, nullif(k.confrelid, 0) AS confrelid, k.confkey, c.relname, c.relnamespace, c.relowner
  FROM pg_catalog.tarmac_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.relid;
CREATE FUNCTION pg_redshift.column_names(relation oid, numbers smallint[]) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY n.place) FROM unnest(numbers) WITH ORDINALITY AS n(number, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = relation AND a.attnum = n.number $$;
CREATE FUNCTION pg_redshift.referred_key(relation oid, numbers smallint[]) RETURNS oid LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT oid FROM pg_redshift.declared_key WHERE relid = relation AND contype IN ('p', 'u')
    AND (conkey = numbers OR contype = 'p' AND numbers IS NULL) ORDER BY contype LIMIT 1), 0::oid) $$;
CREATE FUNCTION pg_redshift.declared(key oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END
    || ' (' || pg_redshift.column_names(relid, conkey) || ')' || CASE contype WHEN 'f' THEN ' REFERENCES '
    || confrelid::regclass || coalesce('(' || pg_redshift.column_names(confrelid, confkey) || ')', '') ELSE '' END
  FROM pg_redshift.declared_key WHERE oid = key $$;
CREATE FUNCTION pg_redshift.pg_get_constraintdef(key oid, pretty boolean DEFAULT false) RETURNS text LANGUAGE sql STABLE
AS $$ SELECT coalesce(pg_redshift.declared(key), pg_catalog.pg_get_constraintdef(key, pretty)) $$;
CREATE FUNCTION pg_redshift.pg_get_indexdef(index oid, place integer DEFAULT 0, pretty boolean DEFAULT false) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT CASE WHEN place = 0 THEN format('CREATE UNIQUE INDEX %I ON %s USING btree (%s)', conname,
      relid::regclass, pg_redshift.column_names(relid, conkey)) ELSE pg_redshift.column_names(relid, conkey[place:place]) END
    FROM pg_redshift.declared_key WHERE oid = index), pg_catalog.pg_get_indexdef(index, place, pretty)) $$;
CREATE FUNCTION pg_redshift.pg_get_expr(expression text, relation oid, pretty boolean DEFAULT false) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT expression $$;  -- pg_attrdef below has expressions as texts
CREATE FUNCTION pg_redshift.pg_get_expr(expression pg_node_tree, relation oid, pretty boolean DEFAULT false) RETURNS text
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.pg_get_expr(expression, relation, pretty) $$;
CREATE FUNCTION pg_redshift.current_setting(setting text, missing_ok boolean DEFAULT false) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT CASE lower(setting) WHEN 'server_version' THEN '8.0.2' ELSE pg_catalog.current_setting(setting, missing_ok) END $$;

-- The endpoint reads `a[1]` as SUPER's; arrays of the catalogue have it, too.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_item(value anyarray, place bigint) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT value[place::int] $$;

-- Redshift compares an oid with a text, as PostgreSQL 8.0 did.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_text_is_oid(a text, b oid) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT a = b::text $$;
DO $$ BEGIN
  IF to_regoperator('pg_catalog.=(text, oid)') IS NULL THEN  -- views of users may depend on it
    CREATE OPERATOR pg_catalog.= (LEFTARG = text, RIGHTARG = oid, FUNCTION = pg_catalog.tarmac_text_is_oid);
  END IF;
END $$;

-- The columns of a PostgreSQL catalogue, in their order; `given` are other expressions for some of them. Of a row
-- that PostgreSQL doesn't have (no `alias`), the other columns are NULL.
CREATE FUNCTION pg_redshift.columns_of(source regclass, alias text, given jsonb) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT string_agg(coalesce('(' || (given ->> attname::text) || ')' || CASE WHEN alias = '' THEN '::' || type ELSE '' END,
      CASE alias WHEN '' THEN 'NULL::' || type ELSE alias || '.' || quote_ident(attname) END) || ' AS ' || quote_ident(attname),
    ', ' ORDER BY attnum)
  FROM (SELECT attname, attnum, CASE atttypid WHEN 'pg_node_tree'::regtype THEN 'pg_node_tree' ELSE
    CASE WHEN atttypid = '"char"'::regtype THEN '"char"' ELSE pg_catalog.format_type(atttypid, NULL) END END AS type
    FROM pg_catalog.pg_attribute WHERE attrelid = source AND attnum > 0 AND NOT attisdropped) AS a $$;
CREATE PROCEDURE pg_redshift.make_view(name text, given jsonb, query text, key_given jsonb DEFAULT NULL, key_query text DEFAULT '')
LANGUAGE plpgsql AS $$
DECLARE source regclass := ('pg_catalog.' || name)::regclass;
BEGIN
  EXECUTE format('CREATE VIEW pg_redshift.%I AS SELECT %s %s', name,
    replace(query, '{columns}', 'x.tableoid, ' || pg_redshift.columns_of(source, 'x', given)),
    replace(key_query, '{columns}', source::oid || '::oid, ' || pg_redshift.columns_of(source, '', key_given)));
END $$;

CALL pg_redshift.make_view('pg_namespace', '{}', $$ {columns}
  FROM pg_catalog.pg_namespace x WHERE x.nspname !~ '^pg_redshift' $$);
CALL pg_redshift.make_view('pg_class', '{"relhasindex": "x.relhasindex OR k.relid IS NOT NULL",
    "relhastriggers": "x.relhastriggers OR k.foreign_keys > 0"}', $$
  {columns}, false AS relhasoids, k.relid IS NOT NULL AND k.has_primary AS relhaspkey,
    coalesce(k.unique_keys, 0)::smallint AS relukeys, coalesce(k.foreign_keys, 0)::smallint AS relfkeys, 0::smallint AS relrefs,
    CASE WHEN x.relkind NOT IN ('r', 'p') THEN 0 ELSE array_position(ARRAY['EVEN', 'KEY', '', '', '', '', '', '', 'ALL', 'AUTO'],
      coalesce(upper(t.diststyle), 'AUTO')) - 1 END::smallint AS reldiststyle
  FROM pg_catalog.pg_class x LEFT JOIN pg_catalog.tarmac_table t ON t.relid = x.oid
  LEFT JOIN (SELECT relid, bool_or(contype = 'p') AS has_primary, count(*) FILTER (WHERE contype = 'u') AS unique_keys,
      count(*) FILTER (WHERE contype = 'f') AS foreign_keys FROM pg_catalog.tarmac_constraint GROUP BY relid) k ON k.relid = x.oid
  WHERE x.relkind <> 'S' AND (x.relnamespace <> 'pg_catalog'::regnamespace OR x.relname NOT LIKE 'tarmac%')
    AND x.relnamespace <> ALL (ARRAY['pg_redshift', 'pg_redshift_information']::regnamespace[]) $$,
  '{"oid": "k.oid", "relname": "k.conname", "relnamespace": "k.relnamespace", "relowner": "k.relowner", "relkind": "''i''",
    "relam": "403", "relnatts": "cardinality(k.conkey)", "relpages": "1", "reltuples": "0", "relhasindex": "false",
    "relpersistence": "''p''", "relisshared": "false", "relchecks": "0", "relhasrules": "false", "relhastriggers": "false",
    "relispartition": "false", "relhassubclass": "false", "reltype": "0", "reloftype": "0", "reltablespace": "0"}',
  $$ UNION ALL SELECT {columns}, false, false, 0::smallint, 0::smallint, 0::smallint, 0::smallint
  FROM pg_redshift.declared_key k WHERE k.contype IN ('p', 'u') $$);
CALL pg_redshift.make_view('pg_attribute', '{"atthasdef": "x.atthasdef OR x.attidentity <> ''''"}', $$
  {columns}, s.distkey AS attisdistkey, false AS attispreloaded, s.sortkey AS attsortkeyord,
    coalesce(array_position(pg_redshift.encodings(), s.encoding), 0)::smallint AS attencodingtype, 0::smallint AS attencrypttype
  FROM pg_catalog.pg_attribute x JOIN pg_redshift.column_storage s ON s.attrelid = x.attrelid AND s.attnum = x.attnum
  WHERE x.attrelid NOT IN (SELECT viewid FROM pg_catalog.tarmac_late_view) $$,
  '{"attrelid": "k.oid", "attname": "a.attname", "atttypid": "a.atttypid", "attlen": "a.attlen", "attnum": "n.place",
    "atttypmod": "a.atttypmod", "attnotnull": "false", "atthasdef": "false", "attisdropped": "false", "attndims": "0",
    "attislocal": "true", "attidentity": "''''", "attgenerated": "''''", "attbyval": "a.attbyval", "attalign": "a.attalign",
    "attstorage": "a.attstorage", "attcollation": "a.attcollation", "attinhcount": "0", "atthasmissing": "false"}',
  $$ UNION ALL SELECT {columns}, false, false, 0, 0::smallint, 0::smallint
  FROM pg_redshift.declared_key k CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS n(number, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.relid AND a.attnum = n.number WHERE k.contype IN ('p', 'u') $$);
CALL pg_redshift.make_view('pg_index', '{}', $$ {columns} FROM pg_catalog.pg_index x $$,
  '{"indexrelid": "k.oid", "indrelid": "k.relid", "indnatts": "cardinality(k.conkey)", "indnkeyatts": "cardinality(k.conkey)",
    "indisunique": "true", "indisprimary": "k.contype = ''p''", "indisvalid": "true", "indisready": "true", "indislive": "true",
    "indimmediate": "true", "indisexclusion": "false", "indisclustered": "false", "indcheckxmin": "false",
    "indisreplident": "false", "indnullsnotdistinct": "false", "indkey": "array_to_string(k.conkey, '' '')",
    "indoption": "array_to_string(array_fill(0, ARRAY[cardinality(k.conkey)]), '' '')"}',
  $$ UNION ALL SELECT {columns} FROM pg_redshift.declared_key k WHERE k.contype IN ('p', 'u') $$);
CALL pg_redshift.make_view('pg_constraint', '{}', $$ {columns}, pg_catalog.pg_get_expr(x.conbin, x.conrelid) AS consrc
  FROM pg_catalog.pg_constraint x WHERE x.contype <> 'n' $$,
  '{"oid": "k.oid", "conname": "k.conname", "connamespace": "k.relnamespace", "contype": "k.contype", "condeferrable": "false",
    "condeferred": "false", "conenforced": "false", "convalidated": "true", "conrelid": "k.relid", "contypid": "0",
    "conindid": "CASE WHEN k.contype = ''f'' THEN pg_redshift.referred_key(k.confrelid, k.confkey) ELSE k.oid END", "conparentid": "0", "confrelid": "coalesce(k.confrelid, 0)",
    "confupdtype": "CASE WHEN k.contype = ''f'' THEN ''a'' ELSE '' '' END", "confdeltype": "CASE WHEN k.contype = ''f'' THEN ''a'' ELSE '' '' END",
    "confmatchtype": "CASE WHEN k.contype = ''f'' THEN ''s'' ELSE '' '' END", "conislocal": "true", "coninhcount": "0",
    "connoinherit": "true", "conperiod": "false", "conkey": "k.conkey", "confkey": "k.confkey"}',
  $$ UNION ALL SELECT {columns}, NULL FROM pg_redshift.declared_key k $$);
CALL pg_redshift.make_view('pg_proc', '{}', $$ {columns}, x.prokind = 'a' AS proisagg, x.prokind = 'w' AS proiswindow
  FROM pg_catalog.pg_proc x WHERE x.proname NOT LIKE 'tarmac%'
  AND x.pronamespace <> ALL (ARRAY['pg_redshift', 'pg_redshift_information']::regnamespace[]) $$);
CALL pg_redshift.make_view('pg_database', '{}', $$ {columns}, 16383::oid AS datlastsysid, NULL::text[] AS datconfig
  FROM pg_catalog.pg_database x $$);
CALL pg_redshift.make_view('pg_type', '{"typname": "CASE x.oid WHEN ''jsonb''::regtype THEN ''super'' ELSE x.typname END"}',
  $$ {columns} FROM pg_catalog.pg_type x $$);
CALL pg_redshift.make_view('pg_default_acl', '{}', $$ {columns}, x.defaclrole AS defacluser FROM pg_catalog.pg_default_acl x $$);
CREATE VIEW pg_redshift.pg_depend AS
  SELECT tableoid, classid, objid, objsubid, refclassid, refobjid, refobjsubid, deptype FROM pg_catalog.pg_depend x
  WHERE x.classid <> 'pg_catalog.pg_rewrite'::regclass OR NOT EXISTS (  -- a late-binding view depends on nothing
    SELECT FROM pg_catalog.pg_rewrite r JOIN pg_catalog.tarmac_late_view l ON l.viewid = r.ev_class
    WHERE r.oid = x.objid AND r.ev_class <> x.refobjid)
  UNION ALL SELECT 'pg_catalog.pg_depend'::regclass::oid, 'pg_catalog.pg_constraint'::regclass::oid, k.oid, 0,
    'pg_catalog.pg_class'::regclass::oid, pg_redshift.referred_key(k.confrelid, k.confkey), 0, 'n'::"char"
  FROM pg_redshift.declared_key k WHERE k.contype = 'f';
CREATE VIEW pg_redshift.pg_attrdef AS
  SELECT x.tableoid, x.oid, x.adrelid, x.adnum, pg_catalog.pg_get_expr(x.adbin, x.adrelid) AS adbin,
    pg_catalog.pg_get_expr(x.adbin, x.adrelid) AS adsrc FROM pg_catalog.pg_attrdef x
  UNION ALL SELECT 'pg_catalog.pg_attrdef'::regclass::oid, s.seqrelid, a.attrelid, a.attnum, i.text, i.text
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass
    AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype = 'i'
  JOIN pg_catalog.pg_sequence s ON d.classid = 'pg_catalog.pg_class'::regclass AND s.seqrelid = d.objid
  CROSS JOIN LATERAL (SELECT format('%s(%s, %s, ''%s,%s''::text)', CASE a.attidentity WHEN 'a' THEN '"identity"'
    ELSE 'default_identity' END, a.attrelid, a.attnum - 1, s.seqstart, s.seqincrement) AS text) i WHERE a.attidentity <> '';
CREATE VIEW pg_redshift.pg_user AS
  SELECT usename, usesysid, usecreatedb, usesuper, false AS usecatupd, passwd, valuntil, useconfig FROM pg_catalog.pg_user;
CREATE VIEW pg_redshift.pg_stat_activity AS
  SELECT datid, datname, pid AS procpid, usesysid, usename, query AS current_query, query_start, a.pid, a.application_name,
    a.client_addr, a.client_port, a.backend_start, a.xact_start, a.state, a.query, a.backend_type, a.wait_event_type, a.wait_event
  FROM pg_catalog.pg_stat_activity a WHERE application_name <> 'tarmac' OR application_name IS NULL;
CREATE VIEW pg_redshift.pg_tables AS
  SELECT schemaname, tablename, tableowner, tablespace, hasindexes, hasrules, hastriggers FROM pg_catalog.pg_tables
  WHERE schemaname <> 'pg_catalog' OR tablename NOT LIKE 'tarmac%';
CREATE VIEW pg_redshift.pg_indexes AS
  SELECT schemaname, tablename, indexname, tablespace, indexdef FROM pg_catalog.pg_indexes
  WHERE schemaname <> 'pg_catalog' OR tablename NOT LIKE 'tarmac%'
  UNION ALL SELECT n.nspname, k.relname, k.conname, NULL, pg_redshift.pg_get_indexdef(k.oid)
  FROM pg_redshift.declared_key k JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace WHERE k.contype IN ('p', 'u');
CREATE VIEW pg_redshift.pg_views AS
  SELECT schemaname, viewname, viewowner, definition FROM pg_catalog.pg_views WHERE schemaname !~ '^pg_redshift';
CREATE VIEW pg_redshift.pg_settings AS
  SELECT name, CASE name WHEN 'server_version' THEN '8.0.2' ELSE setting END AS setting, unit, category, short_desc, extra_desc,
    context, vartype, source, min_val, max_val, enumvals, boot_val, reset_val, sourcefile, sourceline, pending_restart
  FROM pg_catalog.pg_settings WHERE name <> 'server_version_num';

-- Additions of Redshift's that PostgreSQL has no name for.
DROP VIEW IF EXISTS pg_catalog.pg_class_info, pg_catalog.pg_proc_info, pg_catalog.pg_user_info, pg_catalog.pg_attribute_info,
  pg_catalog.pg_database_info, pg_catalog.pg_conf, pg_catalog.pg_library CASCADE;
CREATE VIEW pg_catalog.pg_class_info AS
  SELECT c.oid AS reloid, c.*, CASE WHEN c.reldiststyle = 9 THEN 10 ELSE c.reldiststyle END::smallint AS releffectivediststyle,
    NULL::timestamp AS relcreationtime FROM pg_redshift.pg_class c;
CREATE VIEW pg_catalog.pg_attribute_info AS SELECT * FROM pg_redshift.pg_attribute;
CREATE VIEW pg_catalog.pg_database_info AS
  SELECT oid AS datid, datname, datdba, encoding, datistemplate, datallowconn, datlastsysid, datfrozenxid, dattablespace, datconfig, datacl,
    CASE datconnlimit WHEN -1 THEN 'UNLIMITED' ELSE datconnlimit::text END AS datconnlimit FROM pg_redshift.pg_database;
CREATE VIEW pg_catalog.pg_conf AS  -- of Redshift's own settings only which tables have BACKUP NO
  SELECT format('pg_class_backup_%s_%s', d.oid, t.relid)::varchar AS key, 'NO'::varchar AS value FROM pg_catalog.tarmac_table t
  JOIN pg_catalog.pg_database d ON d.datname = current_database() WHERE NOT t.backup;
CREATE VIEW pg_catalog.pg_library AS SELECT ''::name AS name, 0::oid AS language_oid, 0 AS file_store_id, 0 AS owner WHERE FALSE;
CREATE VIEW pg_catalog.pg_proc_info AS SELECT oid AS prooid, p.* FROM pg_redshift.pg_proc p;
CREATE VIEW pg_catalog.pg_user_info AS
  SELECT u.*, CASE r.rolconnlimit WHEN -1 THEN 'UNLIMITED' ELSE r.rolconnlimit::text END::varchar AS useconnlimit,
    CASE WHEN u.usesuper THEN 'UNRESTRICTED' ELSE 'RESTRICTED' END::varchar AS syslogaccess
  FROM pg_redshift.pg_user u JOIN pg_catalog.pg_roles r ON r.oid = u.usesysid;

-- The columns of late-binding views are in no catalogue, but only here.
CREATE OR REPLACE FUNCTION pg_catalog.pg_get_late_binding_view_cols() RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT n.nspname, c.relname, a.attname, pg_redshift.format_type(a.atttypid, a.atttypmod)::varchar, a.attnum::integer
  FROM pg_catalog.tarmac_late_view l JOIN pg_catalog.pg_class c ON c.oid = l.viewid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE l.is_bound $$;

CREATE OR REPLACE FUNCTION pg_catalog.pg_get_cols(relation text) RETURNS SETOF record LANGUAGE sql STABLE AS $$
  SELECT n.nspname, c.relname, a.attname, pg_redshift.format_type(a.atttypid, a.atttypmod)::varchar, a.attnum::integer
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE c.oid = relation::regclass $$;

-- information_schema: types in Redshift's names, declared keys, nothing of ours.
DO $do$
DECLARE
  name text; given constant jsonb := '{"data_type": "CASE x.data_type WHEN ''jsonb'' THEN ''super'' ELSE x.data_type END"}';
  ours constant text := $$ x.table_schema !~ '^pg_redshift' AND x.table_name NOT LIKE 'tarmac%' $$;
BEGIN
  FOREACH name IN ARRAY ARRAY['tables', 'columns', 'views', 'table_privileges', 'role_table_grants', 'column_privileges'] LOOP
    EXECUTE format('CREATE VIEW pg_redshift_information.%I AS SELECT %s FROM information_schema.%I x WHERE %s',
      CASE name WHEN 'columns' THEN 'all_columns' ELSE name END, pg_redshift.columns_of(('information_schema.' || name)::regclass, 'x',
      CASE name WHEN 'columns' THEN given ELSE '{}' END), name, ours);
  END LOOP;
END $do$;
CREATE VIEW pg_redshift_information.columns AS
  SELECT * FROM pg_redshift_information.all_columns c WHERE to_regclass(format('%I.%I', c.table_schema, c.table_name))::oid
    NOT IN (SELECT viewid FROM pg_catalog.tarmac_late_view);
CREATE VIEW pg_redshift_information.routines AS SELECT * FROM information_schema.routines
  WHERE routine_schema !~ '^pg_redshift' AND routine_name NOT LIKE 'tarmac%';
CREATE VIEW pg_redshift_information.schemata AS SELECT * FROM information_schema.schemata WHERE schema_name !~ '^pg_redshift';
CREATE VIEW pg_redshift_information.table_constraints AS
  SELECT current_database()::text AS constraint_catalog, n.nspname::text AS constraint_schema, k.conname::text AS constraint_name,
    current_database()::text AS table_catalog, n.nspname::text AS table_schema, k.relname::text AS table_name,
    CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' WHEN 'u' THEN 'UNIQUE' ELSE 'FOREIGN KEY' END AS constraint_type,
    'NO' AS is_deferrable, 'NO' AS initially_deferred
  FROM pg_redshift.declared_key k JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace;
CREATE VIEW pg_redshift_information.key_column_usage AS
  SELECT current_database()::text AS constraint_catalog, n.nspname::text AS constraint_schema, k.conname::text AS constraint_name,
    current_database()::text AS table_catalog, n.nspname::text AS table_schema, k.relname::text AS table_name,
    a.attname::text AS column_name, i.place::integer AS ordinal_position
  FROM pg_redshift.declared_key k JOIN pg_catalog.pg_namespace n ON n.oid = k.relnamespace
  CROSS JOIN unnest(k.conkey) WITH ORDINALITY AS i(number, place)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = k.relid AND a.attnum = i.number;
GRANT SELECT ON ALL TABLES IN SCHEMA pg_redshift, pg_redshift_information TO PUBLIC;
GRANT SELECT ON pg_catalog.pg_attribute_info, pg_catalog.pg_database_info, pg_catalog.pg_conf, pg_catalog.pg_library,
  pg_catalog.pg_class_info, pg_catalog.pg_proc_info, pg_catalog.pg_user_info TO PUBLIC;
