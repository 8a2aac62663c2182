-- Views WITH NO SCHEMA BINDING. Each is kept as the text of its query. While what it reads is there it is an ordinary
-- view; before that changes (DROP, ALTER TABLE) it becomes one that says what is missing when it is read, and after
-- each definition all those are tried again. late_views.py and recorded_note.py say what changes.
CREATE TABLE IF NOT EXISTS pg_catalog.tarmac_late_view (
  viewid oid PRIMARY KEY, columns text NOT NULL, query text NOT NULL, is_bound boolean NOT NULL);
ALTER TABLE pg_catalog.tarmac_late_view ADD COLUMN IF NOT EXISTS missing text;  -- what an unbound one says
DELETE FROM pg_catalog.tarmac_late_view WHERE viewid NOT IN (SELECT oid FROM pg_catalog.pg_class);
GRANT SELECT, INSERT, UPDATE ON pg_catalog.tarmac_late_view TO PUBLIC;  -- their owners record them

-- What an unbound view answers when it is read.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_unbound(message text, code text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', message USING ERRCODE = code;
END $$;

-- The late-binding views that read any of these relations, directly or through others.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_late_readers(relations oid[]) RETURNS SETOF oid LANGUAGE sql AS $$
  WITH RECURSIVE reader (viewid) AS (
    SELECT unnest(relations)
    UNION SELECT r.ev_class FROM reader JOIN pg_catalog.pg_depend AS d ON d.refobjid = reader.viewid
      JOIN pg_catalog.pg_rewrite AS r ON r.oid = d.objid
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass)
  SELECT viewid FROM reader JOIN pg_catalog.tarmac_late_view USING (viewid) WHERE NOT viewid = ANY (relations) $$;

-- The view reads nothing any more; its columns, owner and grants stay.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_unbind(view_ oid, message text, code text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE columns_ text;
BEGIN
  SELECT string_agg(format('NULL::%s AS %I', format_type(atttypid, atttypmod), attname), ', ' ORDER BY attnum) INTO columns_
    FROM pg_catalog.pg_attribute WHERE attrelid = view_ AND attnum > 0;
  EXECUTE format('CREATE OR REPLACE VIEW %s AS SELECT %s WHERE pg_catalog.tarmac_unbound(%L, %L)', view_::regclass, columns_, message, code);
  UPDATE pg_catalog.tarmac_late_view SET is_bound = false, missing = message WHERE viewid = view_;
END $$;

-- Makes the view anew, for other columns; returns its new identity.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_remake(view_ oid) RETURNS oid LANGUAGE plpgsql AS $$
DECLARE
  late pg_catalog.tarmac_late_view; name text := view_::regclass::text; owner text; reader oid; granted record;
  grants CONSTANT aclitem[] := (SELECT relacl FROM pg_catalog.pg_class WHERE oid = view_);
BEGIN
  SELECT * INTO late FROM pg_catalog.tarmac_late_view WHERE viewid = view_;
  SELECT rolname INTO owner FROM pg_catalog.pg_class JOIN pg_catalog.pg_roles AS r ON r.oid = relowner WHERE pg_class.oid = view_;
  FOR reader IN SELECT pg_catalog.tarmac_late_readers(ARRAY[view_]) LOOP
    PERFORM pg_catalog.tarmac_unbind(reader, format('relation "%s" does not exist', name), '42P01');
  END LOOP;
  EXECUTE format('DROP VIEW %s', name);
  EXECUTE format('CREATE VIEW %s %s AS %s', name, late.columns, late.query);
  EXECUTE format('ALTER VIEW %s OWNER TO %I', name, owner);
  FOR granted IN SELECT privilege_type, coalesce(quote_ident(rolname), 'PUBLIC') AS grantee
      FROM aclexplode(grants) LEFT JOIN pg_catalog.pg_roles AS r ON r.oid = grantee LOOP
    EXECUTE format('GRANT %s ON %s TO %s', granted.privilege_type, name, granted.grantee);
  END LOOP;
  INSERT INTO pg_catalog.tarmac_late_view VALUES (name::regclass, late.columns, late.query, false);  -- the drop took it out
  RETURN name::regclass;
END $$;

-- Tries to make the view read what it names; whether it does. What is missing then is what the view says. One that
-- another session holds is left for the next definition.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_bind(view_ oid) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE late pg_catalog.tarmac_late_view; made oid := view_; message text; code text;
BEGIN
  SELECT * INTO late FROM pg_catalog.tarmac_late_view WHERE viewid = view_;
  BEGIN
    BEGIN
      EXECUTE format('CREATE OR REPLACE VIEW %s %s AS %s', view_::regclass, late.columns, late.query);
    EXCEPTION WHEN invalid_table_definition THEN
      made := pg_catalog.tarmac_remake(view_);
    END;
    IF EXISTS (SELECT FROM pg_catalog.pg_rewrite AS r JOIN pg_catalog.pg_depend AS d ON d.objid = r.oid
        JOIN pg_catalog.tarmac_late_view AS l ON l.viewid = d.refobjid
        WHERE r.ev_class = made AND d.classid = 'pg_rewrite'::regclass AND l.viewid <> made AND NOT l.is_bound) THEN
      RAISE EXCEPTION 'it reads a view of which something is missing' USING ERRCODE = 'undefined_table';
    END IF;
  EXCEPTION WHEN lock_not_available THEN
    RETURN false;
  WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, code = RETURNED_SQLSTATE;
    IF late.is_bound OR late.missing IS DISTINCT FROM message THEN
      BEGIN
        PERFORM pg_catalog.tarmac_unbind(view_, message, code);
      EXCEPTION WHEN lock_not_available THEN
        RETURN false;
      END;
    END IF;
    RETURN false;
  END;
  UPDATE pg_catalog.tarmac_late_view SET is_bound = true WHERE viewid = made;
  RETURN true;
END $$;

-- Tries all unbound views again, those that read others after them.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_bind_all() RETURNS void LANGUAGE plpgsql AS $$
DECLARE view_ oid; is_progress boolean := true; patience CONSTANT text := current_setting('lock_timeout');
BEGIN
  PERFORM set_config('tarmac.is_binding', 'on', true), set_config('lock_timeout', '300ms', true);
  WHILE is_progress LOOP
    is_progress := false;
    FOR view_ IN SELECT viewid FROM pg_catalog.tarmac_late_view JOIN pg_catalog.pg_class ON oid = viewid WHERE NOT is_bound LOOP
      is_progress := pg_catalog.tarmac_bind(view_) OR is_progress;
    END LOOP;
  END LOOP;
  PERFORM set_config('tarmac.is_binding', 'off', true), set_config('lock_timeout', patience, true);
END $$;

-- CREATE [OR REPLACE] VIEW name [(columns)] AS query WITH NO SCHEMA BINDING. In a query only what is missing is allowed.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_create_late_view(name text, columns_ text, query_ text, is_replacing boolean) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE existing oid := to_regclass(name); reader oid; code text;
BEGIN
  IF existing IS NOT NULL AND NOT (is_replacing AND (SELECT relkind FROM pg_catalog.pg_class WHERE oid = existing) = 'v') THEN
    RAISE EXCEPTION 'Relation "%" already exists', (SELECT relname FROM pg_catalog.pg_class WHERE oid = existing) USING ERRCODE = 'duplicate_table';
  END IF;
  PERFORM set_config('tarmac.is_binding', 'on', true);
  IF existing IS NULL THEN
    EXECUTE format('CREATE VIEW %s AS SELECT NULL::integer AS "unbound"', name);
    existing := name::regclass;
  END IF;
  INSERT INTO pg_catalog.tarmac_late_view VALUES (existing, columns_, query_, false)
    ON CONFLICT (viewid) DO UPDATE SET columns = EXCLUDED.columns, query = EXCLUDED.query;
  BEGIN
    EXECUTE format('CREATE OR REPLACE TEMP VIEW tarmac_late %s AS %s', columns_, query_);
    DROP VIEW pg_temp.tarmac_late;
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS code = RETURNED_SQLSTATE;
    IF code NOT IN ('42P01', '42703', '42883', '42704', '0A000') THEN RAISE; END IF;
  END;
  PERFORM pg_catalog.tarmac_bind(existing);
  PERFORM set_config('tarmac.is_binding', 'off', true);
END $$;

-- Before a relation goes or changes, the late-binding views that read it let go of it.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_let_go(names jsonb, schemas jsonb) RETURNS void LANGUAGE plpgsql AS $$
DECLARE view_ oid; relations oid[];
BEGIN
  SELECT array_agg(c.oid) INTO relations FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = relnamespace
    WHERE c.oid IN (SELECT to_regclass(name) FROM jsonb_array_elements_text(names) AS name)
      OR nspname IN (SELECT jsonb_array_elements_text(schemas)) AND relkind IN ('r', 'v', 'm');
  FOR view_ IN SELECT pg_catalog.tarmac_late_readers(relations) LOOP
    PERFORM pg_catalog.tarmac_unbind(view_, 'what the view reads has been dropped or changed', '42P01');
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_unbind_before() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
DECLARE source text; note jsonb; used bigint := coalesce(nullif(current_setting('tarmac.last_drop', true), ''), '0')::bigint;
BEGIN
  IF current_setting('tarmac.is_binding', true) = 'on' OR NOT EXISTS (SELECT FROM pg_catalog.tarmac_late_view WHERE is_bound) THEN
    RETURN;
  END IF;
  GET DIAGNOSTICS source = PG_CONTEXT;
  source := source || current_query();
  IF position('/*' || 'tarmac:{' IN source) = 0 THEN RETURN; END IF;
  SELECT n INTO note FROM pg_catalog.tarmac_notes(source) AS n WHERE n ?| ARRAY['relations', 'schemas'] AND n->>'tag' = tg_tag
    ORDER BY (n->>'number')::bigint > used DESC, (n->>'number')::bigint LIMIT 1;
  IF note IS NULL THEN RETURN; END IF;
  PERFORM set_config('tarmac.last_drop', note->>'number', false), set_config('tarmac.is_binding', 'on', true);
  PERFORM pg_catalog.tarmac_let_go(coalesce(note->'relations', '[]'), coalesce(note->'schemas', '[]'));
  PERFORM set_config('tarmac.is_binding', 'off', true);
END $$;
DROP EVENT TRIGGER IF EXISTS tarmac_unbind;
CREATE EVENT TRIGGER tarmac_unbind ON ddl_command_start
  WHEN TAG IN ('ALTER TABLE', 'DROP TABLE', 'DROP VIEW', 'DROP MATERIALIZED VIEW', 'DROP SCHEMA', 'ALTER SCHEMA')
  EXECUTE FUNCTION pg_catalog.tarmac_unbind_before();

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_bind_after() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
  IF current_setting('tarmac.is_binding', true) IS DISTINCT FROM 'on'
      AND EXISTS (SELECT FROM pg_catalog.tarmac_late_view JOIN pg_catalog.pg_class ON oid = viewid WHERE NOT is_bound) THEN
    PERFORM pg_catalog.tarmac_bind_all();
  END IF;
END $$;
DROP EVENT TRIGGER IF EXISTS tarmac_bind;
CREATE EVENT TRIGGER tarmac_bind ON ddl_command_end
  WHEN TAG IN ('CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE VIEW', 'CREATE MATERIALIZED VIEW', 'CREATE FUNCTION',
    'ALTER TABLE', 'ALTER SCHEMA', 'DROP TABLE', 'DROP VIEW', 'DROP MATERIALIZED VIEW', 'DROP SCHEMA')
  EXECUTE FUNCTION pg_catalog.tarmac_bind_after();
