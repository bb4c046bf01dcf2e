-- Row policies of this room, and the few functions that write a screen's licensed text.

SELECT sec.protect('screening_screening', 'screening');
-- what was noted stays as it was noted
REVOKE UPDATE ON screening_screening FROM amparo_staff, amparo_worker;
-- a clinical screen is noted by a service provider of a health agency and by nobody else, whatever grant they hold
CREATE FUNCTION sec.is_clinical() RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT coalesce(sec.role() = 'service_provider'
  AND EXISTS (SELECT FROM public.access_agency a WHERE a.id = sec.agency() AND a.kind = 'health'), false) $$;
CREATE POLICY clinical ON screening_screening AS RESTRICTIVE FOR INSERT TO amparo_staff
  WITH CHECK (instrument NOT LIKE 'clinical\_%' OR (SELECT sec.is_clinical()));

SELECT sec.reference('screening_wording');

-- fields = {instrument, instrument_version, language, texts: {item: text}, is_reworded, licence}
CREATE FUNCTION sec.enter_wording(wording uuid, fields jsonb) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('MANAGE_INSTRUMENTS');
  INSERT INTO public.screening_wording (id, instrument, instrument_version, language, texts, is_reworded, licence, entered_by_id, entered_at)
  VALUES (wording, fields->>'instrument', (fields->>'instrument_version')::int, fields->>'language', fields->'texts',
          (fields->>'is_reworded')::boolean, fields->>'licence', sec.actor(), now());
END $$;

-- The one in use before it ends in the same moment, so that two texts never stand beside each other.
CREATE FUNCTION sec.approve_wording(wording uuid) RETURNS text VOLATILE LANGUAGE plpgsql
AS $$
DECLARE w public.screening_wording;
BEGIN
  PERFORM sec._need('MANAGE_INSTRUMENTS');
  SELECT * INTO w FROM public.screening_wording x WHERE x.id = wording AND x.approved_at IS NULL AND x.ended_at IS NULL FOR UPDATE;
  IF w.id IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF w.entered_by_id = sec.actor() THEN RAISE EXCEPTION 'second_person' USING ERRCODE = 'AM403'; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(w.instrument || '/' || w.language, 5));
  UPDATE public.screening_wording x SET ended_at = now()
   WHERE x.instrument = w.instrument AND x.language = w.language AND x.approved_at IS NOT NULL AND x.ended_at IS NULL;
  UPDATE public.screening_wording x SET approved_by_id = sec.actor(), approved_at = now() WHERE x.id = wording;
  RETURN w.instrument;
END $$;

-- Off is one person's press: nothing waits for a screen.
CREATE FUNCTION sec.end_wording(wording uuid) RETURNS text VOLATILE LANGUAGE plpgsql
AS $$
DECLARE found text;
BEGIN
  PERFORM sec._need('MANAGE_INSTRUMENTS');
  UPDATE public.screening_wording x SET ended_at = now() WHERE x.id = wording AND x.ended_at IS NULL RETURNING x.instrument INTO found;
  IF found IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  RETURN found;
END $$;

-- Erasing a file forgets that signs were ever noted, and when: it leaves no mark on a family.
CREATE FUNCTION sec.forget_screening() RETURNS trigger VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  DELETE FROM public.screening_screening s WHERE s.subject_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_screening AFTER UPDATE OF shredded_at ON public.access_subject
  FOR EACH ROW WHEN (OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL) EXECUTE FUNCTION sec.forget_screening();

GRANT EXECUTE ON FUNCTION sec.is_clinical(), sec.enter_wording(uuid, jsonb), sec.approve_wording(uuid), sec.end_wording(uuid) TO amparo_staff;
SELECT sec.finish();
