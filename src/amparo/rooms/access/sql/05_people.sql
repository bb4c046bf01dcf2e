-- Sign-ins, people, roles. Every function asks the context; only sign_in and whoami work without one.

CREATE FUNCTION sec.sign_in(secret text, actor uuid, label text, strong boolean) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE only_one uuid;
BEGIN
  SELECT m.id INTO only_one FROM public.access_membership m WHERE m.actor_id = actor AND m.from_at <= now()
     AND (m.until_at IS NULL OR m.until_at > now()) ORDER BY m.from_at LIMIT 1;
  IF (SELECT count(*) FROM public.access_membership m WHERE m.actor_id = actor AND m.from_at <= now()
      AND (m.until_at IS NULL OR m.until_at > now())) <> 1 THEN only_one := NULL; END IF;
  INSERT INTO sec.session (secret_hash, actor_id, membership_id, label, strong_at, expires_at)
  VALUES (sec._hash(secret), actor, only_one, left(label, 80), CASE WHEN strong THEN now() END, now() + interval '10 hours');
  PERFORM sec.enter(secret);
  PERFORM audit._write(sec._ctx(), 'SIGNED_IN', NULL, NULL, '', 'done', NULL, NULL);
END $$;

CREATE FUNCTION sec.act_as(secret text, membership uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
BEGIN
  UPDATE sec.session s SET membership_id = m.id FROM public.access_membership m
   WHERE s.secret_hash = sec._hash(secret) AND s.ended_at IS NULL AND s.expires_at > now() AND m.id = membership
     AND m.actor_id = s.actor_id AND m.from_at <= now() AND (m.until_at IS NULL OR m.until_at > now());
  IF NOT FOUND THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  PERFORM sec.enter(secret);
  PERFORM audit._write(sec._ctx(), 'ACTING_AS', NULL, membership, '', 'done', NULL, NULL);
END $$;

-- After a fresh second step. `at` comes from the sign-in library's own record and may not lie in the future.
CREATE FUNCTION sec.strengthen(secret text, at timestamptz) RETURNS void VOLATILE LANGUAGE sql
AS $$ UPDATE sec.session SET strong_at = least(at, now()) WHERE secret_hash = sec._hash(secret) AND ended_at IS NULL $$;

CREATE FUNCTION sec.rename_session(old text, new text) RETURNS void VOLATILE LANGUAGE sql
AS $$ UPDATE sec.session SET secret_hash = sec._hash(new) WHERE secret_hash = sec._hash(old) AND ended_at IS NULL $$;

CREATE FUNCTION sec.sign_out(secret text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE p text[] := sec._session(secret);
BEGIN
  UPDATE sec.session SET ended_at = now() WHERE secret_hash = sec._hash(secret) AND ended_at IS NULL;
  IF p IS NOT NULL THEN PERFORM audit._write(p, 'SIGNED_OUT', NULL, NULL, '', 'done', NULL, NULL); END IF;
END $$;

-- One's own password, by a live sign-in; every other sign-in of the person ends.
CREATE FUNCTION sec.set_password(secret text, password text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE p text[] := sec._session(secret);
BEGIN
  IF p IS NULL THEN RAISE EXCEPTION 'no live sign-in' USING ERRCODE = 'AM001'; END IF;
  UPDATE public.access_person x SET password = set_password.password WHERE x.id = p[1]::uuid;
  UPDATE sec.session SET ended_at = now() WHERE actor_id = p[1]::uuid AND ended_at IS NULL AND secret_hash <> sec._hash(secret);
  PERFORM audit._write(p, 'PASSWORD_CHANGED', NULL, NULL, '', 'done', NULL, NULL);
END $$;

CREATE FUNCTION sec.my_sign_ins() RETURNS TABLE (id uuid, label text, made_at timestamptz, last_seen_at timestamptz, role text)
STABLE LANGUAGE sql AS $$
  SELECT s.id, s.label, s.made_at, s.last_seen_at, coalesce(m.role, '') FROM sec.session s
  LEFT JOIN public.access_membership m ON m.id = s.membership_id
  WHERE s.actor_id = sec.actor() AND s.ended_at IS NULL AND s.expires_at > now() ORDER BY s.last_seen_at DESC $$;

CREATE FUNCTION sec.end_sign_in(sign_in uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  UPDATE sec.session SET ended_at = now() WHERE id = sign_in AND actor_id = sec.actor() AND ended_at IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
END $$;

CREATE FUNCTION sec.whoami(secret text) RETURNS jsonb STABLE LANGUAGE sql
AS $$
  SELECT jsonb_build_object('actor', p[1], 'membership', nullif(p[2], ''), 'unit', nullif(p[3], ''), 'agency', nullif(p[4], ''),
    'role', p[5], 'is_strong', p[6] = '1', 'kind', a.kind, 'name', coalesce(pe.display_name, c.name, a.name),
    'language', coalesce(pe.language, 'en'), 'time_zone', coalesce(g.time_zone, 'UTC'), 'calendar', coalesce(g.calendar, 'QM'),
    'agency_names', coalesce(g.names, '{}'), 'unit_names', coalesce(u.names, '{}'),
    'strong_at', (SELECT extract(epoch FROM s.strong_at) FROM sec.session s WHERE s.secret_hash = sec._hash(secret)))
  FROM (SELECT sec._session(secret) AS p) x JOIN public.access_actor a ON a.id = p[1]::uuid
  LEFT JOIN public.access_person pe ON pe.id = a.id LEFT JOIN public.access_apiclient c ON c.id = a.id
  LEFT JOIN public.access_agency g ON g.id = nullif(p[4], '')::uuid LEFT JOIN public.access_unit u ON u.id = nullif(p[3], '')::uuid
  WHERE p IS NOT NULL
$$;

-- A holder's keys: public halves to seal to, and the data keys wrapped to a key-encryption key that only the keeper holds.
-- keys = {"wrapped": {purpose: [agency, generation, hex]}, "public": {section: hex}}
CREATE FUNCTION sec._store_keys(holder uuid, keys jsonb) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  INSERT INTO keeper.data_key (holder, purpose, kek_agency, kek_generation, wrapped)
    SELECT _store_keys.holder, k, (v->>0)::uuid, (v->>1)::int, decode(v->>2, 'hex') FROM jsonb_each(keys->'wrapped') j(k, v);
  INSERT INTO keeper.section_key (holder, section, public)
    SELECT _store_keys.holder, k, decode(v, 'hex') FROM jsonb_each_text(keys->'public') j(k, v);
END $$;

-- The newest key-encryption keys (public halves) of the acting agency.
CREATE FUNCTION sec.keks() RETURNS TABLE (purpose text, generation int, public bytea) STABLE LANGUAGE sql
AS $$ SELECT DISTINCT ON (k.purpose) k.purpose, k.generation, k.public FROM keeper.kek k
      WHERE k.agency = sec.agency() AND k.retired_at IS NULL ORDER BY k.purpose, k.generation DESC $$;

CREATE FUNCTION sec._manages(agency uuid) RETURNS boolean STABLE LANGUAGE sql
AS $$ SELECT sec.has('MANAGE_PEOPLE') AND (agency = sec.agency() OR sec.has('MANAGE_AGENCIES')) $$;

CREATE FUNCTION sec.add_person(person uuid, email text, display_name text, language text, password text, keys jsonb)
RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('MANAGE_PEOPLE');
  IF EXISTS (SELECT FROM public.access_person p WHERE p.email = lower(add_person.email)) THEN
    RAISE EXCEPTION 'email_taken' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.access_actor (id, kind, name) VALUES (person, 'person', '');
  INSERT INTO public.access_person (id, email, display_name, language, password, is_active)
    VALUES (person, lower(email), display_name, language, password, true);
  PERFORM sec._store_keys(person, keys);
  RETURN person;
END $$;

CREATE FUNCTION sec.appoint(who uuid, unit uuid, role text, until_at timestamptz) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE place uuid := (SELECT u.agency_id FROM public.access_unit u WHERE u.id = unit AND u.kind = 'team'); n uuid := gen_random_uuid();
BEGIN
  IF place IS NULL OR NOT sec._manages(place) OR NOT EXISTS (SELECT FROM public.access_person p WHERE p.id = who) THEN
    RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  -- who may give roles may not give themselves one
  IF who = sec.actor() THEN RAISE EXCEPTION 'not_for_oneself' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.access_membership (id, actor_id, unit_id, role, from_at, until_at) VALUES (n, who, unit, appoint.role, now(), appoint.until_at);
  RETURN n;
END $$;

-- Holds for whoever writes memberships: roles that exclude each other, and the firewall for enforcement agencies.
CREATE FUNCTION sec.check_membership() RETURNS trigger LANGUAGE plpgsql
AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.actor_id::text, 1));
  IF NOT EXISTS (SELECT FROM sec.role r WHERE r.role = NEW.role) THEN RAISE EXCEPTION 'unknown_role' USING ERRCODE = 'AM403'; END IF;
  IF sec._is_enforcement((SELECT u.agency_id FROM public.access_unit u WHERE u.id = NEW.unit_id))
     AND NOT (SELECT r.in_enforcement FROM sec.role r WHERE r.role = NEW.role) THEN
    RAISE EXCEPTION 'firewall' USING ERRCODE = 'AM403'; END IF;
  IF EXISTS (
    SELECT FROM public.access_membership m JOIN sec.role a ON a.role = m.role, sec.role b, sec.incompatible i
    WHERE m.actor_id = NEW.actor_id AND m.id <> NEW.id AND (m.until_at IS NULL OR m.until_at > now()) AND b.role = NEW.role
      AND ((i.one = ANY (a.tags) AND i.other = ANY (b.tags)) OR (i.one = ANY (b.tags) AND i.other = ANY (a.tags)))) THEN
    RAISE EXCEPTION 'incompatible_roles' USING ERRCODE = 'AM403'; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION sec._owned(who uuid) RETURNS bigint STABLE LANGUAGE sql
AS $$ SELECT count(*) FROM public.access_grant g JOIN public.access_subject s ON s.id = g.subject_id
      WHERE g.actor_id = who AND g.cause = 'assignment' AND g.until_at > now() AND s.shredded_at IS NULL $$;

CREATE FUNCTION sec.end_membership(membership uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE m public.access_membership; others int;
BEGIN
  SELECT * INTO m FROM public.access_membership x WHERE x.id = membership AND (x.until_at IS NULL OR x.until_at > now());
  IF m.id IS NULL OR NOT sec._manages((SELECT agency_id FROM public.access_unit WHERE id = m.unit_id)) THEN
    RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  SELECT count(*) INTO others FROM public.access_membership x JOIN sec.role r ON r.role = x.role
   WHERE x.actor_id = m.actor_id AND x.id <> m.id AND r.holds_grants AND (x.until_at IS NULL OR x.until_at > now());
  -- no child may be left without a worker (practice, 24)
  IF others = 0 AND sec._owned(m.actor_id) > 0 THEN RAISE EXCEPTION 'still_owns_children' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.access_membership SET until_at = now() WHERE id = membership;
  UPDATE sec.session SET ended_at = now() WHERE membership_id = membership AND ended_at IS NULL;
END $$;

CREATE FUNCTION sec.deactivate(who uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM unnest(sec._agencies(who)) a WHERE sec._manages(a)) THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF sec._owned(who) > 0 THEN RAISE EXCEPTION 'still_owns_children' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.access_person SET is_active = false WHERE id = who;
  UPDATE sec.session SET ended_at = now() WHERE actor_id = who AND ended_at IS NULL;
END $$;

CREATE FUNCTION sec.add_agency(agency uuid, fields jsonb) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('MANAGE_AGENCIES');
  INSERT INTO public.access_agency (id, names, kind, mandates, languages, area_id, time_zone, calendar, is_active)
  VALUES (agency, fields->'names', fields->>'kind', ARRAY(SELECT jsonb_array_elements_text(fields->'mandates')),
          ARRAY(SELECT jsonb_array_elements_text(fields->'languages')), fields->>'area', fields->>'time_zone', fields->>'calendar', true);
  INSERT INTO public.access_unit (id, agency_id, names, kind, areas) VALUES (gen_random_uuid(), agency, '{}', 'restricted', '{}');
END $$;

CREATE FUNCTION sec.add_unit(unit uuid, agency uuid, names jsonb, areas text[]) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('MANAGE_AGENCIES');
  INSERT INTO public.access_unit (id, agency_id, names, kind, areas) VALUES (unit, agency, names, 'team', areas);
END $$;

-- All or nothing: rows = [{p_code, level, parent, names, valid_from, valid_to, replaced_by}] in parent-first order.
CREATE FUNCTION sec.import_areas(fresh jsonb) RETURNS int VOLATILE LANGUAGE plpgsql
AS $$
DECLARE n int;
BEGIN
  PERFORM sec._need('MANAGE_PLACES');
  INSERT INTO public.access_area (p_code, level, parent_id, names, valid_from, valid_to, replaced_by)
  SELECT r->>'p_code', (r->>'level')::int, r->>'parent', r->'names', (r->>'valid_from')::date, (r->>'valid_to')::date,
         ARRAY(SELECT jsonb_array_elements_text(coalesce(r->'replaced_by', '[]')))
  FROM jsonb_array_elements(fresh) WITH ORDINALITY AS j(r, k) ORDER BY k
  ON CONFLICT (p_code) DO UPDATE SET names = excluded.names, level = excluded.level, parent_id = excluded.parent_id,
    valid_from = excluded.valid_from, valid_to = excluded.valid_to, replaced_by = excluded.replaced_by;
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;

CREATE FUNCTION sec.set_catchment(unit uuid, areas text[]) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('MANAGE_PLACES');
  IF EXISTS (SELECT FROM unnest(areas) a WHERE a NOT IN (SELECT p_code FROM public.access_area)) THEN
    RAISE EXCEPTION 'unknown_area' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.access_unit u SET areas = set_catchment.areas WHERE u.id = set_catchment.unit AND u.kind = 'team';
  IF NOT FOUND THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
END $$;

CREATE FUNCTION sec.plan_shift(shift uuid, who uuid, unit uuid, ord int, from_at timestamptz, until_at timestamptz) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('MANAGE_DUTY');
  IF (SELECT agency_id FROM public.access_unit u WHERE u.id = plan_shift.unit) IS DISTINCT FROM sec.agency()
     OR NOT sec.agency() = ANY (sec._agencies(who)) THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  IF until_at <= from_at THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  IF until_at - from_at > interval '24 hours' THEN RAISE EXCEPTION 'shift_too_long' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.access_shift (id, actor_id, unit_id, "order", from_at, until_at) VALUES (shift, who, unit, ord, from_at, until_at);
END $$;

CREATE FUNCTION sec.propose_protocol(protocol uuid, fields jsonb) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('MANAGE_PROTOCOLS');
  INSERT INTO public.access_sharingprotocol (id, names, parties, purposes, sections, from_on, until_on, proposed_by_id)
  VALUES (protocol, fields->'names', ARRAY(SELECT jsonb_array_elements_text(fields->'parties')::uuid),
          ARRAY(SELECT jsonb_array_elements_text(fields->'purposes')), ARRAY(SELECT jsonb_array_elements_text(fields->'sections')),
          (fields->>'from_on')::date, (fields->>'until_on')::date, sec.actor());
END $$;

CREATE FUNCTION sec.approve_protocol(protocol uuid) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('MANAGE_PROTOCOLS');
  IF (SELECT proposed_by_id FROM public.access_sharingprotocol WHERE id = protocol) = sec.actor() THEN
    RAISE EXCEPTION 'second_person' USING ERRCODE = 'AM403'; END IF;
  UPDATE public.access_sharingprotocol SET approved_by_id = sec.actor() WHERE id = protocol AND approved_by_id IS NULL;
  IF NOT FOUND THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
END $$;

-- An API client of one's own agency; the secret itself is shown once by the application and kept here as a hash.
CREATE FUNCTION sec.add_client(client uuid, name text, unit uuid, role text, secret text, until_at timestamptz) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE m uuid := gen_random_uuid(); place uuid := (SELECT agency_id FROM public.access_unit u WHERE u.id = add_client.unit AND u.kind = 'team');
BEGIN
  IF place IS NULL OR NOT sec._manages(place) THEN RAISE EXCEPTION 'not there' USING ERRCODE = 'AM404'; END IF;
  INSERT INTO public.access_actor (id, kind, name) VALUES (client, 'client', '');
  INSERT INTO public.access_apiclient (id, agency_id, name, is_active) VALUES (client, place, add_client.name, true);
  INSERT INTO public.access_membership (id, actor_id, unit_id, role, from_at, until_at) VALUES (m, client, unit, add_client.role, now(), add_client.until_at);
  INSERT INTO sec.session (secret_hash, actor_id, membership_id, label, expires_at) VALUES (sec._hash(secret), client, m, 'api', add_client.until_at);
END $$;

-- The first administrator of an empty installation, by the migrating owner; refused once anybody exists.
CREATE FUNCTION sec.first_agency(agency uuid, fields jsonb) RETURNS uuid VOLATILE LANGUAGE plpgsql
AS $$
DECLARE u uuid := gen_random_uuid();
BEGIN
  IF EXISTS (SELECT FROM public.access_person) THEN RAISE EXCEPTION 'not_empty' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)
  VALUES (agency, fields->'names', 'coordination', '{}', ARRAY['en'], fields->>'time_zone', fields->>'calendar', true);
  INSERT INTO public.access_unit (id, agency_id, names, kind, areas) VALUES (gen_random_uuid(), agency, '{}', 'restricted', '{}'),
    (u, agency, fields->'names', 'team', '{}');
  RETURN u;
END $$;
CREATE FUNCTION sec.first_person(person uuid, unit uuid, email text, display_name text, password text, keys jsonb) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  IF EXISTS (SELECT FROM public.access_person) THEN RAISE EXCEPTION 'not_empty' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.access_actor (id, kind, name) VALUES (person, 'person', '');
  INSERT INTO public.access_person (id, email, display_name, language, password, is_active) VALUES (person, lower(email), display_name, 'en', password, true);
  INSERT INTO public.access_membership (id, actor_id, unit_id, role, from_at) VALUES (gen_random_uuid(), person, unit, 'national_administrator', now());
  PERFORM sec._store_keys(person, keys);
  PERFORM audit._write(ARRAY[person::text, '', '', (SELECT u.agency_id::text FROM public.access_unit u WHERE u.id = unit), 'national_administrator', '0', '0'],
    'FIRST_ADMINISTRATOR_MADE', NULL, person, '', 'done', NULL, NULL);
END $$;

CREATE FUNCTION sec.copy_roles(fresh jsonb) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  DELETE FROM sec.role_permission; DELETE FROM sec.role_section; DELETE FROM sec.incompatible; DELETE FROM sec.enforcement_kind;
  DELETE FROM sec.system_scope; DELETE FROM sec.role;
  INSERT INTO sec.role SELECT r->>0, (r->>1)::bool, (r->>2)::bool, (r->>3)::bool, ARRAY(SELECT jsonb_array_elements_text(r->4)) FROM jsonb_array_elements(fresh->'roles') r;
  INSERT INTO sec.role_permission SELECT r->>0, r->>1 FROM jsonb_array_elements(fresh->'permissions') r;
  INSERT INTO sec.role_section SELECT r->>0, r->>1, r->>2 FROM jsonb_array_elements(fresh->'sections') r;
  INSERT INTO sec.incompatible SELECT r->>0, r->>1 FROM jsonb_array_elements(fresh->'incompatible') r;
  INSERT INTO sec.enforcement_kind SELECT jsonb_array_elements_text(fresh->'enforcement');
  INSERT INTO sec.system_scope SELECT DISTINCT r->>0, r->>1, r->>2 FROM jsonb_array_elements(fresh->'systems') r;
  INSERT INTO public.access_actor (id, kind, name) SELECT gen_random_uuid(), 'system', n FROM jsonb_array_elements_text(fresh->'system_names') n
    WHERE NOT EXISTS (SELECT FROM public.access_actor a WHERE a.kind = 'system' AND a.name = n);
END $$;
