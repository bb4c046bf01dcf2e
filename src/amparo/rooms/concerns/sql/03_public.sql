-- The public page. Its login has no right on any table: it may call these functions, and they keep nothing of who calls.

-- What a flood may not exceed, for everybody together: there is no address to count by, on purpose.
CREATE FUNCTION intake._limit(lane text, OUT most int, OUT span interval) IMMUTABLE LANGUAGE sql
AS $$ SELECT CASE lane WHEN 'work' THEN 600 WHEN 'slow' THEN 60 WHEN 'read' THEN 1200 WHEN 'add' THEN 120 ELSE 0 END, interval '10 minutes' $$;

-- One more through a lane, or refused. The row's lock makes the count exact however many come at once.
CREATE FUNCTION intake._pass(through text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE it record; n int;
BEGIN
  SELECT * INTO it FROM intake._limit(through);
  INSERT INTO public.concerns_gate AS g (id, lane, span, passed)
  VALUES (gen_random_uuid(), through, date_bin(it.span, now(), timestamptz '2000-01-01 00:00+00'), 1)
  ON CONFLICT (lane, span) DO UPDATE SET passed = g.passed + 1 WHERE g.passed < it.most;
  GET DIAGNOSTICS n = ROW_COUNT;
  IF n = 0 THEN RAISE EXCEPTION 'full' USING ERRCODE = 'AM429'; END IF;
END $$;

CREATE FUNCTION intake._work_mac(work uuid, expires bigint, bits int) RETURNS text STABLE LANGUAGE sql
AS $$ SELECT encode(sec._hmac('intake/work|' || work || '|' || expires || '|' || bits), 'hex') $$;

-- A piece of work, harder the fuller the lane is. Signed and short-lived: nothing is stored until it was done.
CREATE FUNCTION intake.challenge(OUT work uuid, OUT expires bigint, OUT bits int, OUT mac text) VOLATILE LANGUAGE plpgsql
AS $$
DECLARE it record; so_far int;
BEGIN
  SELECT * INTO it FROM intake._limit('work');
  SELECT g.passed INTO so_far FROM public.concerns_gate g WHERE g.lane = 'work' AND g.span = date_bin(it.span, now(), timestamptz '2000-01-01 00:00+00');
  work := gen_random_uuid();
  expires := extract(epoch FROM now() + interval '30 minutes')::bigint;
  bits := CASE WHEN coalesce(so_far, 0) > it.most * 0.8 THEN 18 WHEN coalesce(so_far, 0) > it.most * 0.4 THEN 16 ELSE 13 END;
  mac := intake._work_mac(work, expires, bits);
END $$;

-- How many bits at the front of a hash are zero.
CREATE FUNCTION intake._zeros(hash bytea) RETURNS int IMMUTABLE LANGUAGE sql
AS $$ SELECT coalesce(min(n), 256) FROM generate_series(0, 255) n WHERE get_bit(hash, (n / 8) * 8 + 7 - n % 8) = 1 $$;

-- Done, ours, fresh, and not used before: else refused.
CREATE FUNCTION intake._spend(w jsonb) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int; which uuid := (w->>'work')::uuid; until_s bigint := (w->>'expires')::bigint; zeros int := (w->>'bits')::int;
BEGIN
  -- IS NOT TRUE: what is missing is refused as well. Both sides are hashed once more, so that the time of comparing tells
  -- nothing about the right one.
  IF (sha256(convert_to(intake._work_mac(which, until_s, zeros), 'UTF8')) = sha256(convert_to(w->>'mac', 'UTF8'))
      AND until_s >= extract(epoch FROM now()) AND length(w->>'nonce') <= 32
      AND intake._zeros(sha256(convert_to((w->>'work') || ':' || (w->>'nonce'), 'UTF8'))) >= zeros) IS NOT TRUE THEN
    RAISE EXCEPTION 'work' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.concerns_work (id, expires_at) VALUES (which, to_timestamp(until_s)) ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS n = ROW_COUNT;
  IF n = 0 THEN RAISE EXCEPTION 'work' USING ERRCODE = 'AM403'; END IF;
END $$;

-- Whoever reads the log sees that a public report came in, and nothing of where from.
CREATE FUNCTION intake._told(what text, subject uuid, record uuid, result text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN PERFORM audit._write(ARRAY['', '', '', '', 'public', '0', '0'], what, subject, record, '', result, NULL, NULL); END $$;

-- 'again' when this receipt is here already: a retry changes nothing and shows the same receipt.
CREATE FUNCTION intake.submit(c jsonb, search_id bytea, public_key bytea, work jsonb) RETURNS text VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(encode(submit.search_id, 'hex'), 7));
  IF EXISTS (SELECT FROM public.concerns_receipt r WHERE r.search_id = submit.search_id) THEN RETURN 'again'; END IF;
  IF length(submit.search_id) <> 32 OR length(submit.public_key) <> 32 OR length(c::text) > 120000
     OR coalesce(c->>'channel', '') NOT IN ('public', 'child') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  IF work IS NULL THEN PERFORM intake._pass('slow'); ELSE PERFORM intake._spend(work); PERFORM intake._pass('work'); END IF;
  -- what only staff can say is not taken from here, whatever the page sends
  PERFORM intake._receive(c || '{"received_at": null, "event": null, "number_in_event": null, "call_type": "", "children": 1, "in_custody": "unknown"}', NULL, NULL);
  INSERT INTO public.concerns_receipt (search_id, public_key, concern, made_at)
  VALUES (submit.search_id, submit.public_key, (c->>'concern')::uuid, now());
  PERFORM intake._told('PUBLIC_CONCERN_SENT', (c->>'subject')::uuid, (c->>'concern')::uuid, 'done');
  RETURN 'received';
END $$;

-- Before the costly part of reading (Argon2id, in the page's process) is done at all.
CREATE FUNCTION intake.knock() RETURNS void VOLATILE LANGUAGE plpgsql AS $$ BEGIN PERFORM intake._pass('read'); END $$;

-- Only what may be told: a fixed answer, replies sealed to the receipt's key, and the key to add words with. Never a state.
CREATE FUNCTION intake.read(search_id bytea) RETURNS jsonb STABLE LANGUAGE sql
AS $$
  SELECT jsonb_build_object('concern', c.id, 'subject', c.subject_id, 'answer', c.answer, 'channel', c.channel, 'is_withdrawn', r.withdrawn_at IS NOT NULL,
    'key', encode(k.public, 'hex'),
    'replies', (SELECT coalesce(jsonb_agg(jsonb_build_array(y.id, encode(y.to_receipt, 'hex')) ORDER BY y.sent_at), '[]') FROM public.concerns_reply y
                WHERE y.concern_id = c.id AND y.sent_at IS NOT NULL AND r.withdrawn_at IS NULL))
  FROM public.concerns_receipt r JOIN public.concerns_concern c ON c.id = r.concern
  JOIN keeper.section_key k ON k.holder = c.subject_id AND k.section = 'account'
  WHERE r.search_id = read.search_id
$$;

CREATE FUNCTION intake._add(which bytea, account uuid, words bytea, OUT concern uuid, OUT subject uuid) VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.concerns_concern;
BEGIN
  PERFORM intake._pass('add');
  SELECT x.* INTO c FROM public.concerns_receipt r JOIN public.concerns_concern x ON x.id = r.concern
   WHERE r.search_id = which AND r.withdrawn_at IS NULL FOR UPDATE OF x;
  IF c.id IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF length(words) > 60000 OR (SELECT count(*) FROM public.concerns_account a WHERE a.concern_id = c.id) >= 40 THEN
    RAISE EXCEPTION 'full' USING ERRCODE = 'AM429'; END IF;
  INSERT INTO public.concerns_account (id, subject_id, unit_id, section, concern_id, kind, text, written_at)
  VALUES (account, c.subject_id, c.unit_id, 'account', c.id, 'added', words, now()) ON CONFLICT (id) DO NOTHING;
  concern := c.id;
  subject := c.subject_id;
END $$;

CREATE FUNCTION intake._later_added(concern uuid, subject uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM public.procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'concerns.added', 0, NULL, NULL,
    jsonb_build_object('concern_id', concern, 'subject_id', subject), NULL)::public.procrastinate_job_to_defer_v1]);
