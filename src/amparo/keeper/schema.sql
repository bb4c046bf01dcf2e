-- The keeper's own tables: wrapped keys, public keys, counters. Run by the owner in a migration.
-- The web never reads a wrapped key: it reaches these tables only through functions of amparo_definer.

CREATE SCHEMA IF NOT EXISTS keeper;
REVOKE ALL ON SCHEMA keeper FROM PUBLIC;

-- Public halves of the key-encryption keys; the private halves are in the keeper's store, never here.
CREATE TABLE keeper.kek (
    agency      uuid NOT NULL,
    purpose     text NOT NULL CHECK (purpose IN ('identity', 'place', 'content')),
    generation  integer NOT NULL CHECK (generation > 0),
    public      bytea NOT NULL CHECK (length(public) = 32),
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at  timestamptz,           -- nothing new is wrapped to it
    destroyed_at timestamptz,          -- the private half is gone
    PRIMARY KEY (agency, purpose, generation)
);
-- Sealing takes the one key that is not retired; two would make "the newest" a matter of luck.
CREATE UNIQUE INDEX kek_current ON keeper.kek (agency, purpose) WHERE retired_at IS NULL;

CREATE TABLE keeper.data_key (
    holder         uuid NOT NULL,
    purpose        text NOT NULL,
    kek_agency     uuid NOT NULL,
    kek_generation integer NOT NULL,
    wrapped        bytea,              -- NULL: erased, for ever
    destroyed_at   timestamptz,
    PRIMARY KEY (holder, purpose),
    FOREIGN KEY (kek_agency, purpose, kek_generation) REFERENCES keeper.kek (agency, purpose, generation),
    CHECK ((wrapped IS NULL) = (destroyed_at IS NOT NULL))
);
CREATE INDEX data_key_by_kek ON keeper.data_key (kek_agency, purpose, kek_generation) WHERE wrapped IS NOT NULL;

CREATE TABLE keeper.section_key (
    holder  uuid NOT NULL,
    section text NOT NULL,
    public  bytea NOT NULL CHECK (length(public) = 32),
    PRIMARY KEY (holder, section)
);

-- Who opened what kind of thing about whom, once a day: the counters of the quotas. For a search the holder is
-- a random id, so that each search counts.
CREATE TABLE keeper.opened (
    day      date NOT NULL,
    actor    uuid NOT NULL,
    holder   uuid NOT NULL,
    class    text NOT NULL,
    agency   uuid,
    first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (day, actor, holder, class)
);
CREATE INDEX opened_by_person ON keeper.opened (class, actor, day);
CREATE INDEX opened_by_agency ON keeper.opened (class, agency, day);
CREATE INDEX opened_by_class ON keeper.opened (class, day);

GRANT USAGE ON SCHEMA keeper TO amparo_keeper, amparo_definer;
GRANT SELECT, INSERT, UPDATE ON keeper.kek, keeper.data_key, keeper.section_key TO amparo_keeper;
GRANT SELECT, INSERT, DELETE ON keeper.opened TO amparo_keeper;
GRANT SELECT ON keeper.kek TO amparo_definer;
GRANT SELECT, INSERT ON keeper.data_key, keeper.section_key TO amparo_definer;
GRANT SELECT ON ALL TABLES IN SCHEMA keeper TO amparo_backup;
