-- The one way in. `intake._receive` writes a concern for the public page, the staff forms and partner systems alike.

-- The unit that answers for an area: a team with a duty officer whose catchment holds the area or its nearest ancestor.
-- Else the team with the widest catchment, so that a human is named whatever the area. Enforcement never answers.
CREATE FUNCTION intake._desk(area text) RETURNS uuid STABLE LANGUAGE sql
AS $$
  WITH RECURSIVE up(p_code, parent, steps) AS (
    SELECT a.p_code, a.parent_id, 0 FROM public.access_area a WHERE a.p_code = _desk.area
    UNION ALL SELECT a.p_code, a.parent_id, up.steps + 1 FROM public.access_area a JOIN up ON a.p_code = up.parent WHERE up.steps < 8),
  desks AS (
    SELECT u.id, u.areas, bool_or(m.role = 'duty_officer') AS has_officer FROM public.access_unit u
    JOIN public.access_agency g ON g.id = u.agency_id AND g.is_active
    JOIN public.access_membership m ON m.unit_id = u.id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())
    JOIN public.access_person p ON p.id = m.actor_id AND p.is_active
    JOIN sec.role_permission r ON r.role = m.role AND r.permission = 'ANSWER_CONCERN'
    WHERE u.kind = 'team' AND NOT sec._is_enforcement(u.agency_id)
      AND EXISTS (SELECT FROM keeper.kek k WHERE k.agency = u.agency_id AND k.retired_at IS NULL) GROUP BY u.id)
  SELECT d.id FROM desks d
  ORDER BY NOT d.has_officer,
           (SELECT min(up.steps) FROM up WHERE up.p_code = ANY (d.areas)) NULLS LAST,
           (SELECT min(a.level) FROM public.access_area a WHERE a.p_code = ANY (d.areas)) NULLS LAST,
           cardinality(d.areas) DESC, d.id
  LIMIT 1
$$;

-- Where a sender of ours works, for a form that asks for no area: the smallest area of their team, when it has one such.
CREATE FUNCTION intake.near() RETURNS text STABLE LANGUAGE sql
AS $$
  SELECT CASE WHEN count(*) = 1 THEN min(x.p_code) END FROM (
    SELECT a.p_code, rank() OVER (ORDER BY a.level DESC) AS nth
    FROM public.access_unit u JOIN public.access_area a ON a.p_code = ANY (u.areas) WHERE u.id = sec.unit()) x
  WHERE x.nth = 1
$$;

-- What a sender needs for sealing: whose keys, and the public halves. Nothing here is secret.
CREATE FUNCTION intake.keys(area text) RETURNS TABLE (agency uuid, purpose text, generation int, public bytea) STABLE LANGUAGE sql
AS $$
  SELECT DISTINCT ON (k.purpose) k.agency, k.purpose, k.generation, k.public FROM keeper.kek k
  WHERE k.agency = (SELECT u.agency_id FROM public.access_unit u WHERE u.id = intake._desk(keys.area)) AND k.retired_at IS NULL
  ORDER BY k.purpose, k.generation DESC
$$;

-- Jobs without a context: this function alone names them, and they carry the one id they are about.
CREATE FUNCTION intake._later(concern uuid, subject uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM public.procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'concerns.received', 0, NULL, NULL,
    jsonb_build_object('concern_id', concern, 'subject_id', subject), NULL)::public.procrastinate_job_to_defer_v1]);
END $$;

-- c: see concerns/intake.py. Answers whether it was written; false when this concern is here already.
CREATE FUNCTION intake._receive(c jsonb, sender uuid, agency uuid) RETURNS boolean VOLATILE LANGUAGE plpgsql
AS $$
DECLARE desk uuid; custodian uuid; who uuid := (c->>'subject')::uuid; what uuid := (c->>'concern')::uuid; code text; n int; w jsonb;
        place text := (SELECT a.p_code FROM public.access_area a WHERE a.p_code = c->>'area');
