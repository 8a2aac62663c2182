-- The clock, and what the server says of itself.
CREATE OR REPLACE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT date_trunc('second', statement_timestamp() AT TIME ZONE 'UTC') $$;
CREATE OR REPLACE FUNCTION pg_catalog.sysdate() RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT transaction_timestamp() AT TIME ZONE 'UTC' $$;
CREATE OR REPLACE FUNCTION pg_catalog.version() RETURNS text LANGUAGE sql STABLE
AS $$ SELECT 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.77467' $$;

-- For functions in SQL: an error instead of a value of some type. The message depends on an argument, so that it isn't
-- raised in planning; and no text is cast to a date, which depends on settings, so that the functions can be inlined.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_error(message text, code text) RETURNS text LANGUAGE plpgsql IMMUTABLE
AS $$ BEGIN RAISE EXCEPTION '%', message USING ERRCODE = code; END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_error(message text, code text, kind anyelement) RETURNS anyelement
LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RAISE EXCEPTION '%', message USING ERRCODE = code; END $$;

-- Calendar days, with Redshift's rules for the ends of months (Developer Guide, ADD_MONTHS, MONTHS_BETWEEN, NEXT_DAY).
CREATE OR REPLACE FUNCTION pg_catalog.last_day(moment timestamp) RETURNS date LANGUAGE sql IMMUTABLE
AS $$ SELECT (date_trunc('month', moment) + interval '1 month - 1 day')::date $$;
CREATE OR REPLACE FUNCTION pg_catalog.add_months(moment timestamp, months bigint) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS $$ SELECT CASE WHEN moment::date = pg_catalog.last_day(moment)
  THEN pg_catalog.last_day(date_trunc('month', moment) + months * interval '1 month') + moment::time
  ELSE moment + months * interval '1 month' END $$;
CREATE OR REPLACE FUNCTION pg_catalog.trunc(moment timestamp) RETURNS date LANGUAGE sql IMMUTABLE
AS $$ SELECT moment::date $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_part_year(day date) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT date_part('year', day)::integer $$;
CREATE OR REPLACE FUNCTION pg_catalog.months_between(later timestamp, earlier timestamp) RETURNS float8 LANGUAGE sql IMMUTABLE
AS $$
  SELECT CASE
    WHEN date_part('day', later) = date_part('day', earlier)
      OR (later::date = pg_catalog.last_day(later) AND earlier::date = pg_catalog.last_day(earlier)) THEN whole
    ELSE whole + (extract(epoch FROM later - date_trunc('month', later))
                - extract(epoch FROM earlier - date_trunc('month', earlier))) / 2678400.0 END
  FROM (SELECT (date_part('year', later) - date_part('year', earlier)) * 12
             + date_part('month', later) - date_part('month', earlier) AS whole) AS counted $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_weekday(name text) RETURNS integer LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN n IN ('su', 'sun', 'sunday') THEN 0
    WHEN n IN ('m', 'mo', 'mon', 'monday') THEN 1
    WHEN n IN ('tu', 'tue', 'tues', 'tuesday') THEN 2
    WHEN n IN ('w', 'we', 'wed', 'wednesday') THEN 3
    WHEN n IN ('th', 'thu', 'thurs', 'thursday') THEN 4
    WHEN n IN ('f', 'fr', 'fri', 'friday') THEN 5
    WHEN n IN ('sa', 'sat', 'saturday') THEN 6
    ELSE pg_catalog.tarmac_error('Invalid day of week "' || n || '" for NEXT_DAY', '22023')::integer END
  FROM (SELECT lower(name) AS n) AS folded $$;
CREATE OR REPLACE FUNCTION pg_catalog.next_day(moment timestamp, weekday text) RETURNS date LANGUAGE sql IMMUTABLE
AS $$ SELECT moment::date + 1 + (pg_catalog.tarmac_weekday(weekday) - date_part('dow', moment)::integer + 6) % 7 $$;

-- A POSIX zone may have a blank before its offset.
CREATE OR REPLACE FUNCTION pg_catalog.convert_timezone(source text, target text, moment timestamp) RETURNS timestamp
LANGUAGE sql STABLE AS $$ SELECT moment AT TIME ZONE replace(source, ' ', '') AT TIME ZONE replace(target, ' ', '') $$;
CREATE OR REPLACE FUNCTION pg_catalog.convert_timezone(target text, moment timestamp) RETURNS timestamp
LANGUAGE sql STABLE AS $$ SELECT moment AT TIME ZONE 'UTC' AT TIME ZONE replace(target, ' ', '') $$;

-- Truncated dates are timestamps, as are texts that imply one.
CREATE OR REPLACE FUNCTION pg_catalog.date_trunc(part text, day date) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS $$ SELECT date_trunc(part, day::timestamp) $$;
CREATE OR REPLACE FUNCTION pg_catalog.date_trunc(part text, moment text) RETURNS timestamp LANGUAGE sql STABLE
AS $$ SELECT date_trunc(part, moment::timestamp) $$;
