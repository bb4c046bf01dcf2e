-- Children's anchors, grants, consent, blocks, restriction.

-- Every section of a kind of file: what its first worker holds. The same lists stand in permissions.py, and a test compares.
CREATE FUNCTION sec._sections(kind text) RETURNS text[] IMMUTABLE LANGUAGE sql
AS $$ SELECT CASE kind WHEN 'concern' THEN ARRAY['register', 'note', 'task', 'concern', 'account', 'reporter']
  ELSE ARRAY['register', 'note', 'task', 'attachment', 'case', 'people', 'allegation', 'screening', 'identity', 'contact', 'place'] END $$;

-- The first free one of the candidate codes is taken: two workers never meet over a code.
CREATE FUNCTION sec.open_subject(subject uuid, kind text, codes text[], retention_class text, keys jsonb) RETURNS text VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c text; r int;
BEGIN
  PERFORM sec._need('OPEN_SUBJECT');
  IF sec.unit() IS NULL OR sec._is_enforcement(sec.agency()) THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  FOREACH c IN ARRAY codes LOOP
    INSERT INTO public.access_subject (id, kind, code, unit_id, home_unit_id, section, retention_class, hold, is_restricted, opened_at)
    VALUES (subject, open_subject.kind, c, sec.unit(), sec.unit(), 'register', open_subject.retention_class, false, false, now())
    ON CONFLICT (code) DO NOTHING;
    GET DIAGNOSTICS r = ROW_COUNT;
    EXIT WHEN r = 1;
  END LOOP;
  IF r IS DISTINCT FROM 1 THEN RAISE EXCEPTION 'no_free_code' USING ERRCODE = 'AM403'; END IF;
  PERFORM sec._store_keys(subject, keys);
  INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
  VALUES (gen_random_uuid(), subject, sec.actor(), sec._sections(open_subject.kind),
          'write', 'assignment', 'opened the file', now(), now() + interval '1 year', sec.actor());
  RETURN c;
END $$;

-- The public half of a section's key. Whoever may write the section may seal to it, without the keeper.
CREATE FUNCTION sec.section_key(holder uuid, section text) RETURNS bytea STABLE LANGUAGE plpgsql
AS $$ BEGIN
  IF holder <> sec.actor() THEN PERFORM sec._need_may(holder, section, 'write'); END IF;
  RETURN (SELECT k.public FROM keeper.section_key k WHERE k.holder = section_key.holder AND k.section = section_key.section);
END $$;

CREATE FUNCTION sec._custodian(subject uuid) RETURNS uuid STABLE LANGUAGE sql
AS $$ SELECT u.agency_id FROM public.access_subject s JOIN public.access_unit u ON u.id = s.home_unit_id WHERE s.id = subject $$;

-- Whether an approved protocol between the two agencies covers these sections until then.
CREATE FUNCTION sec._covered(one uuid, other uuid, sections text[], until_at timestamptz) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT EXISTS (SELECT FROM public.access_sharingprotocol p WHERE p.approved_by_id IS NOT NULL
      AND one = ANY (p.parties) AND other = ANY (p.parties) AND _covered.sections <@ p.sections::text[]
      AND p.from_on <= current_date AND until_at < (p.until_on + 1)) $$;

-- What one may pass on: what one's unit or an ordinary grant reaches. Emergency access opens a file for reading and carries
-- nothing further; a grant is passed on for no longer than it lasts.
CREATE FUNCTION sec._may_give(subject uuid, section text, mode text, until_at timestamptz) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT sec.may(_may_give.subject, _may_give.section, _may_give.mode) AND (
  EXISTS (SELECT FROM public.access_subject s WHERE s.id = _may_give.subject AND s.unit_id = ANY (sec.units(_may_give.section, _may_give.mode)))
  OR EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = _may_give.subject AND g.actor_id = sec.grantee() AND g.cause <> 'emergency'
             AND g.from_at <= now() AND g.until_at > now() AND (g.cause = 'assignment' OR g.until_at >= _may_give.until_at)
             AND _may_give.section = ANY (g.sections) AND (_may_give.mode = 'read' OR g.mode = 'write'))) $$;

