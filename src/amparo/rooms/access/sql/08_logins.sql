-- Who owns what, and which login may call what. Everything not named here is refused.

GRANT SELECT ON ALL TABLES IN SCHEMA sec TO amparo_definer;
GRANT INSERT, UPDATE ON sec.session, sec.idempotency TO amparo_definer;
GRANT DELETE ON sec.idempotency TO amparo_definer;
GRANT SELECT, INSERT ON audit.entry TO amparo_definer;

-- staff: context, sign-ins, acts, own log
GRANT EXECUTE ON FUNCTION sec.enter(text), sec.sign_in(text, uuid, text, boolean), sec.act_as(text, uuid), sec.strengthen(text, timestamptz),
  sec.rename_session(text, text), sec.sign_out(text), sec.set_password(text, text), sec.whoami(text), sec.my_sign_ins(), sec.end_sign_in(uuid),
  sec.open_subject(uuid, text, text[], text, jsonb), sec.section_key(uuid, text), sec.keks(),
  sec.give_grant(uuid, uuid, text[], text, text, text, timestamptz, uuid), sec.end_grant(uuid), sec.grants_on(uuid),
  sec.owners_of(uuid), sec.holders_of_role(uuid, text), sec.hand_over(uuid, uuid, uuid), sec.block(uuid, uuid), sec.blocks_on(uuid),
  sec.end_block(uuid), sec.declare_conflict(uuid), sec.restrict(uuid, boolean), sec.hold(uuid, boolean), sec.holds(text), sec.set_retention(uuid, date),
  sec.record_consent(uuid, uuid, uuid, text[], text, text, text, text, timestamptz), sec.withdraw_consent(uuid),
  sec.break_glass(text, text), sec.emergencies_to_review(), sec.review_emergency(uuid, boolean),
  sec.once(text, text, bytea), sec.done(text, text, jsonb),
  sec.add_person(uuid, text, text, text, text, jsonb), sec.appoint(uuid, uuid, text, timestamptz), sec.end_membership(uuid), sec.deactivate(uuid),
  sec.add_agency(uuid, jsonb), sec.add_unit(uuid, uuid, jsonb, text[]), sec.import_areas(jsonb), sec.set_catchment(uuid, text[]),
  sec.plan_shift(uuid, uuid, uuid, int, timestamptz, timestamptz), sec.propose_protocol(uuid, jsonb), sec.approve_protocol(uuid),
  sec.add_client(uuid, text, uuid, text, text, timestamptz),
  audit.add_at_door(text, uuid, text), audit.mine(bigint, int), audit.of_subject(uuid, bigint, int), audit.of_agency(bigint, int)
  TO amparo_staff;
-- what the policies call, and what both staff and worker need inside a context
GRANT EXECUTE ON FUNCTION sec.actor(), sec.membership(), sec.unit(), sec.agency(), sec.agencies(), sec.role(), sec.is_strong(), sec.has(text),
  sec.grantee(), sec.units(text, text), sec.scopes(text), sec.blocked(), sec.reads_register(), sec.may(uuid, text, text),
  audit.add(text, uuid, uuid, text, text, jsonb, uuid), sec.defer(text, jsonb) TO amparo_staff, amparo_worker;
GRANT EXECUTE ON FUNCTION sec.enter_system(text), sec.system_may(text, text), sec.shred(uuid), sec.due_for_erasure(),
  sec.owners_of(uuid), sec.holders_of_role(uuid, text) TO amparo_worker;
GRANT EXECUTE ON FUNCTION sec.may_open(text, uuid, text, text), sec.may_open_system(text, uuid, text), sec.may_see(text, uuid[]),
  audit.add_opened(text, uuid, text, uuid, text, text, uuid, int) TO amparo_keeper;
GRANT SELECT ON audit.entry TO amparo_auditor, amparo_sealer;

SELECT sec.reference(t) FROM unnest(ARRAY['access_area', 'access_agency', 'access_unit', 'access_actor', 'access_apiclient',
  'access_membership', 'access_shift', 'access_sharingprotocol']::regclass[]) t;
