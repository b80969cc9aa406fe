"""The constraints that the database itself enforces."""

from dataclasses import replace
from uuid import UUID

import pytest
from redis.asyncio import Redis
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.homework import Run
from persistence.database import SessionFactory
from persistence.models import (
    QuestionSet,
    QuestionSetQuestion,
    QuizParticipation,
    User,
)
from persistence.repositories import pictures, session_corrections, user_preferences
from persistence.repositories.homework import runs
from persistence.repositories.questions import bank
from persistence.violations import violated_constraint
from tests.persistence import samples
from tests.persistence.recorders import record_all
from tests.persistence.samples import Someone, play, write_down

CHANGES = {
    "UPDATE users SET email = NULL": "ck_users_reachable",
    "UPDATE users SET password_hash = NULL": "ck_users_can_sign_in",
    "UPDATE users SET role = 'owner'": "ck_users_role",
    "UPDATE users SET current_level = 'D1'": "ck_users_current_level",
    "UPDATE users SET full_name = ''": "ck_users_full_name",
    "UPDATE users SET learning_goals = array_fill('x'::text, ARRAY[11])": "ck_users_learning_goals",
    "UPDATE user_preferences SET locale = 'de'": "ck_user_preferences_locale",
    "UPDATE user_preferences SET theme = 'neon'": "ck_user_preferences_theme",
    "UPDATE user_preferences SET time_zone = ''": "ck_user_preferences_time_zone",
    "UPDATE user_preferences SET daily_goal_minutes = 0": "ck_user_preferences_daily_goal_minutes",
    "UPDATE user_preferences SET new_cards_per_day = 201": "ck_user_preferences_new_cards_per_day",
    "UPDATE user_preferences SET reviews_per_day = -1": "ck_user_preferences_reviews_per_day",
    "UPDATE user_preferences SET desired_retention = 1": "ck_user_preferences_desired_retention",
    "UPDATE user_preferences SET desired_retention = 0.79": "ck_user_preferences_desired_retention",
    "UPDATE user_preferences SET scheduler = 'leitner'": "ck_user_preferences_scheduler",
    "UPDATE user_preferences SET maximum_interval_days = 0": (
        "ck_user_preferences_maximum_interval_days"
    ),
    "UPDATE user_preferences SET easy_days = '{100,100}'": "ck_user_preferences_easy_days",
    "UPDATE user_preferences SET easy_days[3] = 101": "ck_user_preferences_easy_days",
    "UPDATE user_preferences SET reminder_hour = 24": "ck_user_preferences_reminder_hour",
    "UPDATE user_preferences SET user_id = (SELECT id FROM users WHERE role = 'teacher')": (
        "uq_user_preferences_user_id"
    ),
    "UPDATE quizzes SET title = ''": "ck_quizzes_title",
    "UPDATE quizzes SET access_code = 'lower1'": "ck_quizzes_access_code",
    "UPDATE quizzes SET access_code = '2BCDEF'": "ck_quizzes_access_code",
    "UPDATE quizzes SET access_code = 'ABCDE0'": "ck_quizzes_access_code",
    "UPDATE quizzes SET language = 'en-1'": "ck_quizzes_language_format",
    "UPDATE quizzes SET level = 'D1'": "ck_quizzes_level",
    "UPDATE quizzes SET topic = ''": "ck_quizzes_topic",
    "UPDATE quizzes SET source_id = id": "ck_quizzes_source",
    "UPDATE quizzes SET source_title = 'Rivers'": "ck_quizzes_source",
    "INSERT INTO quiz_shares (id, quiz_id, user_id, may_edit)"
    " SELECT gen_random_uuid(), quizzes.id, teacher_id, true FROM quizzes, generate_series(1, 2)": (
        "uq_quiz_shares_quiz_id_user_id"
    ),
    "INSERT INTO quiz_reports (id, quiz_id, user_id, reason, comment)"
    " SELECT gen_random_uuid(), id, teacher_id, 'ugly', '' FROM quizzes": "ck_quiz_reports_reason",
    "INSERT INTO quiz_reports (id, quiz_id, user_id, reason, comment) SELECT gen_random_uuid(),"
    " id, teacher_id, 'other', repeat('x', 1001) FROM quizzes": "ck_quiz_reports_comment",
    "UPDATE questions SET quiz_id = NULL": "ck_questions_in_a_quiz_or_the_bank",
    "UPDATE questions SET position = NULL": "ck_questions_placed_in_a_quiz",
    "UPDATE questions SET teacher_id = (SELECT id FROM users LIMIT 1)": (
        "ck_questions_has_fingerprint"
    ),
    "UPDATE questions SET fingerprint = '\\x00' WHERE teacher_id IS NOT NULL": (
        "ck_questions_fingerprint"
    ),
    "UPDATE questions SET archived_at = now()": "ck_questions_archived_at",
    "UPDATE question_sets SET title = ''": "ck_question_sets_title",
    "UPDATE questionset_questions SET position = -1": "ck_questionset_questions_position",
    "UPDATE questionset_questions SET position = 0": "uq_questionset_questions_set_id_position",
    "UPDATE questionset_questions SET question_id = (SELECT question_id FROM"
    " questionset_questions LIMIT 1)": "uq_questionset_questions_set_id_question_id",
    "UPDATE questions SET position = -1": "ck_questions_position",
    "UPDATE questions SET points = 2001": "ck_questions_points",
    "UPDATE questions SET time_limit = 4": "ck_questions_time_limit",
    "UPDATE questions SET difficulty = 6": "ck_questions_difficulty",
    "UPDATE questions SET type = 'essay'": "ck_questions_type",
    "UPDATE questions SET level = 'X'": "ck_questions_level",
    "UPDATE questions SET language = 'en-1'": "ck_questions_language_format",
    "UPDATE questions SET skill = repeat('x', 61)": "ck_questions_skill",
    "UPDATE questions SET topic = ' x'": "ck_questions_topic_format",
    "UPDATE questions SET tags = ARRAY['ok', repeat('x', 41)]": "ck_questions_tags",
    "UPDATE questions SET tags = ARRAY['']": "ck_questions_tags",
    "UPDATE questions SET tags = ARRAY['ok', NULL]": "ck_questions_tags",
    "UPDATE questions SET tags = array_fill('x'::text, ARRAY[11])": "ck_questions_tags",
    "UPDATE questions SET position = 0 WHERE quiz_id IS NOT NULL": "uq_questions_quiz_id_position",
    "UPDATE choices SET position = 0": "uq_choices_question_id_position",
    "UPDATE choices SET text = repeat('x', 256)": "ck_choices_text",
    "UPDATE pictures SET sha256 = 'abc'": "ck_pictures_sha256_format",
    "UPDATE pictures SET width = 0": "ck_pictures_width",
    "UPDATE pictures SET height = 1601": "ck_pictures_height",
    "UPDATE pictures SET size_bytes = 0": "ck_pictures_size_bytes",
    "UPDATE pictures SET sha256 = repeat('a', 64)": "uq_pictures_owner_id_sha256",
    "UPDATE quiz_sessions SET access_code = 'I23456'": "ck_quiz_sessions_access_code",
    "UPDATE quiz_sessions SET ended_at = started_at - interval '1 s'": "ck_quiz_sessions_period",
    "UPDATE quiz_attempts SET correct_answers = 3": "ck_quiz_attempts_correct_answers",
    "UPDATE quiz_attempts SET rank = 0": "ck_quiz_attempts_rank",
    "UPDATE quiz_attempts SET score = -1": "ck_quiz_attempts_score",
    "UPDATE quiz_attempts SET best_streak = 9": "ck_quiz_attempts_best_streak",
    "UPDATE quiz_attempts SET performance_band = 'so-so'": "ck_quiz_attempts_performance_band",
    "UPDATE question_statistics SET answers = 0": "ck_question_statistics_asked",
    "UPDATE question_statistics SET correct = 9": "ck_question_statistics_correct",
    "UPDATE question_statistics SET discrimination = 2": "ck_question_statistics_discrimination",
    "UPDATE question_statistics SET wrong_times = 1": "ck_question_statistics_wrong",
    "UPDATE session_question_statistics SET question_index = -1": (
        "ck_session_question_statistics_question_index"
    ),
    "UPDATE session_question_statistics SET correct = 2": "ck_session_question_statistics_correct",
    "UPDATE session_question_statistics SET compared = 2": (
        "ck_session_question_statistics_compared"
    ),
    "UPDATE session_corrections SET action = 'forget'": "ck_session_corrections_action",
    "UPDATE session_corrections SET question_index = -1": "ck_session_corrections_question_index",
    "UPDATE session_corrections SET action = 'key'": "ck_session_corrections_key",
    "UPDATE session_corrections SET also = '[1]'": "ck_session_corrections_also",
    "UPDATE session_corrections SET action = 'undo' WHERE replaces_id IS NULL": (
        "ck_session_corrections_undo"
    ),
    "UPDATE session_corrections SET action = 'void', replaces_id = NULL": (
        "uq_session_corrections_first"
    ),
    "UPDATE quiz_attempt_rescores SET rank = 0": "ck_quiz_attempt_rescores_rank",
    "UPDATE quiz_attempt_rescores SET correct_answers = 9": (
        "ck_quiz_attempt_rescores_correct_answers"
    ),
    "UPDATE quiz_attempt_rescores SET counting_run = 0": "ck_quiz_attempt_rescores_counting_run",
    "UPDATE homework_run_rescores SET correct = 2": "ck_homework_run_rescores_correct",
    "UPDATE homework_run_rescores SET score = -1": "ck_homework_run_rescores_score",
    "UPDATE homework_run_rescores SET total_time_ms = -1": (
        "ck_homework_run_rescores_total_time_ms"
    ),
    "UPDATE question_attempt_rescores SET points = -1": "ck_question_attempt_rescores_points",
    "UPDATE question_attempts SET context = 'dream'": "ck_question_attempts_context",
    "UPDATE question_attempts SET participation_id = NULL": "ck_question_attempts_session",
    "UPDATE question_attempts SET time_taken_ms = -1": "ck_question_attempts_time_taken_ms",
    "UPDATE question_attempts SET points = -1": "ck_question_attempts_points",
    "UPDATE question_attempts SET question_index = 0": (
        "uq_question_attempts_participation_id_question_index_run"
    ),
    "UPDATE question_attempts SET run = 0": "ck_question_attempts_run",
    "UPDATE quiz_participations SET counting_run = 0": "ck_quiz_participations_counting_run",
    "UPDATE quiz_participations SET token_hash = 'x'": (
        "uq_quiz_participations_session_id_token_hash"
    ),
    "UPDATE quiz_sessions SET mode = 'dream'": "ck_quiz_sessions_mode",
    "UPDATE quiz_sessions SET mode = 'self_paced'": "ck_quiz_sessions_open_period",
    "UPDATE quiz_sessions SET opens_at = now()": "ck_quiz_sessions_open_period",
    "UPDATE homework_runs SET number = 11": "ck_homework_runs_number",
    "UPDATE homework_runs SET number = 1": "uq_homework_runs_participation_id_number",
    "UPDATE homework_runs SET position = -1": "ck_homework_runs_position",
    "UPDATE homework_runs SET correct = 1": "ck_homework_runs_correct",
    "UPDATE homework_runs SET score = -1": "ck_homework_runs_score",
    "UPDATE homework_runs SET total_time_ms = -1": "ck_homework_runs_total_time_ms",
    "UPDATE homework_names SET form = 'x'": "uq_homework_names_session_id_form",
    "UPDATE quiz_participations SET player = session_id": (
        "uq_quiz_participations_session_id_player"
    ),
    "UPDATE quiz_participations SET user_id = (SELECT id FROM users LIMIT 1)": (
        "uq_quiz_participations_session_id_user_id"
    ),
}

