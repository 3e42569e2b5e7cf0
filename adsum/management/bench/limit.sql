-- One check-in as plain SQL, statement by statement, as a careful programmer would send it: the limit of this machine.
\set person random(:first, :last)
SELECT d.id, d.token_hash, p.id, p.office_id, p.officer_id, p.case_number, p.given_names, p.surnames, p.language FROM adsum_device d JOIN adsum_participant p ON p.id = d.participant_id WHERE d.participant_id = :person AND d.signed_out_at IS NULL AND d.expires_at > now();
BEGIN;
SELECT id FROM adsum_participant WHERE id = :person FOR NO KEY UPDATE;
SELECT * FROM adsum_report WHERE participant_id = :person AND key = gen_random_uuid();
SELECT id, street, unit, city, state, postal_code FROM adsum_address WHERE participant_id = :person AND until IS NULL;
SELECT * FROM adsum_locationfix WHERE participant_id = :person ORDER BY received_at DESC LIMIT 1;
SELECT d.id, due_at, missed_after, outcome, p.level FROM adsum_duty d JOIN adsum_plan p ON p.id = d.plan_id WHERE d.participant_id = :person AND (outcome IS NULL AND opens_at <= now() OR outcome = 'missed' AND NOT EXISTS (SELECT FROM adsum_report r WHERE r.duty_id = d.id)) ORDER BY d.id FOR NO KEY UPDATE OF d;
INSERT INTO adsum_locationfix (participant_id, place_class, latitude, longitude, accuracy_m, taken_at, received_at) VALUES (:person, 'satellite', 40.714321, -74.005974, 12.4, now(), now()) RETURNING id AS fix \gset
INSERT INTO adsum_ledgerline (at, verb, actor_kind, actor_id, subject_kind, subject_id, participant_id, policy, facts) VALUES (now(), 'place.taken', 'participant', :person, 'locationfix', :fix, :person, 'PlacesPolicy@0123456789', '{}');
INSERT INTO adsum_report (participant_id, duty_id, key, fingerprint, receipt_number, received_at, lives_there, address_shown, address_given, new_phone, wants_contact, message, answers, place_class, fix_id, concerns) VALUES (:person, (SELECT id FROM adsum_duty WHERE participant_id = :person ORDER BY due_at DESC LIMIT 1), gen_random_uuid(), repeat('a', 64), left(md5(random()::text), 12), now(), true, '1204 Fulton St Apt 3B, Brooklyn, NY 11226', '', '', false, '', '{}', 'satellite', :fix, '{}') RETURNING id AS report, duty_id AS duty \gset
UPDATE adsum_duty SET outcome = 'reported', settled_at = now() WHERE id = :duty;
INSERT INTO adsum_ledgerline (at, verb, actor_kind, actor_id, subject_kind, subject_id, participant_id, policy, facts) VALUES (now(), 'checkin.reported', 'participant', :person, 'report', :report, :person, 'CheckinPolicy@0123456789', '{"duty": 1234567, "concerns": [], "receipt": "0123456789012345678901234567890123456789012345678901234567890123"}');
INSERT INTO adsum_outboxevent (kind, participant_id, body, created_at) VALUES ('checkin.reported', :person, '{"duty": 1234567, "report": 1234567, "concerns": []}', now());
COMMIT;
