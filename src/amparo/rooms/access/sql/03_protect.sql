-- The only way a migration writes row policies. Runs as the migrating owner (not SECURITY DEFINER).

CREATE FUNCTION sec._policy_test(tbl text, section text, mode text, subject_column text) RETURNS text IMMUTABLE LANGUAGE sql
AS $$
  -- OFFSET 0 keeps the planner from hashing all of a person's grants (115 ms instead of 0.2 for one row)
  SELECT format(
    '(%s OR EXISTS (SELECT 1 FROM public.access_grant g WHERE g.subject_id = %s.%I AND g.actor_id = (SELECT sec.grantee())'
    ' AND g.from_at <= now() AND g.until_at > now() AND %s = ANY (g.sections)%s OFFSET 0))',
    CASE WHEN section IS NULL
         THEN format('(%s.unit_id::text || ''/'' || %s.section) = ANY ((SELECT sec.scopes(%L))::text[])', tbl, tbl, mode)
         ELSE format('%s.unit_id = ANY ((SELECT sec.units(%L, %L))::uuid[])', tbl, section, mode) END,
    tbl, subject_column,
    CASE WHEN section IS NULL THEN tbl || '.section' ELSE format('%L', section) END,
    CASE WHEN mode = 'write' THEN ' AND g.mode = ''write''' ELSE '' END)
$$;

CREATE FUNCTION sec._force(tbl regclass) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', tbl); END $$;

CREATE FUNCTION sec.protect(tbl regclass, section text, subject_column text DEFAULT 'subject_id', writable boolean DEFAULT true)
RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE name text := tbl::text; scope text := coalesce(format('%L', section), 'section');
BEGIN
  PERFORM sec._force(tbl);
  IF subject_column <> 'id' THEN
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I FOREIGN KEY (%I, unit_id) REFERENCES public.access_subject (id, unit_id)'
                   ' ON UPDATE CASCADE DEFERRABLE INITIALLY IMMEDIATE', tbl, replace(name, '.', '_') || '_subject_unit', subject_column);
  END IF;
  IF section IS NOT NULL THEN
    EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I CHECK (section = %L)', tbl, replace(name, '.', '_') || '_section', section);
  END IF;
  EXECUTE format('CREATE POLICY see ON %s FOR SELECT TO amparo_staff USING %s', tbl, sec._policy_test(name, section, 'read', subject_column));
  EXECUTE format('CREATE POLICY blocked ON %s AS RESTRICTIVE FOR ALL TO amparo_staff USING (%s.%I <> ALL ((SELECT sec.blocked())::uuid[]))',
                 tbl, name, subject_column);
  EXECUTE format('GRANT SELECT ON %s TO amparo_staff', tbl);
  IF writable THEN
    EXECUTE format('CREATE POLICY add ON %s FOR INSERT TO amparo_staff WITH CHECK %s', tbl, sec._policy_test(name, section, 'write', subject_column));
    EXECUTE format('CREATE POLICY change ON %s FOR UPDATE TO amparo_staff USING %s WITH CHECK %s', tbl,
                   sec._policy_test(name, section, 'write', subject_column), sec._policy_test(name, section, 'write', subject_column));
    EXECUTE format('GRANT INSERT, UPDATE ON %s TO amparo_staff', tbl);
  END IF;
  EXECUTE format('CREATE POLICY system_see ON %s FOR SELECT TO amparo_worker USING ((SELECT sec.system_may(%s, ''read'')))', tbl,
                 CASE WHEN section IS NULL THEN '''*''' ELSE scope END);
  EXECUTE format('CREATE POLICY system_change ON %s FOR UPDATE TO amparo_worker USING ((SELECT sec.system_may(%s, ''write'')))', tbl,
                 CASE WHEN section IS NULL THEN '''*''' ELSE scope END);
  EXECUTE format('CREATE POLICY system_add ON %s FOR INSERT TO amparo_worker WITH CHECK ((SELECT sec.system_may(%s, ''write'')))', tbl,
                 CASE WHEN section IS NULL THEN '''*''' ELSE scope END);
  EXECUTE format('CREATE POLICY system_erase ON %s FOR DELETE TO amparo_worker USING ((SELECT sec.system_may(%s, ''erase'')))', tbl,
                 CASE WHEN section IS NULL THEN '''*''' ELSE scope END);
  -- what functions alone write, the worker does not write either: else it could lift a hold that two people placed
  EXECUTE format('GRANT SELECT%s%s ON %s TO amparo_worker', CASE WHEN writable THEN ', INSERT, UPDATE' ELSE '' END,
                 CASE WHEN subject_column <> 'id' THEN ', DELETE' ELSE '' END, tbl);
  EXECUTE format('GRANT SELECT, DELETE ON %s TO amparo_definer', tbl);
END $$;

-- Rows that belong to one person (drafts, notices): nobody else's, whatever the role.
CREATE FUNCTION sec.own(tbl regclass, person_column name, commands text DEFAULT 'SELECT, INSERT, UPDATE, DELETE')
RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM sec._force(tbl);
  EXECUTE format('CREATE POLICY own ON %s FOR ALL TO amparo_staff USING (%I = (SELECT sec.actor())) WITH CHECK (%I = (SELECT sec.actor()))',
                 tbl, person_column, person_column);
  EXECUTE format('CREATE POLICY system ON %s FOR ALL TO amparo_worker USING ((SELECT sec.system_may(''own'', ''write'')))'
                 ' WITH CHECK ((SELECT sec.system_may(''own'', ''write'')))', tbl);
  EXECUTE format('GRANT %s ON %s TO amparo_staff', commands, tbl);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO amparo_worker, amparo_definer', tbl);
END $$;

-- Reference rows without a child in them (agencies, units, areas): read by all who sign in, written by functions only.
CREATE FUNCTION sec.reference(tbl regclass) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM sec._force(tbl);
  EXECUTE format('CREATE POLICY readable ON %s FOR SELECT TO amparo_staff, amparo_worker USING (true)', tbl);
  EXECUTE format('GRANT SELECT ON %s TO amparo_staff, amparo_worker', tbl);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO amparo_definer', tbl);
END $$;

-- Tables that only functions touch.
CREATE FUNCTION sec.closed(tbl regclass) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM sec._force(tbl);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO amparo_definer', tbl);
END $$;

-- The functions made so far change hands to amparo_definer, keep the rights given to them, and lose everybody else's. Names that
-- begin with _ run with their caller's rights: only the others, which ask the context, lend rights. No list: none is forgotten.
CREATE FUNCTION sec.finish() RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE f record; tool text[] := ARRAY['protect', '_policy_test', '_force', 'own', 'reference', 'closed', 'finish'];
BEGIN
  FOR f IN SELECT p.oid::regprocedure AS sig, p.proname, n.nspname = 'sec' AND p.proname = ANY (tool) AS is_tool
           FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname IN ('sec', 'audit', 'intake') AND p.proowner = current_user::regrole LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.sig);
    CONTINUE WHEN f.is_tool;  -- what migrations write policies with stays with the migrating owner
    IF f.proname NOT LIKE '\_%' THEN
      EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, pg_temp', f.sig);
    END IF;
    EXECUTE format('ALTER FUNCTION %s OWNER TO amparo_definer', f.sig);
  END LOOP;
END $$;