-- Deciding about a file (who reads it, who is kept away, who takes it over) belongs to the agency that keeps it.
CREATE FUNCTION sec._need_to_decide(subject uuid, permission text) RETURNS void STABLE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need_may(subject, 'register', 'read');
  PERFORM sec._need(permission);
  IF sec._custodian(subject) IS DISTINCT FROM sec.agency() OR NOT sec._may_give(subject, 'register', 'read', now()) THEN
    RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
END $$;

CREATE FUNCTION sec.give_grant(subject uuid, who uuid, sections text[], mode text, cause text, purpose text, until_at timestamptz, consent uuid)
RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s text; n uuid := gen_random_uuid(); ours uuid := sec._custodian(subject); theirs uuid[] := sec._agencies(who); scope text[];
BEGIN
  PERFORM sec._need_may(subject, 'register', 'read');
  PERFORM sec._need('GIVE_ACCESS');
  PERFORM sec._need_strong();
  scope := ARRAY(SELECT DISTINCT x FROM unnest(sections || ARRAY['register']) x);
  IF mode NOT IN ('read', 'write') OR cause NOT IN ('referral', 'consent', 'cover', 'law') OR until_at <= now()
     OR until_at > now() + interval '1 year' OR length(purpose) < 5 THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  FOREACH s IN ARRAY scope LOOP   -- nobody gives what they do not hold, nor a way to write where they only read
    IF NOT sec._may_give(subject, s, CASE WHEN s = 'register' THEN 'read' ELSE mode END, until_at) THEN RAISE EXCEPTION 'not_held' USING ERRCODE = 'AM403'; END IF;
  END LOOP;
  IF who = sec.actor() OR NOT EXISTS (
                 SELECT FROM public.access_membership m JOIN sec.role r ON r.role = m.role JOIN public.access_unit u ON u.id = m.unit_id
                 WHERE m.actor_id = who AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())
                   AND r.holds_grants AND NOT sec._is_enforcement(u.agency_id))
     OR subject = ANY (sec._blocked(who)) THEN RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
  IF NOT ours = ANY (theirs) AND NOT EXISTS (SELECT FROM unnest(theirs) t WHERE sec._covered(ours, t, scope, until_at)) THEN
    RAISE EXCEPTION 'no_protocol' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, consent, given_by_id)
  VALUES (n, subject, who, scope, give_grant.mode, give_grant.cause, give_grant.purpose, now(), give_grant.until_at, give_grant.consent, sec.actor());
  RETURN n;
END $$;

CREATE FUNCTION sec.end_grant(grant_id uuid, OUT subject uuid, OUT person uuid) VOLATILE LANGUAGE plpgsql
AS $$
DECLARE g public.access_grant;
BEGIN
  SELECT * INTO g FROM public.access_grant x WHERE x.id = grant_id AND x.until_at > now();
  IF g.id IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF g.actor_id <> sec.actor() AND g.given_by_id <> sec.actor() THEN PERFORM sec._need_to_decide(g.subject_id, 'GIVE_ACCESS'); END IF;
  -- an assignment is handed over, never dropped: no child without a worker
  IF g.cause = 'assignment' THEN RAISE EXCEPTION 'hand_over_instead' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.access_grant SET until_at = now() WHERE id = grant_id;
  subject := g.subject_id;
  person := g.actor_id;
END $$;

