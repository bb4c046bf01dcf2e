-- Last, here and in every room's own file: rights are given before, because afterwards only the new owner may give them.
SELECT sec.finish();

-- The migrating owner keeps two acts: the copy of roles, and the first administrator of an empty installation.
SET LOCAL ROLE amparo_definer;
GRANT EXECUTE ON FUNCTION sec.copy_roles(jsonb), sec.first_agency(uuid, jsonb), sec.first_person(uuid, uuid, text, text, text, jsonb) TO amparo_owner;
RESET ROLE;