BEGIN
  desk := intake._desk(coalesce(c->>'area', c->>'near'));
  IF desk IS NULL THEN RAISE EXCEPTION 'nobody_answers' USING ERRCODE = 'AM403'; END IF;
  SELECT u.agency_id INTO custodian FROM public.access_unit u WHERE u.id = desk;
  -- the rota changed between sealing and sending: seal again, to the keys of whoever answers now
  IF EXISTS (SELECT FROM jsonb_each(c->'keys'->'wrapped') k(p, v) WHERE (v->>0)::uuid <> custodian) THEN
    RAISE EXCEPTION 'desk_changed' USING ERRCODE = 'AM409'; END IF;
  FOR code IN SELECT jsonb_array_elements_text(c->'codes') LOOP
    INSERT INTO public.access_subject (id, kind, code, unit_id, home_unit_id, section, retention_class, hold, is_restricted, opened_at, shred_on)
    VALUES (who, 'concern', code, desk, desk, 'register', 'CONCERN_UNANSWERED', false, false, now(), current_date + (c->>'keep_days')::int)
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS n = ROW_COUNT;
    EXIT WHEN n = 1;
  END LOOP;
  IF n IS DISTINCT FROM 1 THEN RAISE EXCEPTION 'no_free_code' USING ERRCODE = 'AM403'; END IF;
  PERFORM sec._store_keys(who, c->'keys');
  INSERT INTO public.concerns_concern (id, subject_id, unit_id, section, channel, received_at, entered_at, sender_id, sender_agency_id, area_id,
    danger_now, with_child, health_today, moved_soon, in_custody, age_low, age_high, gender, language, about_self, needs, call_type, children,
    urgency, urgency_rules, event, number_in_event, state, outcome, answer, version)
  VALUES (what, who, desk, 'concern', c->>'channel', least(coalesce((c->>'received_at')::timestamptz, now()), now()), now(), sender, agency, place,
    c->>'danger_now', c->>'with_child', c->>'health_today', c->>'moved_soon', c->>'in_custody', (c->>'age_low')::int, (c->>'age_high')::int,
    c->>'gender', c->>'language', (c->>'about_self')::boolean, ARRAY(SELECT jsonb_array_elements_text(c->'needs')), c->>'call_type',
    (c->>'children')::int, c->>'urgency', ARRAY(SELECT jsonb_array_elements_text(c->'rules')), (c->>'event')::uuid, (c->>'number_in_event')::int,
    'waiting', '', 'received', 1);
  IF c->'account' IS NOT NULL AND c->>'account' IS NOT NULL THEN
    INSERT INTO public.concerns_account (id, subject_id, unit_id, section, concern_id, kind, text, written_by_id, written_at)
    VALUES ((c->'account'->>0)::uuid, who, desk, 'account', what, 'first', decode(c->'account'->>1, 'hex'), sender, now());
  END IF;
  IF c->>'reporter' IS NOT NULL THEN
    INSERT INTO public.concerns_reporter (id, subject_id, unit_id, section, concern_id, text, written_at)
    VALUES ((c->'reporter'->>0)::uuid, who, desk, 'reporter', what, decode(c->'reporter'->>1, 'hex'), now());
  END IF;
  PERFORM intake._later(what, who);
  RETURN true;
END $$;

-- Staff and partner systems, with SEND_CONCERN. Sending gives no sight: the sender keeps a number and a state.
CREATE FUNCTION intake.receive(c jsonb, number text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('SEND_CONCERN');
  IF c->>'channel' IN ('public', 'child') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  IF c->>'event' IS NOT NULL AND NOT EXISTS (SELECT FROM public.concerns_event e WHERE e.id = (c->>'event')::uuid AND e.made_by_id = sec.actor()) THEN
    RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  PERFORM intake._receive(c || jsonb_build_object('near', intake.near()), sec.actor(), sec.agency());
  INSERT INTO public.concerns_sentconcern (id, person_id, concern, number, sent_at, state, answer)
  VALUES (gen_random_uuid(), sec.actor(), (c->>'concern')::uuid, receive.number, now(), 'received', 'received');
END $$;

CREATE FUNCTION intake.begin_event(event uuid, channel text, children int) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('SEND_CONCERN');
  INSERT INTO public.concerns_event (id, made_by_id, made_at, channel, children)
  VALUES (begin_event.event, sec.actor(), now(), begin_event.channel, begin_event.children);
END $$;

-- The desk tells the sender, who may not read the concern: a state and a fixed answer, never a decision.
CREATE FUNCTION intake.tell_sender(concern uuid, state text, answer text) RETURNS int VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int; s uuid := (SELECT c.subject_id FROM public.concerns_concern c WHERE c.id = tell_sender.concern);
BEGIN
  PERFORM sec._need_may(s, 'concern', 'write');
  UPDATE public.concerns_sentconcern x SET state = tell_sender.state, answer = tell_sender.answer, changed_at = now()
   WHERE x.concern = tell_sender.concern;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- To whom a free reply is sealed. NULL: this concern came without a receipt.
CREATE FUNCTION intake.receipt_key(concern uuid) RETURNS bytea STABLE LANGUAGE plpgsql
AS $$
DECLARE s uuid := (SELECT c.subject_id FROM public.concerns_concern c WHERE c.id = receipt_key.concern);
BEGIN
  PERFORM sec._need_may(s, 'account', 'write');
  RETURN (SELECT r.public_key FROM public.concerns_receipt r WHERE r.concern = receipt_key.concern AND r.withdrawn_at IS NULL);
END $$;

-- Erasing a concern leaves no mark: rows and receipt go with the keys.
CREATE FUNCTION intake.forget_concern() RETURNS trigger VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  DELETE FROM public.concerns_reply r WHERE r.subject_id = NEW.id;
  DELETE FROM public.concerns_decision d WHERE d.subject_id = NEW.id;
  DELETE FROM public.concerns_reporter r WHERE r.subject_id = NEW.id;
  DELETE FROM public.concerns_account a WHERE a.subject_id = NEW.id;
  DELETE FROM public.concerns_receipt r WHERE r.concern IN (SELECT c.id FROM public.concerns_concern c WHERE c.subject_id = NEW.id);
  DELETE FROM public.concerns_concern c WHERE c.subject_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_concern AFTER UPDATE OF shredded_at ON public.access_subject
  FOR EACH ROW WHEN (OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL) EXECUTE FUNCTION intake.forget_concern();
