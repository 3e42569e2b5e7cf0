"""The crowd's SQL, second part: what a batch of people lived through since they joined."""

from psycopg import sql

# A person's k-th duty. Most check in on the day, some up to three days before, a few in the grace period; by day.
DUTIES = sql.SQL("""
CREATE TEMP TABLE crowd_duty AS
SELECT nextval('adsum_duty_id_seq') AS id, told.*,
    CASE WHEN outcome = 'reported' THEN nextval('adsum_report_id_seq') END AS report_id,
    CASE outcome WHEN 'reported' THEN received_at
        WHEN 'missed' THEN least(missed_after + second, {now})
        WHEN 'excused' THEN least(missed_after + second, {now}) END AS settled_at
FROM (
    SELECT planned.*, pg_temp.draw(key, 'second') * interval '1 minute' AS second,
        CASE WHEN activated_at IS NULL THEN CASE WHEN missed_after <= {now} THEN 'excused' END
            WHEN forgets > pg_temp.draw(key, 'forgets') AND NOT moving
                THEN CASE WHEN missed_after <= {now} THEN 'missed' END
            WHEN received_at <= {now} THEN 'reported' END AS outcome
    FROM (
        SELECT p.number, p.id AS participant_id, p.plan_id, p.activated_at, p.forgets, p.language, p.officer_id,
            k, p.number * 512 + k AS key, term.due_on, term.due_at, term.missed_after,
            CASE k WHEN 0 THEN {enrolled_at} ELSE term.opens_at END AS opens_at,
            CASE k WHEN 0 THEN {enrolled_at}
                ELSE greatest({enrolled_at}, term.due_at - ({ahead} + 1) * interval '1 day') END AS made_at,
            coalesce(k = p.moves_at, false) AS moving,
            CASE WHEN k = p.moves_at
                THEN {check_ins} + floor(pg_temp.draw(p.number, 'new door') * {moves})::int
                ELSE floor(pg_temp.draw(p.number * 512 + k, 'check-in') * {check_ins})::int END AS slot,
            greatest(p.activated_at + interval '10 minutes', least(term.missed_after - interval '1 minute',
                term.due_at + ((ARRAY[-16, -16, -16, -16, -16, -16, -40, -40, -64, -88, 8, 8])[1 + floor(
                    12 * pg_temp.draw(p.number * 512 + k, 'day'))::int] + 14
                    * pg_temp.draw(p.number * 512 + k, 'hour')) * interval '1 hour')) AS received_at
        FROM crowd_person p
        CROSS JOIN LATERAL generate_series(0, p.last_k) AS k
        JOIN crowd_term term
            ON term.due_on = p.first_due_on + k * p.interval_days AND term.interval_days = p.interval_days
    ) AS planned
    ORDER BY due_on, number
) AS told
""")

REPORTED = sql.SQL("""
CREATE TEMP TABLE crowd_report AS
SELECT d.report_id, d.id AS duty_id, d.participant_id, d.number, d.k, d.key, d.received_at, d.slot, d.officer_id,
    d.moving, c.concerns, c.accuracy_m, c.fingerprint, pg_temp.code(pg_temp.mix(d.key, 'receipt')) AS receipt_number,
    encode(int8send(pg_temp.mix(d.key, 'key')) || int8send(pg_temp.mix(d.key, 'key too')), 'hex')::uuid AS sent_key,
    CASE WHEN c.accuracy_m IS NOT NULL THEN nextval('adsum_locationfix_id_seq') END AS fix_id
FROM crowd_duty d JOIN crowd_check_in c ON c.slot = d.slot
WHERE d.outcome = 'reported'
ORDER BY d.received_at, d.number
""")

MOVES = sql.SQL("""
CREATE TEMP TABLE crowd_move AS
SELECT nextval('adsum_address_id_seq') AS first_id, nextval('adsum_address_id_seq') AS id, r.participant_id,
    r.received_at, c.street, c.unit, c.city, c.state, c.postal_code, c.faults,
    concat_ws(', ', concat_ws(' ', c.street, c.unit), c.city, concat_ws(' ', c.state, c.postal_code)) AS address
FROM crowd_report r JOIN crowd_check_in c ON c.slot = r.slot
WHERE r.moving
ORDER BY r.received_at, r.number
""")

