-- JSON in texts. Reading keeps the text as it is written (json, not jsonb).
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_json(document text, null_if_invalid boolean) RETURNS json
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  IF document IS NULL OR document IS JSON THEN RETURN document::json; END IF;
  IF NOT null_if_invalid THEN RAISE EXCEPTION 'JSON parsing error' USING ERRCODE = 'XX000', DETAIL = left(document, 200); END IF;
  RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_path_text(document text, VARIADIC path text[]) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.tarmac_json(document, false) #>> path $$;
DO $$
DECLARE steps text := ''; places text := '';
BEGIN
  FOR depth IN 1..5 LOOP
    steps := steps || ', step' || CASE WHEN depth > 1 THEN depth::text ELSE '' END || ' text';
    places := places || CASE WHEN depth > 1 THEN ', $' ELSE '$' END || (depth + 1)::text;
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.json_extract_path_text(document text%s, null_if_invalid boolean)
      RETURNS text LANGUAGE sql IMMUTABLE AS $made$ SELECT pg_catalog.tarmac_json($1, $%s) #>> ARRAY[%s] $made$',
      steps, depth + 2, places);
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_array_length(document text, null_if_invalid boolean) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT json_array_length(pg_catalog.tarmac_json(document, null_if_invalid)) $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_array_length(document text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.json_array_length(document, false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_array_element_text(document text, place integer, null_if_invalid boolean)
RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN place >= 0 THEN pg_catalog.tarmac_json(document, null_if_invalid) ->> place END $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_extract_array_element_text(document text, place integer) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.json_extract_array_element_text(document, place, false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_valid_json(document text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT document IS JSON OBJECT $$;
CREATE OR REPLACE FUNCTION pg_catalog.is_valid_json_array(document text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT document IS JSON ARRAY $$;
CREATE OR REPLACE FUNCTION pg_catalog.can_json_parse(document text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT document IS JSON $$;
CREATE OR REPLACE FUNCTION pg_catalog.can_json_parse(document bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$ SELECT convert_from(document, 'UTF8') IS JSON $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_parse(document text) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.tarmac_json(document, false)::jsonb $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_parse(document bytea) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.json_parse(convert_from(document, 'UTF8')) $$;

-- SUPER as Redshift writes it: without blanks.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_json_text(document jsonb) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE jsonb_typeof(document)
    WHEN 'object' THEN (SELECT '{' || coalesce(string_agg(to_json(key)::text || ':' || pg_catalog.tarmac_json_text(value), ','), '') || '}'
                        FROM jsonb_each(document))
    WHEN 'array' THEN (SELECT '[' || coalesce(string_agg(pg_catalog.tarmac_json_text(value), ','), '') || ']'
                       FROM jsonb_array_elements(document))
    ELSE document::text END $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_serialize(document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.tarmac_json_text(document) $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_serialize_to_varbyte(document jsonb) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$ SELECT convert_to(pg_catalog.tarmac_json_text(document), 'UTF8') $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_size(document jsonb) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT octet_length(pg_catalog.tarmac_json_text(document)) $$;
CREATE OR REPLACE FUNCTION pg_catalog.json_typeof(document jsonb) RETURNS text
LANGUAGE sql IMMUTABLE AS $$ SELECT jsonb_typeof(document) $$;
