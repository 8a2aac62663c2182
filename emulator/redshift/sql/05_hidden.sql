-- PostgreSQL's functions that step aside for Redshift's of the same name and arguments, or whose calls shall be cast to
-- another of their name's. Replacing them would not do: PostgreSQL finds its own by number, whatever the catalogue says.
UPDATE pg_catalog.pg_proc SET proname = 'postgres_' || proname
  WHERE oid < 16384 AND proname NOT LIKE 'postgres!_%' ESCAPE '!' AND oid IN (
    SELECT to_regprocedure('pg_catalog.' || signature) FROM unnest(ARRAY[
      'version()', 'to_date(text,text)', 'to_timestamp(text,text)', 'split_part(text,text,integer)',
      -- which know neither the session's zone nor a currency
      'to_char(timestamp,text)', 'to_char(numeric,text)', 'to_char(integer,text)', 'to_char(bigint,text)',
      'to_char(real,text)', 'to_char(float8,text)',
      'date_add(timestamptz,interval)', 'date_add(timestamptz,interval,text)',  -- DATEADD is ours, with a part
      'quote_literal(anyelement)',  -- numbers are texts where a text is asked for
      'concat("any")',  -- takes any number and skips NULLs; Redshift's takes two
      'regexp_count(text,text,integer,text)', 'regexp_instr(text,text,integer,integer,integer,text)',
      'regexp_substr(text,text)', 'regexp_substr(text,text,integer)', 'regexp_substr(text,text,integer,integer)',
      'regexp_substr(text,text,integer,integer,text)', 'regexp_replace(text,text,text)',
      'regexp_replace(text,text,text,integer)',
      -- in numeric, where Redshift computes in doubles (Developer Guide, EXP, LOG, POWER, SQRT, STDDEV_SAMP, VAR_SAMP)
      'exp(numeric)', 'ln(numeric)', 'log(numeric)', 'log10(numeric)', 'power(numeric,numeric)', 'pow(numeric,numeric)',
      'sqrt(numeric)', 'sum(real)', 'sum(bigint)'] || (
        SELECT array_agg(name || '(' || kind || ')')
        FROM unnest(ARRAY['stddev', 'stddev_samp', 'stddev_pop', 'variance', 'var_samp', 'var_pop']) AS name,
          unnest(ARRAY['smallint', 'integer', 'bigint', 'numeric']) AS kind)) AS signature);
