-- Tables of the schema `sec` and of the log. Only functions owned by amparo_definer touch them.

CREATE TABLE sec.hmac_key (            -- one row: the two padded key blocks of HMAC-SHA256 (64 bytes each)
  id boolean PRIMARY KEY DEFAULT true CHECK (id),
  ipad bytea NOT NULL CHECK (length(ipad) = 64),
  opad bytea NOT NULL CHECK (length(opad) = 64)
);
CREATE TABLE sec.session (             -- a sign-in; the secret itself is never stored
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  secret_hash bytea NOT NULL UNIQUE,
  actor_id uuid NOT NULL REFERENCES public.access_actor,
  membership_id uuid REFERENCES public.access_membership,
  label text NOT NULL DEFAULT '',
  made_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  strong_at timestamptz,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz
);
CREATE INDEX session_actor ON sec.session (actor_id);
-- The copy of access/permissions.py, written by every migrate.
CREATE TABLE sec.role (role text PRIMARY KEY, holds_grants boolean NOT NULL, reads_register boolean NOT NULL,
                       in_enforcement boolean NOT NULL, tags text[] NOT NULL);
CREATE TABLE sec.role_permission (role text REFERENCES sec.role ON DELETE CASCADE, permission text, PRIMARY KEY (role, permission));
CREATE TABLE sec.role_section (role text, section text, mode text CHECK (mode IN ('read', 'write')), PRIMARY KEY (role, section, mode));
CREATE TABLE sec.incompatible (one text, other text, PRIMARY KEY (one, other));
CREATE TABLE sec.enforcement_kind (kind text PRIMARY KEY);
CREATE TABLE sec.system_scope (        -- what a named system actor may touch; '*' is every section
  name text, section text, mode text CHECK (mode IN ('read', 'write', 'erase')), PRIMARY KEY (name, section, mode));
CREATE TABLE sec.idempotency (
  actor_id uuid, action text, key text, request_mac bytea NOT NULL, result jsonb, at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (actor_id, action, key));
CREATE INDEX idempotency_at ON sec.idempotency (at);

CREATE TABLE audit.entry (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  actor_id uuid, agency_id uuid, role text NOT NULL DEFAULT '',
  what text NOT NULL CHECK (what ~ '^[A-Z][A-Z0-9_]{2,63}$'),
  subject_id uuid, record_id uuid, request_id uuid,
  purpose text NOT NULL DEFAULT '', result text NOT NULL DEFAULT 'done',
  salt bytea, detail jsonb,            -- both can be erased; the leaf stays
  leaf bytea NOT NULL CHECK (length(leaf) = 32)
);
CREATE INDEX entry_subject ON audit.entry (subject_id, id DESC) WHERE subject_id IS NOT NULL;
CREATE INDEX entry_actor ON audit.entry (actor_id, id DESC);
CREATE INDEX entry_agency ON audit.entry (agency_id, id DESC);
