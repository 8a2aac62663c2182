-- JSON and SUPER.
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_path_text(document text, VARIADIC path text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT document::jsonb #>> path $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_array_length(document text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_array_length(document::jsonb) $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_array_element_text(document text, place integer) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT document::jsonb ->> place $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_path_text(document text, step text, null_if_invalid boolean)
RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN  -- not in SQL, which would be inlined and evaluate the cast of a constant before the test
  IF document IS JSON THEN RETURN document::jsonb ->> step; END IF;
  IF NOT null_if_invalid THEN RAISE EXCEPTION 'JSON parsing error' USING ERRCODE = '22032'; END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_typeof(document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_typeof(document) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_valid_json_array(document text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT document IS JSON ARRAY $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_json_text(document jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(document)
    WHEN 'object' THEN (SELECT '{' || coalesce(string_agg(to_json(key)::text || ':' || pg_catalog.tarmac_json_text(value), ','), '') || '}'
                        FROM jsonb_each(document))
    WHEN 'array' THEN (SELECT '[' || coalesce(string_agg(pg_catalog.tarmac_json_text(value), ','), '') || ']'
                       FROM jsonb_array_elements(document))
    ELSE document::text END $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_valid_json(document text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT document IS JSON OBJECT $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_parse(document text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$ SELECT document::jsonb $$;