CREATE FUNCTION sec.grants_on(subject uuid) RETURNS TABLE (id uuid, actor uuid, who text, agency jsonb, sections text[], mode text, cause text,
  purpose text, from_at timestamptz, until_at timestamptz) STABLE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need_may(subject, 'register', 'read');
  RETURN QUERY SELECT g.id, g.actor_id, coalesce(p.display_name, c.name)::text,
    (SELECT a.names FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id JOIN public.access_agency a ON a.id = u.agency_id
      WHERE m.actor_id = g.actor_id ORDER BY m.from_at LIMIT 1),
    g.sections::text[], g.mode::text, g.cause::text, g.purpose::text, g.from_at, g.until_at
  FROM public.access_grant g LEFT JOIN public.access_person p ON p.id = g.actor_id LEFT JOIN public.access_apiclient c ON c.id = g.actor_id
  WHERE g.subject_id = grants_on.subject AND g.until_at > now() ORDER BY g.from_at;
END $$;

-- The workers who own the file, for notices: ids only.
CREATE FUNCTION sec.owners_of(subject uuid) RETURNS SETOF uuid STABLE LANGUAGE sql
AS $$ SELECT DISTINCT g.actor_id FROM public.access_grant g WHERE g.subject_id = subject AND g.cause = 'assignment' AND g.until_at > now()
      AND sec._ctx() IS NOT NULL $$;
CREATE FUNCTION sec.holders_of_role(subject uuid, role text) RETURNS SETOF uuid STABLE LANGUAGE sql
AS $$ SELECT DISTINCT m.actor_id FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id
      WHERE u.agency_id = sec._custodian(subject) AND m.role = holders_of_role.role AND m.from_at <= now()
        AND (m.until_at IS NULL OR m.until_at > now()) AND sec._ctx() IS NOT NULL $$;

-- Hand a file to a worker of the same agency: one owner before, one owner after, in one statement's time.
CREATE FUNCTION sec.hand_over(subject uuid, who uuid, unit uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s public.access_subject;
BEGIN
  PERFORM sec._need_to_decide(subject, 'REASSIGN');
  SELECT * INTO s FROM public.access_subject x WHERE x.id = subject FOR UPDATE;
  IF NOT EXISTS (
       SELECT FROM public.access_membership m JOIN public.access_unit u ON u.id = m.unit_id JOIN sec.role r ON r.role = m.role
       WHERE m.actor_id = who AND u.id = hand_over.unit AND u.agency_id = sec.agency() AND u.kind = 'team' AND r.holds_grants
         AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now()))
     OR subject = ANY (sec._blocked(who)) THEN RAISE EXCEPTION 'not_available' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.access_grant SET until_at = now() WHERE subject_id = subject AND cause = 'assignment' AND until_at > now();
  INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
  VALUES (gen_random_uuid(), subject, who, sec._sections(s.kind),
          'write', 'assignment', 'handed over', now(), now() + interval '1 year', sec.actor());
  UPDATE public.access_subject x SET home_unit_id = unit, unit_id = CASE WHEN x.is_restricted THEN x.unit_id ELSE unit END WHERE x.id = subject;
END $$;

CREATE FUNCTION sec.block(subject uuid, other_agency uuid) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n uuid := gen_random_uuid();
BEGIN
  PERFORM sec._need_to_decide(subject, 'BLOCK_AGENCY');
  -- the custodian cannot lock itself out: the file moves first
  IF other_agency = sec._custodian(subject) THEN RAISE EXCEPTION 'custodian' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.access_block (id, subject_id, agency_id, from_at, by_id) VALUES (n, subject, other_agency, now(), sec.actor());
  UPDATE public.access_grant g SET until_at = now() WHERE g.subject_id = subject AND g.until_at > now() AND g.cause <> 'assignment'
     AND other_agency = ANY (sec._agencies(g.actor_id));
  RETURN n;
END $$;

