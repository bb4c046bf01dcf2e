-- Row policies of the cases, and the owner that every open one has.

SELECT sec.protect('cases_case', 'case');
SELECT sec.protect('cases_risk', 'case');
SELECT sec.protect('cases_person', 'people');
SELECT sec.protect('cases_allegation', 'allegation');
SELECT sec.protect('cases_guardian', 'people');
SELECT sec.protect('cases_interimadult', 'people');
SELECT sec.closed('cases_link');
SELECT sec.closed('cases_handover');
SELECT sec.closed('cases_cover');

-- who answers for a case is written by functions alone; what was judged stays as it was judged
REVOKE UPDATE ON cases_case, cases_risk, cases_person, cases_allegation, cases_guardian, cases_interimadult FROM amparo_staff;
REVOKE UPDATE ON cases_risk FROM amparo_worker;
GRANT UPDATE (description, age_low, age_high, age_on, gender, language, understands, sign_language, needs_interpreter,
  interpreter_gender, risk_level, risk_at, first_seen_at, night, night_kind, is_place_fit, night_at, guardian, version)
  ON cases_case TO amparo_staff;
GRANT UPDATE (sealed, version, written_by_id, written_at) ON cases_person, cases_allegation TO amparo_staff;
GRANT UPDATE (sealed, version, written_by_id, written_at, until_on) ON cases_interimadult TO amparo_staff;
GRANT UPDATE (state, answered_at, sealed) ON cases_guardian TO amparo_staff;
GRANT SELECT, UPDATE, DELETE ON cases_case, cases_risk, cases_person, cases_allegation, cases_guardian, cases_interimadult
  TO amparo_definer;

-- The case follows the assignment: whoever wrote it, and by whichever way.
CREATE FUNCTION sec.case_follows() RETURNS trigger VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  UPDATE public.cases_case c SET worker_id = NEW.actor_id, duty_unit_id = NULL WHERE c.subject_id = NEW.subject_id AND c.state = 'open';
  UPDATE public.cases_handover h SET state = 'withdrawn', answered_at = now()
   WHERE h.subject_id = NEW.subject_id AND h.state = 'proposed';
  RETURN NULL;
END $$;
CREATE TRIGGER case_follows AFTER INSERT ON public.access_grant
  FOR EACH ROW WHEN (NEW.cause = 'assignment') EXECUTE FUNCTION sec.case_follows();

-- Asked at the end of each transaction, so that a hand-over has one statement's time between two owners and no more:
-- an open case has its agency, and either the one person whose assignment is live, or the duty desk and no assignment.
CREATE FUNCTION sec.check_case_owner() RETURNS trigger VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.cases_case; s public.access_subject; live uuid[];
BEGIN
  SELECT * INTO c FROM public.cases_case x WHERE x.subject_id = NEW.subject_id AND x.state = 'open';
  IF c.id IS NULL THEN RETURN NULL; END IF;
  SELECT * INTO s FROM public.access_subject x WHERE x.id = NEW.subject_id;
  IF s.shredded_at IS NOT NULL THEN RETURN NULL; END IF;
  live := ARRAY(SELECT g.actor_id FROM public.access_grant g WHERE g.subject_id = s.id AND g.cause = 'assignment' AND g.until_at > now());
  IF c.lead_agency_id IS DISTINCT FROM sec._custodian(s.id)
     OR NOT coalesce((c.worker_id IS NOT NULL AND live = ARRAY[c.worker_id])
                     OR (c.duty_unit_id = s.home_unit_id AND cardinality(live) = 0), false) THEN
    RAISE EXCEPTION 'one_owner' USING ERRCODE = 'AM403';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER one_owner AFTER INSERT OR UPDATE ON public.cases_case
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sec.check_case_owner();
CREATE CONSTRAINT TRIGGER one_owner AFTER INSERT OR UPDATE ON public.access_grant
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.cause = 'assignment') EXECUTE FUNCTION sec.check_case_owner();

-- Erasing a file forgets its case, and that it ever belonged with another.
CREATE FUNCTION sec.forget_case() RETURNS trigger VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  DELETE FROM public.cases_link l WHERE l.subject_id = NEW.id;
  DELETE FROM public.cases_handover h WHERE h.subject_id = NEW.id;
  DELETE FROM public.cases_allegation a WHERE a.subject_id = NEW.id;
  DELETE FROM public.cases_person p WHERE p.subject_id = NEW.id;
  DELETE FROM public.cases_guardian g WHERE g.subject_id = NEW.id;
  DELETE FROM public.cases_interimadult i WHERE i.subject_id = NEW.id;
  DELETE FROM public.cases_risk r WHERE r.subject_id = NEW.id;
  DELETE FROM public.cases_case c WHERE c.subject_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_case AFTER UPDATE OF shredded_at ON public.access_subject
  FOR EACH ROW WHEN (OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL) EXECUTE FUNCTION sec.forget_case();
