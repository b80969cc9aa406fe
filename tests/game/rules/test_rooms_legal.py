"""Whatever is asked of a room and whenever, it stays legal and gets to its end."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from game.errors import Refusal
from game.rules import rooms
from game.rules.questions import Choice, MultipleChoice, Question
from game.rules.rooms import (
    CloseQuestion,
    Command,
    End,
    EveryoneAnswered,
    Extend,
    Finished,
    Lock,
    Next,
    Pause,
    Phase,
    QuestionClosed,
    QuestionOpened,
    Revealed,
    RoomSettings,
    RoomState,
    Scored,
    Show,
    Start,
    Tick,
    Unlock,
    Unpause,
    View,
)

AB = (Choice("a", "a"), Choice("b", "b"))
STEPS_TO_THE_END = 200

indexes = st.integers(-1, 4)
commands = st.one_of(
    st.sampled_from(
        [Start(), Next(), CloseQuestion(), Pause(), Unpause(), Lock(), Unlock(), End(), Tick()]
    ),
    st.builds(Extend, st.integers(-5, 400)),
    st.builds(Show, st.sampled_from(View)),
    st.builds(EveryoneAnswered, indexes),
    st.builds(Scored, indexes),
)
# A clock of another process may be a little behind.
waits = st.one_of(st.integers(-20, 3_000), st.integers(0, 60_000), st.integers(0, 20_000_000))


def check(state: RoomState) -> None:
    """What holds for every room at any time; anything else is a bug."""
    has_question = state.question is not None
    in_question = state.phase in {Phase.QUESTION, Phase.SCORING, Phase.REVEAL}
    assert has_question or not in_question
    assert not has_question or state.phase is not Phase.LOBBY
    if has_question:
        assert state.question is not None
        assert state.opens_at is not None
        assert state.opened_at is not None
        assert state.closes_at is not None
        assert 0 <= state.question < state.of
        assert state.opened_at <= state.opens_at < state.closes_at
    assert (state.score_by is not None) == (state.phase is Phase.SCORING)
    assert state.paused_at is None or state.phase in {Phase.QUESTION, Phase.REVEAL}
    assert state.next_at is None or state.phase is Phase.REVEAL
    assert state.next_at is None or state.settings.auto_advance
    assert state.places_at is None or (state.next_at or 0) >= state.places_at
    assert state.places_at is None or state.view is View.ANSWER
    assert state.view is View.ANSWER or state.phase is Phase.REVEAL
    if state.phase is Phase.REVEAL:
        assert state.paused_at is None or state.next_at is not None
    assert not state.ending or state.phase is Phase.SCORING
    assert (state.finished_at is not None) == (state.phase is Phase.FINISHED)
    at = rooms.deadline(state)
    assert (at is None) == (state.phase is Phase.FINISHED)
    assert at is None or at <= state.touched_at + 4 * 3_600_000


class LegalRoom(RuleBasedStateMachine):
    """A room, the questions that it announced and how each of them ended."""

    @initialize(
        of=st.integers(0, 4),
        limit=st.integers(5, 300),
        room_settings=st.builds(
            RoomSettings,
            lead_in_ms=st.integers(0, 10_000),
            auto_advance=st.booleans(),
            auto_advance_ms=st.integers(1_000, 300_000),
        ),
    )
    def open(self, of: int, limit: int, room_settings: RoomSettings) -> None:
        self.now = 1_000_000_000
        self.questions: tuple[Question, ...] = (
            MultipleChoice(stem="?", choices=AB, key="a", time_limit=limit),
        ) * of
        self.state = rooms.opened(of, room_settings, self.now)
        self.story: list[str] = []

    @rule(command=commands, wait=waits)
    def ask(self, command: Command, wait: int) -> None:
        self.now += wait
        before = self.state
        try:
            self.state, events = rooms.apply(before, command, self.now, self.questions)
        except Refusal as refusal:
            assert refusal.code in {"wrong_phase", "bad_message"}  # noqa: PT017  # either is fine
            assert not isinstance(command, Tick | Scored | EveryoneAnswered | End)
            return
        if self.state is before:
            assert events == ()
        for event in events:
            self.tell(event)

    @rule()
    def wait_until_something_is_due(self) -> None:
        at = rooms.deadline(self.state)
        if at is None:
            return
        self.now = max(at, self.now)
        self.ask_and_expect_progress()

    def ask_and_expect_progress(self) -> None:
        before = self.state
        self.state, events = rooms.apply(before, Tick(), self.now, self.questions)
        for event in events:
            self.tell(event)
        at = rooms.deadline(self.state)
        assert self.state.phase is not before.phase or at is None or at > self.now

    def tell(self, event: rooms.Event) -> None:
        """Questions open in their order, each is closed and revealed once, the end comes once."""
        match event:
            case QuestionOpened(question):
                self.story.append(f"open {question}")
            case QuestionClosed(question):
                assert self.story[-1] == f"open {question}"
                self.story.append(f"close {question}")
            case Revealed(question):
                assert self.story[-1] == f"close {question}"
                self.story.append(f"reveal {question}")
            case Finished():
                assert not self.story or not self.story[-1].startswith("open")
                self.story.append("finish")
            case _:
                pass

    @invariant()
    def is_legal(self) -> None:
        check(self.state)
        opened = [line for line in self.story if line.startswith("open")]
        assert opened == [f"open {question}" for question in range(len(opened))]
        assert "finish" not in self.story[:-1]
        assert ("finish" in self.story) == (self.state.phase is Phase.FINISHED)

    def teardown(self) -> None:
        """Left alone, with somebody to score, every room gets to its end."""
        for _ in range(STEPS_TO_THE_END):
            if self.state.phase is Phase.FINISHED:
                return
            if self.state.phase is Phase.SCORING and self.state.question is not None:
                self.ask(Scored(self.state.question), 0)
            self.wait_until_something_is_due()
            self.is_legal()
        raise AssertionError(f"this room does not end: {self.state}")


def test_any_commands_at_any_times_leave_a_legal_room() -> None:
    run_state_machine_as_test(
        LegalRoom, settings=settings(max_examples=150, stateful_step_count=40, deadline=None)
    )
