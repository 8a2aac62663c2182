-- SUPER compared with other values: unlike types are neither equal nor ordered (lax mode gives NULL).
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_number(value jsonb) RETURNS numeric LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT CASE WHEN jsonb_typeof(value) = 'number' THEN value::numeric END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_text(value jsonb) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT CASE WHEN jsonb_typeof(value) = 'string' THEN value #>> '{}' END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_truth(value jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT CASE WHEN jsonb_typeof(value) = 'boolean' THEN value::boolean END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_item(value jsonb, place bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT CASE WHEN place >= 0 THEN value -> place::integer END $$;
-- An array of the catalogue is subscripted in the same way.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_item(value anyarray, place bigint) RETURNS anyelement
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$ SELECT value[place] $$;
-- The values that a SUPER gives in FROM: those of an array, or itself; those of an object with their names.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_items(value jsonb) RETURNS TABLE (item jsonb, place bigint)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT i, p - 1 FROM jsonb_array_elements(CASE jsonb_typeof(value) WHEN 'array' THEN value ELSE jsonb_build_array(value) END)
    WITH ORDINALITY AS items (i, p) $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_pairs(value jsonb) RETURNS TABLE (item jsonb, name varchar)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT v, k::varchar FROM jsonb_each(CASE jsonb_typeof(value) WHEN 'object' THEN value ELSE '{}'::jsonb END) AS pairs (k, v) $$;
DO $$
DECLARE kind text; operator text; place integer; taken text; other text; names text[] := ARRAY['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
BEGIN
  FOREACH kind IN ARRAY ARRAY['text', 'numeric', 'int4', 'int8', 'float8', 'bool'] LOOP
    taken := CASE kind WHEN 'text' THEN 'text' WHEN 'bool' THEN 'truth' ELSE 'number' END;
    other := CASE WHEN taken = 'number' THEN '::numeric' ELSE '' END;
    FOR place IN 1..6 LOOP
      operator := (ARRAY['=', '<>', '<', '<=', '>', '>='])[place];
      EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_%s(one jsonb, two %s) RETURNS boolean LANGUAGE sql IMMUTABLE
        PARALLEL SAFE AS %L', names[place], kind, format('SELECT pg_catalog.tarmac_super_%s(one) %s two%s', taken, operator, other));
      EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.tarmac_super_%s(one %s, two jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE
        PARALLEL SAFE AS %L', names[place], kind, format('SELECT one%s %s pg_catalog.tarmac_super_%s(two)', other, operator, taken));
      IF to_regoperator(format('pg_catalog.%s(jsonb,%s)', operator, kind)) IS NULL THEN
        EXECUTE format('CREATE OPERATOR pg_catalog.%s (LEFTARG = jsonb, RIGHTARG = %s, FUNCTION = pg_catalog.tarmac_super_%s)', operator, kind, names[place]);
        EXECUTE format('CREATE OPERATOR pg_catalog.%s (LEFTARG = %s, RIGHTARG = jsonb, FUNCTION = pg_catalog.tarmac_super_%s)', operator, kind, names[place]);
      END IF;
    END LOOP;
  END LOOP;
END $$;
