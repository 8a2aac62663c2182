-- COPY and UNLOAD (Amazon Redshift Database Developer Guide, "SYS_LOAD_HISTORY" and its neighbours).
DROP VIEW IF EXISTS pg_catalog.sys_load_history, pg_catalog.sys_load_detail, pg_catalog.sys_load_error_detail,
  pg_catalog.sys_unload_history, pg_catalog.sys_unload_detail, pg_catalog.stl_loaderror_detail CASCADE;

CREATE VIEW pg_catalog.sys_load_history AS
  SELECT user_id, query_id, query_id AS transaction_id, session_id, database_name, status, table_name, start_time, end_time,
    (extract(epoch FROM end_time - start_time) * 1000000)::bigint AS duration, data_source, file_format, loaded_rows, loaded_bytes,
    source_file_count, source_file_bytes, source_file_count AS file_count_scanned, source_file_bytes AS file_bytes_scanned, error_count,
    0::bigint AS copy_job_id
  FROM pg_catalog.tarmac_loads
  UNION ALL SELECT h.userid, h.query_id, h.query_id, h.session_id, h.database_name,
    CASE h.status WHEN 'running' THEN 'running' ELSE 'aborted' END, substring(h.query_text FROM '(?i)copy\s+(\S+)'), h.started, h.ended,
    (extract(epoch FROM h.until - h.started) * 1000000)::bigint, substring(h.query_text FROM '''(s3://[^'']*)'''), NULL, 0, 0, 0, 0, 0, 0,
    (SELECT count(*)::int FROM pg_catalog.stl_load_errors e WHERE e.query = h.query_id), 0
  FROM pg_catalog.tarmac_history h WHERE h.kind = 'COPY' AND h.status <> 'success' AND h.query_text ~* 's3://';
CREATE VIEW pg_catalog.sys_load_detail AS
  SELECT userid AS user_id, query AS query_id, filename AS file_name, byte_offset AS bytes_scanned, lines_scanned::integer, curtime AS record_time,
    1 AS splits_scanned, curtime AS start_time, curtime AS end_time FROM pg_catalog.stl_load_commits;
CREATE VIEW pg_catalog.sys_load_error_detail AS
  SELECT e.userid AS user_id, e.query::bigint AS query_id, e.query::bigint AS transaction_id, e.session AS session_id,
    coalesce(q.database_name, current_database())::char(64) AS database_name, e.tbl AS table_id, e.starttime AS start_time,
    e.filename AS file_name, e.line_number, e.colname AS column_name, e.type AS column_type, e.col_length AS column_length,
    e.position, e.err_code AS error_code, e.err_reason::char(512) AS error_message
  FROM pg_catalog.stl_load_errors e LEFT JOIN pg_catalog.tarmac_query q ON q.query_id = e.query;
CREATE VIEW pg_catalog.stl_loaderror_detail AS
  SELECT userid, slice, session, query, filename, line_number, NULL::integer AS field, colname::char(1024) AS colname,
    raw_field_value AS value, 0 AS is_null, type, col_length FROM pg_catalog.stl_load_errors;
CREATE VIEW pg_catalog.sys_unload_history AS
  SELECT u.userid AS user_id, u.query::bigint AS query_id, u.query::bigint AS transaction_id, u.pid AS session_id,
    current_database()::text AS database_name, 'completed' AS status, min(u.start_time) AS start_time, max(u.end_time) AS end_time,
    (extract(epoch FROM max(u.end_time) - min(u.start_time)) * 1000000)::bigint AS duration, trim(u.file_format)::text AS file_format,
    CASE WHEN bool_and(u.path ~ '\.gz\s*$') THEN 'gzip' WHEN bool_and(u.path ~ '\.bz2\s*$') THEN 'bzip2'
      WHEN bool_and(u.path ~ '\.zst\s*$') THEN 'zstd' ELSE '' END AS compression_type,
    coalesce(substring(min(q.query_text) FROM '(?i)\mto\s+''(s3://[^'']*)'), min(trim(u.path))) AS unloaded_location,
    sum(u.line_count)::bigint AS unloaded_rows, count(*) AS unloaded_files_count, sum(u.transfer_size)::bigint AS unloaded_files_size,
    '' AS error_message
  FROM pg_catalog.stl_unload_log u LEFT JOIN pg_catalog.tarmac_query q ON q.query_id = u.query
  GROUP BY u.userid, u.query, u.pid, u.file_format
  UNION ALL SELECT h.userid, h.query_id, h.query_id, h.session_id, h.database_name,
    CASE h.status WHEN 'running' THEN 'running' ELSE 'aborted' END, h.started, h.ended, (extract(epoch FROM h.until - h.started) * 1000000)::bigint,
    NULL, '', substring(h.query_text FROM '(?i)\mto\s+''(s3://[^'']*)'), 0, 0, 0, coalesce(h.error_message, '')
  FROM pg_catalog.tarmac_history h WHERE h.kind = 'UNLOAD' AND h.status <> 'success';
CREATE VIEW pg_catalog.sys_unload_detail AS
  SELECT userid AS user_id, query AS query_id, pid AS session_id, query::bigint AS transaction_id, path AS file_name, start_time, end_time,
    line_count, transfer_size, file_format FROM pg_catalog.stl_unload_log;
GRANT SELECT ON pg_catalog.sys_load_history, pg_catalog.sys_load_detail, pg_catalog.sys_load_error_detail,
  pg_catalog.sys_unload_history, pg_catalog.sys_unload_detail, pg_catalog.stl_loaderror_detail TO PUBLIC;
