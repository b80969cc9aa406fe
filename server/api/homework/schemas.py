"""The structs of requests and responses about homework."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from game.rules.homework import HomeworkSettings, Phase
from game.rules.questions import Choice, Kind
from server.actions.results import OriginalGrade, QuestionCorrection
from server.live.protocol.values import Key, Response

Moment = Annotated[datetime, Meta(tz=True)]


class NewHomework(HomeworkSettings, frozen=True, kw_only=True, tag_field="mode", tag="self_paced"):
    """A homework with its settings. Without `opens_at` it is open at once."""

    closes_at: Moment
    opens_at: Moment | None = None


class HomeworkChange(Struct, frozen=True, forbid_unknown_fields=True):
    closes_at: Moment


class StudentAtWork(Struct, frozen=True):
    """A student with the latest attempt, which is at the question `position`, counted from 0."""

    player: UUID
    nickname: str
    attempt: int
    position: int
    answered: int
    correct: int
    score: int
    finished: bool
    last_seen_at: datetime


class HomeworkOutput(Struct, frozen=True):
    """A homework as its teacher sees it; `url` is the teacher's page, `code` what students type."""

    id: UUID
    quiz_id: UUID
    title: str
    code: str
    url: str
    phase: Phase
    questions: int
    settings: HomeworkSettings
    opens_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    students: list[StudentAtWork]


class OwnAttempt(Struct, frozen=True):
    id: UUID
    number: int
    answered: int
    finished: bool


class OwnSeat(Struct, frozen=True):
    """The student who asks. `attempts_left` counts those that were not started."""

    nickname: str
    attempts: list[OwnAttempt]
    attempts_left: int


class HomeworkSummary(Struct, frozen=True):
    """What students see before they start. `now` is the server's clock; times are in ms.

    `closes_at` is the deadline, or when the homework was closed before it.
    """

    id: UUID
    code: str
    title: str
    phase: Phase
    questions: int
    settings: HomeworkSettings
    opens_at: int
    closes_at: int
    now: int
    own: OwnSeat | None


class StartRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The nickname of a guest, with the first attempt."""

    nickname: Annotated[str, Meta(max_length=200)] = ""


class AnswerRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A response with the choices' ids as they are shown."""

    response: Response


class NextRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The question that the student leaves, as its field `question` says."""

    question: int


class WorkQuestion(Struct, frozen=True):
    """A question without its key. Choices have letters in the order in which they are shown.

    `question` is its position in this attempt, counted from 0, to which its answer is sent. Times
    are in ms on the server's clock.
    """

    question: int
    of: int
    kind: Kind
    stem: str
    points: int
    time_limit: int
    opens_at: int
    closes_at: int
    choices: list[Choice]
    multiple: bool
    media: str | None


class WorkFeedback(Struct, frozen=True):
    """What was right. `correct` is null in a poll and without an answer.

    `also` has the keys that a correction accepts beside the key.
    """

    correct: bool | None
    points: int
    key: Key
    also: list[Key]
    explanation: str | None


class AttemptOutput(Struct, frozen=True):
    """An attempt with its present question, which is null once it is finished.

    `response` is the stored answer to that question, if `is_answered`. `feedback` is there when the
    settings show what was right after each question. Times are in ms on the server's clock, `now`.
    """

    id: UUID
    number: int
    of: int
    answered: int
    finished: bool
    closed: bool
    settings: HomeworkSettings
    closes_at: int
    now: int
    question: WorkQuestion | None
    is_answered: bool
    response: Response | None
    feedback: WorkFeedback | None


class AnsweredQuestion(Struct, frozen=True):
    """A question in the order of the attempt, with its key and the own answer.

    `correction` is what the teacher corrected after the deadline, and `original` the grade that the
    answer had before, if it is another one. Both are null mostly. A voided question counts nothing.
    """

    question: WorkQuestion
    is_answered: bool
    response: Response | None
    elapsed_ms: int | None
    feedback: WorkFeedback
    correction: QuestionCorrection | None
    original: OriginalGrade | None


class OriginalAttempt(Struct, frozen=True):
    """What an attempt had at the deadline, before the homework was corrected."""

    score: int
    correct: int


class AttemptResults(Struct, frozen=True):
    """The results of an attempt. `place` counts the result of all attempts, among `students`.

    Until the homework is closed (`final`) places can change. `correct_of` leaves out polls and
    voided questions. `original` is null unless the homework was corrected.
    """

    number: int
    score: int
    answered: int
    correct: int
    correct_of: int
    total_time_ms: int
    place: int | None
    students: int
    final: bool
    original: OriginalAttempt | None
    questions: list[AnsweredQuestion]
