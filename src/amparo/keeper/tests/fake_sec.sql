-- Stand-ins for what the access room brings: the same names and answers, without its rules. A test writes the
-- permission it wants into sec.fake_grant.

CREATE SCHEMA sec;
CREATE SCHEMA audit;
GRANT USAGE ON SCHEMA sec, audit TO amparo_keeper;

CREATE TABLE sec.fake_session (secret text PRIMARY KEY, actor uuid, agency uuid);
CREATE TABLE sec.fake_grant (actor uuid, holder uuid, section text, own boolean DEFAULT false, reason text);
CREATE TABLE sec.fake_system (name text, section text);
CREATE TABLE sec.fake_term (term text, mac bytea, subject uuid, record uuid, section text, field text, sealed bytea);
CREATE TABLE audit.fake_entry (
    id bigserial, at timestamptz DEFAULT clock_timestamp(), who text, holder uuid, section text, record uuid,
    purpose text, result text, request_id uuid, count int);

CREATE FUNCTION sec.may_open(secret_ text, holder_ uuid, section_ text, mode_ text) RETURNS jsonb
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE s record; g record;
BEGIN
    SELECT * INTO s FROM sec.fake_session WHERE secret = secret_;
    IF NOT FOUND THEN RAISE EXCEPTION 'no session' USING ERRCODE = 'AM001'; END IF;
    SELECT * INTO g FROM sec.fake_grant WHERE actor = s.actor AND holder = holder_ AND section = section_;
    RETURN jsonb_build_object('allowed', section_ = 'search' OR (g.actor IS NOT NULL AND g.reason IS NULL),
        'reason', g.reason, 'actor', s.actor, 'unit', s.agency, 'agency', s.agency, 'role', 'caseworker',
        'own_case', coalesce(g.own, false));
END $$;

CREATE FUNCTION sec.may_open_system(name_ text, holder_ uuid, section_ text) RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT jsonb_build_object('allowed', EXISTS (SELECT 1 FROM sec.fake_system WHERE name = name_
        AND section = section_), 'reason', 'not_allowed', 'actor', '00000000-0000-4000-8000-000000000001',
        'agency', NULL, 'own_case', false) $$;

CREATE FUNCTION sec.may_see(secret_ text, subjects_ uuid[]) RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(DISTINCT g.holder) FROM sec.fake_grant g JOIN sec.fake_session s ON s.actor = g.actor
    WHERE s.secret = secret_ AND g.holder = ANY (subjects_) $$;

CREATE FUNCTION sec.term_candidates(field_ text, macs_ bytea[])
RETURNS TABLE (subject uuid, record uuid, section text, field text, sealed bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.subject, t.record, t.section, t.field, t.sealed FROM sec.fake_term t
    WHERE t.term = field_ AND t.mac = ANY (macs_) $$;

CREATE FUNCTION audit.add_opened(secret_ text, holder_ uuid, section_ text, record_ uuid, purpose_ text,
    result_ text, request_id_ uuid, count_ int) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO audit.fake_entry (who, holder, section, record, purpose, result, request_id, count)
    VALUES (secret_, holder_, section_, record_, purpose_, result_, request_id_, count_) RETURNING id $$;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA sec, audit FROM PUBLIC;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA sec, audit TO amparo_keeper;
