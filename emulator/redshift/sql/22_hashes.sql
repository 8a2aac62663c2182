-- Hashes. Numbers are hashed as their bytes, the lowest first (Developer Guide, FNV_HASH, MURMUR3_32_HASH).
CREATE OR REPLACE FUNCTION pg_catalog.sha2(value text, bits integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE bits
    WHEN 0 THEN encode(sha256(convert_to(value, 'UTF8')), 'hex') WHEN 224 THEN encode(sha224(convert_to(value, 'UTF8')), 'hex')
    WHEN 256 THEN encode(sha256(convert_to(value, 'UTF8')), 'hex') WHEN 384 THEN encode(sha384(convert_to(value, 'UTF8')), 'hex')
    WHEN 512 THEN encode(sha512(convert_to(value, 'UTF8')), 'hex')
    ELSE CASE WHEN value IS NOT NULL AND bits IS NOT NULL THEN '' END END $$;
CREATE OR REPLACE FUNCTION pg_catalog.crc32(value text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT lpad(to_hex(crc32c(convert_to(value, 'UTF8'))), 8, '0') $$;

CREATE OR REPLACE FUNCTION pg_catalog.tarmac_sha1(message bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  mask constant bigint := 4294967295; bits constant bigint := length(message) * 8;
  h bigint[] := ARRAY[1732584193, 4023233417, 2562383102, 271733878, 3285377520];
  a bigint; b bigint; c bigint; d bigint; e bigint; f bigint; k bigint; t bigint; w bigint[];
BEGIN
  message := message || '\x80'::bytea || decode(repeat('00', (119 - length(message) % 64) % 64), 'hex') || int8send(bits);
  FOR block IN 0..length(message) / 64 - 1 LOOP
    w := ARRAY[]::bigint[];
    FOR i IN 0..79 LOOP
      IF i < 16 THEN
        t := get_byte(message, block * 64 + i * 4)::bigint * 16777216 + get_byte(message, block * 64 + i * 4 + 1) * 65536
          + get_byte(message, block * 64 + i * 4 + 2) * 256 + get_byte(message, block * 64 + i * 4 + 3);
      ELSE
        t := w[i - 2] # w[i - 7] # w[i - 13] # w[i - 15];
        t := ((t << 1) | (t >> 31)) & mask;
      END IF;
      w := w || t;
    END LOOP;
    a := h[1]; b := h[2]; c := h[3]; d := h[4]; e := h[5];
    FOR i IN 1..80 LOOP
      IF i <= 20 THEN f := (b & c) | ((b # mask) & d); k := 1518500249;
      ELSIF i <= 40 THEN f := b # c # d; k := 1859775393;
      ELSIF i <= 60 THEN f := (b & c) | (b & d) | (c & d); k := 2400959708;
      ELSE f := b # c # d; k := 3395469782;
      END IF;
      t := ((((a << 5) | (a >> 27)) & mask) + f + e + k + w[i]) & mask;
      e := d; d := c; c := ((b << 30) | (b >> 2)) & mask; b := a; a := t;
    END LOOP;
    h := ARRAY[(h[1] + a) & mask, (h[2] + b) & mask, (h[3] + c) & mask, (h[4] + d) & mask, (h[5] + e) & mask];
  END LOOP;
  RETURN lpad(to_hex(h[1]), 8, '0') || lpad(to_hex(h[2]), 8, '0') || lpad(to_hex(h[3]), 8, '0')
    || lpad(to_hex(h[4]), 8, '0') || lpad(to_hex(h[5]), 8, '0');
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.sha1(value text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.tarmac_sha1(convert_to(value, 'UTF8')) $$;
CREATE OR REPLACE FUNCTION pg_catalog.sha(value text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.tarmac_sha1(convert_to(value, 'UTF8')) $$;
CREATE OR REPLACE FUNCTION pg_catalog.func_sha1(value text) RETURNS text LANGUAGE sql IMMUTABLE
AS $$ SELECT pg_catalog.tarmac_sha1(convert_to(value, 'UTF8')) $$;

-- FNV-1a of 64 bits; the multiplication by 2^40 + 435 is done in halves, since bigint doesn't wrap.
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_fnv(value bytea, seed bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE mask constant bigint := 4294967295; hash bigint := seed; low bigint; high bigint;
BEGIN
  FOR place IN 0..length(value) - 1 LOOP
    hash := hash # get_byte(value, place);
    low := (hash & mask) * 435;
    high := ((hash >> 32) & mask) * 435 + (low >> 32) + ((hash << 8) & mask);
    hash := ((high & mask) << 32) | (low & mask);
  END LOOP;
  RETURN hash;
END $$;
CREATE OR REPLACE FUNCTION pg_catalog.tarmac_murmur3(value bytea, seed integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE STRICT AS $$
DECLARE
  mask constant bigint := 4294967295; hash bigint := seed::bigint & mask; size integer := length(value); k bigint; tail integer;
BEGIN
  FOR block IN 0..size / 4 - 1 LOOP
    k := get_byte(value, block * 4) + get_byte(value, block * 4 + 1) * 256 + get_byte(value, block * 4 + 2) * 65536
      + get_byte(value, block * 4 + 3)::bigint * 16777216;
    k := (k::numeric * 3432918353 % 4294967296)::bigint;
    k := ((k << 15) | (k >> 17)) & mask;
    hash := hash # (k * 461845907 % 4294967296);
    hash := ((((hash << 13) | (hash >> 19)) & mask) * 5 + 3864292196) & mask;
  END LOOP;
  tail := size / 4 * 4; k := 0;
  FOR place IN REVERSE size - 1..tail LOOP
    k := k * 256 + get_byte(value, place);
  END LOOP;
  IF size > tail THEN
    k := (k::numeric * 3432918353 % 4294967296)::bigint;
    k := ((k << 15) | (k >> 17)) & mask;
    hash := hash # (k * 461845907 % 4294967296);
  END IF;
  hash := hash # size;
  hash := ((hash # (hash >> 16))::numeric * 2246822507 % 4294967296)::bigint;
  hash := ((hash # (hash >> 13))::numeric * 3266489909 % 4294967296)::bigint;
  hash := hash # (hash >> 16);
  RETURN (CASE WHEN hash > 2147483647 THEN hash - 4294967296 ELSE hash END)::integer;
END $$;

DO $$
DECLARE kind text; bytes text;
BEGIN
  FOR kind, bytes IN VALUES
    ('smallint', 'reverse(int2send($1))'), ('integer', 'reverse(int4send($1))'), ('bigint', 'reverse(int8send($1))'),
    ('real', 'reverse(float4send($1))'), ('float8', 'reverse(float8send($1))'), ('boolean', 'boolsend($1)'),
    ('text', 'convert_to($1, ''UTF8'')'), ('bytea', '$1')
  LOOP
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.fnv_hash(%s) RETURNS bigint LANGUAGE sql IMMUTABLE AS
      $made$ SELECT pg_catalog.tarmac_fnv(%s, -3750763034362895579) $made$', kind, bytes);
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.fnv_hash(%s, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
      $made$ SELECT CASE WHEN $1 IS NULL THEN $2 ELSE pg_catalog.tarmac_fnv(%s, $2) END $made$', kind, bytes);
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.murmur3_32_hash(%s) RETURNS integer LANGUAGE sql IMMUTABLE AS
      $made$ SELECT pg_catalog.tarmac_murmur3(%s, 0) $made$', kind, bytes);
    EXECUTE format('CREATE OR REPLACE FUNCTION pg_catalog.murmur3_32_hash(%s, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS
      $made$ SELECT pg_catalog.tarmac_murmur3(%s, $2) $made$', kind, bytes);
  END LOOP;
END $$;

-- A decimal's checksum is its digits, a whole number's the number (Developer Guide, CHECKSUM, the example); a text's isn't known.
CREATE OR REPLACE FUNCTION pg_catalog.checksum(value numeric) RETURNS integer LANGUAGE sql IMMUTABLE
AS $$ SELECT (value * 10::numeric ^ scale(value))::integer $$;
