"""The columns of Redshift's system views, in the guide's order (Amazon Redshift Database Developer Guide)."""

from __future__ import annotations

COLUMNS = {
    "pg_table_def": "schemaname tablename column type encoding distkey sortkey notnull",
    "svv_tables": "table_catalog table_schema table_name table_type remarks",
    "svv_columns": """table_catalog table_schema table_name column_name ordinal_position column_default
        is_nullable data_type character_maximum_length numeric_precision numeric_precision_radix numeric_scale
        datetime_precision interval_type interval_precision character_set_catalog character_set_schema
        character_set_name collation_catalog collation_schema collation_name domain_name remarks""",
    "svv_table_info": """database schema table_id table encoded diststyle sortkey1 max_varchar sortkey1_enc
        sortkey_num size pct_used empty unsorted stats_off tbl_rows skew_sortkey1 skew_rows
        estimated_visible_rows risk_event vacuum_sort_benefit create_time""",
    "svv_all_tables": "database_name schema_name table_name table_acl table_type remarks",
    "svv_all_columns": """database_name schema_name table_name column_name ordinal_position column_default
        is_nullable data_type character_maximum_length numeric_precision numeric_scale remarks""",
    "svv_all_schemas": """database_name schema_name schema_owner schema_type schema_acl source_database
        schema_option""",
    "svv_redshift_tables": "database_name schema_name table_name table_type table_acl remarks",
    "svv_redshift_columns": """database_name schema_name table_name column_name ordinal_position data_type
        column_default is_nullable encoding distkey sortkey column_acl remarks""",
    "svv_redshift_schemas": """database_name schema_name schema_owner schema_type schema_acl schema_option""",
    "svv_redshift_databases": """database_name database_owner database_type database_acl database_options
        database_isolation_level""",
    "svv_redshift_functions": """database_name schema_name function_name function_type argument_type
        result_type""",
    "svv_interleaved_columns": "tbl col interleaved_skew last_reindex",
    "svv_mv_info": "database_name schema_name user_name name is_stale state autorewrite autorefresh",
    "stv_mv_info": """db_name schema name updated_upto_xid is_stale owner_user_name state autorewrite
        autorefresh""",
    "stv_tbl_perm": """slice id name rows sorted_rows temp db_id insert_pristine delete_pristine backup
        dist_style block_count""",
    "svv_external_schemas": "esoid eskind schemaname esowner databasename esoptions",
    "svv_external_databases": "eskind esoptions databasename location parameters",
    "svv_external_tables": """redshift_database_name schemaname tablename tabletype location input_format
        output_format serialization_lib serde_parameters compressed parameters""",
    "svv_external_columns": """redshift_database_name schemaname tablename columnname external_type columnnum
        part_key is_nullable""",
    "svv_external_partitions": """schemaname tablename values location input_format output_format
        serialization_lib serde_parameters compressed parameters""",
    "stv_sessions": "starttime process user_name db_name timeout_sec",
    "stv_slices": "node slice localslice type",
    "stv_locks": """table_id last_commit last_update lock_owner lock_owner_pid lock_owner_start_ts
        lock_owner_end_ts lock_status""",
    "svv_transactions": """txn_owner txn_db xid pid txn_start lock_mode lockable_object_type relation
        granted""",
    "svl_user_info": """usename usesysid usecreatedb usesuper usecatupd useconnlimit syslogaccess last_ddl_ts
        sessiontimeout external_id""",
    "svv_user_info": """user_id user_name createdb superuser catalog_update connection_limit syslog_access
        last_ddl_timestamp session_timeout external_id""",
    "svv_roles": "role_id role_name role_owner external_id",
    "svv_role_grants": "role_id role_name granted_role_id granted_role_name",
    "svv_user_grants": "user_id user_name role_id role_name admin_option",
    "svv_relation_privileges": """namespace_name relation_name privilege_type identity_id identity_name
        identity_type admin_option""",
    "svv_schema_privileges": """namespace_name privilege_type identity_id identity_name identity_type
        admin_option""",
    "svv_database_privileges": """database_name privilege_type identity_id identity_name identity_type
        admin_option""",
    "svv_function_privileges": """namespace_name function_name argument_types privilege_type identity_id
        identity_name identity_type admin_option""",
    "svv_column_privileges": """namespace_name relation_name column_name privilege_type identity_id
        identity_name identity_type""",
    "svv_default_privileges": """schema_name object_type owner_id owner_name owner_type privilege_type
        grantee_id grantee_name grantee_type admin_option""",
    "sys_query_history": """user_id query_id query_label transaction_id session_id database_name query_type
        status result_cache_hit start_time end_time elapsed_time queue_time execution_time error_message
        returned_rows returned_bytes query_text redshift_version usage_limit compute_type compile_time
        planning_time lock_wait_time service_class_id service_class_name query_priority
        short_query_accelerated user_query_hash generic_query_hash query_hash_version result_cache_query_id
        username""",
    "sys_query_text": "user_id query_id transaction_id session_id start_time sequence text",
    "stl_query": """userid query label xid pid database querytxt starttime endtime aborted insert_pristine
        concurrency_scaling_status""",
    "stl_querytext": "userid xid pid query sequence text",
    "stl_ddltext": "userid xid pid label starttime endtime sequence text",
    "stl_utilitytext": "userid xid pid label starttime endtime sequence text",
    "svl_statementtext": "userid xid pid label starttime endtime sequence type text",
    "svl_qlog": """userid query xid pid starttime endtime elapsed aborted label substring source_query
        concurrency_scaling_status from_sp_call""",
    "stl_error": "userid process recordtime pid errcode file linenum context error",
    "stv_inflight": """userid slice query label xid pid starttime text suspended insert_pristine
        concurrency_scaling_status""",
    "stv_recents": "userid status starttime duration user_name db_name query pid",
    "sys_session_history": "user_id session_id database_name status session_timeout start_time end_time",
    "stl_sessions": "userid starttime endtime process user_name db_name timeout_sec timed_out",
    "sys_connection_log": """event record_time remote_host remote_port session_id database_name user_name
        auth_method duration ssl_version ssl_cipher mtu ssl_compression ssl_expansion iam_auth_guid
        application_name driver_version os_version plugin_name protocol_version global_session_id""",
    "stl_connection_log": """event recordtime remotehost remoteport pid dbname username authmethod duration
        sslversion sslcipher mtu sslcompression sslexpansion iamauthguid application_name driver_version
        os_version plugin_name protocol_version sessionid compression""",
    "sys_load_history": """user_id query_id transaction_id session_id database_name status table_name
        start_time end_time duration data_source file_format loaded_rows loaded_bytes source_file_count
        source_file_bytes file_count_scanned file_bytes_scanned error_count copy_job_id""",
    "sys_load_detail": """user_id query_id file_name bytes_scanned lines_scanned record_time splits_scanned
        start_time end_time""",
    "sys_load_error_detail": """user_id query_id transaction_id session_id database_name table_id start_time
        file_name line_number column_name column_type column_length position error_code error_message""",
    "sys_unload_history": """user_id query_id transaction_id session_id database_name status start_time
        end_time duration file_format compression_type unloaded_location unloaded_rows unloaded_files_count
        unloaded_files_size error_message""",
    "sys_unload_detail": """user_id query_id session_id transaction_id file_name start_time end_time
        line_count transfer_size file_format""",
    "stl_loaderror_detail": """userid slice session query filename line_number field colname value is_null
        type col_length""",
    "stl_load_errors": """userid slice tbl starttime session query filename line_number colname type
        col_length position raw_line raw_field_value err_code err_reason is_partial start_offset
        copy_job_id""",
    "stl_load_commits": """userid query slice name filename byte_offset lines_scanned errors curtime status
        file_format is_partial start_offset copy_job_id""",
    "stl_unload_log": """userid query slice pid path start_time end_time line_count transfer_size
        file_format""",
}
EMPTY = frozenset(
    [
        "svv_external_schemas",
        "svv_external_databases",
        "svv_external_tables",
        "svv_external_columns",
        "svv_external_partitions",
        "stl_error",
    ]
)
"""Views that never have a row here: there is nothing that they would list."""

