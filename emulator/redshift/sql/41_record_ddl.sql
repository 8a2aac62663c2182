-- CREATE TABLE, ALTER TABLE and DROP carry a note, a comment with JSON, of what PostgreSQL has no place for; event
-- triggers put it into the tables of 40_recorded.sql, in the client's transaction. recorded_note.py writes the notes.
-- No text here may look like a note: this script's own statements pass the triggers, too.

-- The notes in a text, in their order.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_notes(source text) RETURNS SETOF jsonb LANGUAGE sql AS $$
  SELECT found[1]::jsonb FROM regexp_matches(source, '/\*tarmac:(\{.*?\})\*/', 'g') WITH ORDINALITY AS m (found, place)
  ORDER BY place $$;

-- The next note for a relation: of a script's statements on one table, each finds its own by its number. A prepared
-- statement that is executed again finds its note again.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_next_note(source text, relation text) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE used bigint := coalesce(nullif(current_setting('tarmac.last_note', true), ''), '0')::bigint; note jsonb;
BEGIN
  SELECT n INTO note FROM pg_catalog.tarmac_notes(source) AS n WHERE n->>'table' = relation
    ORDER BY (n->>'number')::bigint > used DESC, (n->>'number')::bigint LIMIT 1;
  IF note IS NOT NULL THEN PERFORM set_config('tarmac.last_note', note->>'number', false); END IF;
  RETURN note;
END $$;

-- The number of a column, by its name or (in a key of CREATE TABLE AS) its number; an error names it when it isn't there.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_attnum(relation oid, column_name text) RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE number smallint;
BEGIN
  SELECT attnum INTO number FROM pg_catalog.pg_attribute
    WHERE attrelid = relation AND column_name IN (attname, attnum::text) AND attnum > 0 AND NOT attisdropped
    ORDER BY attname = column_name DESC LIMIT 1;
  IF number IS NULL THEN
    RAISE EXCEPTION 'column "%" named in key does not exist', column_name USING ERRCODE = 'undefined_column';
  END IF;
  RETURN number;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_attnums(relation oid, column_names jsonb) RETURNS smallint[] LANGUAGE sql AS $$
  SELECT array_agg(pg_catalog.tarmac_attnum(relation, name) ORDER BY place)
  FROM jsonb_array_elements_text(column_names) WITH ORDINALITY AS c (name, place) $$;

