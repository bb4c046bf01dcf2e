-- The log. An entry is part of the transaction it tells of: no log, no act.

CREATE FUNCTION audit._write(p text[], what text, subject uuid, record uuid, purpose text, result text, detail jsonb, request uuid)
RETURNS bigint VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n bigint; s bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())); t timestamptz := clock_timestamp();
BEGIN
  -- jsonb_build_array is length-safe: NULLs stay, quotes are escaped. Detail is bound by its own salted hash, so that it can be erased.
  INSERT INTO audit.entry (at, actor_id, agency_id, role, what, subject_id, record_id, request_id, purpose, result, salt, detail, leaf)
  VALUES (t, nullif(p[1], '')::uuid, nullif(p[4], '')::uuid, coalesce(p[5], ''), what, subject, record, request,
          left(coalesce(purpose, ''), 500), coalesce(result, 'done'), s, detail,
          sha256('\x00'::bytea || convert_to(jsonb_build_array(extract(epoch FROM t), p[1], p[4], p[5], what, subject, record, request,
            left(coalesce(purpose, ''), 500), coalesce(result, 'done'),
            encode(sha256(s || convert_to(coalesce(detail::text, ''), 'UTF8')), 'hex'))::text, 'UTF8')))
  RETURNING id INTO n;
  RETURN n;
END $$;

CREATE FUNCTION audit.add(what text, subject uuid, record uuid, purpose text, result text, detail jsonb, request uuid)
RETURNS bigint VOLATILE LANGUAGE sql AS $$ SELECT audit._write(sec._ctx(), what, subject, record, purpose, result, detail, request) $$;

-- Before anyone is signed in: guesses, refused sign-ins. The actor is whom it was tried on, if known.
CREATE FUNCTION audit.add_at_door(what text, actor uuid, result text) RETURNS bigint VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  IF what NOT IN ('SIGN_IN_REFUSED', 'SIGN_IN_SLOWED') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  RETURN audit._write(ARRAY['', '', '', '', 'door', '0', '0'], what, NULL, actor, '', result, NULL, NULL);
END $$;

CREATE TYPE audit.line AS (id bigint, at timestamptz, who text, agency jsonb, role text, what text, subject uuid, code text, purpose text, result text);

CREATE FUNCTION audit._line(e audit.entry) RETURNS audit.line STABLE LANGUAGE sql
AS $$ SELECT ROW(e.id, e.at, coalesce(p.display_name, a.name, ''), g.names, e.role, e.what, e.subject_id, NULL::text, e.purpose, e.result)::audit.line
      FROM (SELECT 1) one LEFT JOIN public.access_actor a ON a.id = e.actor_id
      LEFT JOIN public.access_person p ON p.id = e.actor_id LEFT JOIN public.access_agency g ON g.id = e.agency_id $$;

-- What I did. A code is shown only while I may still see the file.
CREATE FUNCTION audit.mine(before bigint, most int) RETURNS SETOF audit.line STABLE LANGUAGE sql
AS $$
  SELECT l.id, l.at, l.who, l.agency, l.role, l.what, CASE WHEN ok THEN l.subject END,
         CASE WHEN ok THEN (SELECT s.code FROM public.access_subject s WHERE s.id = l.subject) END, l.purpose, l.result
  FROM (SELECT (audit._line(e)).*, sec.may(e.subject_id, 'register', 'read') AS ok FROM audit.entry e
        WHERE e.actor_id = sec.actor() AND (before IS NULL OR e.id < before) ORDER BY e.id DESC LIMIT least(most, 200)) l
$$;

-- Who looked at this child: for whoever may read the register row.
CREATE FUNCTION audit.of_subject(subject uuid, before bigint, most int) RETURNS SETOF audit.line STABLE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need_may(subject, 'register', 'read');
  RETURN QUERY SELECT (audit._line(e)).* FROM audit.entry e
    WHERE e.subject_id = of_subject.subject AND (before IS NULL OR e.id < before) ORDER BY e.id DESC LIMIT least(most, 200);
END $$;

-- Who in my agency opened what, for its data-protection officer: codes, no content, no reasons of others' notes.
CREATE FUNCTION audit.of_agency(before bigint, most int) RETURNS SETOF audit.line STABLE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('READ_ACCESS_LOG');
  RETURN QUERY SELECT l.id, l.at, l.who, l.agency, l.role, l.what, NULL::uuid,
      (SELECT s.code::text FROM public.access_subject s WHERE s.id = l.subject), l.purpose, l.result
    FROM (SELECT (audit._line(e)).* FROM audit.entry e
          WHERE e.agency_id = sec.agency() AND (before IS NULL OR e.id < before) ORDER BY e.id DESC LIMIT least(most, 200)) l;
END $$;
