-- The signed context of one transaction. Nothing outside this file reads or writes `app.ctx`.

CREATE FUNCTION sec._hmac(payload text) RETURNS bytea STABLE LANGUAGE sql
AS $$ SELECT sha256(k.opad || sha256(k.ipad || convert_to(payload, 'UTF8'))) FROM sec.hmac_key k $$;

-- Bound to this backend and to this transaction: a copy is worthless on another connection and in the next transaction.
CREATE FUNCTION sec._mac(payload text) RETURNS text STABLE LANGUAGE sql
AS $$ SELECT encode(sec._hmac(payload || '|' || pg_backend_pid() || '|' || extract(epoch FROM transaction_timestamp())), 'hex') $$;

CREATE FUNCTION sec._hash(secret text) RETURNS bytea IMMUTABLE LANGUAGE sql
AS $$ SELECT sha256(convert_to('amparo/session|' || secret, 'UTF8')) $$;

-- What a live sign-in amounts to: {actor, membership, unit, agency, role, strong 0|1, expiry}; NULL when it is not live.
-- Ends when the person, the membership or the agency ended, after 30 idle minutes and after 10 hours.
CREATE FUNCTION sec._session(secret text) RETURNS text[] STABLE LANGUAGE sql
AS $$
  SELECT ARRAY[s.actor_id::text, coalesce(m.id::text, ''), coalesce(u.id::text, ''), coalesce(u.agency_id::text, ''),
               coalesce(m.role, ''), CASE WHEN s.strong_at > now() - interval '5 minutes' THEN '1' ELSE '0' END,
               extract(epoch FROM s.expires_at)::text]
  FROM sec.session s
  LEFT JOIN public.access_membership m ON m.id = s.membership_id AND m.actor_id = s.actor_id
       AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now())
  LEFT JOIN public.access_unit u ON u.id = m.unit_id
       AND EXISTS (SELECT FROM public.access_agency a WHERE a.id = u.agency_id AND a.is_active)
  LEFT JOIN public.access_person p ON p.id = s.actor_id
  LEFT JOIN public.access_apiclient c ON c.id = s.actor_id
  WHERE s.secret_hash = sec._hash(secret) AND s.ended_at IS NULL AND s.expires_at > now()
    AND (c.id IS NOT NULL OR s.last_seen_at > now() - interval '30 minutes')
    AND coalesce(p.is_active, c.is_active, false)
    AND (s.membership_id IS NULL OR u.id IS NOT NULL)
$$;

CREATE FUNCTION sec._set(parts text[]) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ DECLARE payload text := array_to_string(parts, '|');
BEGIN PERFORM set_config('app.ctx', payload || '|' || sec._mac(payload), true); END $$;

