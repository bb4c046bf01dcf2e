-- Row policies of the vault, and the functions of its index.

SELECT sec.protect('vault_person', 'identity');
SELECT sec.protect('vault_contact', 'contact');
SELECT sec.protect('vault_place', 'place');
SELECT sec.closed('vault_term');
REVOKE UPDATE ON vault_person, vault_contact, vault_place FROM amparo_staff;
GRANT UPDATE (sealed, version, written_by_id, written_at) ON vault_person, vault_contact, vault_place TO amparo_staff;

-- For the keeper alone: rows whose index entry is one of these. It opens and compares them inside, and returns ids.
CREATE FUNCTION sec.term_candidates(wanted text, macs bytea[])
RETURNS TABLE (subject uuid, record uuid, section text, field text, sealed bytea) STABLE LANGUAGE sql
AS $$
  SELECT p.subject_id, p.id, 'identity', 'record', p.sealed FROM public.vault_person p
   WHERE p.id IN (SELECT t.record FROM public.vault_term t WHERE t.field = wanted AND t.mac = ANY (macs))
  UNION ALL
  SELECT c.subject_id, c.id, 'contact', 'record', c.sealed FROM public.vault_contact c
   WHERE c.id IN (SELECT t.record FROM public.vault_term t WHERE t.field = wanted AND t.mac = ANY (macs))
$$;

-- For the worker's indexer: the entries of one record, all anew. terms = {field: [hex, …]}
-- Nothing happens, and the answer is false, when the record was written again or erased since it was read: the job of
-- that write follows, and an older job that comes late must not put yesterday's name back.
CREATE FUNCTION sec.replace_terms(subject uuid, record uuid, version int, norm_version int, terms jsonb) RETURNS boolean VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  IF sec.role() <> 'system:indexer' THEN RAISE EXCEPTION 'refused' USING ERRCODE = 'AM403'; END IF;
  PERFORM pg_advisory_xact_lock(hashtextextended(replace_terms.subject::text, 3));
  IF NOT EXISTS (SELECT FROM public.vault_person p WHERE p.id = replace_terms.record AND p.subject_id = replace_terms.subject AND p.version = replace_terms.version)
     AND NOT EXISTS (SELECT FROM public.vault_contact c WHERE c.id = replace_terms.record AND c.subject_id = replace_terms.subject AND c.version = replace_terms.version)
  THEN RETURN false; END IF;
  DELETE FROM public.vault_term t WHERE t.record = replace_terms.record;
  INSERT INTO public.vault_term (id, subject_id, record, field, norm_version, mac)
  SELECT gen_random_uuid(), replace_terms.subject, replace_terms.record, k, replace_terms.norm_version, decode(m, 'hex')
  FROM jsonb_each(terms) j(k, v), jsonb_array_elements_text(v) m;
  RETURN true;
END $$;

-- Erasing a file forgets its index too: an entry left behind would still answer "was this name here?".
CREATE FUNCTION sec.forget_vault() RETURNS trigger VOLATILE LANGUAGE plpgsql
AS $$ BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(NEW.id::text, 3));
  DELETE FROM public.vault_term t WHERE t.subject_id = NEW.id;
  DELETE FROM public.vault_person p WHERE p.subject_id = NEW.id;
  DELETE FROM public.vault_contact c WHERE c.subject_id = NEW.id;
  DELETE FROM public.vault_place p WHERE p.subject_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER forget_vault AFTER UPDATE OF shredded_at ON public.access_subject
  FOR EACH ROW WHEN (OLD.shredded_at IS NULL AND NEW.shredded_at IS NOT NULL) EXECUTE FUNCTION sec.forget_vault();

-- A file by its code, for those who may see it; hidden and absent are the same NULL. By name, phone or document the
-- same question is the keeper's `match` (term_candidates, compared inside) and then sec.may_see.
CREATE FUNCTION sec.find(code text) RETURNS uuid STABLE LANGUAGE plpgsql
AS $$
DECLARE s uuid;
BEGIN
  PERFORM sec._need('SEARCH_CHILD');
  SELECT x.id INTO s FROM public.access_subject x WHERE x.code = find.code AND x.kind <> 'concern' AND x.shredded_at IS NULL;
  RETURN CASE WHEN s IS NOT NULL AND sec.may(s, 'register', 'read') THEN s END;
END $$;

GRANT EXECUTE ON FUNCTION sec.term_candidates(text, bytea[]) TO amparo_keeper;
GRANT EXECUTE ON FUNCTION sec.replace_terms(uuid, uuid, int, int, jsonb) TO amparo_worker;
GRANT EXECUTE ON FUNCTION sec.find(text) TO amparo_staff;
SELECT sec.finish();
