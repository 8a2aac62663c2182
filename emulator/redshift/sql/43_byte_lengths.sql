-- VARCHAR(n) and CHAR(n) count bytes. The functions that PostgreSQL coerces a value to a column's or a cast's length
-- with are replaced; the first is one that the planner writes out, so that values that fit cost a comparison.

-- As many whole characters as go into so many bytes.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_first_bytes(value text, size integer) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE bytes bytea := convert_to(value, 'UTF8');
BEGIN
  WHILE size > 0 AND size < length(bytes) AND get_byte(bytes, size) & 192 = 128 LOOP
    size := size - 1;
  END LOOP;
  RETURN convert_from(substring(bytes FOR size), 'UTF8');
END $$;

-- What of a value that is too long goes into so many bytes; blanks at its end don't count, and a cast cuts the rest.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_cut(value text, size integer, is_cast boolean, kind text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE cut text := pg_catalog.tarmac_first_bytes(value, size);
BEGIN
  IF NOT is_cast AND rtrim(substring(value FROM length(cut) + 1), ' ') <> '' THEN
    RAISE EXCEPTION 'value too long for type %(%)', kind, size USING ERRCODE = 'string_data_right_truncation';
  END IF;
  RETURN cut;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_varchar(value varchar, typmod integer, is_cast boolean) RETURNS varchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(value) <= typmod - 4 THEN value
    ELSE pg_catalog.tarmac_cut(value, typmod - 4, is_cast, 'character varying')::varchar END $$;

-- A CHAR has ASCII only; a cast, for which Redshift's answer isn't known, lets other characters pass.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_other_char(value text, typmod integer, is_cast boolean) RETURNS bpchar
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE line CONSTANT text := repeat('-', 47); foreign_ text := (regexp_match(value, '[^\u0001-\u007f]'))[1];
BEGIN
  IF foreign_ IS NOT NULL AND NOT is_cast THEN
    RAISE EXCEPTION 'Invalid characters:' USING ERRCODE = 'internal_error', DETAIL = format(
      E'\n  %s\n  error:  Invalid characters:\n  code:      8001\n  context:   Only ASCII characters are allowed in fixed length strings. Invalid ASCII char: %s\n  %s',
      line, trim(regexp_replace(encode(convert_to(foreign_, 'UTF8'), 'hex'), '(..)', '\1 ', 'g')), line);
  END IF;
  RETURN pg_catalog.bpchar(pg_catalog.tarmac_cut(value, typmod - 4, is_cast, 'character')::bpchar, typmod, true);
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_char(value bpchar, typmod integer, is_cast boolean) RETURNS bpchar
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN octet_length(value) <= typmod - 4 AND octet_length(value::text) = char_length(value)
    THEN pg_catalog.bpchar(value, typmod, is_cast) ELSE pg_catalog.tarmac_other_char(value::text, typmod, is_cast) END $$;

UPDATE pg_catalog.pg_cast SET castfunc = 'pg_catalog.tarmac_varchar(varchar,int4,bool)'::regprocedure
  WHERE castsource = 'varchar'::regtype AND casttarget = 'varchar'::regtype;
UPDATE pg_catalog.pg_cast SET castfunc = 'pg_catalog.tarmac_char(bpchar,int4,bool)'::regprocedure
  WHERE castsource = 'bpchar'::regtype AND casttarget = 'bpchar'::regtype;
