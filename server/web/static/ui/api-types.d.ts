// What the API takes and answers. Made by `python -m server.descriptions.api_types --write` from
// the structs in server/api: change those, not this.

/** What counts as right for a short answer, and which differences do not matter. */
export interface AcceptedAnswers {
  accepted: string[];
  ignore_case: boolean;
  ignore_space: boolean;
  ignore_accents: boolean;
  ignore_punctuation: boolean;
}

export interface Account {
  id: string;
  email: string | null;
  full_name: string;
  is_verified: boolean;
  role: "student" | "super_admin" | "teacher";
  created_at: string;
  current_level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  learning_goals: string[];
  language_code: string | null;
}

export interface AddTags {
  do: "add_tags";
  questions: string[];
  tags: string[];
}

/** Add questions at the end of a set, or at `places`, one for each in rising order. A question that is in the set already stays where it is. */
export interface AddToSet {
  do: "add_to_set";
  set_id: string;
  questions: string[];
  places?: number[] | null;
}

export interface AddedNotes {
  notes: NoteOutput[];
}

/** The ids of the new questions, and the indexes of those that were left out as duplicates. */
export interface AddedOutput {
  added: string[];
  left_out: number[];
}

/** The quizzes, or the set, that got the questions. */
export interface Addition {
  quizzes: string[];
  set_id: string | null;
}

export interface Alive {
  status: string;
}

/** `accepted` for a short answer, or `value` and `tolerance` for a number. */
export interface AnswerKey {
  accepted?: string[];
  value?: number | null;
  tolerance?: number;
  ignore_case?: boolean;
  ignore_space?: boolean;
  ignore_accents?: boolean;
  ignore_punctuation?: boolean;
}

/** A response with the choices' ids as they are shown. */
export interface AnswerRequest {
  response: string | boolean | number | string[];
}

/** A player's answer to one question. `correct` is null in a poll, and if it was voided. `original` is null unless a correction changed the answer's grade. */
export interface AnswerResult {
  question: number;
  response: string | boolean | number | string[];
  correct: boolean | null;
  points: number;
  elapsed_ms: number;
  original: OriginalGrade | null;
}

/** A question in the order of the attempt, with its key and the own answer. `correction` is what the teacher corrected after the deadline, and `original` the grade that the answer had before, if it is another one. Both are null mostly. A voided question counts nothing. */
export interface AnsweredQuestion {
  question: WorkQuestion;
  is_answered: boolean;
  response: string | boolean | number | string[] | null;
  elapsed_ms: number | null;
  feedback: WorkFeedback;
  correction: QuestionCorrection | null;
  original: OriginalGrade | null;
}

export interface Archive {
  do: "archive";
  questions: string[];
}

/** An attempt with its present question, which is null once it is finished. `response` is the stored answer to that question, if `is_answered`. `feedback` is there when the settings show what was right after each question. Times are in ms on the server's clock, `now`. */
export interface AttemptOutput {
  id: string;
  number: number;
  of: number;
  answered: number;
  finished: boolean;
  closed: boolean;
  settings: HomeworkSettings;
  closes_at: number;
  now: number;
  question: WorkQuestion | null;
  is_answered: boolean;
  response: string | boolean | number | string[] | null;
  feedback: WorkFeedback | null;
}

/** The results of an attempt. `place` counts the result of all attempts, among `students`. Until the homework is closed (`final`) places can change. `correct_of` leaves out polls and voided questions. `original` is null unless the homework was corrected. */
export interface AttemptResults {
  number: number;
  score: number;
  answered: number;
  correct: number;
  correct_of: number;
  total_time_ms: number;
  place: number | null;
  students: number;
  final: boolean;
  original: OriginalAttempt | null;
  questions: AnsweredQuestion[];
}

/** An account as it is now, whatever it was called when the event happened. */
export interface AuditAccount {
  id: string;
  full_name: string;
  email: string | null;
  role: "student" | "super_admin" | "teacher";
  is_active: boolean;
}

