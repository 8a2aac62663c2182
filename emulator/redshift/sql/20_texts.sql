-- Texts.
CREATE OR REPLACE FUNCTION pg_catalog.len(value text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT length(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.len(value bpchar) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT length(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.len(value bytea) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT length(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.textlen(value text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT length(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.charindex(part text, whole text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT strpos(whole, part) $$;
CREATE OR REPLACE FUNCTION pg_catalog.octetindex(part text, whole text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT position(convert_to(part, 'UTF8') IN convert_to(whole, 'UTF8')) $$;
CREATE OR REPLACE FUNCTION pg_catalog.replicate(value text, times integer) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT repeat(value, times) $$;
CREATE OR REPLACE FUNCTION pg_catalog.bpcharcmp(one text, other text) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT sign(bpcharcmp(one::bpchar, other::bpchar))::integer $$;

-- CONCAT takes two, and is NULL if one is.
CREATE OR REPLACE FUNCTION pg_catalog.concat(text, text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT $1 || $2 $$;
CREATE OR REPLACE FUNCTION pg_catalog.concat(bytea, bytea) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT $1 || $2 $$;

-- Parts are counted from 1 (PostgreSQL counts from the end, too).
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_split_part(text, text, integer) RETURNS text
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'split_part';
CREATE OR REPLACE FUNCTION pg_catalog.split_part(text, text, integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN $3 > 0 THEN pg_catalog.tarmac_split_part($1, $2, $3)
    WHEN $3 IS NOT NULL THEN pg_catalog.tarmac_error('field position must be greater than zero, not ' || $3::text, '22023') END $$;

CREATE OR REPLACE FUNCTION pg_catalog.strtol(digits text, base integer) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT
AS $$
DECLARE
  total numeric := 0; digit integer;
  body text := lower(ltrim(digits, '+-'));
BEGIN
  IF base < 2 OR base > 36 THEN
    RAISE EXCEPTION 'The base % is not between 2 and 36', base USING ERRCODE = '22023';
  END IF;
  IF base = 16 AND body LIKE '0x%' THEN body := substr(body, 3); END IF;
  FOR place IN 1..length(body) LOOP
    digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(body, place, 1)) - 1;
    IF digit < 0 OR digit >= base THEN
      RAISE EXCEPTION 'The input % is not valid to be converted to base %', digits, base USING ERRCODE = '22023';
    END IF;
    total := total * base + digit;
  END LOOP;
  RETURN CASE WHEN digits LIKE '-%' THEN -total ELSE total END;
END $$;

-- American Soundex: vowels part equal codes, H and W don't; what is no English letter is left out first.
CREATE OR REPLACE FUNCTION pg_catalog.soundex(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  letters text := regexp_replace(upper(value), '[^A-Z]', '', 'g'); codes text; made text := ''; last text; code text;
BEGIN
  IF letters = '' THEN RETURN ''; END IF;
  codes := translate(letters, 'AEIOUYHWBFPVCGJKQSXZDTLMNR', '000000--111122222222334556');
  last := left(codes, 1);
  FOR place IN 2..length(codes) LOOP
    code := substr(codes, place, 1);
    CONTINUE WHEN code = '-';
    IF code <> '0' AND code <> last THEN made := made || code; END IF;
    last := code;
  END LOOP;
  RETURN rpad(left(letters, 1) || left(made, 3), 4, '0');
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.difference(one text, other text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN a = '' OR b = '' THEN 0 ELSE
    (substr(a, 1, 1) = substr(b, 1, 1))::integer + (substr(a, 2, 1) = substr(b, 2, 1))::integer
    + (substr(a, 3, 1) = substr(b, 3, 1))::integer + (substr(a, 4, 1) = substr(b, 4, 1))::integer END
  FROM (SELECT pg_catalog.soundex(one) AS a, pg_catalog.soundex(other) AS b) AS coded $$;

-- TRY_CAST: NULL for a text that is no value of the type.
CREATE OR REPLACE FUNCTION pg_catalog.try_cast(value text, kind anyelement) RETURNS anyelement LANGUAGE plpgsql STABLE AS $$
BEGIN
  IF pg_input_is_valid(value, pg_typeof(kind)::text) THEN RETURN value; END IF;
  RETURN NULL;
END $$;
