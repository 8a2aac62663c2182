-- ALTER TABLE target APPEND FROM source.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_append(target text, source text, ignore_extra boolean, fill_target boolean)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE shared text; missing text; extra text; moved bigint;
BEGIN
  SELECT string_agg(quote_ident(t.attname), ', ') FILTER (WHERE s.attname IS NOT NULL AND t.attname IS NOT NULL),
         string_agg(t.attname::text, ', ') FILTER (WHERE s.attname IS NULL),
         string_agg(s.attname::text, ', ') FILTER (WHERE t.attname IS NULL)
    INTO shared, missing, extra
    FROM (SELECT attname FROM pg_attribute WHERE attrelid = target::regclass AND attnum > 0 AND NOT attisdropped) AS t
    FULL JOIN (SELECT attname FROM pg_attribute WHERE attrelid = source::regclass AND attnum > 0 AND NOT attisdropped) AS s
      ON s.attname = t.attname;
  IF extra IS NOT NULL AND NOT ignore_extra THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND: the source has columns that the target lacks: %', extra USING HINT = 'IGNOREEXTRA leaves them out.';
  ELSIF missing IS NOT NULL AND NOT fill_target THEN
    RAISE EXCEPTION 'ALTER TABLE APPEND: the target has columns that the source lacks: %', missing USING HINT = 'FILLTARGET fills them.';
  END IF;
  EXECUTE format('WITH moved AS (DELETE FROM %s RETURNING *) INSERT INTO %s (%s) SELECT %s FROM moved',
                 source::regclass, target::regclass, shared, shared);
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;
