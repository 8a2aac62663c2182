-- What was executed (query_log.py writes it), and the system views of it.
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_query (
  query_id bigint PRIMARY KEY, session_id integer, user_name text, database_name text, query_text text, started timestamp,
  ended timestamp, tag text, sqlstate text, error_message text);
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_log(rows text, kept bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO pg_catalog.tarmac_query
  SELECT r.query_id, r.session_id, r.user_name, r.database_name, r.query_text, to_timestamp(r.started) AT TIME ZONE 'UTC',
    to_timestamp(r.ended) AT TIME ZONE 'UTC', r.tag, r.sqlstate, r.error_message
  FROM json_to_recordset(rows::json) AS r(query_id bigint, session_id integer, user_name text, database_name text,
    query_text text, started double precision, ended double precision, tag text, sqlstate text, error_message text)
  ON CONFLICT (query_id) DO UPDATE SET ended = excluded.ended, tag = excluded.tag, sqlstate = excluded.sqlstate,
    error_message = excluded.error_message;
  DELETE FROM pg_catalog.tarmac_query WHERE query_id <= (
    SELECT query_id FROM pg_catalog.tarmac_query ORDER BY query_id DESC OFFSET kept LIMIT 1);
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.pg_last_query_id() RETURNS bigint LANGUAGE sql VOLATILE
AS $$ SELECT coalesce(nullif(current_setting('redshift.last_query_id', true), '')::bigint, -1) $$;
CREATE OR REPLACE FUNCTION pg_catalog.last_user_query_id() RETURNS bigint LANGUAGE sql VOLATILE
AS $$ SELECT pg_catalog.pg_last_query_id() $$;
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_session (
  session_id integer, user_name text, database_name text, application_name text, driver_version text, os_version text,
  plugin_name text, started timestamp, ended timestamp, PRIMARY KEY (session_id, started));
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_log_sessions(rows text) RETURNS void LANGUAGE sql AS $$
  INSERT INTO pg_catalog.tarmac_session
  SELECT r.session_id, r.user_name, r.database_name, r.application_name, r.driver_version, r.os_version, r.plugin_name,
    to_timestamp(r.started) AT TIME ZONE 'UTC', to_timestamp(r.ended) AT TIME ZONE 'UTC'
  FROM json_to_recordset(rows::json) AS r(session_id integer, user_name text, database_name text, application_name text,
    driver_version text, os_version text, plugin_name text, started double precision, ended double precision)
  ON CONFLICT (session_id, started) DO UPDATE SET ended = excluded.ended;
  DELETE FROM pg_catalog.tarmac_session WHERE started < now() AT TIME ZONE 'UTC' - interval '7 days' $$;  -- as Redshift keeps them

DROP VIEW IF EXISTS pg_catalog.sys_session_history, pg_catalog.stl_sessions, pg_catalog.sys_connection_log,
  pg_catalog.stl_connection_log CASCADE;
DROP VIEW IF EXISTS pg_catalog.tarmac_history, pg_catalog.stl_error CASCADE;
-- Users see their own queries, superusers all (Amazon Redshift Database Developer Guide, "Visibility of data in
-- system tables and views"). A view of pg_catalog's owner reads the table for them.
CREATE VIEW pg_catalog.tarmac_history AS
  SELECT q.*, coalesce(r.oid, 0)::int AS userid, coalesce(q.ended, CASE WHEN a.pid IS NULL THEN q.started ELSE clock_timestamp() AT TIME ZONE 'UTC' END) AS until,
    CASE WHEN a.pid IS NOT NULL THEN 'running' WHEN q.ended IS NULL OR q.sqlstate = '57014' THEN 'canceled' WHEN q.sqlstate <> '' THEN 'failed'
      ELSE 'success' END AS status,
    coalesce(substring(q.tag FROM ' (\d+)$')::bigint, 0) AS row_count, w.word,
    CASE WHEN w.word IN ('SELECT', 'WITH', 'FETCH', 'SHOW', 'EXPLAIN', 'VALUES') THEN 'SELECT'
      WHEN q.query_text ~* '^\s*create\s+(local\s+|temp\s+|temporary\s+)*table\s.*\mas\M' THEN 'CTAS'
      WHEN w.word IN ('INSERT', 'UPDATE', 'DELETE', 'COPY', 'UNLOAD', 'MERGE') THEN w.word
      WHEN w.word IN ('CREATE', 'ALTER', 'DROP', 'TRUNCATE', 'COMMENT', 'GRANT', 'REVOKE') THEN 'DDL'
      WHEN w.word IN ('BEGIN', 'COMMIT', 'ROLLBACK', 'ABORT', 'END', 'START', 'SET', 'RESET', 'ANALYZE', 'VACUUM', 'DECLARE',
        'CLOSE', 'CALL', 'PREPARE', 'EXECUTE', 'DEALLOCATE', 'LOCK', 'CANCEL', 'USE') THEN 'UTILITY' ELSE 'OTHER' END AS kind
  FROM pg_catalog.tarmac_query q LEFT JOIN pg_catalog.pg_roles r ON r.rolname = q.user_name
  LEFT JOIN pg_catalog.pg_stat_activity a ON q.ended IS NULL AND a.pid = q.session_id
    AND a.backend_start AT TIME ZONE 'UTC' <= q.started  -- or the session ended before its query
  CROSS JOIN LATERAL (SELECT upper(substring(regexp_replace(q.query_text, '^(\s|--[^\n]*\n|/\*.*?\*/|\()+', '') FROM '^\w+')) AS word) w
  WHERE q.user_name = current_user OR (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user);

CREATE VIEW pg_catalog.sys_query_history AS
  SELECT userid AS user_id, query_id, 'default'::char(320) AS query_label, query_id AS transaction_id, session_id,
    database_name::char(128), kind::char(32) AS query_type, status::char(10), false AS result_cache_hit, started AS start_time,
    ended AS end_time, (extract(epoch FROM until - started) * 1000000)::bigint AS elapsed_time, 0::bigint AS queue_time,
    (extract(epoch FROM until - started) * 1000000)::bigint AS execution_time, coalesce(error_message, '')::char(512) AS error_message,
    CASE WHEN kind = 'SELECT' THEN row_count ELSE 0 END AS returned_rows, 0::bigint AS returned_bytes, query_text::char(4000),
    pg_catalog.version()::char(256) AS redshift_version, ''::char(150) AS usage_limit, 'primary'::varchar(32) AS compute_type,
    0::bigint AS compile_time, 0::bigint AS planning_time, 0::bigint AS lock_wait_time, -1 AS service_class_id,
    ''::char(64) AS service_class_name, ''::char(20) AS query_priority, ''::char(10) AS short_query_accelerated,
    md5(query_text)::char(40) AS user_query_hash, md5(regexp_replace(query_text, '''[^'']*''|\d+', '?', 'g'))::char(40) AS generic_query_hash,
    0 AS query_hash_version, 0 AS result_cache_query_id, user_name::char(128) AS username
  FROM pg_catalog.tarmac_history;
CREATE VIEW pg_catalog.sys_query_text AS
  SELECT userid AS user_id, query_id, query_id AS transaction_id, session_id, started AS start_time, 0 AS sequence,
    query_text::char(4000) AS text FROM pg_catalog.tarmac_history;  -- of longer ones the beginning is kept
CREATE VIEW pg_redshift.statement_text AS
  SELECT h.*, i.n AS sequence, substring(query_text FROM i.n * 200 + 1 FOR 200)::char(200) AS text,
    (CASE WHEN kind IN ('DDL', 'UTILITY') THEN kind ELSE 'QUERY' END)::varchar(10) AS type
  FROM pg_catalog.tarmac_history h CROSS JOIN LATERAL generate_series(0, greatest(length(query_text) - 1, 0) / 200) AS i(n);
CREATE VIEW pg_catalog.stl_query AS
  SELECT userid, query_id::integer AS query, 'default'::char(320) AS label, query_id AS xid, session_id AS pid,
    database_name::char(32) AS database, query_text::char(4000) AS querytxt, started AS starttime, until AS endtime,
    CASE WHEN status = 'success' THEN 0 ELSE 1 END AS aborted, 0 AS insert_pristine, 0 AS concurrency_scaling_status
  FROM pg_catalog.tarmac_history WHERE kind NOT IN ('DDL', 'UTILITY') AND status <> 'running';
CREATE VIEW pg_catalog.stl_querytext AS
  SELECT userid, query_id AS xid, session_id AS pid, query_id::integer AS query, sequence, text
  FROM pg_redshift.statement_text WHERE type = 'QUERY';
CREATE VIEW pg_catalog.svl_statementtext AS
  SELECT userid, query_id AS xid, session_id AS pid, 'default'::char(320) AS label, started AS starttime, until AS endtime,
    sequence, type, text FROM pg_redshift.statement_text;
CREATE VIEW pg_catalog.stl_ddltext AS
  SELECT userid, xid, pid, label, starttime, endtime, sequence, text FROM pg_catalog.svl_statementtext WHERE type = 'DDL';
CREATE VIEW pg_catalog.stl_utilitytext AS
  SELECT userid, xid, pid, label, starttime, endtime, sequence, text FROM pg_catalog.svl_statementtext WHERE type = 'UTILITY';
CREATE VIEW pg_catalog.svl_qlog AS
  SELECT userid, query_id::integer AS query, query_id AS xid, session_id AS pid, started AS starttime, until AS endtime,
    (extract(epoch FROM until - started) * 1000000)::bigint AS elapsed, CASE WHEN status = 'success' THEN 0 ELSE 1 END AS aborted,
    'default'::char(320) AS label, left(query_text, 60)::char(60) AS substring, NULL::bigint AS source_query,
    0 AS concurrency_scaling_status, 0 AS from_sp_call
  FROM pg_catalog.tarmac_history WHERE kind NOT IN ('DDL', 'UTILITY') AND status <> 'running';
CREATE VIEW pg_catalog.stl_error AS
  SELECT 0 AS userid, ''::char(12) AS process, NULL::timestamp AS recordtime, 0 AS pid, 0 AS errcode, ''::char(90) AS file,
    0 AS linenum, ''::char(100) AS context, ''::char(512) AS error WHERE FALSE;  -- it has no errors of SQL
CREATE VIEW pg_catalog.stv_inflight AS
  SELECT userid, 0 AS slice, query_id::integer AS query, 'default'::char(320) AS label, query_id AS xid, session_id AS pid,
    started AS starttime, left(query_text, 100)::char(100) AS text, 0 AS suspended, 0 AS insert_pristine,
    0 AS concurrency_scaling_status
  FROM pg_catalog.tarmac_history WHERE status = 'running';
CREATE VIEW pg_catalog.stv_recents AS
  SELECT userid, (CASE WHEN status = 'running' THEN 'Running' ELSE 'Done' END)::char(20) AS status, started AS starttime,
    least(extract(epoch FROM until - started) * 1000000, 2147483647)::integer AS duration, user_name::char(50), database_name::char(50) AS db_name,
    query_text::char(600) AS query, session_id AS pid FROM pg_catalog.tarmac_history ORDER BY query_id DESC LIMIT 100;
-- Sessions; one that a stop of the endpoint cut off has no end, and isn't active.
CREATE VIEW pg_redshift.session AS
  SELECT s.*, coalesce(r.oid, 0)::int AS userid, a.pid IS NOT NULL AS is_active
  FROM pg_catalog.tarmac_session s LEFT JOIN pg_catalog.pg_roles r ON r.rolname = s.user_name
  LEFT JOIN pg_catalog.pg_stat_activity a ON s.ended IS NULL AND a.pid = s.session_id
    AND abs(extract(epoch FROM a.backend_start AT TIME ZONE 'UTC' - s.started)) < 60
  WHERE s.user_name = current_user OR (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user);
CREATE VIEW pg_catalog.sys_session_history AS
  SELECT userid::char(50) AS user_id, session_id, database_name::char(50), (CASE WHEN is_active THEN 'active' ELSE 'closed' END)::char(10)
    AS status, 0 AS session_timeout, started AS start_time, ended AS end_time FROM pg_redshift.session;
CREATE VIEW pg_catalog.stl_sessions AS
  SELECT userid, started AS starttime, ended AS endtime, session_id AS process, user_name::char(50), database_name::char(50) AS db_name,
    0 AS timeout_sec, 0 AS timed_out FROM pg_redshift.session WHERE NOT is_active;
CREATE VIEW pg_catalog.sys_connection_log AS
  SELECT e.event::char(50), e.record_time, '127.0.0.1'::char(45) AS remote_host, ''::char(32) AS remote_port, s.session_id,
    s.database_name::char(50), s.user_name::char(50), 'password'::char(32) AS auth_method, CASE WHEN e.event = 'disconnecting session'
      THEN least(extract(epoch FROM s.ended - s.started) * 1000000, 2147483647) ELSE 0 END::integer AS duration,
    ''::char(50) AS ssl_version, ''::char(128) AS ssl_cipher, 0 AS mtu, ''::char(64) AS ssl_compression, ''::char(64) AS ssl_expansion,
    ''::char(36) AS iam_auth_guid, s.application_name::char(250), s.driver_version::char(64), s.os_version::char(64),
    s.plugin_name::char(32), 0 AS protocol_version,
    md5(s.session_id || ' ' || s.started)::uuid::char(36) AS global_session_id
  FROM pg_redshift.session s CROSS JOIN LATERAL (VALUES ('authenticated', s.started), ('initiating session', s.started),
    ('set application_name', CASE WHEN s.application_name <> '' THEN s.started END),
    ('disconnecting session', s.ended)) AS e(event, record_time) WHERE e.record_time IS NOT NULL;
CREATE VIEW pg_catalog.stl_connection_log AS
  SELECT event, record_time AS recordtime, remote_host AS remotehost, remote_port AS remoteport, session_id AS pid, database_name AS dbname,
    user_name AS username, auth_method AS authmethod, duration, ssl_version AS sslversion, ssl_cipher AS sslcipher, mtu,
    ssl_compression AS sslcompression, ssl_expansion AS sslexpansion, iam_auth_guid AS iamauthguid, application_name, driver_version,
    os_version, plugin_name, protocol_version, global_session_id AS sessionid, ''::char(8) AS compression
  FROM pg_catalog.sys_connection_log;
GRANT SELECT ON pg_catalog.sys_session_history, pg_catalog.stl_sessions, pg_catalog.sys_query_history, pg_catalog.sys_query_text, pg_catalog.stl_query, pg_catalog.stl_querytext,
  pg_catalog.svl_statementtext, pg_catalog.stl_ddltext, pg_catalog.stl_utilitytext, pg_catalog.svl_qlog, pg_catalog.stl_error,
  pg_catalog.stv_inflight, pg_catalog.stv_recents TO PUBLIC;
