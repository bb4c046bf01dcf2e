-- Numbered papers belong to whoever printed them. Calls are counted by one function and read by another.

SELECT sec.own('concerns_paperprint', 'printed_by_id', 'SELECT, INSERT');
SELECT sec.closed('concerns_callcount');

-- A call without a concern: one more of its kind today, where the unit's agency is. Nothing of who called.
CREATE FUNCTION sec.count_call(call_type text) RETURNS void VOLATILE LANGUAGE plpgsql
AS $$
DECLARE today date := (now() AT TIME ZONE coalesce((SELECT g.time_zone FROM public.access_agency g WHERE g.id = sec.agency()), 'UTC'))::date;
BEGIN
  PERFORM sec._need('SEND_CONCERN');
  IF count_call.call_type NOT IN ('advice', 'silent', 'wrong_number', 'test', 'repeat_caller') THEN
    RAISE EXCEPTION 'call_type' USING ERRCODE = 'AM403'; END IF;
  INSERT INTO public.concerns_callcount AS c (id, unit_id, day, call_type, calls) VALUES (gen_random_uuid(), sec.unit(), today, count_call.call_type, 1)
  ON CONFLICT ON CONSTRAINT call_count_once DO UPDATE SET calls = c.calls + 1;
END $$;

-- One's own unit, day by day: for the shift list of a hotline and its report.
CREATE FUNCTION sec.calls_counted(days int) RETURNS TABLE (day date, call_type text, calls int) STABLE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM sec._need('SEND_CONCERN');
  RETURN QUERY SELECT c.day, c.call_type::text, c.calls FROM public.concerns_callcount c
    WHERE c.unit_id = sec.unit() AND c.day > current_date - least(calls_counted.days, 400) ORDER BY 1 DESC, 2;
END $$;

GRANT EXECUTE ON FUNCTION sec.count_call(text), sec.calls_counted(int) TO amparo_staff;
SELECT sec.finish();
