-- 100 agencies, 500 teams, 2,503 people, 200,000 children, about 840,000 grants, in a throw-away database.
-- Run by a superuser with triggers off: only the shape of the data matters here, and how much of it there is.
SET session_replication_role = replica;

CREATE FUNCTION pg_temp.u(kind int, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql
AS $$ SELECT (lpad(to_hex(kind), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

INSERT INTO access_agency (id, names, kind, mandates, languages, time_zone, calendar, is_active)
SELECT pg_temp.u(1, n), '{}', 'ngo', '{}', '{en}', 'UTC', 'QM', true FROM generate_series(1, 100) n;
INSERT INTO access_unit (id, agency_id, names, kind, areas)
SELECT pg_temp.u(2, n), pg_temp.u(1, 1 + n % 100), '{}', 'team', '{}' FROM generate_series(1, 500) n;

-- 1 the worker with 30 children, 2 the supervisor of the large team, 3 the coordinator; 4 to 2,503 everybody else
INSERT INTO access_actor (id, kind, name) SELECT pg_temp.u(3, n), 'person', '' FROM generate_series(1, 2503) n;
INSERT INTO access_person (id, email, display_name, language, password, is_active)
SELECT pg_temp.u(3, n), n || '@example.org', 'Person ' || n, 'en', '!', true FROM generate_series(1, 2503) n;
INSERT INTO access_membership (id, actor_id, unit_id, role, from_at)
SELECT pg_temp.u(4, n), pg_temp.u(3, n), pg_temp.u(2, CASE WHEN n <= 3 THEN n ELSE 1 + n % 500 END),
       CASE n WHEN 2 THEN 'supervisor' WHEN 3 THEN 'coordinator' ELSE 'caseworker' END, now() - interval '1 day'
FROM generate_series(1, 2503) n;

-- the first 2,600 children are the large team's
INSERT INTO access_subject (id, kind, code, unit_id, home_unit_id, section, retention_class, hold, is_restricted, opened_at)
SELECT pg_temp.u(5, n), 'child', lpad(to_hex(n), 6, '0'), u, u, 'register', 'CASE_FILE', false, n % 50 = 0,
       now() - n * interval '3 minutes'
FROM generate_series(1, 200000) n, LATERAL (SELECT pg_temp.u(2, CASE WHEN n <= 2600 THEN 2 ELSE 3 + n % 498 END) AS u) x;

-- one assignment for each child, and 640,000 more grants of which a third has ended
INSERT INTO access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
SELECT pg_temp.u(6, n), pg_temp.u(5, n), pg_temp.u(3, CASE WHEN n % 6667 = 5 THEN 1 ELSE 4 + n % 2500 END),
       '{register,note,task,attachment,identity,contact,place}', 'write', 'assignment', 'bench', now() - interval '2 days',
       now() + interval '1 year', pg_temp.u(3, 2) FROM generate_series(1, 200000) n;
INSERT INTO access_grant (id, subject_id, actor_id, sections, mode, cause, purpose, from_at, until_at, given_by_id)
SELECT pg_temp.u(7, n), pg_temp.u(5, 1 + (n::bigint * 7919) % 200000), pg_temp.u(3, 4 + (n::bigint * 104729) % 2500), '{register,note}',
       'read', 'referral', 'bench', now() - interval '9 days', now() + CASE WHEN n % 3 = 0 THEN -1 ELSE 1 END * interval '2 days',
       pg_temp.u(3, 2) FROM generate_series(1, 640000) n;

INSERT INTO desk_note (id, subject_id, unit_id, section, text, version, written_by_id, written_at)
SELECT pg_temp.u(8, n), s.id, s.unit_id, 'note', '\x01', 1, pg_temp.u(3, 2), now() - n * interval '1 minute'
FROM generate_series(1, 200000) n JOIN access_subject s ON s.id = pg_temp.u(5, n);
INSERT INTO desk_task (id, subject_id, unit_id, section, title, owner_id, is_urgent, made_by_id, made_at, due_at, version,
                       done_at, done_by_id)
SELECT pg_temp.u(9, g.n), s.id, s.unit_id, 'task', 'CALL_BACK', a.actor_id, g.n % 97 = 0, a.actor_id, now(),
       now() + (g.n % 200 - 100) * interval '1 hour', 1, CASE WHEN g.n % 2 = 0 THEN now() END,
       CASE WHEN g.n % 2 = 0 THEN a.actor_id END
FROM generate_series(1, 200000) AS g(n) JOIN access_subject s ON s.id = pg_temp.u(5, g.n)
JOIN access_grant a ON a.id = pg_temp.u(6, g.n);
INSERT INTO desk_clock (id, subject_id, unit_id, section, code, record, started_at, due_at, may_pause, stopped_by_fact, told_steps,
                        stopped_at)
SELECT pg_temp.u(10, n), s.id, s.unit_id, 'register', 'FIRST_CONTACT', pg_temp.u(5, n), now() - interval '40 days',
       now() + (n % 400 - 20) * interval '1 hour', false, '', 0, CASE WHEN n % 2 = 0 THEN now() END
FROM generate_series(1, 200000) n JOIN access_subject s ON s.id = pg_temp.u(5, n);
INSERT INTO vault_contact (id, subject_id, unit_id, section, sealed, version, written_by_id, written_at)
SELECT pg_temp.u(11, n), s.id, s.unit_id, 'contact', '\x01', 1, pg_temp.u(3, 2), now()
FROM generate_series(1, 200000) n JOIN access_subject s ON s.id = pg_temp.u(5, n);
INSERT INTO vault_person (id, subject_id, unit_id, section, sealed, version, written_by_id, written_at)
SELECT pg_temp.u(12, n), s.id, s.unit_id, 'identity', '\x01', 1, pg_temp.u(3, 2), now()
FROM generate_series(1, 200000) n JOIN access_subject s ON s.id = pg_temp.u(5, n);
-- 16 bits of a keyed hash: about three children share each value
INSERT INTO vault_term (id, subject_id, record, field, norm_version, mac)
SELECT pg_temp.u(13, n), pg_temp.u(5, n), pg_temp.u(11, n), 'phone', 1, decode(lpad(to_hex(n % 65536), 4, '0'), 'hex')
FROM generate_series(1, 200000) n;
INSERT INTO vault_term (id, subject_id, record, field, norm_version, mac)
SELECT pg_temp.u(14, n), pg_temp.u(5, n), pg_temp.u(12, n), 'name', 1, decode(lpad(to_hex(n % 65536), 4, '0'), 'hex')
FROM generate_series(1, 200000) n;
INSERT INTO sec.session (secret_hash, actor_id, membership_id, strong_at, expires_at)
SELECT sec._hash('bench-' || n), pg_temp.u(3, n), pg_temp.u(4, n), now(), now() + interval '9 hours' FROM generate_series(1, 3) n;
SET session_replication_role = origin;
