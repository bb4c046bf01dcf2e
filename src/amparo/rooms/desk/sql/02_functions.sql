-- What one person's act writes into rows that are not theirs: codes and ids only.

CREATE FUNCTION sec.add_notice(notice uuid, person uuid, code text, subject uuid, record uuid, step int, rings boolean)
RETURNS boolean VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int;
BEGIN
  PERFORM sec._ctx();
  IF code !~ '^[A-Z][A-Z0-9_]{2,39}$' THEN RAISE EXCEPTION 'codes_only' USING ERRCODE = 'AM403'; END IF;
  IF NOT EXISTS (SELECT FROM public.access_person p WHERE p.id = person AND p.is_active) THEN RETURN false; END IF;
  INSERT INTO public.desk_notice (id, person_id, code, subject_id, record, step, rings, at)
  VALUES (notice, person, add_notice.code, add_notice.subject, add_notice.record, add_notice.step, add_notice.rings, now())
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n = 1;
END $$;

-- A fact starts a limit once: the second time finds it running.
CREATE FUNCTION sec.start_clock(clock uuid, subject uuid, code text, record uuid, started timestamptz, due timestamptz, may_pause boolean)
RETURNS boolean VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int;
BEGIN
  IF NOT (sec.may(subject, 'register', 'read') OR sec.system_may('task', 'write')) THEN
    RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  INSERT INTO public.desk_clock (id, subject_id, unit_id, section, code, record, started_at, due_at, may_pause, stopped_by_fact, told_steps)
  SELECT clock, s.id, s.unit_id, 'register', start_clock.code, start_clock.record, started, due, start_clock.may_pause, '', 0
  FROM public.access_subject s WHERE s.id = start_clock.subject AND s.shredded_at IS NULL
  ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n = 1;
END $$;

-- A reviewer of another agency stops the limit of the review without reaching the child.
CREATE FUNCTION sec.stop_clocks(subject uuid, codes text[], record uuid, fact text) RETURNS int VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int;
BEGIN
  IF NOT (sec.may(subject, 'register', 'read') OR sec.has('REVIEW_EMERGENCY_ACCESS') OR sec.system_may('task', 'write')) THEN
    RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  UPDATE public.desk_clock c SET stopped_at = now(), stopped_by_fact = fact
   WHERE c.subject_id = stop_clocks.subject AND c.code = ANY (codes) AND c.stopped_at IS NULL
     AND (stop_clocks.record IS NULL OR c.record = stop_clocks.record);
  GET DIAGNOSTICS n = ROW_COUNT;
  UPDATE public.desk_clockpause p SET ended_at = now() FROM public.desk_clock c
   WHERE p.clock_id = c.id AND p.ended_at IS NULL AND c.stopped_at IS NOT NULL AND c.subject_id = stop_clocks.subject;
  RETURN n;
END $$;

-- The second wall of "protection limits never pause".
CREATE FUNCTION sec.pause_clock(clock uuid, pause uuid, reason text) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.desk_clock;
BEGIN
  SELECT * INTO c FROM public.desk_clock x WHERE x.id = clock AND x.stopped_at IS NULL FOR UPDATE;
  IF c.id IS NULL OR NOT sec.may(c.subject_id, 'task', 'read') THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF NOT sec.may(c.subject_id, 'task', 'write') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  IF NOT c.may_pause THEN RAISE EXCEPTION 'never_pauses' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.desk_clockpause (id, subject_id, unit_id, section, clock_id, reason, begun_at, begun_by_id)
  VALUES (pause, c.subject_id, c.unit_id, 'register', c.id, pause_clock.reason, now(), sec.actor()) ON CONFLICT DO NOTHING;
  RETURN c.subject_id;
END $$;

CREATE FUNCTION sec.resume_clock(clock uuid, due timestamptz) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.desk_clock;
BEGIN
  SELECT * INTO c FROM public.desk_clock x WHERE x.id = clock AND x.stopped_at IS NULL FOR UPDATE;
  IF c.id IS NULL OR NOT sec.may(c.subject_id, 'task', 'read') THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF NOT sec.may(c.subject_id, 'task', 'write') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.desk_clockpause p SET ended_at = now() WHERE p.clock_id = c.id AND p.ended_at IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'not_paused' USING ERRCODE = 'AM403'; END IF;
  -- what stood still is given back, never more is taken
  UPDATE public.desk_clock x SET due_at = greatest(x.due_at, due) WHERE x.id = c.id;
  RETURN c.subject_id;
