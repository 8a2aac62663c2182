-- Aggregates. Sums of whole numbers are bigint and of floating-point numbers doubles (Developer Guide, SUM).
CREATE OR REPLACE AGGREGATE pg_catalog.sum(bigint) (
  sfunc = int8pl, stype = bigint, combinefunc = int8pl, msfunc = int8pl, minvfunc = int8mi, mstype = bigint, parallel = safe);

-- AVG is the sum by the count: a whole number's is whole, a decimal's has the scale of what was summed (Developer Guide, AVG).
CREATE OR REPLACE FUNCTION pg_catalog.avg(total bigint, counted bigint) RETURNS bigint LANGUAGE sql IMMUTABLE
AS $$ SELECT total / nullif(counted, 0) $$;
CREATE OR REPLACE FUNCTION pg_catalog.avg(total numeric, counted bigint) RETURNS numeric LANGUAGE sql IMMUTABLE
AS $$ SELECT trunc(total / nullif(counted, 0), scale(total)) $$;
CREATE OR REPLACE FUNCTION pg_catalog.avg(total float8, counted bigint) RETURNS float8 LANGUAGE sql IMMUTABLE
AS $$ SELECT total / nullif(counted, 0) $$;
CREATE OR REPLACE FUNCTION pg_catalog.avg(total interval, counted bigint) RETURNS interval LANGUAGE sql IMMUTABLE
AS $$ SELECT total / nullif(counted, 0) $$;
CREATE OR REPLACE FUNCTION pg_catalog.hll(counted bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT counted $$;

CREATE OR REPLACE FUNCTION pg_catalog.ratio_to_report(share float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT share $$;

-- The values of a group or window in order, without NULLs; sorted once, however many rows ask for a percentile of it.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_in_order(anycompatiblearray) RETURNS anycompatiblearray LANGUAGE sql IMMUTABLE
AS $$ SELECT array_agg(v ORDER BY v) FROM unnest($1) AS v WHERE v IS NOT NULL $$;
CREATE OR REPLACE AGGREGATE pg_catalog.tarmac_sorted(anycompatible) (
  sfunc = array_append, stype = anycompatiblearray, finalfunc = tarmac_in_order);
CREATE OR REPLACE FUNCTION pg_catalog.percentile_disc(anyarray, float8, boolean) RETURNS anyelement LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN $3 THEN $1[cardinality($1) + 1 - greatest(ceil($2 * cardinality($1))::integer, 1)]
    ELSE $1[greatest(ceil($2 * cardinality($1))::integer, 1)] END $$;
DO $$  -- one expression each, to be inlined: PERCENTILE_CONT and MEDIAN of sorted values, by type: what whole numbers and decimals give is a decimal, dates a timestamp
DECLARE kind text; made text; numeric_kinds text[] := ARRAY['smallint', 'integer', 'bigint', 'numeric'];
BEGIN
  FOR kind, made IN SELECT k, CASE WHEN k = ANY (numeric_kinds) THEN 'numeric' WHEN k IN ('real', 'float8') THEN 'float8'
      WHEN k = 'date' THEN 'timestamp' ELSE k END
    FROM unnest(numeric_kinds || ARRAY['real', 'float8', 'date', 'timestamp', 'timestamptz', 'interval']) AS k
  LOOP
    EXECUTE format($made$
      CREATE OR REPLACE FUNCTION pg_catalog.percentile_cont(sorted %1$s[], fraction numeric, descending boolean) RETURNS %2$s
      LANGUAGE sql IMMUTABLE AS $body$
        SELECT sorted[1 + floor(%4$s)::integer]::%2$s
          + (sorted[1 + ceil(%4$s)::integer]::%2$s - sorted[1 + floor(%4$s)::integer]::%2$s) * (%4$s - floor(%4$s))%3$s
      $body$ $made$, kind, made, CASE WHEN made = 'numeric' THEN '' ELSE '::float8' END,
      '(CASE WHEN descending THEN 1 - fraction ELSE fraction END * (cardinality(sorted) - 1))');
    EXECUTE format($made$
      CREATE OR REPLACE FUNCTION pg_catalog.median(sorted %1$s[]) RETURNS %2$s LANGUAGE sql IMMUTABLE AS $body$
        SELECT sorted[(cardinality(sorted) + 1) / 2]::%2$s
          + (sorted[cardinality(sorted) / 2 + 1]::%2$s - sorted[(cardinality(sorted) + 1) / 2]::%2$s) * 0.5%3$s
      $body$ $made$, kind, made, CASE WHEN made = 'numeric' THEN '' ELSE '::float8' END);
  END LOOP;
END $$;

-- LISTAGG: joined texts of at most 65535 bytes; distinct ones are told apart without their trailing blanks.
CREATE OR REPLACE FUNCTION pg_catalog.listagg(joined text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN octet_length(joined) <= 65535 THEN joined
    WHEN joined IS NOT NULL THEN pg_catalog.tarmac_error('Result size exceeds LISTAGG limit' || left(joined, 0), '54000') END $$;
CREATE OR REPLACE FUNCTION pg_catalog.listagg(items text[], delimiter text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.listagg(array_to_string(items, coalesce(delimiter, ''))) $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_once_each(text[]) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(v ORDER BY place) FROM (SELECT DISTINCT ON (rtrim(v)) v, place
    FROM unnest($1) WITH ORDINALITY AS items(v, place) WHERE v <> '' ORDER BY rtrim(v), place) AS kept $$;
CREATE OR REPLACE AGGREGATE pg_catalog.tarmac_distinct(text) (sfunc = array_append, stype = text[], finalfunc = tarmac_once_each);

-- IGNORE NULLS: aggregates over a window's frame, told from PostgreSQL's own functions by a second argument.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_keep(anyelement, anyelement, boolean) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT $1 $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_take(anyelement, anyelement, boolean) RETURNS anyelement LANGUAGE sql IMMUTABLE STRICT
AS $$ SELECT $2 $$;
CREATE OR REPLACE AGGREGATE pg_catalog.first_value(anyelement, boolean) (sfunc = tarmac_keep, stype = anyelement);
CREATE OR REPLACE AGGREGATE pg_catalog.last_value(anyelement, boolean) (sfunc = tarmac_take, stype = anyelement);
CREATE OR REPLACE AGGREGATE pg_catalog.lag(anyelement, boolean) (sfunc = tarmac_take, stype = anyelement);
CREATE OR REPLACE AGGREGATE pg_catalog.lead(anyelement, boolean) (sfunc = tarmac_take, stype = anyelement);
CREATE OR REPLACE FUNCTION pg_catalog.nth_value(anyarray, integer, boolean) RETURNS anyelement LANGUAGE sql IMMUTABLE
AS $$ SELECT $1[$2] $$;
CREATE OR REPLACE FUNCTION pg_catalog.lag(anyarray, integer, boolean) RETURNS anyelement LANGUAGE sql IMMUTABLE
AS $$ SELECT $1[cardinality($1) + 1 - $2] $$;
CREATE OR REPLACE FUNCTION pg_catalog.lead(anyarray, integer, boolean) RETURNS anyelement LANGUAGE sql IMMUTABLE
AS $$ SELECT $1[cardinality($1) + 1 - $2] $$;
