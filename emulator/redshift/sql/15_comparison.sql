-- Trailing blanks don't count when texts are compared, sorted, grouped or joined: character(n) compares so already,
-- and text has the same layout. What compares text (and varchar, which has no operators of its own) becomes that.
-- LIKE, length() and || see the blanks as before. Nothing of PostgreSQL's own catalogue is sorted by text.
UPDATE pg_catalog.pg_operator AS o SET oprcode = c.oprcode, oprrest = c.oprrest, oprjoin = c.oprjoin
  FROM pg_catalog.pg_operator AS c
  WHERE c.oprname = o.oprname AND c.oprnamespace = o.oprnamespace AND o.oprname IN ('=', '<>', '<', '<=', '>', '>=')
    AND o.oprleft = 'text'::regtype AND o.oprright = 'text'::regtype
    AND c.oprleft = 'bpchar'::regtype AND c.oprright = 'bpchar'::regtype AND o.oprcode <> c.oprcode;
UPDATE pg_catalog.pg_amproc AS a SET amproc = c.amproc
  FROM pg_catalog.pg_amproc AS c, pg_catalog.pg_opfamily AS f, pg_catalog.pg_opfamily AS g
  WHERE f.oid = a.amprocfamily AND g.oid = c.amprocfamily AND f.opfmethod = g.opfmethod AND a.amprocnum = c.amprocnum
    AND f.opfmethod IN (SELECT oid FROM pg_catalog.pg_am WHERE amname IN ('btree', 'hash'))
    AND f.opfname = 'text_ops' AND a.amproclefttype = 'text'::regtype AND a.amprocrighttype = 'text'::regtype
    AND g.opfname = 'bpchar_ops' AND c.amproclefttype = 'bpchar'::regtype AND a.amproc <> c.amproc;
-- Equal texts need not have equal bytes any more; and those that are ordered byte by byte have another equality.
DELETE FROM pg_catalog.pg_amproc AS a USING pg_catalog.pg_opfamily AS f
  WHERE f.oid = a.amprocfamily AND f.opfname = 'text_ops' AND a.amprocnum = 4 AND a.amproc = 'btvarstrequalimage'::regproc;
DELETE FROM pg_catalog.pg_amop AS a USING pg_catalog.pg_opfamily AS f
  WHERE f.oid = a.amopfamily AND f.opfname = 'text_pattern_ops' AND a.amopopr = '=(text,text)'::regoperator;
