"""The crowd's SQL, third part: the lines that the ledger would have of all this, in order of time."""

from psycopg import sql

LINES = sql.SQL("""
INSERT INTO adsum_ledgerline (at, verb, actor_kind, actor_id, subject_kind, subject_id, participant_id, policy, facts,
    transaction_number)
SELECT at, verb, actor_kind, actor_id, subject_kind, subject_id, participant_id, policy, facts,
    (SELECT pg_current_xact_id()::text::bigint)
FROM (
    SELECT 1 AS step, {enrolled_at} AS at, 'participant.enrolled' AS verb, 'operator' AS actor_kind,
        NULL::bigint AS actor_id, 'participant' AS subject_kind, id AS subject_id, id AS participant_id, '' AS policy,
        '{{}}'::jsonb AS facts
    FROM crowd_person
    UNION ALL
    SELECT 2, {enrolled_at}, 'contacts.added', 'operator', NULL, '', NULL, NULL, '',
        jsonb_build_object('count', count(nullif(phone, '')) + count(email)) FROM crowd_person
    UNION ALL
    SELECT 3, {enrolled_at}, 'addresses.added', 'operator', NULL, '', NULL, NULL, {places},
        jsonb_build_object('count', count(*)) FROM crowd_person
    UNION ALL
    SELECT 4, {enrolled_at}, 'order.started', 'operator', NULL, 'order', order_id, id, '',
        jsonb_build_object('level', level)
    FROM crowd_person
    UNION ALL
    SELECT 5, {enrolled_at}, 'plans.started', 'operator', NULL, '', NULL, NULL, {checkins},
        jsonb_build_object('count', count(*)) FROM crowd_person
    UNION ALL
    SELECT 10, {enrolled_at}, 'wave.enrolled', 'operator', NULL, 'wave', {wave}, NULL, {enrolment},
        jsonb_build_object('read', count(*), 'enrolled', count(*), 'already', 0, 'rejected', 0) FROM crowd_person
    UNION ALL
    SELECT 1, activated_at, 'participant.activated', 'participant', id, 'invitation', NULL, id, {enrolment}, '{{}}'
    FROM crowd_person WHERE activated_at IS NOT NULL
    UNION ALL
    SELECT 1, received_at, 'place.taken', 'participant', participant_id, 'locationfix', fix_id, participant_id,
        {places}, '{{}}'
    FROM crowd_report WHERE fix_id IS NOT NULL
    UNION ALL
    SELECT 2, received_at, 'address.changed', 'participant', participant_id, 'address', id, participant_id, {places},
        '{{}}'
    FROM crowd_move
    UNION ALL
    SELECT 3, received_at, 'checkin.reported', 'participant', participant_id, 'report', report_id, participant_id,
        {checkins}, jsonb_build_object('duty', duty_id, 'concerns', concerns, 'receipt', encode(sha256(convert_to(
            format(E'adsum receipt\\n%s\\n%s\\n%s+00:00\\n%s\\n', receipt_number, sent_key,
            to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), fingerprint), 'UTF8')), 'hex'))
    FROM crowd_report
    UNION ALL
    SELECT 1, settled_at, 'checkin.' || outcome, 'rules', NULL, 'duty', id, participant_id, {checkins},
        jsonb_build_object('due_on', due_on)
    FROM crowd_duty WHERE outcome IN ('missed', 'excused')
    UNION ALL
    SELECT 2, queued_at, 'notice.queued', 'rules', NULL, 'notice', id, participant_id, {checkins},
        jsonb_build_object('kind', {kind})
    FROM crowd_notice
    UNION ALL
    SELECT 6, raised_at, 'flag.raised', 'rules', NULL, 'flag', id, participant_id, policy,
        jsonb_build_object('reason', reason)
    FROM crowd_flag
    UNION ALL
    SELECT 7, f.cleared_at, 'flag.cleared', 'staff', f.officer_id, 'flag', f.id, f.participant_id, f.policy,
        jsonb_build_object('reason', f.reason, 'decision', w.decision)
    FROM crowd_flag f JOIN crowd_decision w ON w.reason = f.reason AND w.pick = f.pick
    WHERE f.cleared_at IS NOT NULL
) AS line
ORDER BY at, step, participant_id
""")