export interface AuditEventList {
  items: AuditEventOutput[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** `count` equal events, of which the first happened at `created_at`. `account_id` is the account that the event is about, `actor_id` the account that caused it. Either is null if there is no such account. `account` and `actor` are null also for accounts that were removed since. */
export interface AuditEventOutput {
  id: string;
  kind: "account_created" | "account_deactivated" | "account_reactivated" | "descriptors_exhausted" | "email_changed" | "password_changed" | "password_link_made" | "quiz_allowed" | "quiz_deleted" | "quiz_unpublished" | "results_exported" | "role_changed" | "session_corrected" | "sign_in_failed" | "sign_in_slowed";
  account_id: string | null;
  actor_id: string | null;
  account: AuditAccount | null;
  actor: AuditAccount | null;
  address: string | null;
  count: number;
  details: { [key: string]: unknown };
  created_at: string;
}

/** A question of the bank. `problems` lists what keeps it from being played. */
export interface BankQuestion {
  type: Kind;
  stem: string;
  points: number;
  time_limit: number;
  explanation: string | null;
  media: string | null;
  language: string | null;
  level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  skill: string | null;
  topic: string | null;
  difficulty: number | null;
  tags: string[];
  options: { [key: string]: unknown };
  answer_key: { [key: string]: unknown } | null;
  choices: ChoiceOutput[];
  id: string;
  source_id: string | null;
  problems: Detail[];
  archived_at: string | null;
  created_at: string;
  updated_at: string;
}

/** What is right. Of a short answer the key is all that is accepted, and what is ignored. `also` has the keys that are accepted beside the key. */
export interface CardAnswer {
  key: AcceptedAnswers | string | boolean | string[] | { [key: string]: unknown } | null;
  also: (string | boolean | string[] | { [key: string]: unknown } | null)[];
  explanation: string | null;
}

export interface CardDeck {
  id: string;
  title: string;
}

export interface CardForecast {
  days: ForecastDay[];
}

export interface CardList {
  items: CardListItem[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** A card in a list. `text` is its question, or the side of its note that is shown first. `due_at` is null while it is new, `stability` (in days) and `difficulty` (1 to 10) are those of FSRS. */
export interface CardListItem {
  id: string;
  version: number;
  state: "learning" | "new" | "relearning" | "review";
  item_type: "note" | "question";
  text: string;
  media: string | null;
  deck: CardDeck | null;
  topic: string | null;
  tags: string[];
  due_at: string | null;
  interval_days: number;
  stability: number | null;
  difficulty: number | null;
  reviews: number;
  lapses: number;
  flag: number;
  is_leech: boolean;
  is_suspended: boolean;
  is_held_back: boolean;
  buried_until: string | null;
  missed_in: MissedIn | null;
}

/** A note. With `is_reversed` this card shows the back and asks for the front. */
export interface CardNote {
  front: string;
  back: string;
  hint: string | null;
  front_media: string | null;
  back_media: string | null;
  is_reversed: boolean;
}

/** A card with all that is needed to ask it, and what each rating would do. It has either a question with its answer, or a note. The answer is missing while the card `is_held_back`, because its learner is asked the same in a game or a homework. */
export interface CardOutput {
  id: string;
  version: number;
  state: "learning" | "new" | "relearning" | "review";
  item_type: "note" | "question";
  deck: CardDeck | null;
  due_at: string | null;
  interval_days: number;
  reviews: number;
  lapses: number;
  flag: number;
  is_leech: boolean;
  is_suspended: boolean;
  is_held_back: boolean;
  buried_until: string | null;
  question: CardQuestion | null;
  answer: CardAnswer | null;
  note: CardNote | null;
  missed_in: MissedIn | null;
  intervals: RatingIntervals;
}

/** How FSRS schedules the learner's cards. Without `fitted` the usual parameters apply. `reviews` counts what parameters can be fitted to, up to `reviews_needed`. */
export interface CardParameters {
  fitted: FittedParameters | null;
  last_fit: LastFit | null;
  reviews: number;
  reviews_needed: number;
  workload: Workload[];
}

/** The question of a card, without its key. */
export interface CardQuestion {
  kind: Kind;
  stem: string;
  choices: Choice[];
  multiple: boolean;
  media: string | null;
  time_limit: number;
}

/** The cards that come next, in this order. Siblings come on different days. */
export interface CardQueue {
  now: string;
  day: string;
  day_ends_at: string;
  counts: CardsLeft;
  done: CardsDone;
  streak: number;
  next_learning_at: string | null;
  next_due_at: string | null;
  held_back: string[];
  has_cards: boolean;
  cards: CardOutput[];
}

export interface CardResponse {
  response: string | boolean | number | string[];
}

/** How many cards there are in each state. Suspended ones are in no other. */
export interface CardStates {
  new: number;
  learning: number;
  review: number;
  relearning: number;
  suspended: number;
}

/** How it goes. `days` and `weeks` are those of the last year on which something was reviewed. `streak` counts days in a row with a review, until today or yesterday. */
export interface CardStatistics {
  today: string;
  streak: number;
  days: ReviewedDay[];
  weeks: RetentionWeek[];
  totals: GradeTotals;
  states: CardStates;
  stability: StabilityGroup[];
  difficulty: DifficultyGroup[];
}

/** A change of many cards. With `due_on` those are left out that it would be refused of: new ones, or with null those that were reviewed since, or have no chosen day. */
export interface CardsChange {
  is_suspended?: boolean;
  is_buried?: boolean;
  flag?: number;
  due_on?: string | null;
  cards: string[];
}

/** What was done today. */
export interface CardsDone {
  new: number;
  reviews: number;
  took_ms: number;
}

/** How many cards are left today: learning steps, and as far as the limits allow the others. */
export interface CardsLeft {
  learning: number;
  review: number;
  new: number;
}

export interface ChangedCards {
  changed: number;
}

/** How many questions were changed. Send `undo` as `changes` to undo it, if it is not empty. */
export interface ChangesOutput {
  changed: number;
  undo: (AddTags | RemoveTags | SetTags | Archive | Restore | Delete | AddToSet | RemoveFromSet)[];
}

/** All of the changes are made, or none. */
export interface ChangesRequest {
  changes: (AddTags | RemoveTags | SetTags | Archive | Restore | Delete | AddToSet | RemoveFromSet)[];
}

/** For each question why it cannot be played. */
export interface CheckedQuestions {
  problems: Detail[][];
}

/** A choice as a room shows it: its id is its letter in displayed order. */
export interface Choice {
  id: string;
  text: string;
  media?: string | null;
}

export interface ChoiceDraft {
  text: string;
  media: string | null;
  is_correct: boolean;
}

/** A choice. Its place in the list counts; `id` is accepted but ignored. */
export interface ChoiceInput {
  text?: string;
  media?: string | null;
  is_correct?: boolean;
  id?: string | null;
}

export interface ChoiceOutput {
  text: string;
  media: string | null;
  is_correct: boolean;
  id: string;
}

/** `token` is the one of the guest's `welcome` in a room, or their `Homework-Token`. */
export interface ClaimRequest {
  token: string;
}

/** The session in which the student took part as a guest, and the name that they had. */
export interface Claimed {
  session: string;
  title: string;
  nickname: string;
}

/** The quiz, how many questions were added to it, and how many it has now. */
export interface CopiedOutput {
  quiz_id: string;
  added: number;
  question_count: number;
}

/** Without `questions`, all questions of the quiz are copied. */
export interface CopyFromQuizRequest {
  quiz_id: string;
  questions?: string[];
  skip_duplicates?: boolean;
}

export interface CopyRequest {
  title?: string | null;
}

/** Give `questions` or `set_id`, and the `quiz_id` of a quiz or the `title` of a new one. */
export interface CopyToQuizRequest {
  questions?: string[];
  set_id?: string;
  quiz_id?: string;
  title?: string;
}

/** How many players' scores and places change, and the first of these players by new place. */
export interface CorrectionOutcome {
  scores_changed: number;
  places_changed: number;
  moves: Move[];
}

/** What shall hold for a question, counted from 0. `void` counts it for nobody. `key` grades the answers again, with a `key` in the form in which the results show it. Keys in `also` are accepted beside it, except in questions of true and false and in short answers, whose key is a list. `undo` takes the last correction back. */
export interface CorrectionRequest {
  question: number;
  action: "key" | "undo" | "void";
  key?: string | boolean | string[] | AnswerKey;
  also?: (string | string[] | AnswerKey)[];
}

/** Fields that are left out stay. Shared again, a deck has another link. */
export interface DeckChange {
  title?: string;
  description?: string | null;
  is_shared?: boolean;
}

/** Counts what is in the deck, its learners without its owner, and the viewer's own cards. */
export interface DeckItem {
  id: string;
  kind: "hand" | "set" | "topic";
  title: string;
  description: string | null;
  topic: string | null;
  is_own: boolean;
  share_code: string | null;
  owner: string;
  is_learned: boolean;
  note_count: number;
  question_count: number;
  learner_count: number;
  due_count: number;
  new_count: number;
}

export interface DeckList {
  items: DeckItem[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** What a file leaves out of a deck; `has_reviews` says whether it can carry reviews. */
export interface DeckLosses {
  has_reviews: boolean;
  notes: NoteLosses[];
}

/** `share_code` is for the owner: `/decks/shared/{share_code}` leads others to the deck. */
export interface DeckOutput {
  id: string;
  kind: "hand" | "set" | "topic";
  title: string;
  description: string | null;
  topic: string | null;
  is_own: boolean;
  share_code: string | null;
}

/** All notes of a file. `taken` counts those with a loss, too, and `reviews` what they have. A note of Anki with several cards that ask different things comes as several notes. */
export interface DeckPreview {
  title: string | null;
  description: string | null;
  items: PreviewedNote[];
  taken: number;
  refused: number;
  reviews: number;
}

export interface DeckQuestion {
  id: string;
  kind: Kind;
  stem: string;
  topic: string | null;
  tags: string[];
}

export interface DeckQuestionList {
  items: DeckQuestion[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** Delete questions for good, which must be in the archive. This cannot be undone. */
export interface Delete {
  do: "delete";
  questions: string[];
}

/** One error in a request: a path such as `choices[2].text`, a code and a sentence. */
export interface Detail {
  path: string;
  code: string;
  message: string;
}

/** A note or a question, by its front. `forgotten` is the share of reviews that were `again`. It is the mean over its learners, rounded to tenths. */
export interface DifficultItem {
  note_id: string | null;
  is_reversed: boolean;
  review_question_id: string | null;
  front: string;
  forgotten: number;
}

export interface Difficulties {
  items: DifficultItem[];
  learner_count: number;
}

export interface DifficultyGroup {
  difficulty: number;
  cards: number;
}

export interface DraftsRequest {
  questions: QuestionInput[];
}

/** `matching` counts all questions that match, also those that cannot be played yet. */
export interface DrawOutput {
  seed: number;
  matching: number;
  questions: BankQuestion[];
}

/** Equal questions, oldest first, at most 20 of them. `total` counts all. */
export interface DuplicatesGroup {
  questions: BankQuestion[];
  total: number;
}

export interface DuplicatesList {
  items: DuplicatesGroup[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** `password` is the present one. */
export interface EmailChange {
  email: string;
  password: string;
}

/** `token` is what follows the `#` in the link. */
export interface EmailVerification {
  token: string;
}

/** One for each draft, in the same order. */
export interface EqualList {
  questions: EqualOutput[];
}

/** What a draft repeats: the index of an earlier draft, or the id of a question of the bank. */
export interface EqualOutput {
  draft: number | null;
  question: string | null;
}

/** The questions that lose something. */
export interface ExportLosses {
  questions: QuestionLosses[];
}

export interface FacetValue {
  value: string;
  count: number;
}

/** How many questions each value of a filter would leave, the most frequent values first. */
export interface Facets {
  type: FacetValue[];
  level: FacetValue[];
  skill: FacetValue[];
  topic: FacetValue[];
  tag: FacetValue[];
  difficulty: FacetValue[];
  language: FacetValue[];
}

export type Fate = "taken" | "taken_with_loss" | "refused";

/** Of the questions that were found, some cannot be asked by cards, such as polls. */
export interface FilledOutput {
  found: number;
  left_out: number;
}

/** Parameters that were fitted to the learner's log. `log_loss_before` and `log_loss_after` say how badly the parameters before and these predict the `reviews` in the log; less is better. */
export interface FittedParameters {
  fitted_at: string;
  reviews: number;
  log_loss_before: number;
  log_loss_after: number;
  weights: number[];
}

/** Cards that are due on a day; on the first one, all that are due already. */
export interface ForecastDay {
  day: string;
  cards: number;
}

export interface ForgottenPassword {
  email: string;
}

/** A part of a text, and whether it is a word that was searched for. */
export interface Fragment {
  text: string;
  is_hit: boolean;
}

/** How well a card was known; `key` is made by the client, a new one for each grade. `version` is the card's one that was shown. `ago_ms` is how long ago it was graded, if it could not be sent. With `is_cram` the card's schedule stays as it is. */
export interface Grade {
  key: string;
  rating: "again" | "easy" | "good" | "hard";
  version: number;
  is_cram?: boolean;
  took_ms?: number | null;
  response?: string | boolean | number | string[];
  ago_ms?: number;
}

/** Of all days. */
export interface GradeTotals {
  days: number;
  again: number;
  hard: number;
  good: number;
  easy: number;
  took_ms: number;
}

/** The card after a grade, or as it was before one that was taken back. */
export interface GradedCard {
  now: string;
  day: string;
  day_ends_at: string;
  counts: CardsLeft;
  done: CardsDone;
  streak: number;
  next_learning_at: string | null;
  next_due_at: string | null;
  held_back: string[];
  key: string;
  card: CardOutput;
}

/** The texts of a hit in parts, long ones only around the first hit. They are plain text. */
export interface Highlights {
  stem: Fragment[];
  explanation: Fragment[];
}

export interface History {
  items: PastSession[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

export interface HomeworkChange {
  closes_at: string;
}

/** A homework as its teacher sees it; `url` is the teacher's page, `code` what students type. */
export interface HomeworkOutput {
  id: string;
  quiz_id: string;
  title: string;
  code: string;
  url: string;
  phase: "closed" | "open" | "scheduled";
  questions: number;
  settings: HomeworkSettings;
  opens_at: string;
  closes_at: string;
  ended_at: string | null;
  students: StudentAtWork[];
}

/** How a homework is run. `counts` says which of several attempts is the result. With `timed`, each question has its own time limit and fast answers earn more, as in a room; without it right answers earn all points. `feedback` is when students see what was right. Before the deadline they can tell others, or try again as somebody else. Without `guests` only accounts take part. */
export interface HomeworkSettings {
  attempts?: number;
  counts?: "best" | "last" | "mean";
  timed?: boolean;
  shuffle_questions?: boolean;
  shuffle_choices?: boolean;
  feedback?: "after_deadline" | "after_question" | "at_end";
  guests?: boolean;
}

/** What students see before they start. `now` is the server's clock; times are in ms. `closes_at` is the deadline, or when the homework was closed before it. */
export interface HomeworkSummary {
  id: string;
  code: string;
  title: string;
  phase: "closed" | "open" | "scheduled";
  questions: number;
  settings: HomeworkSettings;
  opens_at: number;
  closes_at: number;
  now: number;
  own: OwnSeat | null;
}

/** With `stored` the questions that were taken are where they were to go. */
export interface ImportOutput {
  items: PreviewedItem[];
  taken: number;
  refused: number;
  encoding: string | null;
  stored: Addition | null;
}

/** With `skip_duplicates`, questions that are in the bank or were sent before are left out. */
export interface ImportRequest {
  questions: QuestionInput[];
  skip_duplicates?: boolean;
}

/** Where the notes are. `lost_pictures` could not be stored. So many `reviews_left` were too many for this hour: import the file into the deck again later. `reviews_skipped` are of cards that have reviews here already or are not learned, of notes that were nothing without a lost picture, or from days to come. */
export interface ImportedDeck {
  deck_id: string;
  added: number;
  changed: number;
  refused: number;
  lost_pictures: number;
  reviews: number;
  reviews_left: number;
  reviews_skipped: number;
}

/** For the field `ticket` of the message `host`. It works once, within 60 seconds. */
export interface IssuedTicket {
  ticket: string;
}

/** Why an item is refused or what it loses, and the cell of a workbook, like D12. */
export interface ItemProblem {
  path: string;
  code: string;
  message: string;
  cell: string | null;
}

/** How right a response is, from 0 to 1. In a poll nothing is right or wrong. */
export interface JudgedResponse {
  is_correct: boolean | null;
  share: number;
  suggested: "again" | "easy" | "good" | "hard";
}

/** The name of a kind of question, as it stands in the database, on the wire and in a tag. */
export type Kind = "multiple_choice" | "true_false" | "multiple_select" | "short_answer" | "numeric" | "ordering" | "poll";

/** What came of the last request. `no_better`: the parameters that apply predict as well. */
export interface LastFit {
  asked_at: string;
  status: "failed" | "fitted" | "no_better" | "waiting";
}

/** A published quiz. `author` is its owner's name, `author_id` the account; `copy_count` counts the copies by others. */
export interface LibraryItem {
  language: string | null;
  level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  topic: string | null;
  id: string;
  title: string;
  description: string;
  author: string;
  author_id: string;
  is_own: boolean;
  question_count: number;
  copy_count: number;
  published_at: string;
}

export interface LibraryList {
  items: LibraryItem[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** With the questions and their keys. It may not be `playable` while its author works on it. `is_reported`: by you, and no administrator has looked at it yet. */
export interface LibraryQuiz {
  language: string | null;
  level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  topic: string | null;
  id: string;
  title: string;
  description: string;
  author: string;
  author_id: string;
  is_own: boolean;
  question_count: number;
  copy_count: number;
  published_at: string;
  questions: QuestionOutput[];
  playable: boolean;
  is_reported: boolean;
}

/** A question of the bank, or with `quiz` of a quiz. A search adds `highlights`. */
export interface ListedQuestion {
  type: Kind;
  stem: string;
  points: number;
  time_limit: number;
  explanation: string | null;
  media: string | null;
  language: string | null;
  level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  skill: string | null;
  topic: string | null;
  difficulty: number | null;
  tags: string[];
  options: { [key: string]: unknown };
  answer_key: { [key: string]: unknown } | null;
  choices: ChoiceOutput[];
  id: string;
  source_id: string | null;
  problems: Detail[];
  archived_at: string | null;
  created_at: string;
  updated_at: string;
  quiz: QuizReference | null;
  highlights: Highlights | null;
}

/** The ids of questions that match. */
export interface MatchingQuestions {
  questions: string[];
}

/** The game or homework of the answer that the card was made from; its title, if it is there. */
export interface MissedIn {
  title: string | null;
  answered_at: string;
}

/** A player whose score or place changes. */
export interface Move {
  nickname: string;
  before: Place;
  after: Place;
}

/** `is_learned`: the owner learns it too. With a `topic`, or the `set_id` of a question set, it has the questions of the own bank. */
export interface NewDeck {
  title: string;
  description?: string | null;
  is_learned?: boolean;
  topic?: string | null;
  set_id?: string | null;
}

export interface NewDeckOutput {
  id: string;
  kind: "hand" | "set" | "topic";
  title: string;
  description: string | null;
  topic: string | null;
  is_own: boolean;
  share_code: string | null;
  filled: FilledOutput | null;
}

/** A homework with its settings. Without `opens_at` it is open at once. */
export interface NewHomework {
  mode: "self_paced";
  attempts?: number;
  counts?: "best" | "last" | "mean";
  timed?: boolean;
  shuffle_questions?: boolean;
  shuffle_choices?: boolean;
  feedback?: "after_deadline" | "after_question" | "at_end";
  guests?: boolean;
  closes_at: string;
  opens_at?: string | null;
}

export interface NewNotes {
  notes: NoteInput[];
}

/** The ids of all questions of the quiz, in their new order. */
export interface NewOrder {
  questions: string[];
}

export interface NewQuiz {
  language?: string | null;
  level?: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  topic?: string | null;
  title: string;
  description?: string;
  questions?: QuestionInput[];
}

/** Why a quiz should not be in the library. */
export interface NewReport {
  reason: "copyright" | "offensive" | "other" | "personal_data" | "wrong";
  comment?: string;
}

/** A session without a `mode` is a live room. */
export interface NewRoom {
  mode?: "live";
  settings?: RoomSettings;
}

/** `code` is what players or students type; `url` is the page of the host or teacher. */
export interface NewSession {
  id: string;
  mode: "live" | "self_paced";
  code: string;
  title: string;
  url: string;
}

/** With whom to share a quiz: the address of a teacher's account. */
export interface NewShare {
  email: string;
  may_edit?: boolean;
}

/** The question that the student leaves, as its field `question` says. */
export interface NextRequest {
  question: number;
}

/** Fields that are left out stay. */
export interface NoteChange {
  front?: string;
  back?: string;
  hint?: string | null;
  front_media?: string | null;
  back_media?: string | null;
  tags?: string[];
  is_reversed?: boolean;
}

/** What a learner writes. A reversed note is asked both ways, by two cards. */
export interface NoteDraft {
  front: string;
  back: string;
  hint: string | null;
  front_media: string | null;
  back_media: string | null;
  tags: string[];
  is_reversed: boolean;
}

/** A front and a back: each a text or a picture. A reversed note is asked both ways. */
export interface NoteInput {
  front?: string;
  back?: string;
  hint?: string | null;
  front_media?: string | null;
  back_media?: string | null;
  tags?: string[];
  is_reversed?: boolean;
}

export interface NoteList {
  items: NoteOutput[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** The fields that a note loses, or only `note`. `index` is its place in the deck, from 0. */
export interface NoteLosses {
  index: number;
  front: string;
  lost: string[];
}

export interface NoteOutput {
  front: string;
  back: string;
  hint: string | null;
  front_media: string | null;
  back_media: string | null;
  tags: string[];
  is_reversed: boolean;
  id: string;
  deck_id: string;
}

export interface OpenSession {
  id: string;
  code: string;
}

/** What an attempt had at the deadline, before the homework was corrected. */
export interface OriginalAttempt {
  score: number;
  correct: number;
}

/** What an answer got in the game. */
export interface OriginalGrade {
  correct: boolean | null;
  points: number;
}

/** What a player had at the end of the game, before it was corrected. */
export interface OriginalResult {
  score: number;
  rank: number;
  correct: number;
}

export interface OwnAttempt {
  id: string;
  number: number;
  answered: number;
  finished: boolean;
}

/** The student who asks. `attempts_left` counts those that were not started. */
export interface OwnSeat {
  nickname: string;
  attempts: OwnAttempt[];
  attempts_left: number;
}

/** `id` is not the token. `current` is true for the sign-in that makes this request. */
export interface OwnSignIn {
  id: string;
  created_at: string;
  last_seen_at: string;
  user_agent: string;
  current: boolean;
}

export interface OwnSignIns {
  items: OwnSignIn[];
  total: number;
}

export interface PasswordChange {
  current_password: string;
  new_password: string;
}

export interface PasswordLink {
  token: string;
}

/** `token` is what follows the `#` in the link. */
export interface PasswordReset {
  token: string;
  password: string;
}

/** A session that a student took part in. An open homework goes on at its code. The result, from `score` to `of`, is null before the end, and if the room was lost. `original` is what the game ended with, if it was corrected at `corrected_at`. `cards` is how many of the student's cards were made from it. */
export interface PastSession {
  session: string;
  title: string;
  nickname: string;
  played_at: string;
  players: number;
  score: number | null;
  rank: number | null;
  correct: number | null;
  of: number | null;
  mode: "live" | "self_paced";
  code: string;
  ended_at: string | null;
  cards: number;
  corrected_at: string | null;
  original: OriginalResult | null;
}

/** `scoring` is internal: the question is closed, its answers are not judged yet. To clients it is still `question`. */
export type Phase = "lobby" | "question" | "scoring" | "reveal" | "finished";

/** `address` is for `media` of questions, choices and notes; `address` + `/small` for phones. */
export interface PictureOutput {
  id: string;
  address: string;
  width: number;
  height: number;
}

/** A player's score and place; `rank` is None in a game without places. */
export interface Place {
  score: number;
  rank: number | null;
}

/** A player's row. `rank` is null until the end, and for players who were kicked. `answers` has an entry for each question in the same results, null if there is no answer. In `total_time_ms` a question without an answer counts with its whole time limit, including the host's extension. `original` is what the player ended the game with, null unless the session was corrected. Voided questions are in none of the figures. Of several `attempts` at a homework the answers are those of `counting_attempt`. Until the deadline `rank` is the place so far. */
export interface PlayerResult {
  player: string;
  nickname: string;
  team: string | null;
  score: number;
  rank: number | null;
  correct: number;
  answered: number;
  best_streak: number | null;
  total_time_ms: number;
  kicked: boolean;
  answers: (AnswerResult | null)[];
  original: OriginalResult | null;
  attempts: number;
  counting_attempt: number;
}

/** As they are for somebody who has chosen nothing yet. Without a `locale` or a `theme` the browser decides. `desired_retention` is the share of due cards that the learner wants to know at a review. `easy_days` are the shares of a normal day's reviews, in percent, from Monday to Sunday. `reminder_hour` is when a mail says what is due, with `email_reminders`. */
export interface Preferences {
  locale: "en" | "id" | null;
  theme: "dark" | "light" | "system" | null;
  time_zone: string | null;
  daily_goal_minutes: number;
  new_cards_per_day: number;
  reviews_per_day: number;
  desired_retention: number;
  scheduler: "fsrs" | "sm2";
  maximum_interval_days: number;
  easy_days: number[];
  cards_from_answers: boolean;
  reminder_hour: number;
  email_reminders: boolean;
  email_summaries: boolean;
  email_news: boolean;
  email_shares: boolean;
}

/** Fields that are left out stay. With null the browser's setting applies again. */
export interface PreferencesChange {
  locale?: "en" | "id" | null;
  theme?: "dark" | "light" | "system" | null;
  time_zone?: string | null;
  daily_goal_minutes?: number;
  new_cards_per_day?: number;
  reviews_per_day?: number;
  desired_retention?: number;
  scheduler?: "fsrs" | "sm2";
  maximum_interval_days?: number;
  easy_days?: number[];
  cards_from_answers?: boolean;
  reminder_hour?: number;
  email_reminders?: boolean;
  email_summaries?: boolean;
  email_news?: boolean;
  email_shares?: boolean;
}

/** A question of a file, with what happens to it. A refused one has a question, which can be mended, if it was understood. `pictures` came with it. Their addresses stand in the question until `storeImportedPictures` has stored them and says their own. */
export interface PreviewedItem {
  line: number;
  place: "item" | "line" | "row";
  fate: Fate;
  reason: string | null;
  problems: ItemProblem[];
  question: QuestionDraft | null;
  pictures: string[];
}

/** A note of a file. A refused one has a `note`, which can be mended, if it was understood. `pictures` came with it. Their addresses stand in the note until they are stored. `cards` and `reviews` say how many the file has of it. */
export interface PreviewedNote {
  line: number;
  place: "item" | "line" | "row";
  fate: Fate;
  reason: string | null;
  problems: ItemProblem[];
  note: NoteDraft | null;
  pictures: string[];
  cards: number;
  reviews: number;
}

/** A problem as in RFC 9457, with a stable `code`. The texts may change. */
export interface Problem {
  title: string;
  status: number;
  detail: string;
  code: string;
  type?: string;
  errors?: Detail[];
}

/** Fields that are left out stay as they are. */
export interface ProfileChange {
  full_name?: string;
  current_level?: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  learning_goals?: string[];
  language_code?: string | null;
}

/** How a quiz is shown in the library. What is left out stays as it is in the quiz. */
export interface Publication {
  language: string;
  title?: string;
  description?: string;
  level?: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  topic?: string | null;
}

/** Fields that are left out stay. `choices`, `options`, `answer_key` and `tags` are replaced. Send `updated_at` as you last read it, and a question that was changed since is not overwritten. */
export interface QuestionChange {
  type?: Kind;
  stem?: string;
  points?: number;
  time_limit?: number;
  explanation?: string | null;
  media?: string | null;
  language?: string | null;
  level?: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  skill?: string | null;
  topic?: string | null;
  difficulty?: number | null;
  tags?: string[];
  options?: QuestionOptions;
  answer_key?: AnswerKey | null;
  choices?: ChoiceInput[];
  updated_at?: string;
}

/** What was corrected after the game, and when; `original_key` is the key that was played. */
export interface QuestionCorrection {
  voided: boolean;
  original_key: string | boolean | string[] | { [key: string]: unknown } | null;
  at: string;
}

/** A question as it stands in the editor and the database; it need not be playable. For `ordering` the choices are in the right order. `answer_key` has `accepted` or `value` and `tolerance`; `options` has the `ignore_…` settings of a short answer or `multiple` of a poll. `source_id` is the question that this is a copy of. */
export interface QuestionDraft {
  type: Kind;
  stem: string;
  points: number;
  time_limit: number;
  explanation: string | null;
  media: string | null;
  language: string | null;
  level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  skill: string | null;
  topic: string | null;
  difficulty: number | null;
  tags: string[];
  options: { [key: string]: unknown };
  answer_key: { [key: string]: unknown } | null;
  choices: ChoiceDraft[];
  id: string | null;
  source_id: string | null;
}

/** A question as its teacher writes it; it need not be playable yet. With the `id` of a question of this quiz it replaces that question. `source_id` is the question that this is a copy of: one of your own, or it is left out. `time_limit` is in seconds. The choices of `ordering` are in the right order; `true_false` has two choices. */
export interface QuestionInput {
  type: Kind;
  stem?: string;
  points?: number;
  time_limit?: number;
  explanation?: string | null;
  media?: string | null;
  language?: string | null;
  level?: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  skill?: string | null;
  topic?: string | null;
  difficulty?: number | null;
  tags?: string[];
  options?: QuestionOptions;
  answer_key?: AnswerKey | null;
  choices?: ChoiceInput[];
  id?: string | null;
  source_id?: string | null;
}

/** Facets count the newest 10,000. */
export interface QuestionList {
  items: ListedQuestion[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
  facets: Facets | null;
}

/** The fields that a question loses, or only `question`: it is left out as a whole. `index` is its place in the quiz, from 0. */
export interface QuestionLosses {
  index: number;
  lost: string[];
}

/** Options of some kinds of question. For a short answer: which differences are ignored. For a poll: whether several choices may be picked. */
export interface QuestionOptions {
  ignore_case?: boolean;
  ignore_space?: boolean;
  ignore_accents?: boolean;
  ignore_punctuation?: boolean;
  multiple?: boolean;
}

export interface QuestionOutput {
  type: Kind;
  stem: string;
  points: number;
  time_limit: number;
  explanation: string | null;
  media: string | null;
  language: string | null;
  level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  skill: string | null;
  topic: string | null;
  difficulty: number | null;
  tags: string[];
  options: { [key: string]: unknown };
  answer_key: { [key: string]: unknown } | null;
  choices: ChoiceOutput[];
  id: string;
  source_id: string | null;
}

/** A question with statistics of its answers, without those of players who were kicked. `counts` are by choice id, for texts and numbers the ten most frequent ones, for orderings `right` and `wrong`. `points` is the most that the question was worth, `mean_points` the average. `correct_share`, `median_ms` and `mean_points` are null if nobody answered. `asked` is false if the game ended before the question was revealed; only the host sees such questions. `key` is the one that counts, `also` what a correction accepts beside it. A voided question has neither right answers nor points. */
export interface QuestionResult {
  index: number;
  asked: boolean;
  kind: Kind;
  stem: string;
  media: string | null;
  explanation: string | null;
  choices: Choice[];
  key: string | boolean | string[] | { [key: string]: unknown } | null;
  also: (string | boolean | string[] | { [key: string]: unknown } | null)[];
  counts: { [key: string]: number };
  answered: number;
  correct: number | null;
  correct_share: number | null;
  median_ms: number | null;
  points: number;
  mean_points: number | null;
  correction: QuestionCorrection | null;
}

/** `question_count` counts the questions that are not in the archive. */
export interface QuestionSetItem {
  id: string;
  title: string;
  created_at: string;
  updated_at: string;
  question_count: number;
}

export interface QuestionSetList {
  items: QuestionSetItem[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** A set; `GET /api/questions?set=…` lists its questions. */
export interface QuestionSetOutput {
  id: string;
  title: string;
  created_at: string;
  updated_at: string;
}

/** What is known of a question from all games in which it, or a copy of it, was asked. `asked` counts the games. `correct` and `correct_share` are null for a poll. `discrimination` is the point-biserial correlation of a right answer with the share of right answers to the other questions of the game, null if it cannot be computed. `wrong_text` is the wrong choice that was chosen most, `right_times` how often the least chosen right one was. `other_wording` is how many of the `answers` were given to another wording or key than the present one. */
export interface QuestionStatisticsOutput {
  question_id: string;
  stem: string;
  asked: number;
  answers: number;
  correct: number | null;
  correct_share: number | null;
  discrimination: number | null;
  median_ms: number | null;
  wrong_text: string | null;
  wrong_times: number | null;
  right_times: number | null;
  other_wording: number;
  advice: ("check_key" | "no_discrimination" | "too_easy" | "too_few" | "too_hard" | "works" | "wrong_choice")[];
  computed_at: string | null;
}

/** All tags that a question shall have. */
export interface QuestionTags {
  id: string;
  tags: string[];
}

/** Fields that are left out stay. `questions` replaces the whole list. Send `updated_at` as you last read it, and a quiz that was changed since is not overwritten. */
export interface QuizChange {
  title?: string;
  description?: string;
  language?: string | null;
  level?: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  topic?: string | null;
  questions?: QuestionInput[];
  updated_at?: string;
}

export interface QuizList {
  items: QuizListItem[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** The sessions are the viewer's own; `open_session` is the latest that has not ended. */
export interface QuizListItem {
  language: string | null;
  level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  topic: string | null;
  id: string;
  title: string;
  description: string;
  access_code: string | null;
  published_at: string | null;
  takedown_reason: "copyright" | "offensive" | "other" | "personal_data" | "wrong" | null;
  archived_at: string | null;
  created_at: string;
  updated_at: string;
  access: "edit" | "own" | "view";
  teacher: string;
  share_count: number;
  copy_count: number;
  question_count: number;
  sessions_count: number;
  last_played_at: string | null;
  playable: boolean;
  open_session: OpenSession | null;
}

/** `problems` lists what keeps the quiz from being played. */
export interface QuizOutput {
  language: string | null;
  level: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null;
  topic: string | null;
  id: string;
  title: string;
  description: string;
  access_code: string | null;
  published_at: string | null;
  takedown_reason: "copyright" | "offensive" | "other" | "personal_data" | "wrong" | null;
  archived_at: string | null;
  created_at: string;
  updated_at: string;
  access: "edit" | "own" | "view";
  teacher: string;
  share_count: number;
  copy_count: number;
  source: QuizSource | null;
  questions: QuestionOutput[];
  playable: boolean;
  problems: QuizProblem[];
}

/** `question` is the 0-based index, None for the quiz itself; `path` is within that question. */
export interface QuizProblem {
  question: number | null;
  path: string;
  code: string;
  message: string;
}

export interface QuizReference {
  id: string;
  title: string;
}

export interface QuizReportList {
  items: QuizReportOutput[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** A report with the quiz, its author's name, and who reported it. `published_at` is null if the author has taken the quiz back meanwhile. */
export interface QuizReportOutput {
  id: string;
  quiz_id: string;
  title: string;
  author: string;
  published_at: string | null;
  reason: "copyright" | "offensive" | "other" | "personal_data" | "wrong";
  comment: string;
  reporter: string;
  reporter_email: string | null;
  created_at: string;
}

export interface QuizShareList {
  items: QuizShareOutput[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** A colleague with whom a quiz is shared; `is_verified`: the address was confirmed. */
export interface QuizShareOutput {
  user_id: string;
  full_name: string;
  email: string | null;
  is_verified: boolean;
  may_edit: boolean;
}

/** Of which quiz this is a copy, as it was then; `quiz_id` while that is in the library. */
export interface QuizSource {
  title: string;
  author: string;
  quiz_id: string | null;
}

/** When the card comes again after a rating: after `days`, or with 0 on the same day. */
export interface RatingInterval {
  days: number;
  due_at: string;
}

export interface RatingIntervals {
  again: RatingInterval;
  hard: RatingInterval;
  good: RatingInterval;
  easy: RatingInterval;
}

/** Whether this server can be used. `status` is `degraded` when rooms can be played but not everything works. Each part is `ok` or `away`. The migrations may also be `outdated` (run `kuis migrate`) or `newer` (a newer release has migrated the database, and will replace this process). */
export interface Readiness {
  status: "degraded" | "ready" | "unavailable";
  postgresql: string;
  migrations: string;
  redis: string;
}

export interface Registration {
  email: string;
  password: string;
  full_name: string;
  role?: "student" | "teacher";
}

export interface RemoveFromSet {
  do: "remove_from_set";
  set_id: string;
  questions: string[];
}

export interface RemoveTags {
  do: "remove_tags";
  questions: string[];
  tags: string[];
}

/** Take questions out of the archive. */
export interface Restore {
  do: "restore";
  questions: string[];
}

/** `players` are sorted by rank, those who were kicked last; `questions` by their order. */
export interface Results {
  session: SessionResult;
  players: PlayerResult[];
  questions: QuestionResult[];
}

/** The share of reviews that were known in a week from Monday on, without learning steps. */
export interface RetentionWeek {
  begins_on: string;
  reviews: number;
  retention: number;
}

export interface ReviewedDay {
  day: string;
  grades: number;
  took_ms: number;
}

/** What anybody may know of a room, or of a homework (`self_paced`), which has no room. `players` is how many are connected. With `friendly_names`, the room gives players their names. A homework is in the phase `lobby` until it is closed. */
export interface RoomOutput {
  code: string;
  title: string;
  mode: "live" | "self_paced";
  phase: Phase;
  players: number;
  locked: boolean;
  friendly_names: boolean;
}

/** How a room is run; `double_points` has 0-based indexes of questions. */
export interface RoomSettings {
  lead_in_ms?: number;
  auto_advance?: boolean;
  auto_advance_ms?: number;
  streak_bonus?: boolean;
  double_points?: number[];
  max_players?: number;
  late_join?: boolean;
  word_filter?: boolean;
  friendly_names?: boolean;
  shuffle_questions?: boolean;
  shuffle_choices?: boolean;
}

/** How many hits each kind has, and how many each value of a filter would leave. */
export interface SearchFacets {
  type: FacetValue[];
  level: FacetValue[];
  skill: FacetValue[];
  topic: FacetValue[];
  tag: FacetValue[];
  difficulty: FacetValue[];
  language: FacetValue[];
  kind: FacetValue[];
}

/** A question or a quiz. `title` is the stem of a question, which may be in a quiz. `highlight` is the title in parts, a long one only around the first hit. It is plain text. */
export interface SearchHit {
  kind: "question" | "quiz";
  id: string;
  title: string;
  highlight: Fragment[];
  rank: number;
  quiz_id: string | null;
}

export interface SearchResults {
  items: SearchHit[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
  facets: SearchFacets | null;
}

export interface SessionList {
  items: SessionListItem[];
  total: number;
  page: number;
  page_size: number;
  is_capped: boolean;
}

/** `players` counts those who took part, without those who were kicked. Only a homework (`self_paced`) has `opens_at` and `closes_at`. */
export interface SessionListItem {
  id: string;
  quiz_id: string;
  mode: "live" | "self_paced";
  title: string;
  code: string;
  phase: "finished" | "lobby" | "running";
  questions: number;
  players: number;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  opens_at: string | null;
  closes_at: string | null;
}

/** One session; `url` is the page of its host or teacher. The times and the quiz are null while PostgreSQL is away; hosting goes on without them. `settings` are those of a room, and null for a homework. */
export interface SessionOutput {
  id: string;
  mode: "live" | "self_paced";
  title: string;
  code: string;
  phase: "finished" | "lobby" | "running";
  questions: number;
  settings: RoomSettings | null;
  url: string;
  quiz_id: string | null;
  created_at: string | null;
  started_at: string | null;
  ended_at: string | null;
}

/** A question of a session; `index` is its place in it, from 0. */
export interface SessionQuestion {
  index: number;
  statistics: QuestionStatisticsOutput;
}

/** The session itself. `complete` is false while the room runs. `players` counts those who took part, without those who were kicked. `asked` is how many of the `questions` were revealed; these are always the first ones. `corrected_at` is when one of them was corrected last, null if no correction holds. */
export interface SessionResult {
  id: string;
  mode: "live" | "self_paced";
  title: string;
  code: string;
  started_at: string | null;
  ended_at: string | null;
  players: number;
  questions: number;
  asked: number;
  complete: boolean;
  corrected_at: string | null;
}

/** The questions of a session that still exist and are the viewer's own. */
export interface SessionStatistics {
  questions: SessionQuestion[];
}

/** Ids of questions of the set, in their new order. Others keep their places. */
export interface SetOrder {
  questions: string[];
}

/** Undoes `add_tags` and `remove_tags`. */
export interface SetTags {
  do: "set_tags";
  questions: QuestionTags[];
}

export interface SetTitle {
  title: string;
}

/** What is seen of a shared deck before it is learned. */
export interface SharedDeck {
  id: string;
  title: string;
  description: string | null;
  owner: string;
  note_count: number;
  question_count: number;
}

export interface SignInRequest {
  email: string;
  password: string;
}

/** Cards with a stability of so many days, or of more where `until` is null. */
export interface StabilityGroup {
  since: number;
  until: number | null;
  cards: number;
}

/** The nickname of a guest, with the first attempt. */
export interface StartRequest {
  nickname?: string;
}

/** `uploaded` takes the place of `address` in the drafts; without it there is a problem. */
export interface StoredPicture {
  address: string;
  uploaded: string | null;
  problem: Detail | null;
}

/** Each picture that was asked for. */
export interface StoredPictures {
  pictures: StoredPicture[];
}

/** A student with the latest attempt, which is at the question `position`, counted from 0. */
export interface StudentAtWork {
  player: string;
  nickname: string;
  attempt: number;
  position: number;
  answered: number;
  correct: number;
  score: number;
  finished: boolean;
  last_seen_at: string;
}

/** Which grade is taken back; without a key the last one of this day. */
export interface Undo {
  key?: string | null;
}

/** `undo` takes back this press. It is null if nothing was ended, or nothing is left to undo. */
export interface Unsubscribed {
  undo: string | null;
}

/** `version` is the card's one that was shown. */
export interface VersionedCardChange {
  is_suspended?: boolean;
  is_buried?: boolean;
  flag?: number;
  due_on?: string | null;
  version: number;
}

/** `token` is for `Authorization: Bearer`. Browsers get it as a cookie and can ignore it. */
export interface Welcome {
  token: string;
  user: Account;
}

/** What was right. `correct` is null in a poll and without an answer. `also` has the keys that a correction accepts beside the key. */
export interface WorkFeedback {
  correct: boolean | null;
  points: number;
  key: string | boolean | string[] | { [key: string]: unknown } | null;
  also: (string | boolean | string[] | { [key: string]: unknown } | null)[];
  explanation: string | null;
}

/** A question without its key. Choices have letters in the order in which they are shown. `question` is its position in this attempt, counted from 0, to which its answer is sent. Times are in ms on the server's clock. */
export interface WorkQuestion {
  question: number;
  of: number;
  kind: Kind;
  stem: string;
  points: number;
  time_limit: number;
  opens_at: number;
  closes_at: number;
  choices: Choice[];
  multiple: boolean;
  media: string | null;
}

/** What it costs to know this share of due cards. `reviews_per_new_card` are a card's reviews in its first year. After a year somebody has so many reviews a day for each new card that they learn a day. */
export interface Workload {
  retention: number;
  reviews_per_new_card: number;
}

export interface Routes {
  DELETE: {
    "/api/auth/sessions/{sign_in_id}": { takes: [given: { path: { sign_in_id: string } }]; answers: null };
    "/api/cards/parameters": { takes: []; answers: CardParameters };
    "/api/decks/{deck_id}": { takes: [given: { path: { deck_id: string } }]; answers: null };
    "/api/decks/{deck_id}/questions/{question_id}": { takes: [given: { path: { deck_id: string; question_id: string } }]; answers: null };
    "/api/decks/{deck_id}/subscription": { takes: [given: { path: { deck_id: string } }]; answers: null };
    "/api/homework/{homework_id}/students/{player}": { takes: [given: { path: { homework_id: string; player: string } }]; answers: null };
    "/api/notes/{note_id}": { takes: [given: { path: { note_id: string } }]; answers: null };
    "/api/question-sets/{set_id}": { takes: [given: { path: { set_id: string } }]; answers: null };
    "/api/questions/{question_id}": { takes: [given: { path: { question_id: string }; query?: { purge?: boolean } }]; answers: null };
    "/api/quizzes/{quiz_id}": { takes: [given: { path: { quiz_id: string }; query?: { purge?: boolean } }]; answers: null };
    "/api/quizzes/{quiz_id}/publication": { takes: [given: { path: { quiz_id: string }; query?: { reason?: "wrong" | "offensive" | "copyright" | "personal_data" | "other" | null } }]; answers: null };
    "/api/quizzes/{quiz_id}/shares/{user_id}": { takes: [given: { path: { quiz_id: string; user_id: string } }]; answers: null };
  };
  GET: {
    "/api/attempts/{attempt_id}": { takes: [given: { path: { attempt_id: string } }]; answers: AttemptOutput };
    "/api/attempts/{attempt_id}/results": { takes: [given: { path: { attempt_id: string } }]; answers: AttemptResults };
    "/api/audit-events": { takes: [given?: { query?: { account_id?: string | null; email?: string | null; kind?: "account_created" | "account_deactivated" | "account_reactivated" | "descriptors_exhausted" | "email_changed" | "password_changed" | "password_link_made" | "quiz_allowed" | "quiz_deleted" | "quiz_unpublished" | "results_exported" | "role_changed" | "session_corrected" | "sign_in_failed" | "sign_in_slowed" | null; page?: number; page_size?: number } }]; answers: AuditEventList };
    "/api/auth/sessions": { takes: []; answers: OwnSignIns };
    "/api/cards": { takes: [given?: { query?: { deck?: string | null; flag?: number | null; page?: number; page_size?: number; q?: string; state?: "new" | "learning" | "review" | "relearning" | "due" | "suspended" | "buried" | "leech" | null; topic?: string | null } }]; answers: CardList };
    "/api/cards/forecast": { takes: []; answers: CardForecast };
    "/api/cards/parameters": { takes: []; answers: CardParameters };
    "/api/cards/queue": { takes: [given?: { query?: { after?: string | null; ahead_days?: number; cram?: boolean; deck?: string | null; limit?: number } }]; answers: CardQueue };
    "/api/cards/statistics": { takes: []; answers: CardStatistics };
    "/api/cards/{card_id}": { takes: [given: { path: { card_id: string } }]; answers: CardOutput };
    "/api/decks": { takes: [given?: { query?: { page?: number; page_size?: number; q?: string } }]; answers: DeckList };
    "/api/decks/shared/{share_code}": { takes: [given: { path: { share_code: string } }]; answers: SharedDeck };
    "/api/decks/{deck_id}": { takes: [given: { path: { deck_id: string } }]; answers: DeckItem };
    "/api/decks/{deck_id}/difficulties": { takes: [given: { path: { deck_id: string } }]; answers: Difficulties };
    "/api/decks/{deck_id}/file/losses": { takes: [given: { path: { deck_id: string }; query?: { format?: "apkg" | "csv" | "json" } }]; answers: DeckLosses };
    "/api/decks/{deck_id}/notes": { takes: [given: { path: { deck_id: string }; query?: { page?: number; page_size?: number; q?: string } }]; answers: NoteList };
    "/api/decks/{deck_id}/questions": { takes: [given: { path: { deck_id: string }; query?: { page?: number; page_size?: number } }]; answers: DeckQuestionList };
    "/api/homework/{homework_id}": { takes: [given: { path: { homework_id: string } }]; answers: HomeworkOutput };
    "/api/library": { takes: [given?: { query?: { author?: string | null; language?: string | null; level?: "A1" | "A2" | "B1" | "B2" | "C1" | "C2" | null; page?: number; page_size?: number; search?: string; sort?: "published" | "title"; topic?: string | null } }]; answers: LibraryList };
    "/api/library/{published_id}": { takes: [given: { path: { published_id: string } }]; answers: LibraryQuiz };
    "/api/me": { takes: []; answers: Account };
    "/api/me/history": { takes: [given?: { query?: { page?: number; page_size?: number } }]; answers: History };
    "/api/me/preferences": { takes: []; answers: Preferences };
    "/api/me/preferences/time-zones": { takes: []; answers: string[] };
    "/api/question-sets": { takes: [given?: { query?: { page?: number; page_size?: number } }]; answers: QuestionSetList };
    "/api/questions": { takes: [given?: { query?: { archived?: boolean; difficulty?: number[] | null; facets?: boolean; language?: string[] | null; level?: ("A1" | "A2" | "B1" | "B2" | "C1" | "C2")[] | null; page?: number; page_size?: number; q?: string; set?: string | null; skill?: string[] | null; sort?: "latest" | "oldest" | "title" | "difficulty"; tag?: string[] | null; topic?: string[] | null; type?: Kind[] | null; where?: "bank" | "quizzes" | "all" } }]; answers: QuestionList };
    "/api/questions/draw": { takes: [given?: { query?: { archived?: boolean; count?: number; difficulty?: number[] | null; language?: string[] | null; level?: ("A1" | "A2" | "B1" | "B2" | "C1" | "C2")[] | null; not_in?: string | null; q?: string; seed?: number | null; set?: string | null; skill?: string[] | null; tag?: string[] | null; topic?: string[] | null; type?: Kind[] | null } }]; answers: DrawOutput };
    "/api/questions/duplicates": { takes: [given?: { query?: { page?: number; page_size?: number } }]; answers: DuplicatesList };
    "/api/questions/ids": { takes: [given?: { query?: { archived?: boolean; difficulty?: number[] | null; language?: string[] | null; level?: ("A1" | "A2" | "B1" | "B2" | "C1" | "C2")[] | null; q?: string; set?: string | null; skill?: string[] | null; sort?: "latest" | "oldest" | "title" | "difficulty"; tag?: string[] | null; topic?: string[] | null; type?: Kind[] | null } }]; answers: MatchingQuestions };
    "/api/questions/{question_id}": { takes: [given: { path: { question_id: string } }]; answers: BankQuestion };
    "/api/questions/{question_id}/statistics": { takes: [given: { path: { question_id: string } }]; answers: QuestionStatisticsOutput };
    "/api/quiz-reports": { takes: [given?: { query?: { page?: number; page_size?: number } }]; answers: QuizReportList };
    "/api/quizzes": { takes: [given?: { query?: { archived?: boolean; page?: number; page_size?: number; search?: string; shared?: boolean; sort?: "updated" | "created" | "title" | "played" } }]; answers: QuizList };
    "/api/quizzes/{quiz_id}": { takes: [given: { path: { quiz_id: string } }]; answers: QuizOutput };
    "/api/quizzes/{quiz_id}/export/losses": { takes: [given: { path: { quiz_id: string }; query?: { format?: "gift" | "aiken" | "json" | "csv" | "xlsx" | "moodle" | "qti" } }]; answers: ExportLosses };
    "/api/quizzes/{quiz_id}/shares": { takes: [given: { path: { quiz_id: string }; query?: { page?: number; page_size?: number } }]; answers: QuizShareList };
    "/api/rooms/{code}": { takes: [given: { path: { code: string } }]; answers: RoomOutput };
    "/api/search": { takes: [given?: { query?: { archived?: boolean; difficulty?: number[] | null; facets?: boolean; in?: "questions" | "quizzes" | "questions,quizzes" | "quizzes,questions"; language?: string[] | null; level?: ("A1" | "A2" | "B1" | "B2" | "C1" | "C2")[] | null; page?: number; page_size?: number; q?: string; set?: string | null; skill?: string[] | null; tag?: string[] | null; topic?: string[] | null; type?: Kind[] | null } }]; answers: SearchResults };
    "/api/sessions": { takes: [given?: { query?: { mode?: "live" | "self_paced" | null; page?: number; page_size?: number; quiz_id?: string | null; running?: boolean } }]; answers: SessionList };
    "/api/sessions/{homework_id}/attempts": { takes: [given: { path: { homework_id: string } }]; answers: HomeworkSummary };
    "/api/sessions/{session_id}": { takes: [given: { path: { session_id: string } }]; answers: SessionOutput };
    "/api/sessions/{session_id}/results": { takes: [given: { path: { session_id: string } }]; answers: Results };
    "/api/sessions/{session_id}/statistics": { takes: [given: { path: { session_id: string } }]; answers: SessionStatistics };
  };
  PATCH: {
    "/api/cards/{card_id}": { takes: [given: { path: { card_id: string }; body: VersionedCardChange }]; answers: CardOutput };
    "/api/decks/{deck_id}": { takes: [given: { path: { deck_id: string }; body: DeckChange }]; answers: DeckOutput };
    "/api/homework/{homework_id}": { takes: [given: { path: { homework_id: string }; body: HomeworkChange }]; answers: HomeworkOutput };
    "/api/me": { takes: [given: { body: ProfileChange }]; answers: Account };
    "/api/me/preferences": { takes: [given: { body: PreferencesChange }]; answers: Preferences };
    "/api/notes/{note_id}": { takes: [given: { path: { note_id: string }; body: NoteChange }]; answers: NoteOutput };
    "/api/question-sets/{set_id}": { takes: [given: { path: { set_id: string }; body: SetTitle }]; answers: QuestionSetOutput };
    "/api/questions/{question_id}": { takes: [given: { path: { question_id: string }; body: QuestionChange }]; answers: BankQuestion };
    "/api/quizzes/{quiz_id}": { takes: [given: { path: { quiz_id: string }; body: QuizChange }]; answers: QuizOutput };
  };
  POST: {
    "/api/attempts/{attempt_id}/finish": { takes: [given: { path: { attempt_id: string } }]; answers: AttemptOutput };
    "/api/attempts/{attempt_id}/next": { takes: [given: { path: { attempt_id: string }; body: NextRequest }]; answers: AttemptOutput };
    "/api/auth/email": { takes: [given: { body: EmailChange }]; answers: null };
    "/api/auth/forgot-password": { takes: [given: { body: ForgottenPassword }]; answers: null };
    "/api/auth/login": { takes: [given: { body: SignInRequest }]; answers: Welcome };
    "/api/auth/logout": { takes: []; answers: null };
    "/api/auth/password": { takes: [given: { body: PasswordChange }]; answers: null };
    "/api/auth/register": { takes: [given: { body: Registration }]; answers: Welcome };
    "/api/auth/reset-password": { takes: [given: { body: PasswordReset }]; answers: null };
    "/api/auth/reset-password/check": { takes: [given: { body: PasswordLink }]; answers: null };
    "/api/auth/sessions/revoke-others": { takes: []; answers: null };
    "/api/auth/verify-email": { takes: [given: { body: EmailVerification }]; answers: null };
    "/api/auth/verify-email/link": { takes: []; answers: null };
    "/api/cards/batch": { takes: [given: { body: CardsChange }]; answers: ChangedCards };
    "/api/cards/parameters": { takes: []; answers: CardParameters };
    "/api/cards/undo": { takes: [given: { body: Undo }]; answers: GradedCard };
    "/api/cards/{card_id}/answers": { takes: [given: { path: { card_id: string }; body: CardResponse }]; answers: JudgedResponse };
    "/api/cards/{card_id}/grades": { takes: [given: { path: { card_id: string }; body: Grade }]; answers: GradedCard };
    "/api/decks": { takes: [given: { body: NewDeck }]; answers: NewDeckOutput };
    "/api/decks/imports": { takes: [given: { query?: { with_reviews?: boolean }; body: Blob }]; answers: ImportedDeck };
    "/api/decks/imports/pictures": { takes: [given: { query?: { address?: string[] }; body: Blob }]; answers: StoredPictures };
    "/api/decks/imports/preview": { takes: [given: { body: Blob }]; answers: DeckPreview };
    "/api/decks/shared/{share_code}/subscription": { takes: [given: { path: { share_code: string } }]; answers: DeckOutput };
    "/api/decks/{deck_id}/notes": { takes: [given: { path: { deck_id: string }; body: NewNotes }]; answers: AddedNotes };
    "/api/decks/{deck_id}/questions": { takes: [given: { path: { deck_id: string } }]; answers: FilledOutput };
    "/api/decks/{deck_id}/subscription": { takes: [given: { path: { deck_id: string } }]; answers: DeckOutput };
    "/api/homework/{homework_id}/students/{player}/restore": { takes: [given: { path: { homework_id: string; player: string } }]; answers: null };
    "/api/imports": { takes: [given: { query?: { format?: "gift" | "aiken" | "json" | "csv" | "xlsx" | "moodle" | "qti" | "kahoot" | "quizizz" | null; preview?: boolean }; body: Blob }]; answers: ImportOutput };
    "/api/imports/check": { takes: [given: { body: DraftsRequest }]; answers: CheckedQuestions };
    "/api/imports/pictures": { takes: [given: { query?: { address?: string[] }; body: Blob }]; answers: StoredPictures };
    "/api/library/{published_id}/copy": { takes: [given: { path: { published_id: string } }]; answers: QuizOutput };
    "/api/library/{published_id}/reports": { takes: [given: { path: { published_id: string }; body: NewReport }]; answers: null };
    "/api/me/claims": { takes: [given: { body: ClaimRequest }]; answers: Claimed };
    "/api/pictures": { takes: [given: { body: Blob }]; answers: PictureOutput };
    "/api/question-sets": { takes: [given: { body: SetTitle }]; answers: QuestionSetOutput };
    "/api/questions": { takes: [given: { body: QuestionInput }]; answers: BankQuestion };
    "/api/questions/changes": { takes: [given: { body: ChangesRequest }]; answers: ChangesOutput };
    "/api/questions/copy-from-quiz": { takes: [given: { body: CopyFromQuizRequest }]; answers: AddedOutput };
    "/api/questions/copy-to-quiz": { takes: [given: { body: CopyToQuizRequest }]; answers: CopiedOutput };
    "/api/questions/duplicates": { takes: [given: { body: DraftsRequest }]; answers: EqualList };
    "/api/questions/import": { takes: [given: { body: ImportRequest }]; answers: AddedOutput };
    "/api/quiz-reports/{report_id}/dismiss": { takes: [given: { path: { report_id: string } }]; answers: null };
    "/api/quizzes": { takes: [given: { body: NewQuiz }]; answers: QuizOutput };
    "/api/quizzes/{quiz_id}/archive": { takes: [given: { path: { quiz_id: string } }]; answers: QuizOutput };
    "/api/quizzes/{quiz_id}/copy": { takes: [given: { path: { quiz_id: string }; body?: CopyRequest | null }]; answers: QuizOutput };
    "/api/quizzes/{quiz_id}/publication/allow": { takes: [given: { path: { quiz_id: string } }]; answers: null };
    "/api/quizzes/{quiz_id}/restore": { takes: [given: { path: { quiz_id: string } }]; answers: QuizOutput };
    "/api/quizzes/{quiz_id}/sessions": { takes: [given: { path: { quiz_id: string }; body?: NewRoom | NewHomework | null }]; answers: NewSession };
    "/api/quizzes/{quiz_id}/shares": { takes: [given: { path: { quiz_id: string }; body: NewShare }]; answers: QuizShareOutput };
    "/api/sessions/{homework_id}/attempts": { takes: [given: { path: { homework_id: string }; body?: StartRequest | null }]; answers: AttemptOutput };
    "/api/sessions/{session_id}/corrections": { takes: [given: { path: { session_id: string }; body: CorrectionRequest }]; answers: CorrectionOutcome };
    "/api/sessions/{session_id}/corrections/preview": { takes: [given: { path: { session_id: string }; body: CorrectionRequest }]; answers: CorrectionOutcome };
    "/api/sessions/{session_id}/end": { takes: [given: { path: { session_id: string } }]; answers: null };
    "/api/sessions/{session_id}/ticket": { takes: [given: { path: { session_id: string } }]; answers: IssuedTicket };
  };
  PUT: {
    "/api/attempts/{attempt_id}/answers/{question}": { takes: [given: { path: { attempt_id: string; question: number }; body: AnswerRequest }]; answers: AttemptOutput };
    "/api/question-sets/{set_id}/order": { takes: [given: { path: { set_id: string }; body: SetOrder }]; answers: QuestionSetOutput };
    "/api/quizzes/{quiz_id}/order": { takes: [given: { path: { quiz_id: string }; body: NewOrder }]; answers: QuizOutput };
    "/api/quizzes/{quiz_id}/publication": { takes: [given: { path: { quiz_id: string }; body: Publication }]; answers: QuizOutput };
  };
}

type Taken<Route> = Route extends { takes: infer Given extends unknown[] } ? Given : never;
type Answer<Route> = Route extends { answers: infer Answered } ? Answered : never;

/** See api.js. */
export type Api = <Method extends keyof Routes, Path extends keyof Routes[Method] & string>(
  method: Method,
  path: Path,
  ...given: Taken<Routes[Method][Path]>
) => Promise<Answer<Routes[Method][Path]>>;
