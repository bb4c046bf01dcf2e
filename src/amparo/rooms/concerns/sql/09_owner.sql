-- Last: the functions change hands, as those of `sec` do. Names that begin with _ lend no rights and are nobody's to call.

GRANT EXECUTE ON FUNCTION intake.keys(text), intake.near(), intake.receive(jsonb, text), intake.begin_event(uuid, text, int),
  intake.tell_sender(uuid, text, text), intake.receipt_key(uuid) TO amparo_staff;
GRANT EXECUTE ON FUNCTION intake.keys(text), intake.areas(), intake.challenge(), intake.knock(), intake.submit(jsonb, bytea, bytea, jsonb),
  intake.read(bytea), intake.add(bytea, uuid, bytea, boolean), intake.withdraw(bytea, uuid, bytea) TO amparo_public;
GRANT EXECUTE ON FUNCTION intake.tidy() TO amparo_worker;
SELECT sec.finish();
