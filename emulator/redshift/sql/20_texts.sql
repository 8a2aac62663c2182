-- Texts.
CREATE OR REPLACE FUNCTION pg_catalog.len(value text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT length(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.charindex(part text, whole text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT strpos(whole, part) $$;
CREATE OR REPLACE FUNCTION pg_catalog.strtol(digits text, base integer) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
DECLARE total bigint := 0; digit integer; body text := lower(ltrim(digits, '+-'));
BEGIN
  FOR place IN 1..length(body) LOOP
    digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(body, place, 1)) - 1;
    IF digit < 0 OR digit >= base THEN
      RAISE EXCEPTION 'The input % is not valid to be converted to base %', digits, base USING ERRCODE = '22023';
    END IF;
    total := total * base + digit;
  END LOOP;
  RETURN CASE WHEN digits LIKE '-%' THEN -total ELSE total END;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.sha2(value text, bits integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT encode(CASE bits WHEN 224 THEN sha224(value::bytea) WHEN 384 THEN sha384(value::bytea)
    WHEN 512 THEN sha512(value::bytea) ELSE sha256(value::bytea) END, 'hex') $$;
CREATE OR REPLACE FUNCTION pg_catalog.textlen(value text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT length(value) $$;