-- Which types an encoding is for ("Compression encodings"); RAW, ZSTD and RUNLENGTH are for (nearly) all.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check_encoding(relation oid, column_name text, encoding text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  kind regtype := (SELECT atttypid FROM pg_catalog.pg_attribute WHERE attrelid = relation AND attname = column_name);
  integers CONSTANT regtype[] := ARRAY['int2', 'int4', 'int8', 'numeric']::regtype[];
  moments CONSTANT regtype[] := ARRAY['date', 'timestamp', 'timestamptz', 'time', 'timetz']::regtype[];
  texts CONSTANT regtype[] := ARRAY['bpchar', 'varchar', 'text']::regtype[];
  suited CONSTANT boolean := CASE encoding
    WHEN 'az64' THEN kind = ANY (integers || moments) WHEN 'bytedict' THEN kind = ANY (integers || moments || texts || ARRAY['float4', 'float8']::regtype[])
    WHEN 'delta' THEN kind = ANY (integers || moments) WHEN 'delta32k' THEN kind = ANY (integers[2:] || moments)
    WHEN 'lzo' THEN kind = ANY (integers || moments || texts || ARRAY['jsonb', 'bytea']::regtype[])
    WHEN 'mostly8' THEN kind = ANY (integers) WHEN 'mostly16' THEN kind = ANY (integers[2:]) WHEN 'mostly32' THEN kind = ANY (integers[3:])
    WHEN 'runlength' THEN kind <> ALL (ARRAY['jsonb', 'bytea']::regtype[])
    WHEN 'text255' THEN kind = 'varchar'::regtype WHEN 'text32k' THEN kind = 'varchar'::regtype ELSE true END;
BEGIN
  IF NOT suited THEN
    RAISE EXCEPTION 'encoding "%" is not supported for column "%" of type %', encoding, column_name, kind USING ERRCODE = 'feature_not_supported';
  END IF;
END $$;

-- A key's columns have types that can be compared.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check_keys(relation oid, key_columns jsonb, kind_of_key text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE unsuited record;
BEGIN
  SELECT attname, CASE atttypid WHEN 'jsonb'::regtype THEN 'super' WHEN 'bytea'::regtype THEN 'varbyte' ELSE 'interval' END AS kind INTO unsuited
    FROM pg_catalog.pg_attribute WHERE attrelid = relation AND attname IN (SELECT jsonb_array_elements_text(key_columns))
    AND atttypid IN ('jsonb'::regtype, 'bytea'::regtype, 'interval'::regtype);
  IF unsuited IS NOT NULL THEN
    RAISE EXCEPTION 'column "%" of type % can not be a %', unsuited.attname, unsuited.kind, kind_of_key USING ERRCODE = 'feature_not_supported';
  END IF;
END $$;

-- Distribution, sort key, encodings and BACKUP of a table.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_set_layout(relation oid, note jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE sign integer := 1; key text; place bigint; encoding text; number smallint;
BEGIN
  INSERT INTO pg_catalog.tarmac_table (relid, diststyle) VALUES (relation, 'AUTO') ON CONFLICT DO NOTHING;
  UPDATE pg_catalog.tarmac_table SET diststyle = coalesce(note->>'diststyle', diststyle),
    backup = coalesce((note->>'backup')::boolean, backup),
    encode_auto = coalesce((note->>'encode_auto')::boolean, encode_auto AND NOT note ? 'encode'),
    sortkey_auto = coalesce((note->>'sortkey_auto')::boolean, sortkey_auto AND NOT note ? 'sortkey')
    WHERE relid = relation;
  IF note ? 'diststyle' THEN
    UPDATE pg_catalog.tarmac_column SET distkey = false WHERE relid = relation AND distkey;
  END IF;
  IF note ? 'distkey' THEN
    PERFORM pg_catalog.tarmac_check_keys(relation, jsonb_build_array(note->'distkey'), 'distribution key');
    INSERT INTO pg_catalog.tarmac_column (relid, attnum, distkey) VALUES (relation, pg_catalog.tarmac_attnum(relation, note->>'distkey'), true)
      ON CONFLICT (relid, attnum) DO UPDATE SET distkey = true;
  END IF;
  IF note ? 'sortkey' THEN
    PERFORM pg_catalog.tarmac_check_keys(relation, note->'sortkey', 'sort key');
    UPDATE pg_catalog.tarmac_column SET sortkey = 0 WHERE relid = relation AND sortkey <> 0;
    FOR key, place IN SELECT * FROM jsonb_array_elements_text(note->'sortkey') WITH ORDINALITY LOOP
      INSERT INTO pg_catalog.tarmac_column AS c (relid, attnum, sortkey)
        VALUES (relation, pg_catalog.tarmac_attnum(relation, key), sign * place)
        ON CONFLICT (relid, attnum) DO UPDATE SET sortkey = EXCLUDED.sortkey;
      sign := CASE WHEN (note->>'interleaved')::boolean THEN -sign ELSE 1 END;
    END LOOP;
  END IF;
  FOR key, encoding IN SELECT * FROM jsonb_each_text(note->'encode') LOOP
    INSERT INTO pg_catalog.tarmac_column AS c (relid, attnum, encoding)
      VALUES (relation, pg_catalog.tarmac_attnum_of(relation, note->>'table', key), encoding)
      ON CONFLICT (relid, attnum) DO UPDATE SET encoding = EXCLUDED.encoding;
    PERFORM pg_catalog.tarmac_check_encoding(relation, key, encoding);
  END LOOP;
END $$;

-- CREATE TABLE (LIKE parent): layout and NOT NULL are taken over, keys are not.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_copy_layout(relation oid, parent oid) RETURNS void LANGUAGE sql AS $$
  INSERT INTO pg_catalog.tarmac_table SELECT relation, diststyle, backup, encode_auto, sortkey_auto
    FROM pg_catalog.tarmac_table WHERE relid = parent
    ON CONFLICT (relid) DO UPDATE SET diststyle = EXCLUDED.diststyle, backup = EXCLUDED.backup;
  INSERT INTO pg_catalog.tarmac_column SELECT relation, new.attnum, encoding, distkey, sortkey
    FROM pg_catalog.tarmac_column AS c JOIN pg_catalog.pg_attribute AS old ON old.attrelid = c.relid AND old.attnum = c.attnum
    JOIN pg_catalog.pg_attribute AS new ON new.attrelid = relation AND new.attname = old.attname
    WHERE c.relid = parent ON CONFLICT DO NOTHING $$;

-- The name that a key gets when it is given none, as PostgreSQL 8 made it.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_constraint_name(relation oid, key jsonb) RETURNS text LANGUAGE sql AS $$
  SELECT candidate FROM (
    SELECT concat_ws('_', (SELECT relname FROM pg_catalog.pg_class WHERE oid = relation),
      CASE WHEN key->>'type' <> 'p' THEN key->'columns'->>0 END,
      CASE key->>'type' WHEN 'p' THEN 'pkey' WHEN 'u' THEN 'key' ELSE 'fkey' END) || coalesce(n::text, '') AS candidate, n
    FROM (SELECT NULL::int AS n UNION ALL SELECT generate_series(1, 100)) AS numbers) AS candidates
  WHERE NOT EXISTS (SELECT FROM pg_catalog.tarmac_constraint WHERE relid = relation AND conname = candidate)
  ORDER BY n NULLS FIRST LIMIT 1 $$;

-- The columns that a foreign key refers to: those it names, or the primary key's.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_referenced(parent oid, key jsonb) RETURNS smallint[] LANGUAGE plpgsql AS $$
DECLARE found smallint[]; name text := (SELECT relname FROM pg_catalog.pg_class WHERE oid = parent);
BEGIN
  IF NOT key ? 'references' THEN
    SELECT conkey INTO found FROM pg_catalog.tarmac_constraint WHERE relid = parent AND contype = 'p';
    IF found IS NULL THEN
      RAISE EXCEPTION 'there is no primary key for referenced table "%"', name USING ERRCODE = 'undefined_object';
    END IF;
    RETURN found;
  END IF;
  found := pg_catalog.tarmac_attnums(parent, key->'references');
  IF NOT EXISTS (SELECT FROM pg_catalog.tarmac_constraint
                 WHERE relid = parent AND contype IN ('p', 'u') AND conkey @> found AND conkey <@ found) THEN
    RAISE EXCEPTION 'there is no unique constraint matching given keys for referenced table "%"', name
      USING ERRCODE = 'invalid_foreign_key';
  END IF;
  RETURN found;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_add_constraint(relation oid, key jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text := coalesce(key->>'name', pg_catalog.tarmac_constraint_name(relation, key));
  of_table text := (SELECT relname FROM pg_catalog.pg_class WHERE oid = relation);
  columns smallint[] := pg_catalog.tarmac_attnums(relation, key->'columns');
  parent oid; referenced smallint[];
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.tarmac_constraint WHERE relid = relation AND conname = name) THEN
    RAISE EXCEPTION 'constraint "%" for relation "%" already exists', name, of_table USING ERRCODE = 'duplicate_object';
  ELSIF key->>'type' = 'p' AND EXISTS (SELECT FROM pg_catalog.tarmac_constraint WHERE relid = relation AND contype = 'p') THEN
    RAISE EXCEPTION 'multiple primary keys for table "%" are not allowed', of_table USING ERRCODE = 'invalid_table_definition';
  ELSIF key->>'type' = 'p' AND EXISTS (SELECT FROM pg_catalog.pg_attribute
      WHERE attrelid = relation AND attnum = ANY (columns) AND NOT attnotnull) THEN
    RAISE EXCEPTION 'can not make a nullable column a primary key' USING ERRCODE = 'invalid_table_definition';
  END IF;
  IF key->>'type' = 'f' THEN
    parent := (key->>'parent')::regclass;
    referenced := pg_catalog.tarmac_referenced(parent, key);
    IF cardinality(referenced) <> cardinality(columns) THEN
      RAISE EXCEPTION 'number of referencing and referenced columns for foreign key disagree' USING ERRCODE = 'invalid_foreign_key';
    END IF;
  END IF;
  INSERT INTO pg_catalog.tarmac_constraint VALUES (relation, name, (key->>'type')::"char", columns, parent, referenced);
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_drop_constraint(relation oid, name text, is_cascade boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE dropped pg_catalog.tarmac_constraint;
BEGIN
  DELETE FROM pg_catalog.tarmac_constraint AS c WHERE relid = relation AND conname = name RETURNING c.* INTO dropped;
  IF dropped IS NULL THEN
    RAISE EXCEPTION 'constraint "%" does not exist', name USING ERRCODE = 'undefined_object';
  ELSIF dropped.contype = 'f' OR NOT EXISTS (SELECT FROM pg_catalog.tarmac_constraint AS f JOIN pg_catalog.pg_class ON oid = f.relid
      WHERE f.confrelid = relation AND f.confkey = dropped.conkey) THEN
    RETURN;
  ELSIF NOT is_cascade THEN
    RAISE EXCEPTION 'cannot drop constraint % on table % because other objects depend on it', name, relation::regclass
      USING ERRCODE = 'dependent_objects_still_exist', HINT = 'Use DROP ... CASCADE to drop the dependent objects too.';
  END IF;
  DELETE FROM pg_catalog.tarmac_constraint WHERE confrelid = relation AND confkey = dropped.conkey;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_apply_note(relation oid, note jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE key jsonb; replaced text := nullif(current_setting('tarmac.replaced_columns', true), '');
BEGIN
  IF note ? 'replaces' AND replaced <> pg_catalog.tarmac_column_count(relation)::text THEN
    RAISE EXCEPTION 'cannot change number of columns in view' USING ERRCODE = 'invalid_table_definition';
  ELSIF note ? 'replaces' THEN
    DELETE FROM pg_catalog.tarmac_late_view WHERE viewid = relation;  -- it is a bound one now
  END IF;
  IF (note->>'is_new')::boolean THEN
    DELETE FROM pg_catalog.tarmac_table WHERE relid = relation;
    DELETE FROM pg_catalog.tarmac_column WHERE relid = relation;
    DELETE FROM pg_catalog.tarmac_constraint WHERE relid = relation OR confrelid = relation;
  END IF;
  IF note ? 'like' THEN
    PERFORM pg_catalog.tarmac_copy_layout(relation, (note->>'like')::regclass);
  END IF;
  IF note ?| ARRAY['diststyle', 'distkey', 'sortkey', 'sortkey_auto', 'encode', 'encode_auto', 'backup'] THEN
    PERFORM pg_catalog.tarmac_set_layout(relation, note);
  END IF;
  FOR key IN SELECT jsonb_array_elements(note->'constraints') LOOP
    PERFORM pg_catalog.tarmac_add_constraint(relation, key);
  END LOOP;
  IF note ? 'drop_constraint' THEN
    PERFORM pg_catalog.tarmac_drop_constraint(relation, note->>'drop_constraint', coalesce((note->>'cascade')::boolean, false));
  ELSIF note ? 'drop_column' THEN
    DELETE FROM pg_catalog.tarmac_constraint AS c USING pg_catalog.pg_attribute AS a
      WHERE (c.relid = relation AND a.attrelid = c.relid AND a.attnum = ANY (conkey) OR c.confrelid = relation
        AND a.attrelid = c.confrelid AND a.attnum = ANY (confkey)) AND a.attisdropped;
  ELSIF note ? 'added_encoding' THEN
    INSERT INTO pg_catalog.tarmac_column (relid, attnum, encoding)
      SELECT relation, pg_catalog.tarmac_attnum(relation, name), encoding FROM jsonb_each_text(note->'added_encoding') AS e (name, encoding);
    PERFORM pg_catalog.tarmac_check_encoding(relation, name, encoding) FROM jsonb_each_text(note->'added_encoding') AS e (name, encoding);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_record() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE source text; command record; note jsonb;
BEGIN
  GET DIAGNOSTICS source = PG_CONTEXT;
  source := source || current_query();
  IF position('/*' || 'tarmac:{' IN source) = 0 THEN RETURN; END IF;
  FOR command IN SELECT DISTINCT c.objid, relname::text FROM pg_event_trigger_ddl_commands() AS c JOIN pg_catalog.pg_class ON oid = c.objid
      WHERE c.classid = 'pg_class'::regclass AND relkind IN ('r', 'p', 'm', 'v') LOOP
    note := pg_catalog.tarmac_next_note(source, command.relname);
    IF note IS NOT NULL THEN PERFORM pg_catalog.tarmac_apply_note(command.objid, note); END IF;
  END LOOP;
END $$;
DROP EVENT TRIGGER IF EXISTS tarmac_record;
CREATE EVENT TRIGGER tarmac_record ON ddl_command_end
  WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'CREATE VIEW', 'CREATE MATERIALIZED VIEW', 'ALTER TABLE', 'ALTER MATERIALIZED VIEW')
  EXECUTE FUNCTION pg_catalog.tarmac_record();

-- What Redshift refuses of a column's change, before PostgreSQL makes it.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check_resize(relation oid, of_table text, change jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  number smallint := pg_catalog.tarmac_attnum_of(relation, of_table, change->>'column');
  column_ pg_catalog.pg_attribute; recorded pg_catalog.tarmac_column; size integer := (change->>'length')::int + 4;
BEGIN
  SELECT * INTO column_ FROM pg_catalog.pg_attribute WHERE attrelid = relation AND attnum = number;
  SELECT * INTO recorded FROM pg_catalog.tarmac_column WHERE relid = relation AND attnum = number;
  IF column_.atttypid NOT IN ('varchar'::regtype, 'bytea'::regtype) THEN
    RAISE EXCEPTION 'cannot alter column "%" of relation "%", only the size of a VARCHAR can be altered', column_.attname, of_table
      USING ERRCODE = 'feature_not_supported';
  ELSIF column_.atttypmod = size THEN
    RAISE EXCEPTION 'cannot alter column "%" of relation "%", target column size should be different', column_.attname, of_table
      USING ERRCODE = 'feature_not_supported';
  ELSIF recorded.encoding IN ('bytedict', 'runlength', 'text255', 'text32k') THEN
    RAISE EXCEPTION 'cannot alter column "%" of relation "%" with encode type "%"', column_.attname, of_table, recorded.encoding
      USING ERRCODE = 'feature_not_supported';
  ELSIF column_.atthasdef AND size < column_.atttypmod THEN
    RAISE EXCEPTION 'cannot decrease a VARCHAR column size with default value' USING ERRCODE = 'feature_not_supported';
  ELSIF recorded.distkey OR recorded.sortkey <> 0 OR EXISTS (SELECT FROM pg_catalog.tarmac_constraint
      WHERE relid = relation AND number = ANY (conkey)) THEN
    RAISE EXCEPTION 'found unexpected dependency for column' USING ERRCODE = 'internal_error';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_attnum_of(relation oid, of_table text, column_name text) RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE number smallint;
BEGIN
  SELECT attnum INTO number FROM pg_catalog.pg_attribute
    WHERE attrelid = relation AND attname = column_name AND attnum > 0 AND NOT attisdropped;
  IF number IS NULL THEN
    RAISE EXCEPTION 'column "%" of relation "%" does not exist', column_name, of_table USING ERRCODE = 'undefined_column';
  END IF;
  RETURN number;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check_drop(relation oid, column_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE recorded pg_catalog.tarmac_column;
BEGIN
  SELECT c.* INTO recorded FROM pg_catalog.tarmac_column AS c JOIN pg_catalog.pg_attribute AS a ON a.attrelid = relid AND a.attnum = c.attnum
    WHERE relid = relation AND attname = column_name AND NOT attisdropped;
  IF recorded.distkey THEN
    RAISE EXCEPTION 'cannot drop distkey column "%"', column_name USING ERRCODE = 'feature_not_supported';
  ELSIF recorded.sortkey <> 0 THEN
    RAISE EXCEPTION 'cannot drop sortkey column "%"', column_name USING ERRCODE = 'feature_not_supported';
  END IF;
END $$;

-- What can't be done to temporary tables and to those with an interleaved sort key.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check_layout(relation oid, note jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  is_interleaved CONSTANT boolean := EXISTS (SELECT FROM pg_catalog.tarmac_column WHERE relid = relation AND sortkey < 0);
  is_temporary CONSTANT boolean := (SELECT relpersistence = 't' FROM pg_catalog.pg_class WHERE oid = relation);
BEGIN
  IF is_interleaved AND note ?| ARRAY['diststyle', 'encode'] THEN
    RAISE EXCEPTION 'ALTER % is not supported for tables with interleaved sort keys',
      CASE WHEN note ? 'encode' THEN 'COLUMN ENCODE' WHEN note ? 'distkey' THEN 'DISTKEY' ELSE 'DISTSTYLE' END
      USING ERRCODE = 'feature_not_supported';
  ELSIF is_temporary AND note ? 'diststyle' AND NOT note ? 'distkey' THEN
    RAISE EXCEPTION 'ALTER DISTSTYLE is not supported for temporary tables' USING ERRCODE = 'feature_not_supported';
  END IF;
END $$;

-- A view is replaced by one of the same columns; PostgreSQL lets more of them follow.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_column_count(relation oid) RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT count(*) FROM pg_catalog.pg_attribute WHERE attrelid = relation AND attnum > 0 $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE source text; note jsonb; relation oid; used bigint := coalesce(nullif(current_setting('tarmac.last_note', true), ''), '0')::bigint;
BEGIN
  PERFORM set_config('tarmac.replaced_columns', '', true);
  GET DIAGNOSTICS source = PG_CONTEXT;
  source := source || current_query();
  IF position('/*' || 'tarmac:{' IN source) = 0 THEN RETURN; END IF;
  SELECT n INTO note FROM pg_catalog.tarmac_notes(source) AS n WHERE n ? 'relation'
    ORDER BY (n->>'number')::bigint > used DESC, (n->>'number')::bigint LIMIT 1;
  relation := to_regclass(note->>'relation');
  IF relation IS NULL THEN
    RETURN;
  ELSIF note ? 'resize' THEN
    PERFORM pg_catalog.tarmac_check_resize(relation, note->>'table', note->'resize');
  ELSIF note ? 'drop_column' THEN
    PERFORM pg_catalog.tarmac_check_drop(relation, note->>'drop_column');
  ELSIF note ? 'replaces' THEN
    PERFORM set_config('tarmac.replaced_columns', pg_catalog.tarmac_column_count(relation)::text, true);
  ELSE
    PERFORM pg_catalog.tarmac_check_layout(relation, note);
  END IF;
END $$;
DROP EVENT TRIGGER IF EXISTS tarmac_check;
CREATE EVENT TRIGGER tarmac_check ON ddl_command_start WHEN TAG IN ('ALTER TABLE', 'CREATE VIEW') EXECUTE FUNCTION pg_catalog.tarmac_check();

-- Foreign keys that refer to a dropped table keep it, unless they are dropped with it; nothing else remains of it.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check_dropped() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE source text; dropped oid[]; kept record;
BEGIN
  SELECT array_agg(objid) INTO dropped FROM pg_event_trigger_dropped_objects()
    WHERE classid = 'pg_class'::regclass AND objsubid = 0 AND object_type IN ('table', 'materialized view', 'view');
  IF dropped IS NULL THEN RETURN; END IF;
  SELECT c.relname AS child, d.object_name AS parent INTO kept FROM pg_catalog.tarmac_constraint AS f
    JOIN pg_catalog.pg_class AS c ON c.oid = f.relid JOIN pg_event_trigger_dropped_objects() AS d ON d.objid = f.confrelid
    WHERE f.confrelid = ANY (dropped) AND NOT f.relid = ANY (dropped);
  IF kept IS NOT NULL THEN
    GET DIAGNOSTICS source = PG_CONTEXT;
    IF EXISTS (SELECT FROM pg_catalog.tarmac_notes(source || current_query()) AS n WHERE n->>'tag' = tg_tag AND n->>'cascade' = 'false') THEN
      RAISE EXCEPTION 'cannot drop table % because other objects depend on it', kept.parent USING ERRCODE = 'dependent_objects_still_exist',
        DETAIL = format('a foreign key of table %s refers to it', kept.child), HINT = 'Use DROP ... CASCADE to drop the dependent objects too.';
    END IF;
  END IF;
  DELETE FROM pg_catalog.tarmac_constraint WHERE relid = ANY (dropped) OR confrelid = ANY (dropped);
  DELETE FROM pg_catalog.tarmac_column WHERE relid = ANY (dropped);
  DELETE FROM pg_catalog.tarmac_table WHERE relid = ANY (dropped);
  DELETE FROM pg_catalog.tarmac_late_view WHERE viewid = ANY (dropped);
END $$;
DROP EVENT TRIGGER IF EXISTS tarmac_check_dropped;
CREATE EVENT TRIGGER tarmac_check_dropped ON sql_drop WHEN TAG IN ('DROP TABLE', 'DROP VIEW', 'DROP MATERIALIZED VIEW', 'DROP SCHEMA', 'DROP OWNED')
  EXECUTE FUNCTION pg_catalog.tarmac_check_dropped();
