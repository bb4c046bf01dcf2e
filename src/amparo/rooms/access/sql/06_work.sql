-- Emergency access, once-only acts, jobs, legal holds and retention.

-- Emergency access: one file, read only, 60 minutes, everything but the place. Unknown, hidden and blocked answer alike,
-- and the attempt is kept either way, so the answer is a value and not an exception.
CREATE FUNCTION sec.break_glass(code text, reason text, OUT subject uuid, OUT emergency uuid) VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s uuid; n uuid := gen_random_uuid();
BEGIN
  PERFORM sec._need('USE_EMERGENCY_ACCESS');
  PERFORM sec._need_strong();
  IF length(trim(reason)) < 20 THEN RAISE EXCEPTION 'reason_too_short' USING ERRCODE = 'AM403'; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(sec.actor()::text, 2));  -- two at once do not both take the last one
  IF (SELECT count(*) FROM public.access_emergencyaccess e WHERE e.actor_id = sec.actor() AND e.at > now() - interval '24 hours') >= 5 THEN
    RAISE EXCEPTION 'emergency_quota' USING ERRCODE = 'AM429'; END IF;
  SELECT x.id INTO s FROM public.access_subject x WHERE x.code = break_glass.code AND x.kind <> 'concern' AND x.shredded_at IS NULL
    AND NOT x.id = ANY (sec._blocked(sec.actor())) AND NOT sec._is_enforcement(sec.agency());
  INSERT INTO public.access_emergencyaccess (id, actor_id, subject_id, at, reason) VALUES (n, sec.actor(), s, now(), left(reason, 500));
  IF s IS NULL THEN RETURN; END IF;
  INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
  VALUES (gen_random_uuid(), s, sec.actor(), array_remove(sec._sections('child'), 'place'), 'read', 'emergency',
          left(reason, 200), now(), now() + interval '60 minutes', sec.actor());
  subject := s;
  emergency := n;
END $$;

-- Uses not yet reviewed, for reviewers of another agency than the one that used it.
CREATE FUNCTION sec.emergencies_to_review() RETURNS TABLE (id uuid, at timestamptz, who text, agency jsonb, code text, reason text) STABLE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('REVIEW_EMERGENCY_ACCESS');
  RETURN QUERY SELECT e.id, e.at, p.display_name::text,
    (SELECT a.names FROM public.access_agency a WHERE a.id = (sec._agencies(e.actor_id))[1]), s.code::text, e.reason::text
  FROM public.access_emergencyaccess e JOIN public.access_person p ON p.id = e.actor_id JOIN public.access_subject s ON s.id = e.subject_id
  WHERE e.reviewed_at IS NULL AND NOT sec._agencies(e.actor_id) && sec.agencies() AND NOT s.id = ANY (sec.blocked())
  ORDER BY e.at;
END $$;

CREATE FUNCTION sec.review_emergency(emergency uuid, was_right boolean) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE e public.access_emergencyaccess;
BEGIN
  PERFORM sec._need('REVIEW_EMERGENCY_ACCESS');
  SELECT * INTO e FROM public.access_emergencyaccess x WHERE x.id = emergency AND x.subject_id IS NOT NULL AND x.reviewed_at IS NULL
     AND NOT sec._agencies(x.actor_id) && sec.agencies() AND NOT x.subject_id = ANY (sec.blocked()) FOR UPDATE;
  IF e.id IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  UPDATE public.access_emergencyaccess x SET reviewed_by_id = sec.actor(), reviewed_at = now(), was_right = review_emergency.was_right WHERE x.id = e.id;
  RETURN e.subject_id;
END $$;

CREATE FUNCTION sec.once(action text, key text, request_mac bytea) RETURNS jsonb VOLATILE LANGUAGE plpgsql
AS $$
DECLARE r int; old sec.idempotency;
BEGIN
  INSERT INTO sec.idempotency (actor_id, action, key, request_mac) VALUES (sec.actor(), once.action, once.key, once.request_mac) ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS r = ROW_COUNT;
  IF r = 1 THEN RETURN NULL; END IF;
  SELECT * INTO old FROM sec.idempotency i WHERE i.actor_id = sec.actor() AND i.action = once.action AND i.key = once.key;
  IF old.request_mac <> once.request_mac THEN RAISE EXCEPTION 'key_reused' USING ERRCODE = 'AM409'; END IF;
  RETURN jsonb_build_object('result', old.result);
END $$;
CREATE FUNCTION sec.done(action text, key text, result jsonb) RETURNS void VOLATILE LANGUAGE sql
AS $$ UPDATE sec.idempotency i SET result = done.result WHERE i.actor_id = sec.actor() AND i.action = done.action AND i.key = done.key $$;

