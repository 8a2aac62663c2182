-- Numbers.
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