COMPUTED = (
    """INSERT INTO question_statistics (id, question_id, asked, answers, by_wording)
       SELECT id, id, 1, 1, '{}' FROM questions""",
    """INSERT INTO session_question_statistics
              (id, session_id, question_index, answers, compared, compared_correct, shares,
               squared_shares, correct_shares, time_steps, wording, wrong_choices, right_choices)
       SELECT id, id, 0, 1, 1, 0, 0, 0, 0, '{}', '', '{}', '{}' FROM quiz_sessions""",
    """INSERT INTO quiz_attempt_rescores
              (id, attempt_id, session_id, score, total_questions, answered_questions,
               correct_answers, rank, performance_band, total_time_ms, best_streak)
       SELECT id, id, session_id, 0, 1, 1, 0, rank, 'fair', 0, 0 FROM quiz_attempts""",
    """INSERT INTO question_attempt_rescores (id, attempt_id, session_id, points)
       SELECT id, id, session_id, 0 FROM question_attempts""",
    """INSERT INTO homework_run_rescores
              (id, run_id, session_id, answered, correct, score, total_time_ms)
       SELECT id, id, session_id, 1, 1, 0, 0 FROM homework_runs""",
)


@pytest.fixture
async def played(redis: Redis, session_factory: SessionFactory) -> SessionFactory:
    """A database in which something was played, by a student with an account among others."""
    game = await play(session_factory)
    async with session_factory.begin() as session:
        student = await samples.add_user(session, "student@kuis.example", "student")
        host = await session.scalar(select(User.id).where(User.role == "teacher"))
        for user_id in (student.id, host):
            assert user_id is not None
            await user_preferences.save(session, Someone(user_id), {})
        assert host is not None
        await _add_bank(session, host)
        for sha256 in ("a" * 64, "b" * 64):
            await pictures.add(session, host, sha256=sha256, width=1, height=1, size_bytes=1)
    seats = (*game.players, samples.player("Ani", student.id))
    await write_down(redis, *replace(game, players=seats).entries())
    await record_all(redis, session_factory)
    async with session_factory.begin() as session:
        id_, by = UUID(game.session), host
        for action in ("void", "undo"):
            await session_corrections.add(session, id_, 0, action, key=None, by=by)
        seat = (await session.scalars(select(QuizParticipation))).first()
        assert seat is not None
        for number in (1, 2):
            run = Run(number=number, seed=1, position=0, shown_at=samples.GAME_BEGAN)
            await runs.add_run(session, seat.session_id, seat.id, run)
        assert await runs.take_name(session, seat.session_id, ["ani", "=Ani"])
        for statement in COMPUTED:
            await session.execute(text(statement))
    return session_factory


