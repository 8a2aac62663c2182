-- DATEADD, DATEDIFF, DATE_PART and EXTRACT: the endpoint calls these by their column names in Redshift, with a part's
-- one name. Each body is one CASE over a constant, so that PostgreSQL inlines it and keeps a single branch.
CREATE OR REPLACE FUNCTION pg_catalog.date_add(part text, amount bigint, moment timestamp) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE part
  WHEN 'day' THEN moment + amount * interval '1 day'
  WHEN 'month' THEN moment + amount * interval '1 month'
  WHEN 'year' THEN  -- the 29th of February becomes the 1st of March, though twelve months make it the 28th
    CASE WHEN date_part('day', moment) = 29 AND date_part('day', moment + amount * interval '1 year') = 28
      THEN moment + amount * interval '1 year' + interval '1 day' ELSE moment + amount * interval '1 year' END
  WHEN 'hour' THEN moment + amount * interval '1 hour'
  WHEN 'minute' THEN moment + amount * interval '1 minute'
  WHEN 'second' THEN moment + amount * interval '1 second'
  WHEN 'week' THEN moment + amount * interval '1 week'
  WHEN 'quarter' THEN moment + amount * interval '3 months'
  WHEN 'millisecond' THEN moment + amount * interval '1 millisecond'
  WHEN 'microsecond' THEN moment + amount * interval '1 microsecond'
  WHEN 'decade' THEN moment + amount * interval '1 decade'
  WHEN 'century' THEN moment + amount * interval '1 century'
  WHEN 'millennium' THEN moment + amount * interval '1 millennium'
  ELSE pg_catalog.tarmac_error('Invalid datepart "' || part || '" for DATEADD', '22023', moment) END $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_add(part text, amount bigint, day date) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.date_add(part, amount, day::timestamp) $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_add(part text, amount bigint, moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.date_add(part, amount, moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_add(part text, amount bigint, clock time) RETURNS time
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.date_add(part, amount, date '2000-01-01' + clock)::time $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_add(part text, amount bigint, clock timetz) RETURNS timetz
LANGUAGE sql STABLE AS $$
  SELECT (pg_catalog.date_add(part, amount, date '2000-01-01' + (clock AT TIME ZONE 'UTC')::time)::time::text || '+00')::timetz $$;

-- The boundaries crossed, not the whole units that lie between; weeks begin on Sunday. Like Redshift's it takes no
-- timestamptz and no text but a literal, which the endpoint casts.
DROP FUNCTION IF EXISTS pg_catalog.date_add(text, bigint, text), pg_catalog.date_diff(text, date, date),
  pg_catalog.date_diff(text, timestamptz, timestamptz), pg_catalog.date_diff(text, text, text),
  pg_catalog.date_diff(text, text, timestamp), pg_catalog.date_diff(text, timestamp, text),
  pg_catalog.date_diff(text, date, text), pg_catalog.date_diff(text, text, date),
  pg_catalog.date_diff(text, timestamp, date), pg_catalog.date_diff(text, date, timestamp),
  pg_catalog.date_diff(text, timestamptz, timestamp), pg_catalog.date_diff(text, timestamp, timestamptz),
  pg_catalog.date_diff(text, timestamptz, date), pg_catalog.date_diff(text, date, timestamptz),
  pg_catalog.date_diff(text, timestamptz, text), pg_catalog.date_diff(text, text, timestamptz) CASCADE;
CREATE OR REPLACE FUNCTION pg_catalog.date_diff(part text, earlier timestamp, later timestamp) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE part
  WHEN 'day' THEN (later::date - earlier::date)::bigint
  WHEN 'month' THEN ((date_part('year', later) - date_part('year', earlier)) * 12
    + date_part('month', later) - date_part('month', earlier))::bigint
  WHEN 'year' THEN (date_part('year', later) - date_part('year', earlier))::bigint
  WHEN 'hour' THEN (floor(date_part('epoch', later) / 3600) - floor(date_part('epoch', earlier) / 3600))::bigint
  WHEN 'minute' THEN (floor(date_part('epoch', later) / 60) - floor(date_part('epoch', earlier) / 60))::bigint
  WHEN 'second' THEN (floor(date_part('epoch', later)) - floor(date_part('epoch', earlier)))::bigint
  WHEN 'week' THEN ((later::date - date_part('dow', later)::int - (earlier::date - date_part('dow', earlier)::int)) / 7)::bigint
  WHEN 'quarter' THEN ((date_part('year', later) - date_part('year', earlier)) * 4
    + date_part('quarter', later) - date_part('quarter', earlier))::bigint
  WHEN 'millisecond' THEN
    (extract(epoch FROM date_trunc('millisecond', later) - date_trunc('millisecond', earlier)) * 1000)::bigint
  WHEN 'microsecond' THEN (extract(epoch FROM later - earlier) * 1000000)::bigint
  WHEN 'decade' THEN (date_part('decade', later) - date_part('decade', earlier))::bigint
  WHEN 'century' THEN (date_part('century', later) - date_part('century', earlier))::bigint
  WHEN 'millennium' THEN (date_part('millennium', later) - date_part('millennium', earlier))::bigint
  ELSE pg_catalog.tarmac_error('Invalid datepart "' || part || '" for DATEDIFF', '22023')::bigint END $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_diff(part text, earlier time, later time) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.date_diff(part, date '2000-01-01' + earlier, date '2000-01-01' + later) $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_diff(part text, earlier timetz, later timetz) RETURNS bigint
LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.date_diff(part, (earlier AT TIME ZONE 'UTC')::time, (later AT TIME ZONE 'UTC')::time) $$;

DO $$  -- DATE_PART (pgdate_part, a double) and EXTRACT (date_part of a name, whole) for each type
DECLARE kind text;
BEGIN
  FOREACH kind IN ARRAY ARRAY['timestamp', 'timestamptz', 'date', 'time', 'timetz', 'interval'] LOOP
    EXECUTE format($made$
      CREATE OR REPLACE FUNCTION pg_catalog.pgdate_part(part text, source %1$s) RETURNS float8 LANGUAGE sql %2$s AS
      $body$ SELECT CASE part
        WHEN 'millisecond' THEN (trunc(date_part('milliseconds', source))::bigint %% 1000)::float8
        WHEN 'microsecond' THEN (date_part('microseconds', source)::bigint %% 1000000)::float8
        ELSE date_part(part, source) END $body$ $made$,
      kind, CASE WHEN kind IN ('timestamptz', 'timetz') THEN 'STABLE' ELSE 'IMMUTABLE' END);
    EXECUTE format($made$
      CREATE OR REPLACE FUNCTION pg_catalog.date_part(part name, source %1$s) RETURNS %3$s LANGUAGE sql %2$s AS
      $body$ SELECT trunc(pg_catalog.pgdate_part(part::text, source))::%3$s $body$ $made$,
      kind, CASE WHEN kind IN ('timestamptz', 'timetz') THEN 'STABLE' ELSE 'IMMUTABLE' END,
      CASE WHEN kind = 'timestamptz' THEN 'float8' ELSE 'bigint' END);
  END LOOP;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.pgdate_part(part text, source text) RETURNS float8 LANGUAGE sql STABLE
AS $$ SELECT pg_catalog.pgdate_part(part, source::timestamp) $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_part(part name, source text) RETURNS bigint LANGUAGE sql STABLE
AS $$ SELECT pg_catalog.date_part(part, source::timestamp) $$;
