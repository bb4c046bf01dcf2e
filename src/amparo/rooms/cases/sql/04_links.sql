-- Files that belong together. Whoever does not reach both learns nothing of the other: no row, no count (practice, 30).

CREATE FUNCTION sec.link_cases(link_group uuid, subjects uuid[], kind text, parts text[]) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s uuid;
BEGIN
  IF cardinality(subjects) < 2 OR cardinality(subjects) > 100 OR cardinality(parts) <> cardinality(subjects) THEN
    RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  FOREACH s IN ARRAY subjects LOOP PERFORM sec._need_may(s, 'case', 'write'); END LOOP;
  INSERT INTO public.cases_link (id, "group", subject_id, kind, part, is_apart, made_by_id, made_at)
  SELECT gen_random_uuid(), link_group, x.s, link_cases.kind, x.p, false, sec.actor(), now() FROM unnest(subjects, parts) x(s, p);
END $$;

CREATE FUNCTION sec.links_of(subject uuid) RETURNS TABLE (link uuid, other uuid, code text, kind text, part text, is_apart boolean, reason bytea)
STABLE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need_may(subject, 'case', 'read');
  RETURN QUERY SELECT DISTINCT ON (s.code, o.kind) mine.id, o.subject_id, s.code::text, o.kind::text, o.part::text, mine.is_apart OR o.is_apart,
      CASE WHEN sec.may(links_of.subject, 'people', 'read') THEN mine.reason END
    FROM public.cases_link mine JOIN public.cases_link o ON o."group" = mine."group" AND o.subject_id <> mine.subject_id
    JOIN public.access_subject s ON s.id = o.subject_id AND s.shredded_at IS NULL
    WHERE mine.subject_id = links_of.subject AND sec.may(o.subject_id, 'case', 'read')
    ORDER BY s.code, o.kind, mine.made_at DESC;
END $$;

-- Together is the default; apart needs a reason, sealed to this child's own file.
CREATE FUNCTION sec.keep_apart(link uuid, is_apart boolean, reason bytea) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s uuid := (SELECT l.subject_id FROM public.cases_link l WHERE l.id = link);
BEGIN
  IF s IS NULL OR NOT sec.may(s, 'case', 'read')
     OR NOT EXISTS (SELECT FROM public.cases_link l JOIN public.cases_link o ON o."group" = l."group" AND o.id <> l.id
                    WHERE l.id = link AND sec.may(o.subject_id, 'case', 'read')) THEN
    RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  PERFORM sec._need_may(s, 'people', 'write');
  IF keep_apart.is_apart AND reason IS NULL THEN RAISE EXCEPTION 'reason_too_short' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.cases_link l SET is_apart = keep_apart.is_apart, reason = keep_apart.reason WHERE l.id = link;
  RETURN s;
END $$;

-- Granted before the functions change hands: afterwards only their new owner may.
GRANT EXECUTE ON FUNCTION sec.case_to_duty(uuid), sec.take_case(uuid), sec.propose_hand_over(uuid, uuid, uuid, uuid, text),
  sec.propose_caseload(uuid, uuid, uuid, uuid, text), sec.answer_hand_over(uuid, boolean), sec.withdraw_hand_over(uuid), sec.hand_overs(),
  sec.takers(), sec.plan_cover(uuid, uuid, uuid, timestamptz, timestamptz), sec.end_cover(uuid), sec.covers(),
  sec.link_cases(uuid, uuid[], text, text[]), sec.links_of(uuid), sec.keep_apart(uuid, boolean, bytea) TO amparo_staff;
GRANT EXECUTE ON FUNCTION sec.keep_covers() TO amparo_worker;
SELECT sec.finish();
