-- SUPER: arrays and objects, and what a value is (Developer Guide, Array functions, Object functions, SUPER type information).
CREATE OR REPLACE FUNCTION pg_catalog."array"(VARIADIC "any") RETURNS jsonb LANGUAGE internal STABLE AS 'jsonb_build_array';
CREATE OR REPLACE FUNCTION pg_catalog."array"() RETURNS jsonb LANGUAGE internal STABLE AS 'jsonb_build_array_noargs';
CREATE OR REPLACE FUNCTION pg_catalog.object(VARIADIC "any") RETURNS jsonb LANGUAGE internal STABLE AS 'jsonb_build_object';
CREATE OR REPLACE FUNCTION pg_catalog.object() RETURNS jsonb LANGUAGE internal STABLE AS 'jsonb_build_object_noargs';
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_jsonb_array(value jsonb, caller text) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN value IS NULL OR jsonb_typeof(value) = 'array' THEN value
    ELSE pg_catalog.tarmac_error(caller || ' needs an array, not ' || jsonb_typeof(value), '22023')::jsonb END $$;
CREATE OR REPLACE FUNCTION pg_catalog.array_concat(one jsonb, other jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT pg_catalog.tarmac_jsonb_array(one, 'ARRAY_CONCAT') || pg_catalog.tarmac_jsonb_array(other, 'ARRAY_CONCAT') $$;
CREATE OR REPLACE FUNCTION pg_catalog.array_flatten(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_agg(item ORDER BY p, q), CASE WHEN value IS NOT NULL THEN '[]'::jsonb END)
  FROM jsonb_array_elements(pg_catalog.tarmac_jsonb_array(value, 'ARRAY_FLATTEN')) WITH ORDINALITY AS parts(part, p),
    jsonb_array_elements(CASE WHEN jsonb_typeof(part) = 'array' THEN part ELSE jsonb_build_array(part) END)
      WITH ORDINALITY AS items(item, q) $$;
CREATE OR REPLACE FUNCTION pg_catalog.get_array_length(value jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'array' THEN jsonb_array_length(value) END::bigint $$;
CREATE OR REPLACE FUNCTION pg_catalog.split_to_array(value text, delimiter text) RETURNS jsonb LANGUAGE sql IMMUTABLE
AS $$ SELECT to_jsonb(string_to_array(value, delimiter)) $$;
CREATE OR REPLACE FUNCTION pg_catalog.split_to_array(value text) RETURNS jsonb LANGUAGE sql IMMUTABLE
AS $$ SELECT to_jsonb(string_to_array(value, ',')) $$;
CREATE OR REPLACE FUNCTION pg_catalog.subarray(value jsonb, start integer, size integer) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(jsonb_agg(item ORDER BY place), '[]'::jsonb)
  FROM jsonb_array_elements(pg_catalog.tarmac_jsonb_array(value, 'SUBARRAY')) WITH ORDINALITY AS items(item, place)
  WHERE place > CASE WHEN start < 0 THEN jsonb_array_length(value) + start ELSE start END
    AND place <= CASE WHEN start < 0 THEN jsonb_array_length(value) + start ELSE start END + size $$;

CREATE OR REPLACE FUNCTION pg_catalog.is_array(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(jsonb_typeof(value) = 'array', false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_object(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(jsonb_typeof(value) = 'object', false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_scalar(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(jsonb_typeof(value) IN ('string', 'number', 'boolean'), false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_boolean(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(jsonb_typeof(value) = 'boolean', false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_varchar(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(jsonb_typeof(value) = 'string', false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_char(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(jsonb_typeof(value) = 'string' AND octet_length(value #>> '{}') = length(value #>> '{}'), false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_decimal(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT coalesce(jsonb_typeof(value) = 'number', false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_is_whole(value jsonb, bound numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(CASE WHEN jsonb_typeof(value) = 'number'
    THEN scale(value::numeric) = 0 AND value::numeric >= -bound AND value::numeric < bound END, false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_bigint(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.tarmac_is_whole(value, 9223372036854775808) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_integer(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.tarmac_is_whole(value, 2147483648) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_smallint(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.tarmac_is_whole(value, 32768) $$;
CREATE OR REPLACE FUNCTION pg_catalog.decimal_precision(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN length(regexp_replace(value::text, '[^0-9]', '')) END $$;
CREATE OR REPLACE FUNCTION pg_catalog.decimal_scale(value jsonb) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN scale(value::numeric) END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_renamed_keys(value jsonb, upper_case boolean) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(value)
    WHEN 'object' THEN (SELECT coalesce(jsonb_object_agg(CASE WHEN upper_case THEN upper(key) ELSE lower(key) END,
      pg_catalog.tarmac_renamed_keys(item, upper_case)), '{}'::jsonb) FROM jsonb_each(value) AS pairs(key, item))
    WHEN 'array' THEN (SELECT coalesce(jsonb_agg(pg_catalog.tarmac_renamed_keys(item, upper_case) ORDER BY place), '[]'::jsonb)
      FROM jsonb_array_elements(value) WITH ORDINALITY AS items(item, place))
    ELSE value END $$;
CREATE OR REPLACE FUNCTION pg_catalog.lower_attribute_names(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.tarmac_renamed_keys(value, false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.upper_attribute_names(value jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.tarmac_renamed_keys(value, true) $$;