CREATE FUNCTION sec.blocks_on(subject uuid) RETURNS TABLE (id uuid, agency uuid, names jsonb, from_at timestamptz) STABLE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need_may(subject, 'register', 'read');
  PERFORM sec._need('BLOCK_AGENCY');
  RETURN QUERY SELECT b.id, b.agency_id, a.names, b.from_at FROM public.access_block b JOIN public.access_agency a ON a.id = b.agency_id
    WHERE b.subject_id = blocks_on.subject AND b.ended_at IS NULL AND sec._custodian(blocks_on.subject) = sec.agency() ORDER BY b.from_at;
END $$;

CREATE FUNCTION sec.end_block(block uuid) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE s uuid := (SELECT b.subject_id FROM public.access_block b WHERE b.id = block AND b.ended_at IS NULL AND b.agency_id IS NOT NULL);
BEGIN
  IF s IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  PERFORM sec._need_to_decide(s, 'BLOCK_AGENCY');
  UPDATE public.access_block SET ended_at = now() WHERE id = block;
  RETURN s;
END $$;

-- "I know this family": access ends at once. The owner's grant stays on record until the supervisor hands over, but opens nothing.
CREATE FUNCTION sec.declare_conflict(subject uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need_may(subject, 'register', 'read');
  INSERT INTO public.access_block (id, subject_id, actor_id, from_at, by_id) VALUES (gen_random_uuid(), subject, sec.actor(), now(), sec.actor());
  UPDATE public.access_grant SET until_at = now() WHERE subject_id = subject AND actor_id = sec.actor() AND until_at > now() AND cause <> 'assignment';
END $$;

-- A restricted file leaves its team's sight: it moves to the agency's memberless unit, and only grants by name reach it.
CREATE FUNCTION sec.restrict(subject uuid, restricted boolean) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE closed uuid;
BEGIN
  PERFORM sec._need_to_decide(subject, 'RESTRICT_CASE');
  SELECT id INTO closed FROM public.access_unit WHERE agency_id = sec.agency() AND kind = 'restricted';
  IF restricted AND NOT EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = subject AND g.actor_id = sec.actor() AND g.until_at > now()) THEN
    INSERT INTO public.access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
    VALUES (gen_random_uuid(), subject, sec.actor(), ARRAY['register', 'note', 'task'], 'read', 'cover', 'restricted the file', now(),
            now() + interval '1 year', sec.actor());
  END IF;
  UPDATE public.access_subject s SET is_restricted = restricted, unit_id = CASE WHEN restricted THEN closed ELSE s.home_unit_id END WHERE s.id = subject;
END $$;

CREATE FUNCTION sec.record_consent(consent uuid, subject uuid, who uuid, sections text[], purpose text, given_by text, state text, basis text, until_at timestamptz)
RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE g uuid;
BEGIN
  PERFORM sec._need_may(subject, 'note', 'write');
  PERFORM sec._need('RECORD_CONSENT');
  IF state = 'given' THEN g := sec.give_grant(subject, who, sections, 'read', 'consent', purpose, until_at, consent); END IF;
  INSERT INTO public.access_consent (id, subject_id, unit_id, section, sections, recipient_id, purpose, given_by, state, basis, at, until_at, recorded_by_id)
  SELECT consent, subject, s.unit_id, 'note', sections, who, record_consent.purpose, record_consent.given_by, record_consent.state,
         record_consent.basis, now(), record_consent.until_at, sec.actor() FROM public.access_subject s WHERE s.id = subject;
  RETURN g;
END $$;

CREATE FUNCTION sec.withdraw_consent(consent uuid) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE c public.access_consent;
BEGIN
  SELECT * INTO c FROM public.access_consent x WHERE x.id = consent AND x.state = 'given';
  IF c.id IS NULL THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  PERFORM sec._need_may(c.subject_id, 'note', 'write');
  PERFORM sec._need('RECORD_CONSENT');
  UPDATE public.access_consent SET state = 'withdrawn', ended_at = now() WHERE id = c.id;
  UPDATE public.access_grant g SET until_at = now() WHERE g.consent = c.id AND g.until_at > now();
  RETURN c.subject_id;
END $$;
