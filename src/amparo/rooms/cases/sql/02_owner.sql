-- Who answers for a child: handed over when the receiver accepts, covered for a time, never by nobody.

CREATE FUNCTION sec._is_duty_unit(unit uuid) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT EXISTS (SELECT FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id
      WHERE m.unit_id = unit AND u.kind = 'team' AND m.role = 'duty_officer' AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())) $$;

-- A person of that team who may hold a file and is not kept away from this one. Which of these is missing is not told.
CREATE FUNCTION sec._may_own(subject uuid, who uuid, unit uuid) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT EXISTS (
    SELECT FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id JOIN sec.role r ON r.role = m.role
    JOIN public.access_person p ON p.id = m.actor_id
    WHERE m.actor_id = who AND u.id = unit AND u.kind = 'team' AND r.holds_grants AND p.is_active
      AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now()))
  AND NOT subject = ANY (sec._blocked(who)) $$;

CREATE FUNCTION sec._owns(subject uuid, who uuid) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = subject AND g.actor_id = who AND g.cause = 'assignment'
                     AND g.until_at > now()) AND NOT subject = ANY (sec._blocked(who)) $$;

-- One owner before, one owner after. `who` NULL is the duty desk of the unit.
CREATE FUNCTION sec._assign(subject uuid, who uuid, unit uuid, purpose text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s public.access_subject; before uuid[];
BEGIN
  SELECT * INTO s FROM public.access_subject x WHERE x.id = subject FOR UPDATE;
  before := ARRAY(SELECT g.actor_id FROM public.access_grant g WHERE g.subject_id = subject AND g.cause = 'assignment' AND g.until_at > now());
  UPDATE public.access_grant g SET until_at = now() WHERE g.subject_id = subject AND g.cause = 'assignment' AND g.until_at > now();
  UPDATE public.access_subject x SET home_unit_id = unit, unit_id = CASE WHEN x.is_restricted THEN x.unit_id ELSE unit END WHERE x.id = subject;
  IF who IS NULL THEN
    UPDATE public.cases_case c SET worker_id = NULL, duty_unit_id = unit WHERE c.subject_id = subject AND c.state = 'open';
  ELSE
    INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
    VALUES (gen_random_uuid(), subject, who, sec._sections(s.kind), 'write', 'assignment', purpose, now(), now() + interval '1 year', sec.actor());
  END IF;
  UPDATE public.desk_task t SET owner_unit_id = unit, version = version + 1
   WHERE t.subject_id = subject AND t.done_at IS NULL AND t.owner_unit_id <> unit;
  UPDATE public.desk_task t SET owner_id = who, owner_unit_id = CASE WHEN who IS NULL THEN unit END, version = version + 1
   WHERE t.subject_id = subject AND t.done_at IS NULL AND t.owner_id IS DISTINCT FROM who
     AND (t.owner_id = ANY (before) OR NOT t.owner_id = ANY (ARRAY(SELECT o.actor FROM sec._task_owners(subject) o)));
END $$;

-- Right after opening: the desk of one's own team answers, and its rota sees to it that somebody does.
CREATE FUNCTION sec.case_to_duty(subject uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  IF NOT sec._owns(subject, sec.actor()) THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF NOT sec._is_duty_unit(sec.unit()) THEN RAISE EXCEPTION 'no_duty_desk' USING ERRCODE = 'AM403'; END IF;
  PERFORM sec._assign(subject, NULL, sec.unit(), 'given to the duty desk');
END $$;

-- A duty officer or supervisor of the desk takes a child over from the desk.
CREATE FUNCTION sec.take_case(subject uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need_may(subject, 'case', 'read');
  PERFORM sec._need('REASSIGN');
  IF NOT EXISTS (SELECT FROM public.cases_case c WHERE c.subject_id = subject AND c.state = 'open' AND c.duty_unit_id = sec.unit())
     OR NOT sec._may_own(subject, sec.actor(), sec.unit()) THEN RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
  PERFORM sec._assign(subject, sec.actor(), sec.unit(), 'taken from the duty desk');
END $$;

CREATE FUNCTION sec.propose_hand_over(batch uuid, subject uuid, who uuid, unit uuid, reason text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s public.access_subject;
BEGIN
  PERFORM sec._need_may(subject, 'register', 'read');
  IF NOT sec._owns(subject, sec.actor()) THEN PERFORM sec._need_to_decide(subject, 'REASSIGN'); END IF;
  SELECT * INTO s FROM public.access_subject x WHERE x.id = subject FOR UPDATE;
  IF NOT EXISTS (SELECT FROM public.cases_case c WHERE c.subject_id = subject AND c.state = 'open')
     OR (SELECT u.agency_id FROM public.access_unit u WHERE u.id = unit) IS DISTINCT FROM sec._custodian(subject)
     OR (who IS NULL AND (s.is_restricted OR NOT sec._is_duty_unit(unit))) OR (who IS NOT NULL AND NOT sec._may_own(subject, who, unit))
     OR sec._owns(subject, who) THEN RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.cases_handover (id, batch, subject_id, from_unit_id, from_actor_id, to_actor_id, to_unit_id, reason, state, made_by_id, made_at)
  VALUES (gen_random_uuid(), batch, subject, s.home_unit_id,
          (SELECT c.worker_id FROM public.cases_case c WHERE c.subject_id = subject), who, unit, reason, 'proposed', sec.actor(), now());
EXCEPTION WHEN unique_violation THEN RAISE EXCEPTION 'hand_over_waits' USING ERRCODE = 'AM403';
END $$;

-- A leaver's whole caseload in one batch. What already waits for somebody else's answer is passed over, and is not among the answers.
CREATE FUNCTION sec.propose_caseload(batch uuid, person uuid, who uuid, unit uuid, reason text) RETURNS SETOF uuid VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  IF person <> sec.actor() THEN PERFORM sec._need('REASSIGN'); END IF;
  IF (SELECT u.agency_id FROM public.access_unit u WHERE u.id = unit) IS DISTINCT FROM sec.agency() OR who = person THEN
    RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
  RETURN QUERY
  INSERT INTO public.cases_handover (id, batch, subject_id, from_unit_id, from_actor_id, to_actor_id, to_unit_id, reason, state, made_by_id, made_at)
  SELECT gen_random_uuid(), batch, s.id, s.home_unit_id, person, who, unit, reason, 'proposed', sec.actor(), now()
  FROM public.access_grant g JOIN public.access_subject s ON s.id = g.subject_id
  JOIN public.cases_case c ON c.subject_id = s.id AND c.state = 'open'
  WHERE g.actor_id = person AND g.cause = 'assignment' AND g.until_at > now() AND s.shredded_at IS NULL
    AND (person = sec.actor() OR s.home_unit_id = sec.unit()) AND NOT s.id = ANY (sec.blocked())
    AND (CASE WHEN who IS NULL THEN sec._is_duty_unit(unit) AND NOT s.is_restricted ELSE sec._may_own(s.id, who, unit) END)
  ON CONFLICT DO NOTHING RETURNING subject_id;
  IF NOT FOUND THEN RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
END $$;

-- Whose answer is waited for: the person named, or, for a desk, whoever gives out its work.
CREATE FUNCTION sec._answers(h public.cases_handover) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT coalesce(h.state = 'proposed' AND sec.grantee() IS NOT NULL AND NOT h.subject_id = ANY (sec.blocked())
      AND CASE WHEN h.to_actor_id IS NULL THEN h.to_unit_id = sec.unit() AND sec.has('REASSIGN') ELSE h.to_actor_id = sec.actor() END, false) $$;

CREATE FUNCTION sec.answer_hand_over(wanted uuid, is_accepted boolean) RETURNS TABLE (subject uuid, proposer uuid, worker uuid) VOLATILE LANGUAGE plpgsql
AS $$
DECLARE h public.cases_handover; found_one boolean := false;
BEGIN
  FOR h IN SELECT * FROM public.cases_handover x WHERE x.batch = wanted AND x.state = 'proposed' ORDER BY x.id FOR UPDATE LOOP
    CONTINUE WHEN NOT sec._answers(h);
    found_one := true;
    UPDATE public.cases_handover x SET state = CASE WHEN is_accepted THEN 'accepted' ELSE 'declined' END, answered_by_id = sec.actor(),
      answered_at = now() WHERE x.id = h.id;
    -- whoever declines never reached the file, so the limit is stopped here
    UPDATE public.desk_clock c SET stopped_at = now(), stopped_by_fact = 'HAND_OVER_ANSWERED'
     WHERE c.subject_id = h.subject_id AND c.code = 'HAND_OVER_ANSWER' AND c.stopped_at IS NULL;
    IF is_accepted THEN
      IF h.to_actor_id IS NOT NULL AND NOT sec._may_own(h.subject_id, h.to_actor_id, h.to_unit_id) THEN
        RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
      PERFORM sec._assign(h.subject_id, h.to_actor_id, h.to_unit_id, 'handed over and accepted');
    END IF;
    subject := h.subject_id; proposer := h.made_by_id; worker := h.to_actor_id;
    RETURN NEXT;
  END LOOP;
  IF NOT found_one THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
END $$;

-- Undo, as long as nobody accepted.
CREATE FUNCTION sec.withdraw_hand_over(wanted uuid) RETURNS SETOF uuid VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  RETURN QUERY UPDATE public.cases_handover h SET state = 'withdrawn', answered_by_id = sec.actor(), answered_at = now()
    WHERE h.batch = wanted AND h.state = 'proposed' AND NOT h.subject_id = ANY (sec.blocked())
      AND (h.made_by_id = sec.actor() OR (h.from_unit_id = sec.unit() AND sec.has('REASSIGN')))
    RETURNING h.subject_id;
  IF NOT FOUND THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
END $$;

-- What waits for an answer: mine to give, mine to wait for, and my team's. The receiver sees code and danger, not the file.
CREATE FUNCTION sec.hand_overs() RETURNS TABLE (batch uuid, subject uuid, code text, risk text, giver uuid, taker uuid, unit uuid, reason text,
  made_at timestamptz, may_answer boolean, may_undo boolean) STABLE LANGUAGE plpgsql
AS $$
DECLARE me uuid := sec.actor(); team uuid := sec.unit(); gives boolean := sec.has('REASSIGN'); hidden uuid[] := sec.blocked();
BEGIN
  IF sec.grantee() IS NULL THEN RETURN; END IF;
  RETURN QUERY
  SELECT h.batch, h.subject_id, s.code::text, c.risk_level::text, h.from_actor_id, h.to_actor_id, h.to_unit_id, h.reason::text, h.made_at,
         sec._answers(h), (h.made_by_id = me OR (h.from_unit_id = team AND gives))
  FROM (SELECT x.* FROM public.cases_handover x WHERE x.state = 'proposed' AND x.to_actor_id = me
        UNION SELECT x.* FROM public.cases_handover x WHERE x.state = 'proposed' AND x.made_by_id = me
        UNION SELECT x.* FROM public.cases_handover x WHERE x.state = 'proposed' AND gives AND x.to_unit_id = team AND x.to_actor_id IS NULL
        UNION SELECT x.* FROM public.cases_handover x WHERE x.state = 'proposed' AND gives AND x.from_unit_id = team) h
  JOIN public.access_subject s ON s.id = h.subject_id JOIN public.cases_case c ON c.subject_id = s.id
  WHERE NOT s.id = ANY (hidden) AND NOT (s.is_restricted AND h.to_actor_id IS DISTINCT FROM me AND h.made_by_id <> me)
  ORDER BY h.made_at, h.id LIMIT 200;
END $$;

-- The people and desks of one's own agency that a file may be offered to: a fixed list, the same for every child.
CREATE FUNCTION sec.takers() RETURNS TABLE (who uuid, name text, unit uuid, unit_names jsonb) STABLE LANGUAGE plpgsql
AS $$ BEGIN
  IF sec.grantee() IS NULL THEN RETURN; END IF;
  RETURN QUERY
  SELECT p.id, p.display_name::text, u.id, u.names FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id
  JOIN sec.role r ON r.role = m.role JOIN public.access_person p ON p.id = m.actor_id
  WHERE u.agency_id = sec.agency() AND u.kind = 'team' AND r.holds_grants AND p.is_active AND sec._has(m.role, 'OPEN_SUBJECT')
    AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())
  UNION
  SELECT NULL, NULL, u.id, u.names FROM public.access_unit u WHERE u.agency_id = sec.agency() AND u.kind = 'team' AND sec._is_duty_unit(u.id)
  ORDER BY 2 NULLS FIRST, 1;
END $$;
