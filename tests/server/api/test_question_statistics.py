"""Statistics of questions over HTTP."""

from uuid import UUID

from persistence.database import SessionFactory
from persistence.models import Quiz
from persistence.repositories import (
    question_statistics,
    quiz_shares,
    session_question_statistics,
)
from tests.persistence.inserted import answered, asked, insert
from tests.persistence.samples import Someone
from tests.server.api.conftest import Person, problem


async def test_they_are_shown_for_a_question_and_for_a_session(
    session_factory: SessionFactory, teacher: Person, other_teacher: Person
) -> None:
    game = answered(30, asked(4))
    async with session_factory.begin() as db:
        session = await insert(db, Someone(teacher.id), game)
        ids = [UUID(str(question["source"])) for question in session.questions]
        await session_question_statistics.compute(db, session.id)
        await question_statistics.merge(db, ids[:3])
    path = f"/api/questions/{ids[0]}/statistics"
    found = (await teacher.client.get(path)).json()
    given = [a.response for each in game.participants for a in each.answers if a.question == 0]
    assert (found["asked"], found["answers"], found["correct"]) == (1, len(given), given.count("a"))
    assert found["correct_share"] == given.count("a") / len(given)
    assert -1 < found["discrimination"] < 1
    assert found["wrong_text"] in {"Choice B", "Choice C", "Choice D"}
    assert found["right_times"] == given.count("a")
    assert found["advice"]
    # The sample's questions in the quiz have other choices than those that were played.
    assert found["other_wording"] == found["answers"]
    assert problem(await other_teacher.client.get(path)) == (404, "no_such_question")

    path = f"/api/sessions/{session.id}/statistics"
    listed = (await teacher.client.get(path)).json()["questions"]
    assert [each["index"] for each in listed] == [0, 1, 2, 3]
    figures = [each["statistics"] for each in listed]
    assert figures[0] == found
    assert [each["question_id"] for each in figures] == [str(id_) for id_ in ids]
    assert (figures[3]["answers"], figures[3]["computed_at"]) == (0, None)
    assert figures[3]["advice"] == ["too_few"]
    assert problem(await other_teacher.client.get(path)) == (404, "no_such_session")


async def test_colleagues_are_not_told_of_games_with_other_quizzes(
    session_factory: SessionFactory, teacher: Person, other_teacher: Person
) -> None:
    async with session_factory.begin() as db:
        session = await insert(db, Someone(teacher.id), answered(30, asked(1)))
        quiz = await db.get_one(Quiz, session.quiz_id)
        await quiz_shares.save(db, quiz, other_teacher.id, may_edit=True)
        question_id = str(session.questions[0]["source"])
        await session_question_statistics.compute(db, session.id)
        await question_statistics.merge(db, [UUID(question_id)])
    assert (await other_teacher.client.get(f"/api/quizzes/{quiz.id}")).status_code == 200
    path = f"/api/questions/{question_id}/statistics"
    assert problem(await other_teacher.client.get(path)) == (404, "no_such_question")
