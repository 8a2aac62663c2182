-- Numbers. Where Redshift computes in doubles and PostgreSQL would in numeric, numeric's variant steps aside, so that
-- its values are cast (Developer Guide, EXP, LOG, POWER, SQRT, STDDEV_SAMP, VAR_SAMP).
UPDATE pg_catalog.pg_proc SET proname = 'tarmac_' || proname
  WHERE oid IN (to_regprocedure('pg_catalog.exp(numeric)'), to_regprocedure('pg_catalog.ln(numeric)'),
    to_regprocedure('pg_catalog.log(numeric)'), to_regprocedure('pg_catalog.log10(numeric)'),
    to_regprocedure('pg_catalog.power(numeric,numeric)'), to_regprocedure('pg_catalog.pow(numeric,numeric)'),
    to_regprocedure('pg_catalog.sqrt(numeric)'));
UPDATE pg_catalog.pg_proc SET proname = 'tarmac_' || proname
  WHERE pronamespace = 'pg_catalog'::regnamespace AND prokind = 'a' AND pronargs = 1
    AND proname IN ('stddev', 'stddev_samp', 'stddev_pop', 'variance', 'var_samp', 'var_pop')
    AND proargtypes[0] IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype, 'numeric'::regtype);
CREATE OR REPLACE FUNCTION pg_catalog.dexp(value float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT exp(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.dlog1(value float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT ln(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.dlog10(value float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$ SELECT log(value) $$;
CREATE OR REPLACE FUNCTION pg_catalog.round(value float8, places integer) RETURNS float8 LANGUAGE sql IMMUTABLE
AS $$ SELECT round(value::numeric, places)::float8 $$;
CREATE OR REPLACE FUNCTION pg_catalog.trunc(value float8, places integer) RETURNS float8 LANGUAGE sql IMMUTABLE
AS $$ SELECT trunc(value::numeric, places)::float8 $$;
CREATE OR REPLACE FUNCTION pg_catalog.ceil(value bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE OR REPLACE FUNCTION pg_catalog.ceil(value integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE OR REPLACE FUNCTION pg_catalog.ceiling(value bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE OR REPLACE FUNCTION pg_catalog.ceiling(value integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE OR REPLACE FUNCTION pg_catalog.floor(value bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
CREATE OR REPLACE FUNCTION pg_catalog.floor(value integer) RETURNS integer LANGUAGE sql IMMUTABLE AS $$ SELECT value $$;
