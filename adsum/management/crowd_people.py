"""The crowd's SQL, first part: the tables to draw from, and who a batch of people is.

`pg_temp.draw(key, what)` is a share of one that only seed, key and what decide: the same seed gives the same people.
"""

from psycopg import sql

FUNCTIONS = sql.SQL("""
CREATE OR REPLACE FUNCTION pg_temp.mix(key bigint, what text) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT hashint8extended(key, hashtextextended(what, {seed})) $$;
CREATE OR REPLACE FUNCTION pg_temp.draw(key bigint, what text) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT (hashint8extended(key, hashtextextended(what, {seed})) & 9007199254740991)::double precision
    / 9007199254740992 $$;
CREATE OR REPLACE FUNCTION pg_temp.code(mixed bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT {code} $$
""")
SIGN = sql.SQL("substr({alphabet}, 1 + ((mixed >> {shift}) & 31)::int, 1)")

TABLES = {
    "crowd_stock": """slot int, first_of_country int, of_country int, given_names text, surnames text, sex text,
        country text, language text, born date,
        phone text, phone_value text, numbered bool, street text, unit text, city text, state text, postal_code text,
        level text, interval_days int, of_address text[], of_phone text[], of_language text[]""",
    "crowd_check_in": """slot int, lives_there bool, wants_contact bool, message text, fingerprint text,
        concerns text[], place_class text, accuracy_m float8, street text, unit text, city text, state text,
        postal_code text, faults text[]""",
    "crowd_term": "due_on date, interval_days int, opens_at timestamptz, due_at timestamptz, missed_after timestamptz",
    "crowd_words": "due_on date, language text, title text, body text",
    "crowd_decision": "reason text, pick int, decision text, words text",
    "crowd_officer": "turn int, id bigint",
}

ADD_WAVE = "INSERT INTO adsum_wave (office_id, name, started_at) VALUES (%s, %s, %s)"

# Case numbers: the demo's first people end in 000000 to 000499, the crowd's in 000500 to 999999.
PEOPLE = sql.SQL("""
CREATE TEMP TABLE crowd_person AS
SELECT nextval('adsum_participant_id_seq') AS id, nextval('adsum_plan_id_seq') AS plan_id,
    nextval('adsum_order_id_seq') AS order_id, chosen.*,
    concat_ws(', ', nullif(concat_ws(' ', nullif(street, ''), nullif(unit, '')), ''), nullif(city, ''),
        nullif(concat_ws(' ', nullif(state, ''), nullif(postal_code, '')), '')) AS address,
    greatest(0, ({last_day} - first_due_on) / interval_days) AS last_k,
    CASE WHEN moves < 0.1 THEN floor(10 * moves * ({last_day} - first_due_on) / interval_days)::int END AS moves_at
FROM (
    SELECT number,
        'A' || 100 + mod(floor(pg_temp.draw(mod(number, 999500), 'case') * 900)::int + number / 999500, 900)
            || lpad((500 + mod(number, 999500))::text, 6, '0') AS case_number,
        who.given_names, family.surnames, who.sex, who.country, who.language, born.born, line.phone, line.phone_value,
        CASE WHEN pg_temp.draw(number, 'email') < 0.45
            THEN lower(split_part(who.given_names, ' ', 1)) || '.' || 500 + number || '@example.org' END AS email,
        CASE WHEN door.numbered THEN 100 + floor(pg_temp.draw(number, 'house') * 3899)::int || ' ' || door.street
            ELSE door.street END AS street,
        door.unit, door.city, door.state, door.postal_code, door.of_address,
        plan.level, plan.interval_days, door.of_address || line.of_phone || who.of_language AS faults,
        officer.id AS officer_id,
        ({first_days}::date[])[1 + floor(pg_temp.draw(number, 'first day') * {listed_days})::int] AS first_due_on,
        CASE WHEN pg_temp.draw(number, 'gets in') < {get_in}
            THEN {enrolled_at} + (1 + 70 * pg_temp.draw(number, 'gets in after')) * interval '1 hour'
            END AS activated_at,
        0.01 + 0.4 * pg_temp.draw(number, 'forgets') ^ 6 AS forgets,
        pg_temp.draw(number, 'moves') AS moves
    FROM generate_series({start}::bigint, {stop}::bigint - 1) AS number
    JOIN crowd_stock who ON who.slot = floor(pg_temp.draw(number, 'who') * {rows})::int
    JOIN crowd_stock family
        ON family.slot = who.first_of_country + floor(pg_temp.draw(number, 'family') * who.of_country)::int
    JOIN crowd_stock born ON born.slot = floor(pg_temp.draw(number, 'born') * {rows})::int
    JOIN crowd_stock line ON line.slot = floor(pg_temp.draw(number, 'phone') * {rows})::int
    JOIN crowd_stock door ON door.slot = floor(pg_temp.draw(number, 'door') * {rows})::int
    JOIN crowd_stock plan ON plan.slot = floor(pg_temp.draw(number, 'plan') * {rows})::int
    LEFT JOIN crowd_officer officer ON officer.turn = mod(number, {officers})
    ORDER BY number
) AS chosen
""")

