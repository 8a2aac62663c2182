-- Why a role can't be dropped without FORCE (Amazon Redshift Database Developer Guide, "DROP ROLE").
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_check_role(role_name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE role_ oid := (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = role_name);
BEGIN
  IF EXISTS (SELECT FROM pg_catalog.pg_auth_members JOIN pg_catalog.pg_roles AS u ON u.oid = member WHERE roleid = role_ AND u.rolcanlogin) THEN
    RAISE EXCEPTION 'cannot drop this role since it has been granted on a user' USING ERRCODE = 'dependent_objects_still_exist';
  ELSIF EXISTS (SELECT FROM pg_catalog.pg_auth_members WHERE member = role_) THEN
    RAISE EXCEPTION 'cannot drop this role since it depends on another role' USING ERRCODE = 'dependent_objects_still_exist';
  END IF;
END $$;
