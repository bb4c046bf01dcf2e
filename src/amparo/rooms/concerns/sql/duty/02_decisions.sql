-- What follows from a decision, held by the database as well: no concern is put away by one person alone.

CREATE FUNCTION sec.end_concern(concern uuid, retention text, last_day date) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.concerns_concern;
BEGIN
  SELECT * INTO c FROM public.concerns_concern x WHERE x.id = end_concern.concern;
  PERFORM sec._need_may(c.subject_id, 'concern', 'write');
  PERFORM sec._need('ANSWER_CONCERN');
  IF NOT (CASE retention
    WHEN 'CONCERN_NOT_CONFIRMED' THEN last_day >= current_date AND c.state = 'closed' AND EXISTS (
      SELECT FROM public.concerns_decision d WHERE d.concern_id = c.id AND d.outcome = 'no_further_action' AND d.is_agreed
        AND d.second_by_id IS NOT NULL AND d.second_by_id <> d.decided_by_id)
    WHEN 'CONCERN_HANDED_OVER' THEN last_day > current_date AND c.outcome IN ('other_protection', 'other_service')
    WHEN 'CASE_FILE' THEN last_day IS NULL AND c.linked_id IS NOT NULL  -- it ends with the file it belongs to
    ELSE false END) THEN RAISE EXCEPTION 'second_person' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.access_subject x SET retention_class = retention, shred_on = last_day WHERE x.id = c.subject_id AND x.kind = 'concern';
END $$;

-- The workers of the file a concern belongs to read its facts and its words, never who told; for as long as they work
-- for the child, and only where an approved protocol covers it when they work for another agency.
CREATE FUNCTION sec._share(concern_subject uuid, file uuid) RETURNS int VOLATILE LANGUAGE plpgsql
AS $$
DECLARE g public.access_grant; n int := 0; ours uuid := sec._custodian(concern_subject); parts text[] := ARRAY['register', 'concern', 'account'];
BEGIN
  UPDATE public.access_grant x SET until_at = now() WHERE x.subject_id = concern_subject AND x.cause = 'law'
    AND x.purpose = 'works for the child of this concern' AND x.until_at > now()
    AND NOT EXISTS (SELECT FROM public.access_grant o WHERE o.subject_id = file AND o.actor_id = x.actor_id AND o.cause = 'assignment' AND o.until_at > now());
  FOR g IN SELECT * FROM public.access_grant o WHERE o.subject_id = file AND o.cause = 'assignment' AND o.until_at > now() LOOP
    IF concern_subject = ANY (sec._blocked(g.actor_id))
       OR EXISTS (SELECT FROM public.access_grant x WHERE x.subject_id = concern_subject AND x.actor_id = g.actor_id AND x.cause = 'law' AND x.until_at > now())
       OR NOT (ours = ANY (sec._agencies(g.actor_id)) OR EXISTS (
            SELECT FROM unnest(sec._agencies(g.actor_id)) a WHERE sec._covered(ours, a, parts, now() + interval '1 day')))
    THEN CONTINUE; END IF;
    INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
    VALUES (gen_random_uuid(), concern_subject, g.actor_id, parts, 'read', 'law', 'works for the child of this concern', now(), g.until_at, sec.actor());
    n := n + 1;
  END LOOP;
  RETURN n;
END $$;

CREATE FUNCTION sec.share_concern(concern uuid) RETURNS int VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.concerns_concern;
BEGIN
  SELECT * INTO c FROM public.concerns_concern x WHERE x.id = share_concern.concern;
  PERFORM sec._need_may(c.subject_id, 'concern', 'write');
  PERFORM sec._need('ANSWER_CONCERN');
  IF c.linked_id IS NULL OR NOT sec.may(c.linked_id, 'register', 'read') THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  RETURN sec._share(c.subject_id, c.linked_id);
END $$;

-- After a file changed hands: its concerns follow to whoever works for the child now. Whoever hands over or accepts need not
-- see the concerns; calling it at another time only makes true again what is true already, and tells nothing.
CREATE FUNCTION sec.concerns_follow(file uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s uuid;
BEGIN
  PERFORM sec._ctx();
  FOR s IN SELECT c.subject_id FROM public.concerns_concern c WHERE c.linked_id = file LOOP PERFORM sec._share(s, file); END LOOP;
END $$;

-- The calling leaves no mark either.
CREATE FUNCTION sec.forget_calls() RETURNS trigger VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  DELETE FROM public.concerns_call c WHERE c.subject_id = NEW.id;
  DELETE FROM public.concerns_paging p WHERE p.subject_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_calls AFTER UPDATE OF shredded_at ON public.access_subject
  FOR EACH ROW WHEN (OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL) EXECUTE FUNCTION sec.forget_calls();

-- The hours in which somebody answers for an area, for the page that says them truly: no name, no place of the rota.
CREATE FUNCTION intake.hours(area text, days int) RETURNS TABLE (from_at timestamptz, until_at timestamptz, time_zone text) STABLE LANGUAGE sql
AS $$ SELECT greatest(s.from_at, now()), s.until_at, g.time_zone::text FROM public.access_shift s
      JOIN public.access_unit u ON u.id = s.unit_id JOIN public.access_agency g ON g.id = u.agency_id
      JOIN public.access_person p ON p.id = s.actor_id AND p.is_active
      WHERE s.unit_id = intake._desk(hours.area) AND s.until_at > now() AND s.from_at < now() + make_interval(days => least(hours.days, 31))
        AND EXISTS (SELECT FROM public.access_membership m JOIN public.access_unit x ON x.id = m.unit_id
          WHERE m.actor_id = s.actor_id AND x.agency_id = u.agency_id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())
            AND sec._has(m.role, 'ANSWER_CONCERN'))
      ORDER BY 1 $$;

GRANT EXECUTE ON FUNCTION sec.end_concern(uuid, text, date), sec.share_concern(uuid), sec.concerns_follow(uuid) TO amparo_staff;
GRANT EXECUTE ON FUNCTION intake.hours(text, int) TO amparo_staff, amparo_public;
SELECT sec.finish();