CREATE FUNCTION sec.enter(secret text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ DECLARE parts text[] := sec._session(secret);
BEGIN
  IF parts IS NULL THEN RAISE EXCEPTION 'no live sign-in' USING ERRCODE = 'AM001'; END IF;
  PERFORM sec._set(parts);
  -- once a minute is enough for the idle limit, and spares a write on each page; a row another request holds is skipped
  UPDATE sec.session SET last_seen_at = now() WHERE id = (
    SELECT id FROM sec.session WHERE secret_hash = sec._hash(secret) AND last_seen_at < now() - interval '1 minute'
    FOR UPDATE SKIP LOCKED);
END $$;

CREATE FUNCTION sec.enter_system(name text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ DECLARE who uuid;
BEGIN
  IF session_user <> 'amparo_worker' THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  SELECT id INTO who FROM public.access_actor a WHERE a.kind = 'system' AND a.name = enter_system.name;
  IF who IS NULL THEN RAISE EXCEPTION 'no such system actor' USING ERRCODE = 'AM001'; END IF;
  PERFORM sec._set(ARRAY[who::text, '', '', '', 'system:' || name, '0', extract(epoch FROM now() + interval '1 hour')::text]);
END $$;

CREATE FUNCTION sec._ctx() RETURNS text[] STABLE PARALLEL RESTRICTED LANGUAGE plpgsql
AS $$ DECLARE p text[] := string_to_array(current_setting('app.ctx', true), '|');
BEGIN
  IF p IS NULL OR array_length(p, 1) IS DISTINCT FROM 8 THEN
    RAISE EXCEPTION 'no context' USING ERRCODE = 'AM001'; END IF;
  IF sec._mac(array_to_string(p[1:7], '|')) <> p[8] THEN RAISE EXCEPTION 'forged context' USING ERRCODE = 'AM001'; END IF;
  IF p[7]::numeric < extract(epoch FROM clock_timestamp()) THEN RAISE EXCEPTION 'expired context' USING ERRCODE = 'AM001'; END IF;
  RETURN p;
END $$;

CREATE FUNCTION sec.actor() RETURNS uuid STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT (sec._ctx())[1]::uuid $$;
CREATE FUNCTION sec.membership() RETURNS uuid STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT nullif((sec._ctx())[2], '')::uuid $$;
CREATE FUNCTION sec.unit() RETURNS uuid STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT nullif((sec._ctx())[3], '')::uuid $$;
CREATE FUNCTION sec.agency() RETURNS uuid STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT nullif((sec._ctx())[4], '')::uuid $$;
CREATE FUNCTION sec.role() RETURNS text STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT (sec._ctx())[5] $$;
CREATE FUNCTION sec.is_strong() RETURNS boolean STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT (sec._ctx())[6] = '1' $$;

CREATE FUNCTION sec._is_enforcement(agency uuid) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT coalesce((SELECT kind IN (SELECT kind FROM sec.enforcement_kind) FROM public.access_agency WHERE id = agency), false) $$;

-- All agencies a person works for today: a block tests every one of them, whichever they act for.
CREATE FUNCTION sec._agencies(who uuid) RETURNS uuid[] STABLE LANGUAGE sql
AS $$ SELECT coalesce(array_agg(DISTINCT u.agency_id), '{}') FROM public.access_membership m
      JOIN public.access_unit u ON u.id = m.unit_id
      WHERE m.actor_id = who AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now()) $$;
CREATE FUNCTION sec.agencies() RETURNS uuid[] STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT sec._agencies(sec.actor()) $$;

CREATE FUNCTION sec._has(role text, permission text) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT EXISTS (SELECT FROM sec.role_permission p WHERE p.role = _has.role AND p.permission = _has.permission) $$;
CREATE FUNCTION sec.has(permission text) RETURNS boolean STABLE PARALLEL RESTRICTED LANGUAGE sql
AS $$ SELECT sec._has(sec.role(), permission) $$;
CREATE FUNCTION sec._need(permission text) RETURNS void STABLE LANGUAGE plpgsql
AS $$ BEGIN IF NOT sec.has(permission) THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF; END $$;
CREATE FUNCTION sec._need_strong() RETURNS void STABLE LANGUAGE plpgsql
AS $$ BEGIN IF NOT sec.is_strong() THEN RAISE EXCEPTION 'sign in again' USING ERRCODE = 'AM428'; END IF; END $$;

-- The person in whose name grants count: nobody where the acting role holds none, nor in an enforcement agency.
CREATE FUNCTION sec._grantee(p text[]) RETURNS uuid STABLE LANGUAGE sql
AS $$ SELECT p[1]::uuid FROM sec.role r WHERE r.role = p[5] AND r.holds_grants AND NOT sec._is_enforcement(nullif(p[4], '')::uuid) $$;
CREATE FUNCTION sec.grantee() RETURNS uuid STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT sec._grantee(sec._ctx()) $$;

-- Units whose rows of a section the context reaches without a grant: the acting unit by role, and units on duty now.
CREATE FUNCTION sec._units(p text[], section text, mode text) RETURNS uuid[] STABLE LANGUAGE sql
AS $$
  SELECT coalesce(array_agg(DISTINCT u), '{}') FROM (
    SELECT nullif(p[3], '')::uuid AS u FROM sec.role_section rs
     WHERE rs.role = p[5] AND rs.section = _units.section AND rs.mode = _units.mode
    UNION ALL
    SELECT s.unit_id FROM public.access_shift s JOIN public.access_unit su ON su.id = s.unit_id
     JOIN sec.role_section rs ON rs.role = 'on_duty' AND rs.section = _units.section AND rs.mode = _units.mode
     JOIN sec.role r ON r.role = p[5] AND r.holds_grants
     WHERE s.actor_id = p[1]::uuid AND s.from_at <= now() AND s.until_at > now() AND su.agency_id = nullif(p[4], '')::uuid
  ) x WHERE u IS NOT NULL AND NOT sec._is_enforcement(nullif(p[4], '')::uuid)
$$;
CREATE FUNCTION sec.units(section text, mode text) RETURNS uuid[] STABLE PARALLEL RESTRICTED LANGUAGE sql
AS $$ SELECT sec._units(sec._ctx(), section, mode) $$;
-- The same for tables whose rows name their own section: 'unit/section' pairs.
CREATE FUNCTION sec.scopes(mode text) RETURNS text[] STABLE PARALLEL RESTRICTED LANGUAGE sql
AS $$ SELECT coalesce(array_agg(DISTINCT u || '/' || x.section), '{}')
      FROM (SELECT DISTINCT section FROM sec.role_section) x, unnest(sec._units(sec._ctx(), x.section, mode)) u $$;

CREATE FUNCTION sec._blocked(who uuid) RETURNS uuid[] STABLE LANGUAGE sql
AS $$ SELECT coalesce(array_agg(DISTINCT b.subject_id), '{}') FROM public.access_block b
      WHERE b.ended_at IS NULL AND (b.actor_id = who OR b.agency_id = ANY (sec._agencies(who))) $$;
CREATE FUNCTION sec.blocked() RETURNS uuid[] STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT sec._blocked(sec.actor()) $$;

CREATE FUNCTION sec._reads_register(p text[]) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT coalesce((SELECT r.reads_register FROM sec.role r WHERE r.role = p[5]), false)
             AND NOT sec._is_enforcement(nullif(p[4], '')::uuid) $$;
CREATE FUNCTION sec.reads_register() RETURNS boolean STABLE PARALLEL RESTRICTED LANGUAGE sql AS $$ SELECT sec._reads_register(sec._ctx()) $$;

CREATE FUNCTION sec.system_may(section text, mode text) RETURNS boolean STABLE PARALLEL RESTRICTED LANGUAGE sql
AS $$ SELECT EXISTS (SELECT FROM sec.system_scope s WHERE 'system:' || s.name = sec.role()
                     AND s.section IN ('*', system_may.section) AND s.mode = system_may.mode) $$;

-- One question for one subject, the same as the policies ask for rows. Used by functions and by the keeper.
-- Parameters stand with the function's name: a bare `section` here would be the column of access_subject, always 'register'.
CREATE FUNCTION sec._may(p text[], subject uuid, section text, mode text) RETURNS boolean STABLE LANGUAGE sql
AS $$
  SELECT EXISTS (
    SELECT FROM public.access_subject s
    WHERE s.id = _may.subject AND s.shredded_at IS NULL AND NOT s.id = ANY (sec._blocked(p[1]::uuid))
      AND (s.unit_id = ANY (sec._units(p, _may.section, _may.mode))
           OR (_may.section = 'register' AND _may.mode = 'read' AND NOT s.is_restricted AND sec._reads_register(p))
           OR EXISTS (SELECT FROM public.access_grant g WHERE g.subject_id = s.id AND g.actor_id = sec._grantee(p)
                      AND g.from_at <= now() AND g.until_at > now() AND _may.section = ANY (g.sections)
                      AND (_may.mode = 'read' OR g.mode = 'write'))))
$$;
CREATE FUNCTION sec.may(subject uuid, section text, mode text) RETURNS boolean STABLE PARALLEL RESTRICTED LANGUAGE sql
AS $$ SELECT sec._may(sec._ctx(), subject, section, mode) $$;
CREATE FUNCTION sec._need_may(subject uuid, section text, mode text) RETURNS void STABLE LANGUAGE plpgsql
AS $$ BEGIN
  IF sec.may(subject, section, mode) THEN RETURN; END IF;
  -- whoever may read hears "refused"; whoever may not hears "not there", the same as for a child that does not exist
  IF mode = 'write' AND sec.may(subject, 'register', 'read') THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404';
END $$;
