-- Sessions, locks, users and privileges (Amazon Redshift Database Developer Guide, "STV system tables", "SVV views").
DROP VIEW IF EXISTS pg_catalog.stv_sessions, pg_catalog.stv_slices, pg_catalog.stv_locks, pg_catalog.svv_transactions,
  pg_catalog.svl_user_info, pg_catalog.svv_user_info, pg_catalog.svv_roles, pg_catalog.svv_role_grants,
  pg_catalog.svv_user_grants, pg_catalog.svv_relation_privileges, pg_catalog.svv_schema_privileges,
  pg_catalog.svv_database_privileges, pg_catalog.svv_default_privileges, pg_catalog.svv_function_privileges,
  pg_catalog.svv_column_privileges, pg_redshift.identity CASCADE;

CREATE VIEW pg_catalog.stv_sessions AS
  SELECT backend_start AT TIME ZONE 'UTC' AS starttime, pid AS process, usename::char(50) AS user_name, datname::char(50) AS db_name,
    0 AS timeout_sec FROM pg_catalog.pg_stat_activity WHERE backend_type = 'client backend' AND application_name <> 'tarmac';
-- As many as UNLOAD writes (unloads/unload_slices.py).
CREATE VIEW pg_catalog.stv_slices AS
  SELECT 0 AS node, slice, slice AS localslice, 'D'::char(1) AS type FROM generate_series(0, 1) AS slice;
CREATE VIEW pg_catalog.svv_transactions AS
  SELECT a.usename::text AS txn_owner, a.datname::text AS txn_db, coalesce(a.backend_xid::text::bigint, 0) AS xid, a.pid,
    a.xact_start AT TIME ZONE 'UTC' AS txn_start, l.mode AS lock_mode, l.locktype AS lockable_object_type, l.relation::int, l.granted
  FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  WHERE a.backend_type = 'client backend' AND l.locktype IN ('relation', 'transactionid') AND a.application_name <> 'tarmac';
CREATE VIEW pg_catalog.stv_locks AS
  SELECT l.relation::int AS table_id, NULL::timestamp AS last_commit, NULL::timestamp AS last_update,
    coalesce(a.backend_xid::text::bigint, 0) AS lock_owner, l.pid::bigint AS lock_owner_pid,
    a.xact_start AT TIME ZONE 'UTC' AS lock_owner_start_ts, NULL::timestamp AS lock_owner_end_ts,
    (CASE WHEN l.granted THEN 'Holding write lock' ELSE 'Waiting' END)::char(22) AS lock_status
  FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  WHERE l.locktype = 'relation' AND l.mode NOT IN ('AccessShareLock', 'RowShareLock') AND l.relation > 16383;

CREATE VIEW pg_catalog.svl_user_info AS
  SELECT usename, usesysid::int, usecreatedb, usesuper, usecatupd, useconnlimit::text, syslogaccess::text, NULL::timestamp AS last_ddl_ts,
    0 AS sessiontimeout, NULL::text AS external_id FROM pg_catalog.pg_user_info;
CREATE VIEW pg_catalog.svv_user_info AS
  SELECT usesysid::int AS user_id, usename::text AS user_name, usecreatedb AS createdb, usesuper AS superuser, usecatupd AS catalog_update,
    useconnlimit::text AS connection_limit, syslogaccess::text AS syslog_access, NULL::timestamp AS last_ddl_timestamp, 0 AS session_timeout,
    NULL::text AS external_id FROM pg_catalog.pg_user_info;
CREATE VIEW pg_redshift.identity AS
  SELECT oid, rolname::text AS name, CASE WHEN rolcanlogin THEN 'user' ELSE 'role' END AS kind FROM pg_catalog.pg_roles
  WHERE rolname !~ '^pg_' UNION ALL SELECT 0, 'public', 'public';
CREATE VIEW pg_catalog.svv_roles AS
  SELECT oid::int AS role_id, name AS role_name, NULL::text AS role_owner, NULL::text AS external_id FROM pg_redshift.identity WHERE kind = 'role';
CREATE VIEW pg_catalog.svv_role_grants AS
  SELECT r.oid::int AS role_id, r.name AS role_name, g.oid::int AS granted_role_id, g.name AS granted_role_name
  FROM pg_catalog.pg_auth_members m JOIN pg_redshift.identity r ON r.oid = m.member AND r.kind = 'role'
  JOIN pg_redshift.identity g ON g.oid = m.roleid;