PARTICIPANTS = sql.SQL("""
INSERT INTO adsum_participant (id, office_id, officer_id, case_number, given_names, surnames, date_of_birth, sex,
    country, language, enrolled_at, activated_at)
SELECT id, {office}, officer_id, case_number, given_names, surnames, born, sex, country, language, {enrolled_at},
    activated_at
FROM crowd_person ORDER BY id
""")

CONTACTS = sql.SQL("""
INSERT INTO adsum_contact (participant_id, kind, as_given, value, since)
SELECT p.id, given.kind, given.as_given, given.value, {enrolled_at}
FROM crowd_person p, LATERAL (VALUES ('phone', p.phone, p.phone_value), ('email', p.email, p.email))
    AS given (kind, as_given, value)
WHERE given.as_given <> '' ORDER BY p.id, given.kind DESC
""")

# The browser is what its first words say, enough to tell devices apart; nobody holds the token of one.
DEVICES = sql.SQL("""
INSERT INTO adsum_device (participant_id, token_hash, browser, activated_at, expires_at)
SELECT id, encode(sha256(convert_to('crowd ' || case_number, 'UTF8')), 'hex'),
    CASE WHEN device < 0.66 THEN 'Mozilla/5.0 (Linux; Android 11)'
        WHEN device < 0.88 THEN 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)'
        WHEN device < 0.97 THEN 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
        WHEN device < 0.99 THEN 'Mozilla/5.0 (Mobile; KAIOS/2.5)' ELSE '' END,
    activated_at, activated_at + {device_days} * interval '1 day'
FROM (SELECT *, pg_temp.draw(number, 'device') AS device FROM crowd_person) AS crowd
WHERE activated_at IS NOT NULL ORDER BY id
""")

ADDRESSES = sql.SQL("""
INSERT INTO adsum_address (id, participant_id, street, unit, city, state, postal_code, faults, given_by, since, until)
SELECT coalesce(m.first_id, nextval('adsum_address_id_seq')), p.id, p.street, p.unit, p.city, p.state, p.postal_code,
    p.of_address, {source}, {enrolled_at}, m.received_at
FROM crowd_person p LEFT JOIN crowd_move m ON m.participant_id = p.id
UNION ALL
SELECT id, participant_id, street, unit, city, state, postal_code, faults, 'participant', received_at, NULL
FROM crowd_move
""")

ORDERS = sql.SQL("""
INSERT INTO adsum_order (id, participant_id, level, ground, ground_note, started_at)
SELECT order_id, id, level, {ground}, {note}, {enrolled_at} FROM crowd_person ORDER BY id
""")

PLANS = sql.SQL("""
INSERT INTO adsum_plan (id, participant_id, level, interval_days, weekdays, month_day, reason, last_due_on, next_due_on,
    started_at)
SELECT plan_id, id, level, interval_days, 0, 0, '', first_due_on + last_k * interval_days,
    first_due_on + (last_k + 1) * interval_days, {enrolled_at}
FROM crowd_person ORDER BY id
""")

ENROLMENTS = sql.SQL("""
INSERT INTO adsum_enrolment (wave_id, participant_id, row_number, faults)
SELECT {wave}, id, 2 + number - {first}, faults FROM crowd_person ORDER BY id
""")


def functions(seed: int, alphabet: str) -> sql.Composed:
    """The functions by which the crowd's SQL draws, for this seed."""
    signs = [SIGN.format(alphabet=sql.Literal(alphabet), shift=sql.Literal(shift)) for shift in range(0, 60, 5)]
    return FUNCTIONS.format(seed=sql.Literal(seed), code=sql.SQL(" || ").join(signs))
