-- REGEXP_*: Redshift's parameters are c, i, e (the first group) and p (Perl's dialect, of which PostgreSQL's is one);
-- to PostgreSQL e and p mean something else.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_regexp_flags(parameters text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN parameters ~ '[^ciep]'
    THEN pg_catalog.tarmac_error('invalid regular expression parameters: "' || parameters || '"', '22023')
    ELSE translate(parameters, 'ep', '') END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_regexp_group(pattern text, parameters text) RETURNS integer
LANGUAGE sql IMMUTABLE AS $$ SELECT CASE WHEN parameters ~ 'e' AND pattern ~ '\((?!\?)' THEN 1 ELSE 0 END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_regexp_count(text, text, integer, text) RETURNS integer
LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'regexp_count';
CREATE OR REPLACE FUNCTION pg_catalog.regexp_count(text, text, integer, text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$ SELECT pg_catalog.tarmac_regexp_count($1, $2, greatest($3, 1), pg_catalog.tarmac_regexp_flags($4)) $$;

CREATE OR REPLACE FUNCTION pg_catalog.regexp_instr(text, text, integer, integer, integer, text) RETURNS integer
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT pg_catalog.regexp_instr($1, $2, greatest($3, 1), $4, CASE $5 WHEN 0 THEN 0 ELSE 1 END,
    pg_catalog.tarmac_regexp_flags($6), pg_catalog.tarmac_regexp_group($2, $6)) $$;

-- No match is an empty text.
CREATE OR REPLACE FUNCTION pg_catalog.regexp_substr(text, text, integer, integer, text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL AND $3 IS NOT NULL AND $4 IS NOT NULL AND $5 IS NOT NULL THEN
    coalesce(pg_catalog.regexp_substr($1, $2, greatest($3, 1), $4, pg_catalog.tarmac_regexp_flags($5),
      pg_catalog.tarmac_regexp_group($2, $5)), '') END $$;
CREATE OR REPLACE FUNCTION pg_catalog.regexp_substr(text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT CASE WHEN $1 IS NOT NULL AND $2 IS NOT NULL THEN coalesce(pg_catalog.regexp_substr($1, $2, 1, 1, '', 0), '') END $$;
CREATE OR REPLACE FUNCTION pg_catalog.regexp_substr(text, text, integer) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.regexp_substr($1, $2, $3, 1, '') $$;
CREATE OR REPLACE FUNCTION pg_catalog.regexp_substr(text, text, integer, integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.regexp_substr($1, $2, $3, $4, '') $$;

-- Every occurrence is replaced; in Perl's dialect a group is $1, not \1.
CREATE OR REPLACE FUNCTION pg_catalog.regexp_replace(text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.regexp_replace($1, $2, '', 1, 0, '') $$;
CREATE OR REPLACE FUNCTION pg_catalog.regexp_replace(text, text, text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT pg_catalog.regexp_replace($1, $2, $3, 1, 0, '') $$;
CREATE OR REPLACE FUNCTION pg_catalog.regexp_replace(text, text, text, integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT pg_catalog.regexp_replace($1, $2, $3, greatest($4, 1), 0, '') $$;
CREATE OR REPLACE FUNCTION pg_catalog.regexp_replace(text, text, text, integer, text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT pg_catalog.regexp_replace($1, $2,
    CASE WHEN $5 ~ 'p' THEN pg_catalog.regexp_replace($3, '\$([0-9])', '\\\1', 1, 0, '') ELSE $3 END,
    greatest($4, 1), 0, pg_catalog.tarmac_regexp_flags($5)) $$;
