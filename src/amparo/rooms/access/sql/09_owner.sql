-- Last: the functions change hands to amparo_definer, keep the rights given above, and lose everybody else's.
-- Names that begin with _ run with their caller's rights: only the others, which ask the context, are definer functions.

DO $$
DECLARE f record; tool text[] := ARRAY['protect', '_policy_test', '_force', 'own', 'reference', 'closed', 'finish'];
BEGIN
  FOR f IN SELECT p.oid::regprocedure AS sig, n.nspname, p.proname, p.prorettype FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname IN ('sec', 'audit') AND NOT (n.nspname = 'sec' AND p.proname = ANY (tool)) LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.sig);
    IF f.proname NOT LIKE '\_%' THEN
      EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, pg_temp', f.sig);
    END IF;
    EXECUTE format('ALTER FUNCTION %s OWNER TO amparo_definer', f.sig);
  END LOOP;
  FOR f IN SELECT p.oid::regprocedure AS sig FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = 'sec' AND p.proname = ANY (tool) LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.sig);
  END LOOP;
END $$;

-- The migrating owner keeps two acts: the copy of roles, and the first administrator of an empty installation.
SET LOCAL ROLE amparo_definer;
GRANT EXECUTE ON FUNCTION sec.copy_roles(jsonb), sec.first_agency(uuid, jsonb), sec.first_person(uuid, uuid, text, text, text, jsonb) TO amparo_owner;
RESET ROLE;
