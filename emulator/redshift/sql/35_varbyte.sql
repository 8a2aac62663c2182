-- VARBYTE (bytea) and what the session is.
CREATE OR REPLACE FUNCTION pg_catalog.to_varbyte(value text, format text) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE lower(format)
    WHEN 'hex' THEN decode(CASE WHEN length(value) % 2 = 1 THEN '0' ELSE '' END || value, 'hex')
    WHEN 'binary' THEN decode(lpad(to_hex(lpad(value, 64, '0')::bit(64)::bigint), (length(value) + 7) / 8 * 2, '0'), 'hex')
    WHEN 'utf8' THEN convert_to(value, 'UTF8') WHEN 'utf-8' THEN convert_to(value, 'UTF8')
    ELSE pg_catalog.tarmac_error('unknown format "' || format || '": use hex, binary or utf8', '22023')::bytea END $$;
CREATE OR REPLACE FUNCTION pg_catalog.from_hex(digits text) RETURNS bytea LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.to_varbyte(digits, 'hex') $$;
CREATE OR REPLACE FUNCTION pg_catalog.to_hex(value bytea) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT encode(value, 'hex') $$;
CREATE OR REPLACE FUNCTION pg_catalog.from_varbyte(value bytea, format text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE lower(format)
    WHEN 'hex' THEN encode(value, 'hex')
    WHEN 'binary' THEN (SELECT coalesce(string_agg(get_byte(value, at)::bit(8)::text, '' ORDER BY at), '')
      FROM generate_series(0, length(value) - 1) AS at)
    WHEN 'utf8' THEN convert_from(value, 'UTF8') WHEN 'utf-8' THEN convert_from(value, 'UTF8')
    ELSE pg_catalog.tarmac_error('unknown format "' || format || '": use hex, binary or utf8', '22023') END $$;
CREATE OR REPLACE FUNCTION pg_catalog.getbit(value bytea, index integer) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT get_byte(value, length(value) - 1 - index / 8) >> index % 8 & 1 $$;

CREATE OR REPLACE FUNCTION pg_catalog.current_user_id() RETURNS integer LANGUAGE sql STABLE
AS $$ SELECT oid::integer FROM pg_catalog.pg_roles WHERE rolname = current_user $$;
CREATE OR REPLACE FUNCTION pg_catalog.current_aws_account() RETURNS bigint LANGUAGE sql IMMUTABLE
AS $$ SELECT 0::bigint $$;  -- the emulator's account, 000000000000
CREATE OR REPLACE FUNCTION pg_catalog.default_iam_role() RETURNS text LANGUAGE sql STABLE AS $$ SELECT 'none' $$;
CREATE OR REPLACE FUNCTION pg_catalog.slice_num(slice integer) RETURNS integer LANGUAGE sql STABLE
AS $$ SELECT slice $$;
CREATE OR REPLACE FUNCTION pg_catalog.user_is_member_of(member text, granted text) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT pg_has_role(member, granted, 'MEMBER') $$;
CREATE OR REPLACE FUNCTION pg_catalog.role_is_member_of(member text, granted text) RETURNS boolean LANGUAGE sql STABLE
AS $$ SELECT pg_has_role(member, granted, 'MEMBER') $$;
