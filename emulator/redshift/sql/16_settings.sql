-- The defaults of Redshift's own settings (session_settings.py), so that SHOW answers before any SET.
DO $$
DECLARE setting text[];
BEGIN
  FOR setting IN SELECT ARRAY[name, value] FROM (VALUES
    ('analyze_threshold_percent', '10'),
    ('cast_super_null_on_error', 'on'),
    ('default_geometry_encoding', '1'),
    ('describe_field_name_in_uppercase', 'off'),
    ('downcase_delimited_identifier', 'on'),
    ('enable_case_sensitive_identifier', 'off'),
    ('enable_case_sensitive_super_attribute', 'off'),
    ('enable_numeric_rounding', 'off'),
    ('enable_result_cache_for_session', 'on'),
    ('enable_vacuum_boost', 'off'),
    ('error_on_nondeterministic_update', 'off'),
    ('json_serialization_enable', 'off'),
    ('json_serialization_parse_nested_strings', 'off'),
    ('max_concurrency_scaling_clusters', '1'),
    ('max_cursor_result_set_size', 'default'),
    ('mv_enable_aqmv_for_session', 'on'),
    ('navigate_super_null_on_error', 'on'),
    ('parse_super_null_on_error', 'off'),
    ('pg_federation_repeatable_read', 'on'),
    ('query_group', 'unset'),
    ('spectrum_enable_pseudo_columns', 'on'),
    ('spectrum_query_maxerror', '-1'),
    ('stored_proc_log_min_messages', 'info'),
    ('use_fips_ssl', 'off'),
    ('wlm_query_slot_count', '1')) AS d (name, value)
  LOOP
    EXECUTE format('ALTER DATABASE %I SET %s = %L', current_database(), 'redshift.' || setting[1], setting[2]);
  END LOOP;
END $$;
