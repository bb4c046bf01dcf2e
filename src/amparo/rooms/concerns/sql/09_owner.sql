-- Last: the functions change hands, as those of `sec` do. Names that begin with _ lend no rights and are nobody's to call.

GRANT EXECUTE ON FUNCTION intake.keys(text), intake.receive(jsonb, text), intake.begin_event(uuid, text, int),
  intake.tell_sender(uuid, text, text), intake.receipt_key(uuid) TO amparo_staff;
GRANT EXECUTE ON FUNCTION intake.keys(text), intake.areas(), intake.challenge(), intake.knock(), intake.submit(jsonb, bytea, bytea, jsonb),
  intake.read(bytea), intake.add(bytea, uuid, bytea, boolean), intake.withdraw(bytea, uuid, bytea) TO amparo_public;
GRANT EXECUTE ON FUNCTION intake.tidy() TO amparo_worker;
DO $$
DECLARE f record;
BEGIN
  FOR f IN SELECT p.oid::regprocedure AS sig, p.proname FROM pg_proc p WHERE p.pronamespace = 'intake'::regnamespace LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', f.sig);
    IF f.proname NOT LIKE '\_%' THEN
      EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, pg_temp', f.sig);
    END IF;
    EXECUTE format('ALTER FUNCTION %s OWNER TO amparo_definer', f.sig);
  END LOOP;
END $$;
