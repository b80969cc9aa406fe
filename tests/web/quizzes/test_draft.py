"""The editor's computations without its page: drafts and undo."""

import msgspec
from playwright.async_api import Page

from game.rules.questions import Kind, QuestionDraft
from tests.web.modules import run


async def test_letters_are_undone_by_the_word(blank: Page) -> None:
    seen = await run(
        blank,
        "quizzes/editor/undo-history.js",
        """const history = new m.UndoHistory("");
        history.push("a", "stem", 0);
        history.push("ab", "stem", 500);
        history.push("abc", "stem", 2000);
        history.push("abc!", "title", 2100);
        const seen = [];
        for (let step = 0; step < 4; step++) { history.undo(); seen.push(history.now); }
        history.redo();
        history.push("new", "", 3000);
        return [...seen, history.now, history.canRedo];""",
    )
    assert seen == ["abc", "ab", "", "", "new", False]


async def test_moving_keeps_within_the_list(blank: Page) -> None:
    places = await run(
        blank,
        "quizzes/editor/draft.js",
        """const list = ["a", "b", "c"].map((key) => ({ key }));
        const names = (moved) => moved.map((one) => one.key).join("");
        return given.map(([key, to]) => names(m.moved(list, key, to)));""",
        [["a", 2], ["c", 0], ["b", 9], ["b", -4], ["x", 1]],
    )
    assert places == ["bca", "cab", "acb", "bac", "abc"]


async def test_a_change_of_kind_keeps_what_both_have(blank: Page) -> None:
    kinds = await run(
        blank,
        "quizzes/editor/draft.js",
        """const words = { yes: "True", no: "False" };
        let question = m.blank("multiple_select", words);
        question.choices.forEach((one, index) =>
          Object.assign(one, { text: `c${index}`, is_correct: index > 1 }));
        const told = {};
        for (const kind of m.KINDS) {
          const { choices, answer_key } = m.withKind(question, kind, words);
          const right = choices.filter((one) => one.is_correct).length;
          told[kind] = [choices.map((one) => one.text), right, answer_key];
        }
        return told;""",
    )
    written = ["c0", "c1", "c2", "c3"]
    assert kinds == {
        "multiple_choice": [written, 1, None],
        "true_false": [["True", "False"], 1, None],
        "multiple_select": [written, 2, None],
        "short_answer": [[], 0, {"accepted": ["c2", "c3"]}],
        "numeric": [[], 0, {"value": None, "tolerance": 0}],
        "ordering": [written, 0, None],
        "poll": [written, 0, None],
    }


async def test_a_new_question_has_every_field_with_its_default(blank: Page) -> None:
    body = 'return m.blank("numeric", {});'
    question = await run(blank, "quizzes/editor/draft.js", body)
    assert question.keys() - {"key"} == set(QuestionDraft.__struct_fields__) - {"id"}
    draft = msgspec.convert(
        {name: question[name] for name in question if name != "key"}, QuestionDraft
    )
    key = {"value": None, "tolerance": 0}
    assert draft == QuestionDraft(type=Kind.NUMERIC, answer_key=key)


async def test_a_new_poll_takes_one_choice(blank: Page) -> None:
    """Also one that was another kind before. A poll that is there already stays as it is."""
    options = await run(
        blank,
        "quizzes/editor/draft.js",
        """const words = { yes: "True", no: "False" };
        const poll = m.blank("poll", words);
        const other = m.withKind(poll, "multiple_choice", words);
        return [poll, m.withKind(other, "poll", words), m.copyOf({ ...poll, options: {} }), other]
            .map(({ options }) => options);""",
    )
    assert options == [{"multiple": False}, {"multiple": False}, {}, {}]


async def test_drafts_are_the_same_whatever_their_ids_and_order_of_names(blank: Page) -> None:
    same = await run(
        blank,
        "quizzes/editor/draft.js",
        """const questions = [m.blank("poll", { yes: "", no: "" })];
        const labels = { language: "en", level: null, topic: null };
        const one = { title: "A", description: "", ...labels, questions };
        const copies = questions.map(m.copyOf);
        const other = { questions: copies, description: "", title: "A", ...labels };
        return [m.same(one, other), m.same(one, { ...other, title: "B" })];""",
    )
    assert same == [True, False]