CREATE VIEW pg_catalog.svv_user_grants AS
  SELECT u.oid::int AS user_id, u.name AS user_name, r.oid::int AS role_id, r.name AS role_name, m.admin_option
  FROM pg_catalog.pg_auth_members m JOIN pg_redshift.identity u ON u.oid = m.member AND u.kind = 'user'
  JOIN pg_redshift.identity r ON r.oid = m.roleid;
CREATE VIEW pg_catalog.svv_relation_privileges AS
  SELECT n.nspname::text AS namespace_name, c.relname::text AS relation_name, a.privilege_type, i.oid::int AS identity_id,
    i.name AS identity_name, i.kind AS identity_type, a.is_grantable AS admin_option
  FROM pg_redshift.pg_class c JOIN pg_redshift.pg_namespace n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) a
  JOIN pg_redshift.identity i ON i.oid = a.grantee WHERE a.privilege_type NOT IN ('MAINTAIN', 'TRIGGER');
CREATE VIEW pg_catalog.svv_schema_privileges AS
  SELECT n.nspname::text AS namespace_name, a.privilege_type, i.oid::int AS identity_id, i.name AS identity_name, i.kind AS identity_type,
    a.is_grantable AS admin_option
  FROM pg_redshift.pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a JOIN pg_redshift.identity i ON i.oid = a.grantee;
CREATE VIEW pg_catalog.svv_database_privileges AS
  SELECT d.datname::text AS database_name, CASE a.privilege_type WHEN 'TEMPORARY' THEN 'TEMP' ELSE a.privilege_type END AS privilege_type,
    i.oid::int AS identity_id, i.name AS identity_name, i.kind AS identity_type, a.is_grantable AS admin_option
  FROM pg_catalog.pg_database d CROSS JOIN LATERAL aclexplode(d.datacl) a JOIN pg_redshift.identity i ON i.oid = a.grantee
  WHERE a.privilege_type <> 'CONNECT' AND NOT d.datistemplate;
CREATE VIEW pg_catalog.svv_function_privileges AS
  SELECT n.nspname::text AS namespace_name, p.proname::text AS function_name, pg_get_function_identity_arguments(p.oid) AS argument_types,
    a.privilege_type, i.oid::int AS identity_id, i.name AS identity_name, i.kind AS identity_type, a.is_grantable AS admin_option
  FROM pg_redshift.pg_proc p JOIN pg_redshift.pg_namespace n ON n.oid = p.pronamespace CROSS JOIN LATERAL aclexplode(p.proacl) a
  JOIN pg_redshift.identity i ON i.oid = a.grantee;
CREATE VIEW pg_catalog.svv_column_privileges AS
  SELECT n.nspname::text AS namespace_name, c.relname::text AS relation_name, t.attname::text AS column_name, a.privilege_type,
    i.oid::int AS identity_id, i.name AS identity_name, i.kind AS identity_type
  FROM pg_redshift.pg_class c JOIN pg_redshift.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped CROSS JOIN LATERAL aclexplode(t.attacl) a
  JOIN pg_redshift.identity i ON i.oid = a.grantee;
CREATE VIEW pg_catalog.svv_default_privileges AS
  SELECT n.nspname::text AS schema_name, CASE d.defaclobjtype WHEN 'r' THEN 'RELATION' WHEN 'f' THEN 'FUNCTION' ELSE 'PROCEDURE' END AS object_type,
    o.oid::int AS owner_id, o.name AS owner_name, o.kind AS owner_type, a.privilege_type, i.oid::int AS grantee_id, i.name AS grantee_name,
    i.kind AS grantee_type, a.is_grantable AS admin_option
  FROM pg_catalog.pg_default_acl d LEFT JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace
  JOIN pg_redshift.identity o ON o.oid = d.defaclrole CROSS JOIN LATERAL aclexplode(d.defaclacl) a
  JOIN pg_redshift.identity i ON i.oid = a.grantee WHERE a.privilege_type NOT IN ('MAINTAIN', 'TRIGGER');
GRANT SELECT ON pg_redshift.identity, pg_catalog.stv_sessions, pg_catalog.stv_slices, pg_catalog.stv_locks, pg_catalog.svv_transactions,
  pg_catalog.svl_user_info, pg_catalog.svv_user_info, pg_catalog.svv_roles, pg_catalog.svv_role_grants, pg_catalog.svv_user_grants,
  pg_catalog.svv_relation_privileges, pg_catalog.svv_schema_privileges, pg_catalog.svv_database_privileges,
  pg_catalog.svv_default_privileges, pg_catalog.svv_function_privileges, pg_catalog.svv_column_privileges TO PUBLIC;