FLAGGED = sql.SQL("""
CREATE TEMP TABLE crowd_flag AS
SELECT nextval('adsum_flag_id_seq') AS id, judged.*
FROM (
    SELECT found.*, CASE WHEN decided_at <= {now} THEN decided_at END AS cleared_at
    FROM (
        SELECT raised.*, floor(pg_temp.draw(key, 'pick' || reason) * 4)::int AS pick,
            CASE WHEN officer_id IS NOT NULL AND reason <> {never} THEN date_trunc('day', raised_at, 'UTC')
                + (1 + floor(60 * pg_temp.draw(key, 'days' || reason) ^ 6)) * interval '1 day'
                + (14 + 7 * pg_temp.draw(key, 'hour' || reason)) * interval '1 hour' END AS decided_at
        FROM (
            SELECT id AS participant_id, number AS key, officer_id, {graded} AS reason, 'file' AS about,
                jsonb_build_object('faults', faults) AS details, {enrolled_at} AS raised_at, {places} AS policy
            FROM crowd_person WHERE faults <> '{{}}'
            UNION ALL
            SELECT participant_id, key, officer_id, {missed}, 'duty:' || id, jsonb_build_object('due_on', due_on),
                settled_at, {checkins}
            FROM crowd_duty WHERE outcome = 'missed'
            UNION ALL
            SELECT participant_id, key, officer_id, {never}, '', '{{}}', settled_at, {checkins}
            FROM crowd_duty WHERE outcome = 'excused' AND k = 0
            UNION ALL
            SELECT participant_id, key, officer_id, {concern}, 'report:' || report_id,
                jsonb_build_object('duty', duty_id, 'concerns', concerns), received_at, {checkins}
            FROM crowd_report WHERE concerns <> '{{}}'
        ) AS raised
    ) AS found
    ORDER BY raised_at, participant_id
) AS judged
""")

TOLD = sql.SQL("""
CREATE TEMP TABLE crowd_notice AS
SELECT nextval('adsum_notice_id_seq') AS id, participant_id, duty_id, queued_at, language, title, body
FROM (
    SELECT d.participant_id, d.id AS duty_id, d.settled_at AS queued_at, w.language, w.title, w.body
    FROM crowd_duty d JOIN crowd_words w ON w.due_on = d.due_on
        AND w.language = COALESCE({written}::jsonb ->> d.language, 'en')
    WHERE d.outcome = 'missed'
    ORDER BY d.settled_at, d.participant_id
) AS written
""")

DUTY_ROWS = sql.SQL("""
INSERT INTO adsum_duty (id, plan_id, participant_id, due_on, made_at, opens_at, due_at, missed_after, outcome,
    settled_at, set_aside)
SELECT id, plan_id, participant_id, due_on, made_at, opens_at, due_at, missed_after, outcome, settled_at, ''
FROM crowd_duty
""")

EXCUSES = sql.SQL("""
INSERT INTO adsum_excuse (duty_id, reason, words, at)
SELECT id, {never_in}, '', settled_at FROM crowd_duty WHERE outcome = 'excused'
""")

FIXES = sql.SQL("""
INSERT INTO adsum_locationfix (id, participant_id, place_class, latitude, longitude, accuracy_m, taken_at, received_at)
SELECT r.fix_id, r.participant_id, c.place_class,
    40.58 + 0.30 * pg_temp.draw(r.number, 'latitude') + 0.004 * pg_temp.draw(r.key, 'latitude'),
    -74.02 + 0.28 * pg_temp.draw(r.number, 'longitude') + 0.004 * pg_temp.draw(r.key, 'longitude'),
    r.accuracy_m, r.received_at - interval '9 seconds', r.received_at
FROM crowd_report r JOIN crowd_check_in c ON c.slot = r.slot
WHERE r.fix_id IS NOT NULL AND r.received_at >= {keep_fix_from}
""")

REPORTS = sql.SQL("""
INSERT INTO adsum_report (id, participant_id, duty_id, key, fingerprint, receipt_number, received_at, lives_there,
    address_shown, address_given, new_phone, wants_contact, message, answers, place_class, fix_id, concerns)
SELECT r.report_id, r.participant_id, r.duty_id, r.sent_key, r.fingerprint, r.receipt_number, r.received_at,
    c.lives_there,
    CASE WHEN m.received_at < r.received_at THEN m.address ELSE p.address END,
    CASE WHEN r.moving THEN m.address ELSE '' END, '', c.wants_contact, c.message, '{{}}', c.place_class,
    CASE WHEN r.received_at >= {keep_fix_from} THEN r.fix_id END, r.concerns
FROM crowd_report r JOIN crowd_check_in c ON c.slot = r.slot JOIN crowd_person p ON p.id = r.participant_id
LEFT JOIN crowd_move m ON m.participant_id = r.participant_id
ORDER BY r.report_id
""")

FLAGS = sql.SQL("""
INSERT INTO adsum_flag (id, participant_id, reason, about, details, urgency, raised_at, policy, cleared_at,
    cleared_by_id, decision, decision_reason)
SELECT f.id, f.participant_id, f.reason, f.about, f.details, ({urgency}::jsonb ->> f.reason)::int, f.raised_at,
    f.policy, f.cleared_at, CASE WHEN f.cleared_at IS NOT NULL THEN f.officer_id END,
    CASE WHEN f.cleared_at IS NULL THEN '' ELSE w.decision END, CASE WHEN f.cleared_at IS NULL THEN '' ELSE w.words END
FROM crowd_flag f LEFT JOIN crowd_decision w ON w.reason = f.reason AND w.pick = f.pick
ORDER BY f.id
""")

NOTICES = sql.SQL("""
INSERT INTO adsum_notice (id, participant_id, kind, about, language, title, body, queued_at, policy, to_pass_on)
SELECT id, participant_id, {kind}, 'duty:' || duty_id, language, title, body, queued_at, {checkins}, false
FROM crowd_notice
""")