-- Jobs from the staff door: a known prefix and ids only, never content.
CREATE FUNCTION sec.defer(task text, args jsonb) RETURNS bigint VOLATILE LANGUAGE plpgsql
AS $$
DECLARE bad text;
BEGIN
  PERFORM sec._ctx();
  SELECT k INTO bad FROM jsonb_each_text(args) j(k, v) WHERE v !~ '^[0-9a-f-]{36}$' AND v !~ '^[a-z_]{1,40}$' AND v !~ '^[0-9]{1,10}$' LIMIT 1;
  IF bad IS NOT NULL OR task !~ '^[a-z_]+\.[a-z_]+$' THEN RAISE EXCEPTION 'ids_only' USING ERRCODE = 'AM403'; END IF;
  RETURN (public.procrastinate_defer_jobs_v1(ARRAY[ROW('default', task, 0, NULL, NULL, args, NULL)::public.procrastinate_job_to_defer_v1]))[1];
END $$;

-- A legal hold, and its end, need two people: the first asks, another agrees. Returns whether it took effect.
-- Asking for what is already so takes a waiting request back: nobody agrees to the opposite of what was asked.
CREATE FUNCTION sec.hold(subject uuid, held boolean) RETURNS boolean VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s public.access_subject;
BEGIN
  -- the data-protection officer of the agency that keeps the file decides with the others, and reads nothing of it
  IF sec._custodian(subject) IS DISTINCT FROM sec.agency() OR subject = ANY (sec.blocked()) THEN PERFORM sec._need_may(subject, 'register', 'read'); END IF;
  PERFORM sec._need('HOLD_RECORD');
  SELECT * INTO s FROM public.access_subject x WHERE x.id = subject FOR UPDATE;
  IF s.hold = held OR s.hold_asked_by_id IS NULL OR s.hold_asked_by_id = sec.actor() THEN
    UPDATE public.access_subject SET hold_asked_by_id = CASE WHEN s.hold = held THEN NULL ELSE sec.actor() END WHERE id = subject;
    RETURN false;
  END IF;
  UPDATE public.access_subject SET hold = held, hold_asked_by_id = NULL WHERE id = subject;
  RETURN true;
END $$;

-- What whoever decides about holds sees: code and state of their own agency's files, those that are held or asked for,
-- or the one with this code. Never a restricted reader's name, never content.
CREATE FUNCTION sec.holds(wanted text) RETURNS TABLE(id uuid, code text, is_held boolean, asked_by uuid, asked_by_name text, shred_on date)
STABLE LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM sec._need('HOLD_RECORD');
  RETURN QUERY SELECT s.id, s.code::text, s.hold, s.hold_asked_by_id, p.display_name::text, s.shred_on
    FROM public.access_subject s JOIN public.access_unit u ON u.id = s.home_unit_id LEFT JOIN public.access_person p ON p.id = s.hold_asked_by_id
    WHERE u.agency_id = sec.agency() AND s.shredded_at IS NULL AND s.kind <> 'concern' AND NOT s.id = ANY (sec.blocked())
      AND CASE WHEN wanted = '' THEN s.hold OR s.hold_asked_by_id IS NOT NULL ELSE s.code = wanted END
    ORDER BY s.hold, s.code LIMIT 200;
END $$;

-- Retention. Destroying the wrapped keys erases every sealed value of the subject, in backups too once that generation is dropped.
CREATE FUNCTION sec.shred(subject uuid) RETURNS boolean VOLATILE LANGUAGE plpgsql
AS $$
DECLARE due boolean;
BEGIN
  IF NOT sec.system_may('*', 'erase') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.access_subject SET shredded_at = now() WHERE id = subject AND NOT hold AND shred_on <= current_date AND shredded_at IS NULL
  RETURNING true INTO due;
  IF due IS NULL THEN RETURN false; END IF;
  UPDATE keeper.data_key SET wrapped = NULL, destroyed_at = now() WHERE holder = subject;
  UPDATE public.access_grant SET until_at = now() WHERE subject_id = subject AND until_at > now();
  PERFORM audit._write(sec._ctx(), 'SUBJECT_ERASED', subject, NULL, 'retention', 'done', NULL, NULL);
  RETURN true;
END $$;
CREATE FUNCTION sec.due_for_erasure() RETURNS SETOF uuid STABLE LANGUAGE plpgsql
AS $$ BEGIN
  IF NOT sec.system_may('*', 'erase') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  RETURN QUERY SELECT id FROM public.access_subject WHERE shred_on <= current_date AND NOT hold AND shredded_at IS NULL ORDER BY shred_on LIMIT 1000;
END $$;
CREATE FUNCTION sec.set_retention(subject uuid, on_date date) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need_may(subject, 'note', 'write');
  UPDATE public.access_subject SET shred_on = on_date WHERE id = subject;
END $$;
