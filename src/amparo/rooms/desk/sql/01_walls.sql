-- Row policies of the desk's tables, and the few functions that write for somebody else.

SELECT sec.protect('desk_note', 'note');
SELECT sec.protect('desk_task', 'task');
SELECT sec.protect('desk_attachment', 'attachment');
SELECT sec.protect('desk_attachmentchunk', 'attachment');
SELECT sec.protect('desk_revision', NULL);
-- what was written stays as it was written
REVOKE UPDATE ON desk_revision, desk_attachment, desk_attachmentchunk FROM amparo_staff, amparo_worker;
REVOKE UPDATE ON desk_note, desk_task FROM amparo_staff;
GRANT UPDATE (text, version, changed_by_id, changed_at) ON desk_note TO amparo_staff;
-- sec.move_tasks
GRANT UPDATE (owner_id, owner_unit_id, version) ON desk_task TO amparo_definer;
GRANT UPDATE (detail, owner_id, owner_unit_id, due_at, done_by_id, done_at, version) ON desk_task TO amparo_staff;

-- Time limits have no content: whoever reads the register reads them, in every agency; functions alone write them.
SELECT sec.protect('desk_clock', 'register', 'subject_id', false);
SELECT sec.protect('desk_clockpause', 'register', 'subject_id', false);
GRANT INSERT, UPDATE ON desk_clock, desk_clockpause TO amparo_definer;
-- the job that tells of limits remembers how far it came, nothing else
GRANT UPDATE (told_steps) ON desk_clock TO amparo_worker;
CREATE POLICY register ON desk_clock FOR SELECT TO amparo_staff USING ((SELECT sec.reads_register())
  AND EXISTS (SELECT 1 FROM access_subject s WHERE s.id = desk_clock.subject_id));
CREATE POLICY register ON desk_clockpause FOR SELECT TO amparo_staff USING ((SELECT sec.reads_register())
  AND EXISTS (SELECT 1 FROM access_subject s WHERE s.id = desk_clockpause.subject_id));

SELECT sec.own('desk_draft', 'person_id');
SELECT sec.own('desk_notice', 'person_id', 'SELECT');
GRANT UPDATE (read_at) ON desk_notice TO amparo_staff;