LACKING = {
    "stl_wlm_query": "no queues: statements run at once",
    "svl_query_summary": "the steps of PostgreSQL's plans are others",
    "sys_query_detail": "the steps of PostgreSQL's plans are others",
    "stl_insert": "the steps of PostgreSQL's plans are others",
    "stl_delete": "the steps of PostgreSQL's plans are others",
    "stl_scan": "the steps of PostgreSQL's plans are others",
    "stl_explain": "the steps of PostgreSQL's plans are others",
    "stv_blocklist": "rows don't lie in Redshift's blocks",
    "svv_diskusage": "rows don't lie in Redshift's blocks",
    "sys_serverless_usage": "nothing is billed",
    "svl_mv_refresh_status": "refreshes aren't recorded",
    "stl_alert_event_log": "the steps of PostgreSQL's plans are others",
    "svv_vacuum_progress": "VACUUM isn't recorded",
    "svv_vacuum_summary": "VACUUM isn't recorded",
    "stl_vacuum": "VACUUM isn't recorded",
    "sys_vacuum_history": "VACUUM isn't recorded",
    "stl_analyze": "ANALYZE isn't recorded",
    "sys_analyze_history": "ANALYZE isn't recorded",
    "stv_active_cursors": "cursors aren't recorded",
    "svv_schema_quota_state": "no quotas",
    "svl_s3log": "no external tables",
    "sys_external_query_detail": "no external tables",
    "sys_procedure_call": "calls are told as queries",
    "svv_datashares": "no data sharing",
}
