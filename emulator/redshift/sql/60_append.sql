-- ALTER TABLE target APPEND FROM source (Amazon Redshift Database Developer Guide, "ALTER TABLE APPEND").

-- A table's distribution style and keys as one value, by the columns' names.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_distribution(relation oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT concat_ws(' ', coalesce((SELECT diststyle FROM pg_catalog.tarmac_table WHERE relid = relation), 'AUTO'),
    (SELECT attname FROM pg_catalog.tarmac_column AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = relid AND a.attnum = c.attnum
     WHERE relid = relation AND distkey)) $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_sorting(relation oid) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT string_agg(format('%s %s', attname, sortkey), ', ' ORDER BY abs(sortkey))
  FROM pg_catalog.tarmac_column AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = relid AND a.attnum = c.attnum
  WHERE relid = relation AND sortkey <> 0 $$;

-- The columns of a table as APPEND compares them; those of an identity that can't be set are left out.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_append_columns(relation oid)
RETURNS TABLE (name name, kind text, is_identity boolean) LANGUAGE sql STABLE AS $$
  SELECT attname, concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'NOT NULL' END,
    coalesce((SELECT encoding FROM pg_catalog.tarmac_column AS c WHERE relid = relation AND c.attnum = a.attnum), '')), attidentity = 'a'
  FROM pg_catalog.pg_attribute AS a WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check_append(target oid, source oid, ignore_extra boolean, fill_target boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE missing text; extra text; unlike text; both_identity text;
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid IN (target, source) AND relpersistence = 't') THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND is not supported for temporary tables' USING ERRCODE = 'feature_not_supported';
  ELSIF pg_catalog.tarmac_distribution(target) <> pg_catalog.tarmac_distribution(source) THEN
    RAISE EXCEPTION 'The source table and the target table have different distribution styles. Make sure both tables use the same distribution style: EVEN, ALL, or DISTKEY.'
      USING ERRCODE = 'feature_not_supported';
  ELSIF pg_catalog.tarmac_sorting(target) IS DISTINCT FROM pg_catalog.tarmac_sorting(source) THEN
    RAISE EXCEPTION 'The source table and the target table have different sort keys.' USING ERRCODE = 'feature_not_supported';
  END IF;
  SELECT string_agg(t.name::text, ', ') FILTER (WHERE s.name IS NULL), string_agg(s.name::text, ', ') FILTER (WHERE t.name IS NULL),
         string_agg(t.name::text, ', ') FILTER (WHERE s.kind <> t.kind), string_agg(t.name::text, ', ') FILTER (WHERE s.is_identity AND t.is_identity)
    INTO missing, extra, unlike, both_identity
    FROM pg_catalog.tarmac_append_columns(target) AS t FULL JOIN pg_catalog.tarmac_append_columns(source) AS s ON s.name = t.name;
  IF both_identity IS NOT NULL THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND: identity column % can not be appended', both_identity USING ERRCODE = 'feature_not_supported';
  ELSIF unlike IS NOT NULL THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND: the columns % have other attributes in the source than in the target', unlike USING ERRCODE = 'datatype_mismatch';
  ELSIF extra IS NOT NULL AND NOT ignore_extra THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND: the source has columns that the target lacks: %', extra USING HINT = 'IGNOREEXTRA leaves them out.';
  ELSIF missing IS NOT NULL AND NOT fill_target THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND: the target has columns that the source lacks: %', missing USING HINT = 'FILLTARGET fills them.';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_append(target text, source text, ignore_extra boolean, fill_target boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE shared text; moved bigint;
BEGIN
  PERFORM pg_catalog.tarmac_check_append(target::regclass, source::regclass, ignore_extra, fill_target);
  SELECT string_agg(quote_ident(name), ', ') INTO shared
    FROM pg_catalog.tarmac_append_columns(target::regclass) AS t JOIN pg_catalog.tarmac_append_columns(source::regclass) AS s USING (name);
  EXECUTE format('WITH moved AS (DELETE FROM %s RETURNING *) INSERT INTO %s (%s) SELECT %s FROM moved',
                 source::regclass, target::regclass, shared, shared);
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;
