-- A query's texts are VARCHAR in the table that CREATE TABLE AS or SELECT INTO makes of it: Redshift has no other type.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_texts_as_varchar() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET allow_system_table_mods = on AS $$
BEGIN
  UPDATE pg_catalog.pg_attribute SET atttypid = 'varchar'::regtype, atttypmod = 65539
    WHERE attrelid IN (SELECT objid FROM pg_event_trigger_ddl_commands() WHERE classid = 'pg_class'::regclass)
      AND atttypid = 'text'::regtype AND attnum > 0;
END $$;
DROP EVENT TRIGGER IF EXISTS tarmac_a_texts_as_varchar;
CREATE EVENT TRIGGER tarmac_a_texts_as_varchar ON ddl_command_end
  WHEN TAG IN ('CREATE TABLE AS', 'SELECT INTO') EXECUTE FUNCTION pg_catalog.tarmac_texts_as_varchar();
