-- Dates and the clock, and what the server says of itself.
CREATE OR REPLACE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC') $$;

CREATE OR REPLACE FUNCTION pg_catalog.sysdate() RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT transaction_timestamp() AT TIME ZONE 'UTC' $$;

CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.77467' $$;

-- Dates. A unit may be written in any of Redshift's ways.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_date_part(part text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE
  WHEN p IN ('y', 'yr', 'yrs', 'year', 'years') THEN 'year'
  WHEN p IN ('qtr', 'qtrs', 'quarter', 'quarters') THEN 'quarter'
  WHEN p IN ('mon', 'mons', 'month', 'months') THEN 'month'
  WHEN p IN ('w', 'week', 'weeks') THEN 'week'
  WHEN p IN ('d', 'day', 'days') THEN 'day'
  WHEN p IN ('h', 'hr', 'hrs', 'hour', 'hours') THEN 'hour'
  WHEN p IN ('m', 'min', 'mins', 'minute', 'minutes') THEN 'minute'
  WHEN p IN ('s', 'sec', 'secs', 'second', 'seconds') THEN 'second'
  WHEN p IN ('ms', 'msec', 'msecs', 'msecond', 'mseconds', 'millisec', 'millisecs', 'millisecon', 'millisecond', 'milliseconds') THEN 'millisecond'
  WHEN p IN ('microsec', 'microsecs', 'microsecond', 'microseconds', 'usec', 'usecs', 'us') THEN 'microsecond'
  ELSE p END FROM (SELECT lower(part) AS p) AS parts $$;

CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, moment timestamp) RETURNS timestamp
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE unit text := pg_catalog.tarmac_date_part(part); moved timestamp;
BEGIN
  IF unit IN ('year', 'quarter', 'month') THEN
    moved := moment + make_interval(months => (amount * CASE unit WHEN 'year' THEN 12 WHEN 'quarter' THEN 3 ELSE 1 END)::int);
    -- the end of a month stays the end of a month
    IF moment::date = (date_trunc('month', moment) + interval '1 month - 1 day')::date THEN
      moved := (date_trunc('month', moved) + interval '1 month - 1 day')::date + moment::time;
    END IF;
    RETURN moved;
  END IF;
  IF unit NOT IN ('week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond') THEN
    RAISE EXCEPTION 'Invalid datepart "%" for DATEADD', part USING ERRCODE = '22023';
  END IF;
  RETURN moment + amount * ('1 ' || unit)::interval;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, moment date) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.dateadd(part, amount, moment::timestamp) $$;
CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, moment timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.dateadd(part, amount, moment AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' $$;
CREATE OR REPLACE FUNCTION pg_catalog.dateadd(part text, amount bigint, moment text) RETURNS timestamp
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.dateadd(part, amount, moment::timestamp) $$;

-- Counts the boundaries crossed, not the whole units that lie between.
CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier timestamp, later timestamp) RETURNS bigint
LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE unit text := pg_catalog.tarmac_date_part(part); a timestamp; b timestamp;
BEGIN
  IF unit NOT IN ('year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond', 'microsecond') THEN
    RAISE EXCEPTION 'Invalid datepart "%" for DATEDIFF', part USING ERRCODE = '22023';
  END IF;
  IF unit = 'week' THEN  -- weeks begin on Sunday here
    a := date_trunc('week', earlier + interval '1 day'); b := date_trunc('week', later + interval '1 day');
  ELSE
    a := date_trunc(unit, earlier); b := date_trunc(unit, later);
  END IF;
  RETURN CASE unit
    WHEN 'year' THEN date_part('year', b) - date_part('year', a)
    WHEN 'quarter' THEN (date_part('year', b) - date_part('year', a)) * 4 + date_part('quarter', b) - date_part('quarter', a)
    WHEN 'month' THEN (date_part('year', b) - date_part('year', a)) * 12 + date_part('month', b) - date_part('month', a)
    ELSE round(extract(epoch FROM b - a) * 1000000 / CASE unit
      WHEN 'week' THEN 604800000000 WHEN 'day' THEN 86400000000 WHEN 'hour' THEN 3600000000
      WHEN 'minute' THEN 60000000 WHEN 'second' THEN 1000000 WHEN 'millisecond' THEN 1000 ELSE 1 END)
  END;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier date, later date) RETURNS bigint
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.datediff(part, earlier::timestamp, later::timestamp) $$;
CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier timestamptz, later timestamptz) RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.datediff(part, earlier AT TIME ZONE 'UTC', later AT TIME ZONE 'UTC') $$;
CREATE OR REPLACE FUNCTION pg_catalog.datediff(part text, earlier text, later text) RETURNS bigint
LANGUAGE sql STABLE AS $$ SELECT pg_catalog.datediff(part, earlier::timestamp, later::timestamp) $$;

CREATE OR REPLACE FUNCTION pg_catalog.add_months(moment timestamp, months bigint) RETURNS timestamp
LANGUAGE sql IMMUTABLE AS $$ SELECT pg_catalog.dateadd('month', months, moment) $$;
CREATE OR REPLACE FUNCTION pg_catalog.last_day(moment timestamp) RETURNS date
LANGUAGE sql IMMUTABLE AS $$ SELECT (date_trunc('month', moment) + interval '1 month - 1 day')::date $$;
CREATE OR REPLACE FUNCTION pg_catalog.trunc(moment timestamp) RETURNS date
LANGUAGE sql IMMUTABLE AS $$ SELECT moment::date $$;
CREATE OR REPLACE FUNCTION pg_catalog.months_between(later timestamp, earlier timestamp) RETURNS float8
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN date_part('day', later) = date_part('day', earlier)
      OR (later::date = pg_catalog.last_day(later) AND earlier::date = pg_catalog.last_day(earlier)) THEN whole
    ELSE whole + (extract(epoch FROM later - date_trunc('month', later))
                - extract(epoch FROM earlier - date_trunc('month', earlier))) / 2678400.0 END
  FROM (SELECT (date_part('year', later) - date_part('year', earlier)) * 12
             + date_part('month', later) - date_part('month', earlier) AS whole) AS counted $$;
CREATE OR REPLACE FUNCTION pg_catalog.convert_timezone(source text, target text, moment timestamp) RETURNS timestamp
LANGUAGE sql STABLE AS $$ SELECT moment AT TIME ZONE source AT TIME ZONE target $$;
CREATE OR REPLACE FUNCTION pg_catalog.convert_timezone(target text, moment timestamp) RETURNS timestamp
LANGUAGE sql STABLE AS $$ SELECT moment AT TIME ZONE 'UTC' AT TIME ZONE target $$;