END $$;

-- More words. "In danger now" raises the urgency at once, whatever was said before; nothing said here ever lowers it.
CREATE FUNCTION intake.add(search_id bytea, account uuid, words bytea, danger boolean) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE it record;
BEGIN
  IF EXISTS (SELECT FROM public.concerns_account a WHERE a.id = add.account) THEN RETURN; END IF;
  SELECT * INTO it FROM intake._add(add.search_id, add.account, add.words);
  IF danger THEN
    UPDATE public.concerns_concern x SET danger_now = 'yes', urgency = 'now', version = version + 1,
      urgency_rules = CASE WHEN 'DANGER_NOW' = ANY (urgency_rules) THEN urgency_rules ELSE urgency_rules || 'DANGER_NOW'::varchar END
     WHERE x.id = it.concern;
    PERFORM intake._later(it.concern, it.subject);
  END IF;
  PERFORM intake._later_added(it.concern, it.subject);
  PERFORM intake._told('PUBLIC_WORDS_ADDED', it.subject, it.concern, 'done');
END $$;

-- Taking a report back erases who told and closes the receipt. The concern stays: a child's safety does not hang on it.
CREATE FUNCTION intake.withdraw(search_id bytea, account uuid, words bytea) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE it record;
BEGIN
  SELECT * INTO it FROM intake._add(withdraw.search_id, withdraw.account, withdraw.words);
  DELETE FROM public.concerns_reporter r WHERE r.concern_id = it.concern;
  UPDATE public.concerns_receipt r SET withdrawn_at = now() WHERE r.search_id = withdraw.search_id;
  PERFORM intake._later_added(it.concern, it.subject);
  PERFORM intake._told('PUBLIC_CONCERN_WITHDRAWN', it.subject, it.concern, 'done');
END $$;

-- Provinces for the question "where": names only.
CREATE FUNCTION intake.areas() RETURNS TABLE (p_code text, names jsonb, level int) STABLE LANGUAGE sql
AS $$ SELECT a.p_code::text, a.names, a.level::int FROM public.access_area a
      WHERE a.level = 1 AND (a.valid_to IS NULL OR a.valid_to >= current_date) ORDER BY a.p_code LIMIT 200 $$;

-- Counters and spent work of yesterday say nothing to anybody.
CREATE FUNCTION intake.tidy() RETURNS int VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int; m int;
BEGIN
  IF NOT sec.system_may('*', 'erase') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  DELETE FROM public.concerns_work w WHERE w.expires_at < now() - interval '1 hour';
  GET DIAGNOSTICS n = ROW_COUNT;
  DELETE FROM public.concerns_gate g WHERE g.span < now() - interval '1 day';
  GET DIAGNOSTICS m = ROW_COUNT;
  RETURN n + m;
END $$;
