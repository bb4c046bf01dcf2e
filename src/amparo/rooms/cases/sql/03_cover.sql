-- Cover: a colleague stands in. Grants carry their own end, so that access stops even when no job runs; the job moves tasks
-- there and back, and reaches files that the person was given meanwhile.

CREATE FUNCTION sec.plan_cover(cover uuid, person uuid, stand_in uuid, from_at timestamptz, until_at timestamptz) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  IF person <> sec.actor() THEN PERFORM sec._need('REASSIGN'); END IF;
  IF sec.grantee() IS NULL THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  IF until_at <= from_at OR until_at <= now() OR until_at > from_at + interval '92 days' THEN RAISE EXCEPTION 'cover_dates' USING ERRCODE = 'AM403'; END IF;
  -- the person of one's own team, by somebody of the same agency
  IF NOT EXISTS (SELECT FROM public.access_membership m WHERE m.actor_id = person AND m.unit_id = sec.unit()
                 AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now()))
     OR stand_in = person OR NOT EXISTS (
       SELECT FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id JOIN sec.role r ON r.role = m.role
       JOIN public.access_person p ON p.id = m.actor_id
       WHERE m.actor_id = stand_in AND u.agency_id = sec.agency() AND u.kind = 'team' AND r.holds_grants AND p.is_active
         AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())) THEN
    RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.cases_cover (id, person_id, stand_in_id, unit_id, from_at, until_at, made_by_id, made_at, grants, tasks)
  VALUES (cover, person, plan_cover.stand_in, sec.unit(), plan_cover.from_at, plan_cover.until_at, sec.actor(), now(), '{}', '{}');
  PERFORM sec._keep_cover(cover);
END $$;

-- Once it has begun: access to each file the person answers for, and their open tasks about those files.
CREATE FUNCTION sec._keep_cover(cover uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.cases_cover; given uuid[]; moved uuid[];
BEGIN
  SELECT * INTO c FROM public.cases_cover x WHERE x.id = cover AND x.ended_at IS NULL AND x.from_at <= now() AND x.until_at > now() FOR UPDATE;
  IF c.id IS NULL THEN RETURN; END IF;
  WITH made AS (
    INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
    SELECT gen_random_uuid(), s.id, c.stand_in_id, sec._sections(s.kind), 'write', 'cover', 'cover for a colleague', now(), c.until_at, c.made_by_id
    FROM public.access_grant g JOIN public.access_subject s ON s.id = g.subject_id
    WHERE g.actor_id = c.person_id AND g.cause = 'assignment' AND g.until_at > now() AND s.shredded_at IS NULL
      AND NOT s.id = ANY (sec._blocked(c.stand_in_id))
      AND NOT EXISTS (SELECT FROM public.access_grant o WHERE o.id = ANY (c.grants) AND o.subject_id = s.id)
    RETURNING id, subject_id)
  SELECT coalesce(array_agg(id), '{}') INTO given FROM made;
  UPDATE public.cases_cover x SET grants = x.grants || given WHERE x.id = c.id RETURNING x.grants INTO c.grants;
  WITH taken AS (
    UPDATE public.desk_task t SET owner_id = c.stand_in_id, version = version + 1
     WHERE t.owner_id = c.person_id AND t.done_at IS NULL AND t.subject_id IN (
       SELECT o.subject_id FROM public.access_grant o WHERE o.id = ANY (c.grants) AND o.until_at > now())
    RETURNING t.id)
  SELECT coalesce(array_agg(id), '{}') INTO moved FROM taken;
  UPDATE public.cases_cover x SET tasks = x.tasks || moved WHERE x.id = c.id;
END $$;

-- What the stand-in did not finish goes back: to the person, or to whoever answers for that file by now.
CREATE FUNCTION sec._end_cover(cover uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.cases_cover;
BEGIN
  UPDATE public.cases_cover x SET ended_at = now() WHERE x.id = cover AND x.ended_at IS NULL RETURNING * INTO c;
  IF c.id IS NULL THEN RETURN; END IF;
  UPDATE public.access_grant g SET until_at = now() WHERE g.id = ANY (c.grants) AND g.until_at > now();
  UPDATE public.desk_task t SET version = version + 1,
    owner_id = coalesce((SELECT g.actor_id FROM public.access_grant g WHERE g.subject_id = t.subject_id AND g.cause = 'assignment'
                         AND g.until_at > now() LIMIT 1), NULL),
    owner_unit_id = CASE WHEN NOT EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = t.subject_id AND g.cause = 'assignment'
                                          AND g.until_at > now()) THEN t.unit_id END
   WHERE t.id = ANY (c.tasks) AND t.done_at IS NULL AND t.owner_id = c.stand_in_id AND NOT sec._owns(t.subject_id, c.stand_in_id);
END $$;

CREATE FUNCTION sec.end_cover(cover uuid) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.cases_cover;
BEGIN
  SELECT * INTO c FROM public.cases_cover x WHERE x.id = cover AND x.ended_at IS NULL
    AND (x.person_id = sec.actor() OR x.made_by_id = sec.actor() OR (x.unit_id = sec.unit() AND sec.has('REASSIGN')));
  IF c.id IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  PERFORM sec._end_cover(cover);
  RETURN c.stand_in_id;
END $$;

CREATE FUNCTION sec.covers() RETURNS TABLE (cover uuid, person uuid, stand_in uuid, from_at timestamptz, until_at timestamptz, may_end boolean)
STABLE LANGUAGE plpgsql
AS $$
DECLARE me uuid := sec.actor(); team uuid := sec.unit(); gives boolean := sec.has('REASSIGN');
BEGIN
  RETURN QUERY SELECT c.id, c.person_id, c.stand_in_id, c.from_at, c.until_at, (c.person_id = me OR c.made_by_id = me OR (c.unit_id = team AND gives))
  FROM public.cases_cover c WHERE c.ended_at IS NULL AND c.until_at > now()
    AND (c.person_id = me OR c.stand_in_id = me OR c.made_by_id = me OR (c.unit_id = team AND gives))
  ORDER BY c.from_at LIMIT 100;
END $$;

-- For the job alone. Also renews assignments a month before they run out: no open case may lose its worker to a date.
CREATE FUNCTION sec.keep_covers() RETURNS TABLE (ended int, kept int, renewed int) VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c uuid;
BEGIN
  IF sec.role() <> 'system:cover' THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  ended := 0; kept := 0;
  FOR c IN SELECT x.id FROM public.cases_cover x WHERE x.ended_at IS NULL AND x.until_at <= now() LOOP
    PERFORM sec._end_cover(c); ended := ended + 1;
  END LOOP;
  FOR c IN SELECT x.id FROM public.cases_cover x WHERE x.ended_at IS NULL AND x.from_at <= now() AND x.until_at > now() LOOP
    PERFORM sec._keep_cover(c); kept := kept + 1;
  END LOOP;
  UPDATE public.access_grant g SET until_at = now() + interval '1 year' FROM public.cases_case c
   WHERE c.state = 'open' AND g.subject_id = c.subject_id AND g.actor_id = c.worker_id AND g.cause = 'assignment'
     AND g.until_at > now() AND g.until_at < now() + interval '30 days';
  GET DIAGNOSTICS renewed = ROW_COUNT;
  RETURN NEXT;
END $$;
