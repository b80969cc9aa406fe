"""The statements about what was missed in a session, and by whom."""

from sqlalchemy import text

# A job may run twice at once: then one waits, and finds what the other has done.
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('make_cards ' || :session, 0))")

SEATS = text("""
    SELECT p.id
      FROM quiz_participations p
      JOIN users u ON u.id = p.user_id AND u.role = 'student' AND u.is_active
      LEFT JOIN user_preferences f ON f.user_id = u.id
     WHERE p.session_id = :session AND p.kicked_at IS NULL AND COALESCE(f.cards_from_answers, true)
       AND (cardinality(CAST(:only AS uuid[])) = 0 OR p.id = ANY(:only))
     ORDER BY u.id
""")

# Nobody knows who looked at a question without answering it. In a room those count as there who
# had joined before it opened and answered a later one; in homework those who went past it.
MISSED = """
    WITH seats AS (
        SELECT p.id, p.user_id, floor(1000 * extract(epoch FROM p.joined_at)) AS joined_at
          FROM quiz_participations p WHERE p.id = ANY(:seats)),
    runs AS (
        SELECT s.*, 1 AS run, CAST(NULL AS timestamptz) AS finished_at,
               (SELECT max(a.question_index) FROM question_attempts a
                 WHERE a.participation_id = s.id) AS seen
          FROM seats s WHERE CAST(:mode AS text) = 'live'
         UNION ALL
        SELECT s.*, h.number, h.finished_at,
               CASE WHEN h.position = CAST(:of AS int) - 1 THEN :of
                    WHEN CAST(:shuffled AS boolean) THEN 0 ELSE h.position END
          FROM seats s
          JOIN homework_runs h ON h.participation_id = s.id AND h.finished_at IS NOT NULL
         WHERE CAST(:mode AS text) <> 'live'),
    asked AS (
        SELECT * FROM jsonb_to_recordset(CAST(:asked AS jsonb)) AS q
               (index int, question uuid, slow_ms int, opened_at bigint, closed_at bigint)),
    missed AS (
        SELECT r.user_id, r.id AS participation, r.run, q.index, q.question,
               COALESCE(a.answered_at, r.finished_at, to_timestamp(q.closed_at / 1000.0)) AS at,
               a.id IS NULL OR NOT COALESCE(ar.is_correct, a.is_correct) AS was_wrong
          FROM runs r
         CROSS JOIN asked q
          LEFT JOIN question_attempts a ON a.participation_id = r.id AND a.run = r.run
           AND a.question_index = q.index
          LEFT JOIN question_attempt_rescores ar ON ar.attempt_id = a.id
         WHERE CASE WHEN a.id IS NULL
                    THEN q.index < r.seen AND (r.finished_at IS NOT NULL
                         OR r.joined_at <= q.opened_at)
                    ELSE NOT COALESCE(ar.is_correct, a.is_correct) OR a.time_taken_ms > q.slow_ms
               END)
"""

# The last missed questions come before all that is new, in the order in which they were asked.
# The cards are made in the order of learners and questions (DISTINCT ON sorts), as those of decks.
CARDS = text(f"""{MISSED}
    INSERT INTO srs_cards (id, user_id, review_question_id, made_from, session_id, answered_at,
                           position)
    SELECT gen_random_uuid(), m.user_id, m.question, 'answer', :session, m.at,
           CAST(:position AS bigint) + m.index
      FROM (SELECT DISTINCT ON (user_id, question) * FROM missed
             ORDER BY user_id, question, at, index) m
        ON CONFLICT DO NOTHING
""")  # noqa: S608  # our own text

UNDESERVED = text(f"""{MISSED},
    undeserved AS (
        SELECT c.id FROM srs_cards c JOIN seats s ON s.user_id = c.user_id
         WHERE c.session_id = :session AND c.made_from = 'answer' AND c.state = 'new'
           AND NOT EXISTS (SELECT FROM missed m
                            WHERE m.user_id = c.user_id AND m.question = c.review_question_id)
         ORDER BY c.id
           FOR UPDATE OF c)
    DELETE FROM srs_cards c USING undeserved WHERE c.id = undeserved.id
    RETURNING c.user_id, c.review_question_id
""")  # noqa: S608  # the same


# Where else the learners answered the questions or copies of them.
ELSEWHERE = text("""
    WITH RECURSIVE family AS (
        SELECT q.id FROM review_questions r JOIN questions q ON q.id = r.origin_id
         WHERE r.id = ANY(:questions)
         UNION
        SELECT q.id FROM family f JOIN questions q ON q.source_id = f.id)
    SELECT DISTINCT a.session_id, a.participation_id
      FROM family f JOIN question_attempts a ON a.question_id = f.id
     WHERE a.user_id = ANY(:users) AND a.session_id <> :session
""")
