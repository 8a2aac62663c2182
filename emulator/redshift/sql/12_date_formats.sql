-- TO_DATE and TO_TIMESTAMP accept a date that overflows (the 31st of June) unless their third argument is true
-- (Developer Guide, TO_DATE, TO_TIMESTAMP). PostgreSQL's own, which never do, are kept under other names.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_to_date(value text, format text) RETURNS date
LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'to_date';
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_to_timestamp(value text, format text) RETURNS timestamptz
LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'to_timestamp';

-- Year, month, day, hour, minute, second and microsecond as written, unchecked; NULL if the value doesn't follow the format.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_date_fields(value text, format text) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  fields integer[] := ARRAY[1, 1, 1, 0, 0, 0, 0]; rest text := upper(format); left_over text := lower(value);
  item text; piece text; names text := 'janfebmaraprmayjunjulaugsepoctnovdec';
BEGIN
  WHILE rest <> '' LOOP
    item := coalesce(substring(rest FROM '^(YYYY|MONTH|MON|HH24|HH12|HH|MM|DD|MI|SS|MS|US|AM|PM)'), left(rest, 1));
    piece := substring(left_over FROM CASE item WHEN 'YYYY' THEN '^\d{1,4}' WHEN 'MS' THEN '^\d{1,3}' WHEN 'US' THEN '^\d{1,6}'
      WHEN 'MONTH' THEN '^[a-z]+' WHEN 'MON' THEN '^[a-z]{3}' WHEN 'AM' THEN '^[ap]m' WHEN 'PM' THEN '^[ap]m'
      ELSE CASE WHEN length(item) = 1 THEN '^.' ELSE '^\d{1,2}' END END);
    IF piece IS NULL THEN RETURN NULL; END IF;
    CASE item
      WHEN 'YYYY' THEN fields[1] := piece;
      WHEN 'MM' THEN fields[2] := piece;
      WHEN 'MON', 'MONTH' THEN fields[2] := (strpos(names, left(piece, 3)) + 2) / 3;
      WHEN 'DD' THEN fields[3] := piece;
      WHEN 'HH24', 'HH12', 'HH' THEN fields[4] := fields[4] + piece::integer;
      WHEN 'MI' THEN fields[5] := piece;
      WHEN 'SS' THEN fields[6] := piece;
      WHEN 'MS', 'US' THEN fields[7] := rpad(piece, 6, '0');
      WHEN 'AM', 'PM' THEN fields[4] := fields[4] + CASE WHEN piece = 'pm' THEN 12 ELSE 0 END;
      ELSE NULL;
    END CASE;
    rest := substr(rest, length(item) + 1);
    left_over := substr(left_over, length(piece) + 1);
  END LOOP;
  RETURN fields;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_carried_over(f integer[]) RETURNS timestamp LANGUAGE sql IMMUTABLE AS $$
  SELECT make_timestamp(f[1], 1, 1, 0, 0, 0) + make_interval(months => f[2] - 1)
    + make_interval(days => f[3] - 1, hours => f[4], mins => f[5], secs => f[6] + f[7] / 1000000.0) $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_out_of_range(f integer[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN f[4] > 23 OR f[5] > 59 OR f[6] > 59
    THEN format('date/time field time value out of range: %s:%s:%s.%s', f[4], f[5], f[6], f[7])
    ELSE format('date/time field date value out of range: %s-%s-%s', f[1], f[2], f[3]) END $$;

CREATE OR REPLACE FUNCTION pg_catalog.to_timestamp(value text, format text, is_strict boolean) RETURNS timestamptz
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE fields integer[];
BEGIN
  RETURN pg_catalog.tarmac_to_timestamp(value, format);
EXCEPTION WHEN datetime_field_overflow THEN
  fields := pg_catalog.tarmac_date_fields(value, format);
  IF fields IS NULL THEN RAISE; END IF;
  IF is_strict THEN
    RAISE EXCEPTION '%', pg_catalog.tarmac_out_of_range(fields) USING ERRCODE = '22008';
  END IF;
  RETURN pg_catalog.tarmac_carried_over(fields) AT TIME ZONE 'UTC';
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.to_timestamp(value text, format text) RETURNS timestamptz
LANGUAGE sql STABLE STRICT AS $$ SELECT pg_catalog.to_timestamp(value, format, false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.to_timestamp(moment timestamp, format text) RETURNS timestamptz
LANGUAGE sql STABLE STRICT AS $$ SELECT pg_catalog.to_timestamp(moment::text, format, false) $$;
CREATE OR REPLACE FUNCTION pg_catalog.to_date(value text, format text, is_strict boolean) RETURNS date
LANGUAGE plpgsql STABLE STRICT AS $$
DECLARE fields integer[];
BEGIN
  RETURN pg_catalog.tarmac_to_date(value, format);
EXCEPTION WHEN datetime_field_overflow THEN
  fields := pg_catalog.tarmac_date_fields(value, format);
  IF fields IS NULL THEN RAISE; END IF;
  IF is_strict THEN
    RAISE EXCEPTION '%', pg_catalog.tarmac_out_of_range(fields) USING ERRCODE = '22008';
  END IF;
  RETURN pg_catalog.tarmac_carried_over(fields)::date;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.to_date(value text, format text) RETURNS date
LANGUAGE sql STABLE STRICT AS $$ SELECT pg_catalog.to_date(value, format, false) $$;

-- TO_CHAR: a timestamp's TZ and OF are the session's, a currency's sign is the dollar's.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_to_char(timestamp, text) RETURNS text
LANGUAGE internal STABLE STRICT PARALLEL SAFE AS 'timestamp_to_char';
CREATE OR REPLACE FUNCTION pg_catalog.to_char(timestamp, text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN $2 ~* 'TZ|OF' THEN to_char($1 AT TIME ZONE current_setting('timezone'), $2)
    ELSE pg_catalog.tarmac_to_char($1, $2) END $$;
DO $$
DECLARE kind text; symbol text;
BEGIN
  FOR kind, symbol IN VALUES ('numeric', 'numeric_to_char'), ('integer', 'int4_to_char'), ('bigint', 'int8_to_char'),
    ('real', 'float4_to_char'), ('float8', 'float8_to_char')
  LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.tarmac_to_char(%s, text) RETURNS text
      LANGUAGE internal STABLE STRICT PARALLEL SAFE AS %L', kind, symbol);
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.to_char(%s, text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
      AS $made$ SELECT pg_catalog.tarmac_to_char($1, regexp_replace($2, %L, %L, 1, 0, %L)) $made$',
      kind, '(?<![Pp])[Ll]', '$', '');
  END LOOP;
END $$;