END $$;

-- Who may be given a task about this child: holders of access to tasks, and the unit's people who reach tasks by role.
CREATE FUNCTION sec._task_owners(subject uuid) RETURNS TABLE (actor uuid, who text) STABLE LANGUAGE sql
AS $$
  SELECT p.id, p.display_name::text FROM public.access_person p
  WHERE p.is_active AND NOT _task_owners.subject = ANY (sec._blocked(p.id)) AND (
    EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = _task_owners.subject AND g.actor_id = p.id AND g.from_at <= now()
            AND g.until_at > now() AND 'task' = ANY (g.sections) AND g.mode = 'write')
    OR EXISTS (SELECT FROM public.access_membership m JOIN public.access_subject s ON s.unit_id = m.unit_id
               JOIN sec.role_section r ON r.role = m.role AND r.section = 'task' AND r.mode = 'write'
               WHERE s.id = _task_owners.subject AND m.actor_id = p.id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())))
  ORDER BY 2, 1
$$;
CREATE FUNCTION sec.task_owners(subject uuid) RETURNS TABLE (actor uuid, who text) STABLE LANGUAGE plpgsql
AS $$ BEGIN
  IF NOT sec.may(subject, 'task', 'read') THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  RETURN QUERY SELECT * FROM sec._task_owners(subject);
END $$;

-- After a hand-over: open tasks of people who cannot write them any more go to the file's new worker, team tasks to its team.
CREATE FUNCTION sec.move_tasks(subject uuid, person uuid) RETURNS int VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int; team uuid;
BEGIN
  IF NOT sec.has('REASSIGN') OR NOT EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = move_tasks.subject
       AND g.actor_id = person AND g.cause = 'assignment' AND g.until_at > now()) THEN
    RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  SELECT s.home_unit_id INTO team FROM public.access_subject s WHERE s.id = move_tasks.subject;
  UPDATE public.desk_task t SET owner_unit_id = team, version = version + 1
   WHERE t.subject_id = move_tasks.subject AND t.done_at IS NULL AND t.owner_unit_id <> team;
  UPDATE public.desk_task t SET owner_id = person, version = version + 1
   WHERE t.subject_id = move_tasks.subject AND t.done_at IS NULL AND t.owner_id IS NOT NULL AND t.owner_id <> person
     AND NOT t.owner_id = ANY (ARRAY(SELECT o.actor FROM sec._task_owners(move_tasks.subject) o));
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- How time is counted where the child's agency works.
CREATE FUNCTION sec.office_of(subject uuid) RETURNS TABLE (time_zone text, calendar text) STABLE LANGUAGE sql
AS $$ SELECT a.time_zone::text, a.calendar::text FROM public.access_subject s JOIN public.access_unit u ON u.id = s.home_unit_id
      JOIN public.access_agency a ON a.id = u.agency_id WHERE s.id = subject AND sec._ctx() IS NOT NULL $$;

-- Spent request keys: after a month nobody retries.
CREATE FUNCTION sec.forget_requests(before timestamptz) RETURNS int VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int;
BEGIN
  IF NOT sec.system_may('*', 'erase') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  DELETE FROM sec.idempotency i WHERE i.at < before;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

-- Granted before the functions change hands: afterwards only their new owner may.
GRANT EXECUTE ON FUNCTION sec.add_notice(uuid, uuid, text, uuid, uuid, int, boolean),
  sec.start_clock(uuid, uuid, text, uuid, timestamptz, timestamptz, boolean), sec.stop_clocks(uuid, text[], uuid, text),
  sec.office_of(uuid) TO amparo_staff, amparo_worker;
GRANT EXECUTE ON FUNCTION sec.pause_clock(uuid, uuid, text), sec.resume_clock(uuid, timestamptz), sec.task_owners(uuid),
  sec.move_tasks(uuid, uuid) TO amparo_staff;
GRANT EXECUTE ON FUNCTION sec.forget_requests(timestamptz) TO amparo_worker;
SELECT sec.finish();
