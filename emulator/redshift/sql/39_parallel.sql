-- What neither writes nor catches errors may run in PostgreSQL's parallel workers; a query with one that may not has none.
UPDATE pg_catalog.pg_proc SET proparallel = 's'
  WHERE pronamespace = 'pg_catalog'::regnamespace AND oid >= 16384 AND prokind = 'f' AND provolatile <> 'v' AND proparallel <> 's'
    AND proname IN ('add_months', 'avg', 'can_json_parse', 'ceil', 'ceiling', 'charindex', 'concat', 'convert_timezone', 'crc32',
      'date_add', 'date_diff', 'date_part', 'date_part_year', 'date_trunc', 'dexp', 'dlog1', 'dlog10', 'floor', 'fnv_hash', 'getdate',
      'hll', 'is_valid_json', 'is_valid_json_array', 'json_array_length', 'json_extract_array_element_text',
      'json_extract_path_text', 'last_day', 'len', 'listagg', 'median', 'months_between', 'next_day', 'percentile_cont',
      'percentile_disc', 'pgdate_part', 'ratio_to_report', 'regexp_replace', 'regexp_substr', 'round', 'sha', 'sha1', 'sha2',
      'split_part', 'strtol', 'sysdate', 'tarmac_error', 'tarmac_fnv', 'tarmac_json', 'tarmac_regexp_flags', 'tarmac_regexp_group',
      'tarmac_sha1', 'tarmac_split_part', 'tarmac_weekday', 'textlen', 'to_char', 'trunc');
