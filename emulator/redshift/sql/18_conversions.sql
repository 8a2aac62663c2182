-- Implicit conversions ("Type compatibility and conversion"): numbers and times are texts where a text is asked for,
-- whole numbers are conditions, and + joins texts.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_make_casts() RETURNS void LANGUAGE plpgsql AS $$
DECLARE kind regtype; target regtype;
BEGIN
  FOREACH kind IN ARRAY '{smallint,integer,bigint,numeric,real,float8,date,time,timetz,timestamp,timestamptz}'::regtype[] LOOP
    FOREACH target IN ARRAY '{text,varchar}'::regtype[] LOOP
      IF NOT EXISTS (SELECT FROM pg_catalog.pg_cast WHERE castsource = kind AND casttarget = target) THEN
        EXECUTE format('CREATE CAST (%s AS %s) WITH INOUT AS IMPLICIT', kind, target);
      END IF;
    END LOOP;
  END LOOP;
END $$;
SELECT pg_catalog.tarmac_make_casts();

-- PostgreSQL's own text || anything would be as good a match as text || text now: each type gets an exact one.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_make_join(one text, other text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.tarmac_join(%s, %s) RETURNS text LANGUAGE sql STABLE STRICT
    AS ''SELECT $1::text OPERATOR(pg_catalog.||) $2::text''', one, other);
  IF to_regoperator(format('pg_catalog.||(%s,%s)', one, other)) IS NULL THEN
    EXECUTE format('CREATE OPERATOR pg_catalog.|| (LEFTARG = %s, RIGHTARG = %s, FUNCTION = pg_catalog.tarmac_join)', one, other);
  END IF;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_make_operators() RETURNS void LANGUAGE plpgsql AS $$
DECLARE kind text;
BEGIN
  FOREACH kind IN ARRAY '{smallint,integer,bigint,numeric,real,float8,date,time,timetz,timestamp,timestamptz}'::text[] LOOP
    PERFORM pg_catalog.tarmac_make_join(kind, 'text'), pg_catalog.tarmac_make_join('text', kind);
  END LOOP;
  IF to_regoperator('pg_catalog.+(text,text)') IS NULL THEN
    CREATE OPERATOR pg_catalog.+ (LEFTARG = text, RIGHTARG = text, FUNCTION = pg_catalog.textcat);
  END IF;
END $$;
SELECT pg_catalog.tarmac_make_operators();

UPDATE pg_catalog.pg_cast SET castcontext = 'a'
WHERE castsource = 'integer'::regtype AND casttarget = 'boolean'::regtype AND castcontext = 'e';
