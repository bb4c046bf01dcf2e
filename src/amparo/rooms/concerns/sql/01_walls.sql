-- Row policies of this room. Concerns come in through `intake.*` alone; afterwards the duty desk works on them.

SELECT sec.protect('concerns_concern', 'concern');
SELECT sec.protect('concerns_account', 'account');
SELECT sec.protect('concerns_reporter', 'reporter');
SELECT sec.protect('concerns_decision', 'concern');
SELECT sec.protect('concerns_reply', 'account');
SELECT sec.own('concerns_event', 'made_by_id', 'SELECT');
SELECT sec.own('concerns_sentconcern', 'person_id', 'SELECT');
SELECT sec.closed('concerns_receipt');
SELECT sec.closed('concerns_work');
SELECT sec.closed('concerns_gate');

-- what was told stays as it was told, and an answer is not rewritten after the fact
REVOKE INSERT, UPDATE ON concerns_concern FROM amparo_staff, amparo_worker;
REVOKE UPDATE ON concerns_account, concerns_reporter, concerns_decision, concerns_reply FROM amparo_staff, amparo_worker;
GRANT UPDATE (state, acknowledged_by_id, acknowledged_at, outcome, answer, linked_id, version) ON concerns_concern TO amparo_staff;
GRANT UPDATE (second_by_id, second_at, is_agreed) ON concerns_decision TO amparo_staff;
GRANT UPDATE (second_by_id, sent_at) ON concerns_reply TO amparo_staff;
GRANT INSERT ON concerns_concern, concerns_account, concerns_reporter TO amparo_definer;
GRANT UPDATE (danger_now, urgency, urgency_rules, version) ON concerns_concern TO amparo_definer;
