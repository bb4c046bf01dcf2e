-- Calling the people on duty, and the rota they are called by.

SELECT sec.protect('concerns_paging', 'concern');
SELECT sec.protect('concerns_call', 'concern');
-- who was called is not written by those who are called
REVOKE INSERT, UPDATE ON concerns_call FROM amparo_staff;
REVOKE INSERT, UPDATE ON concerns_paging FROM amparo_staff;
SELECT sec.own('concerns_dutyphone', 'person_id');
SELECT sec.own('concerns_demomessage', 'person_id', 'SELECT');
-- the calling alone reads everybody's number, and writes to the demo's telephones
CREATE POLICY calling ON concerns_dutyphone FOR SELECT TO amparo_worker USING ((SELECT sec.role()) = 'system:duty');
CREATE POLICY calling ON concerns_demomessage FOR INSERT TO amparo_worker WITH CHECK ((SELECT sec.role()) = 'system:duty');
SELECT sec.reference('concerns_shiftswap');
SELECT sec.reference('concerns_signoflife');
GRANT DELETE ON concerns_shiftswap, access_shift TO amparo_definer;

-- A person who may be on duty there: someone of the unit's agency who may answer for concerns, active today.
CREATE FUNCTION sec._may_stand(who uuid, unit uuid) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT EXISTS (SELECT FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id
      JOIN public.access_unit x ON x.agency_id = u.agency_id JOIN public.access_person p ON p.id = m.actor_id
      WHERE m.actor_id = who AND x.id = unit AND sec._has(m.role, 'ANSWER_CONCERN') AND p.is_active AND m.from_at <= now()
        AND (m.until_at IS NULL OR m.until_at > now())) $$;

-- One's own shift, or any of one's agency for who plans duty.
CREATE FUNCTION sec.ask_swap(swap uuid, shift uuid, other uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s public.access_shift;
BEGIN
  SELECT * INTO s FROM public.access_shift x WHERE x.id = shift AND x.until_at > now() FOR UPDATE;
  IF s.id IS NULL OR (s.actor_id <> sec.actor() AND NOT (sec.has('MANAGE_DUTY')
     AND (SELECT u.agency_id FROM public.access_unit u WHERE u.id = s.unit_id) = sec.agency())) THEN
    RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF other = s.actor_id OR NOT sec._may_stand(other, s.unit_id) THEN RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
  IF EXISTS (SELECT FROM public.concerns_shiftswap w WHERE w.shift_id = s.id AND w.state = 'asked') THEN
    RAISE EXCEPTION 'swap_asked' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.concerns_shiftswap (id, shift_id, asked_by_id, asked_id, state, at) VALUES (swap, s.id, sec.actor(), other, 'asked', now());
END $$;

-- Only who was asked answers. A shift that has begun is cut: what was stood stays with who stood it.
CREATE FUNCTION sec.answer_swap(swap uuid, agreed boolean) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE w public.concerns_shiftswap; s public.access_shift;
BEGIN
  SELECT * INTO w FROM public.concerns_shiftswap x WHERE x.id = swap AND x.asked_id = sec.actor() AND x.state = 'asked' FOR UPDATE;
  SELECT * INTO s FROM public.access_shift x WHERE x.id = w.shift_id AND x.until_at > now() FOR UPDATE;
  IF w.id IS NULL OR s.id IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  UPDATE public.concerns_shiftswap x SET state = CASE WHEN agreed THEN 'agreed' ELSE 'declined' END, answered_at = now() WHERE x.id = w.id;
  IF NOT agreed THEN RETURN w.asked_by_id; END IF;
  IF NOT sec._may_stand(sec.actor(), s.unit_id) THEN RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
  IF s.from_at >= now() THEN
    UPDATE public.access_shift x SET actor_id = sec.actor() WHERE x.id = s.id;
  ELSE
    UPDATE public.access_shift x SET until_at = now() WHERE x.id = s.id;
    INSERT INTO public.access_shift (id, actor_id, unit_id, "order", from_at, until_at)
    VALUES (gen_random_uuid(), sec.actor(), s.unit_id, s."order", now(), s.until_at);
  END IF;
  RETURN w.asked_by_id;
END $$;

CREATE FUNCTION sec.end_shift(shift uuid) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s public.access_shift;
BEGIN
  PERFORM sec._need('MANAGE_DUTY');
  SELECT * INTO s FROM public.access_shift x WHERE x.id = shift AND x.until_at > now() FOR UPDATE;
  IF s.id IS NULL OR (SELECT u.agency_id FROM public.access_unit u WHERE u.id = s.unit_id) IS DISTINCT FROM sec.agency() THEN
    RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF s.from_at < now() THEN
    UPDATE public.access_shift x SET until_at = now() WHERE x.id = s.id;
  ELSE
    DELETE FROM public.concerns_shiftswap w WHERE w.shift_id = s.id;
    DELETE FROM public.access_shift x WHERE x.id = s.id;
  END IF;
  RETURN s.actor_id;
END $$;

-- The calling is done by the system actor `duty`; nobody else may say that it ran.
CREATE FUNCTION sec.sign_of_life(machine text, worked boolean) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  IF sec.role() <> 'system:duty' THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.concerns_signoflife (name, at, failed_at) VALUES (machine, now(), CASE WHEN NOT worked THEN now() END)
  ON CONFLICT (name) DO UPDATE SET at = CASE WHEN worked THEN now() ELSE concerns_signoflife.at END,
    failed_at = CASE WHEN worked THEN NULL ELSE coalesce(concerns_signoflife.failed_at, now()) END;
END $$;

-- Whoever is called can open what they are called for. People of the answering unit reach it by role or shift; for the
-- others (the national unit of last resort) the call is the cause, for a day. Never for an agency that is kept away.
CREATE FUNCTION sec.call_in(subject uuid, who uuid) RETURNS boolean VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s public.access_subject;
BEGIN
  IF sec.role() <> 'system:duty' THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  SELECT * INTO s FROM public.access_subject x WHERE x.id = call_in.subject AND x.kind = 'concern' AND x.shredded_at IS NULL;
  IF s.id IS NULL OR s.id = ANY (sec._blocked(who)) OR NOT EXISTS (
       SELECT FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id
       WHERE m.actor_id = who AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())
         AND sec._has(m.role, 'ANSWER_CONCERN') AND NOT sec._is_enforcement(u.agency_id)) THEN RETURN false; END IF;
  IF EXISTS (SELECT FROM public.access_membership m WHERE m.actor_id = who AND m.unit_id = s.unit_id
             AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now()) AND sec._has(m.role, 'ANSWER_CONCERN'))
     OR EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = s.id AND g.actor_id = who AND g.until_at > now()) THEN RETURN true; END IF;
  INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
  VALUES (gen_random_uuid(), s.id, who, ARRAY['register', 'task', 'concern', 'account', 'reporter'], 'write', 'cover', 'called in: nobody else answered',
          now(), now() + interval '24 hours', sec.actor());
  RETURN true;
END $$;

GRANT EXECUTE ON FUNCTION sec.ask_swap(uuid, uuid, uuid), sec.answer_swap(uuid, boolean), sec.end_shift(uuid) TO amparo_staff;
GRANT EXECUTE ON FUNCTION sec.sign_of_life(text, boolean), sec.call_in(uuid, uuid) TO amparo_worker;
SELECT sec.finish();
