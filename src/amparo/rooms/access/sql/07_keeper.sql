-- What the keeper asks. It has no rights on any table about a child; it gets a yes or a no, and writes its own log entry.

-- Which permission opening a section needs beside reach, and whether a fresh second step is asked for.
CREATE FUNCTION sec._opening(section text, OUT permission text, OUT strong boolean) IMMUTABLE LANGUAGE sql
AS $$ SELECT CASE section WHEN 'identity' THEN 'REVEAL_IDENTITY' WHEN 'contact' THEN 'REVEAL_IDENTITY' WHEN 'place' THEN 'REVEAL_PLACE'
                          WHEN 'reporter' THEN 'ANSWER_CONCERN' WHEN 'draft' THEN 'USE_AMPARO' WHEN 'search' THEN 'SEARCH_CHILD' ELSE 'READ_FILE' END, section IN ('identity', 'contact', 'place') $$;

CREATE FUNCTION sec.may_open(secret text, holder uuid, section text, mode text) RETURNS jsonb STABLE LANGUAGE plpgsql
AS $$
DECLARE p text[] := sec._session(secret); need record; why text := 'ok';
BEGIN
  IF p IS NULL THEN RETURN jsonb_build_object('allowed', false, 'reason', 'no_session'); END IF;
  SELECT * INTO need FROM sec._opening(section);
  IF NOT sec._has(p[5], need.permission) THEN why := 'not_there';
  ELSIF section = 'search' THEN NULL;  -- about nobody yet: sec.may_see filters what is found
  ELSIF section = 'draft' THEN IF holder::text <> p[1] THEN why := 'not_there'; END IF;
  ELSIF NOT sec._may(p, holder, section, mode) THEN why := 'not_there';
  ELSIF need.strong AND p[6] <> '1' THEN why := 'needs_strong_sign_in';
  END IF;
  RETURN jsonb_build_object('allowed', why = 'ok', 'reason', why, 'actor', p[1], 'unit', nullif(p[3], ''), 'agency', nullif(p[4], ''),
    'role', p[5], 'own_case', EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = holder AND g.actor_id = p[1]::uuid
                                      AND g.cause = 'assignment' AND g.until_at > now()));
END $$;

CREATE FUNCTION sec.may_open_system(name text, holder uuid, section text) RETURNS jsonb STABLE LANGUAGE sql
AS $$
  SELECT jsonb_build_object('allowed', ok, 'reason', CASE WHEN ok THEN 'ok' ELSE 'not_there' END, 'actor',
    (SELECT a.id FROM public.access_actor a WHERE a.kind = 'system' AND a.name = may_open_system.name),
    'unit', NULL, 'agency', NULL, 'role', 'system:' || name, 'own_case', false)
  -- opening needs a scope for that very section: '*' lets an actor see rows, never words
  -- erasing needs its own mode, and a file whose day has come and that nobody holds
  FROM (SELECT EXISTS (SELECT FROM sec.system_scope s WHERE s.name = may_open_system.name
          AND (s.section = may_open_system.section OR (s.section = '*' AND may_open_system.section = 'erase'))
          AND s.mode = CASE WHEN may_open_system.section = 'erase' THEN 'erase' ELSE 'read' END)
        AND (may_open_system.section <> 'erase' OR EXISTS (SELECT FROM public.access_subject x
             WHERE x.id = may_open_system.holder AND NOT x.hold AND x.shred_on <= current_date)) AS ok) x
$$;

CREATE FUNCTION sec.may_see(secret text, subjects uuid[]) RETURNS uuid[] STABLE LANGUAGE sql
AS $$ SELECT coalesce(array_agg(s), '{}') FROM unnest(subjects) s, (SELECT sec._session(secret) AS p) x
      WHERE p IS NOT NULL AND sec._has(p[5], 'SEARCH_CHILD') AND sec._may(p, s, 'register', 'read') $$;

-- The keeper's entry names the person of the sign-in, never one it chose.
CREATE FUNCTION audit.add_opened(secret text, holder uuid, section text, record uuid, purpose text, result text, request_id uuid, count int)
RETURNS bigint VOLATILE LANGUAGE sql
AS $$ SELECT audit._write(coalesce(CASE WHEN secret LIKE 'system:%' THEN
          ARRAY[(SELECT a.id::text FROM public.access_actor a WHERE a.kind = 'system' AND 'system:' || a.name = secret), '', '', '', secret, '0', '0']
        ELSE sec._session(secret) END, ARRAY['', '', '', '', '', '0', '0']),
        'KEEPER_' || CASE WHEN section = 'search' THEN 'SEARCHED' ELSE 'OPENED' END, holder, record, purpose, result,
        jsonb_build_object('section', section, 'count', count), request_id) $$;