async def _add_bank(session: AsyncSession, teacher_id: UUID) -> None:
    """Two questions of the bank in a set."""
    question_set = QuestionSet(teacher_id=teacher_id, title="Capitals")
    session.add(question_set)
    questions = await bank.add(session, teacher_id, samples.drafts(2))
    session.add_all(
        QuestionSetQuestion(set_id=question_set.id, question_id=question.id, position=place)
        for place, question in enumerate(questions)
    )


async def commit(session_factory: SessionFactory, statement: str) -> None:
    async with session_factory.begin() as session:
        await session.execute(text(statement))


async def test_rows_that_break_a_rule_are_refused(played: SessionFactory) -> None:
    broken = {}
    for change in CHANGES:
        with pytest.raises(IntegrityError) as caught:
            await commit(played, change)
        broken[change] = violated_constraint(caught.value)
    assert broken == CHANGES


async def test_two_rooms_with_one_code_are_refused_while_both_run(played: SessionFactory) -> None:
    again = """
        INSERT INTO quiz_sessions (id, quiz_id, title, access_code, settings, questions)
        SELECT gen_random_uuid(), quiz_id, title, access_code, settings, questions
          FROM quiz_sessions LIMIT 1
    """
    async with played() as session:
        await session.execute(text(again))  # the first has ended
        with pytest.raises(IntegrityError) as caught:
            await session.execute(text(again))
    assert violated_constraint(caught.value) == "uq_quiz_sessions_open_access_code"


async def test_removing_a_player_s_account_keeps_what_they_played(played: SessionFactory) -> None:
    async with played.begin() as session:
        await session.execute(text("DELETE FROM users WHERE role = 'student'"))
        for table, rows in (
            ("quiz_participations", 4),
            ("quiz_attempts", 4),
            ("question_attempts", 8),
        ):
            count = text(f"SELECT count(*), count(user_id) FROM {table}")  # noqa: S608  # our own names
            assert (await session.execute(count)).one() == (rows, 0)


async def test_purging_a_quiz_takes_everything_below_it(played: SessionFactory) -> None:
    async with played.begin() as session:
        await session.execute(text("DELETE FROM questions WHERE quiz_id IS NULL"))
        await session.execute(text("DELETE FROM quizzes"))
        for table in (
            "questions",
            "choices",
            "quiz_sessions",
            "quiz_participations",
            "quiz_attempts",
            "question_attempts",
            "session_corrections",
            "quiz_attempt_rescores",
            "question_attempt_rescores",
            "homework_run_rescores",
        ):
            count = text(f"SELECT count(*) FROM {table}")  # noqa: S608  # our own names
            assert (await session.execute(count)).scalar_one() == 0