SELECT sec.closed('access_block');
SELECT sec.closed('access_emergencyaccess');
SELECT sec.protect('access_subject', 'register', 'id', false);
CREATE POLICY register ON access_subject FOR SELECT TO amparo_staff USING (NOT is_restricted AND (SELECT sec.reads_register()));
GRANT SELECT, INSERT, UPDATE ON access_subject TO amparo_definer;
SELECT sec.protect('access_consent', 'note', 'subject_id', false);
GRANT SELECT, INSERT, UPDATE ON access_consent TO amparo_definer;
-- grants: a person sees their own, nobody reads others' but through sec.grants_on (a wider policy would call itself)
SELECT sec._force('access_grant');
CREATE POLICY mine ON access_grant FOR SELECT TO amparo_staff USING (actor_id = (SELECT sec.actor()));
GRANT SELECT ON access_grant TO amparo_staff;
GRANT SELECT, INSERT, UPDATE ON access_grant TO amparo_definer;

-- people: readable for signing in and for naming colleagues; a password changes through sec.set_password, one's own only
SELECT sec._force('access_person');
CREATE POLICY readable ON access_person FOR SELECT TO amparo_staff, amparo_worker USING (true);
GRANT SELECT ON access_person TO amparo_staff, amparo_worker;
GRANT SELECT, INSERT, UPDATE ON access_person TO amparo_definer;

CREATE TRIGGER check_membership BEFORE INSERT OR UPDATE OF role, unit_id, actor_id ON access_membership
  FOR EACH ROW EXECUTE FUNCTION sec.check_membership();

GRANT INSERT, DELETE ON sec.role, sec.role_permission, sec.role_section, sec.incompatible, sec.enforcement_kind, sec.system_scope TO amparo_definer;


-- libraries' tables: what staff may do stands in config/third_party.py, and a test compares the two
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session, mfa_authenticator, axes_accessattempt TO amparo_staff;
GRANT SELECT, INSERT, UPDATE ON account_emailaddress TO amparo_staff;
GRANT SELECT, DELETE ON axes_accessattemptexpiration TO amparo_staff;  -- Django deletes it with the attempt it hangs on
GRANT SELECT ON django_content_type, auth_permission TO amparo_staff;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO amparo_staff, amparo_worker;

-- the queue: staff reach it through sec.defer alone, the worker works it off
DO $$
DECLARE f record;
BEGIN
  FOR f IN SELECT p.oid::regprocedure AS sig FROM pg_proc p WHERE p.proname LIKE 'procrastinate\_%' AND p.pronamespace = 'public'::regnamespace LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO amparo_worker', f.sig);
  END LOOP;
END $$;
GRANT SELECT, INSERT, UPDATE, DELETE ON procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers TO amparo_worker;
-- it names its tables without a schema, and is called from a function that searches pg_catalog only
ALTER FUNCTION procrastinate_defer_jobs_v1(procrastinate_job_to_defer_v1[]) SET search_path = pg_catalog, public, pg_temp;
GRANT EXECUTE ON FUNCTION procrastinate_defer_jobs_v1(procrastinate_job_to_defer_v1[]) TO amparo_definer;
GRANT SELECT, INSERT ON procrastinate_jobs, procrastinate_events TO amparo_definer;
GRANT USAGE ON SEQUENCE procrastinate_jobs_id_seq, procrastinate_events_id_seq TO amparo_definer;
-- sec.shred destroys the keys of a file in the transaction that ends it
GRANT UPDATE (wrapped, destroyed_at) ON keeper.data_key TO amparo_definer;

-- a fresh signing key, made in the database, known to nobody outside it
DO $$
DECLARE k bytea := sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()));
        i bytea := ''; o bytea := ''; b int;
BEGIN
  FOR n IN 0..63 LOOP
    b := CASE WHEN n < 32 THEN get_byte(k, n) ELSE 0 END;
    i := i || set_byte('\x00'::bytea, 0, b # 54);
    o := o || set_byte('\x00'::bytea, 0, b # 92);
  END LOOP;
  INSERT INTO sec.hmac_key (ipad, opad) VALUES (i, o);
END $$;
