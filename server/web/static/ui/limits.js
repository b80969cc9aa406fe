// The limits of what may be sent, by the schemas and operations of the API. Made by
// `python -m server.descriptions.api_types --write` from the structs in server/api: change those, not this.
export const limits = /** @type {const} */ ({
  AddTags: {
    do: { enum: ["add_tags"] },
    questions: { minItems: 1, maxItems: 2000 },
    tags: { minItems: 1, maxItems: 10, items: { maxLength: 40 } },
  },
  AddToSet: {
    do: { enum: ["add_to_set"] },
    questions: { minItems: 1, maxItems: 2000 },
    places: { maxItems: 2000, default: null },
  },
  Answer: {
    response: { maxLength: 200 },
  },
  AnswerKey: {
    accepted: { maxItems: 50, items: { maxLength: 200 } },
  },
  Archive: {
    do: { enum: ["archive"] },
    questions: { minItems: 1, maxItems: 2000 },
  },
  ChangesRequest: {
    changes: { minItems: 1, maxItems: 10 },
  },
  ChoiceInput: {
    text: { maxLength: 255, default: "" },
    media: { maxLength: 2048, default: null },
    is_correct: { default: false },
    id: { default: null },
  },
  CopyFromQuizRequest: {
    questions: { minItems: 1, maxItems: 500 },
    skip_duplicates: { default: false },
  },
  CopyRequest: {
    title: { minLength: 1, maxLength: 200, default: null },
  },
  CopyToQuizRequest: {
    questions: { minItems: 1, maxItems: 500 },
    title: { minLength: 1, maxLength: 200 },
  },
  CorrectionRequest: {
    question: { minimum: 0 },
    action: { enum: ["key", "undo", "void"] },
    key: { maxLength: 10, maxItems: 8 },
    also: { maxItems: 7, default: [], items: { maxLength: 10, maxItems: 8 } },
  },
  Delete: {
    do: { enum: ["delete"] },
    questions: { minItems: 1, maxItems: 2000 },
  },
  DraftsRequest: {
    questions: { maxItems: 2000 },
  },
  EmailChange: {
    email: { maxLength: 254 },
    password: { maxLength: 1024 },
  },
  EmailVerification: {
    token: { maxLength: 200 },
  },
  ForgottenPassword: {
    email: { maxLength: 254 },
  },
  HomeworkSettings: {
    attempts: { minimum: 1, maximum: 10, default: 1 },
    counts: { enum: ["best", "last", "mean"], default: "best" },
    timed: { default: false },
    shuffle_questions: { default: false },
    shuffle_choices: { default: false },
    feedback: { enum: ["after_deadline", "after_question", "at_end"], default: "after_deadline" },
    guests: { default: true },
  },
  ImportRequest: {
    questions: { maxItems: 2000 },
    skip_duplicates: { default: false },
  },
  Join: {
    nickname: { maxLength: 24 },
  },
  NewHomework: {
    opens_at: { default: null },
  },
  NewQuiz: {
    language: { maxLength: 10, default: null },
    level: { enum: ["A1", "A2", "B1", "B2", "C1", "C2"], default: null },
    topic: { maxLength: 100, default: null },
    title: { minLength: 1, maxLength: 200 },
    description: { maxLength: 5000, default: "" },
    questions: { maxItems: 500, default: [] },
  },
  NewReport: {
    reason: { enum: ["copyright", "offensive", "other", "personal_data", "wrong"] },
    comment: { maxLength: 1000, default: "" },
  },
  NewShare: {
    email: { maxLength: 254 },
    may_edit: { default: false },
  },
  PasswordChange: {
    current_password: { maxLength: 1024 },
    new_password: { minLength: 8, maxLength: 128 },
  },
  PasswordLink: {
    token: { maxLength: 200 },
  },
  PasswordReset: {
    token: { maxLength: 200 },
    password: { minLength: 8, maxLength: 128 },
  },
  Picture: {
    file: { maxLength: 5242880 },
    edge: { maximum: 1600 },
  },
  PlayableQuestion: {
    choices: { minItems: 2 },
  },
  PreferencesChange: {
    locale: { enum: ["en", "id"] },
    theme: { enum: ["dark", "light", "system"] },
    time_zone: { maxLength: 64 },
    daily_goal_minutes: { minimum: 1, maximum: 240 },
    new_cards_per_day: { minimum: 0, maximum: 200 },
    reviews_per_day: { minimum: 0, maximum: 2000 },
    desired_retention: { minimum: 0.7, maximum: 0.97 },
  },
  ProfileChange: {
    full_name: { minLength: 1, maxLength: 100 },
    current_level: { enum: ["A1", "A2", "B1", "B2", "C1", "C2"] },
    learning_goals: { maxItems: 10, items: { minLength: 1, maxLength: 200 } },
    language_code: { maxLength: 10 },
  },
  Publication: {
    language: { maxLength: 10 },
    title: { minLength: 1, maxLength: 200 },
    description: { maxLength: 5000 },
    level: { enum: ["A1", "A2", "B1", "B2", "C1", "C2"] },
    topic: { maxLength: 100 },
  },
  QuestionChange: {
    type: { enum: ["multiple_choice", "true_false", "multiple_select", "short_answer", "numeric", "ordering", "poll"] },
    stem: { maxLength: 2000 },
    points: { minimum: 0, maximum: 2000 },
    time_limit: { minimum: 5, maximum: 300 },
    explanation: { maxLength: 5000 },
    media: { maxLength: 2048 },
    language: { maxLength: 10 },
    level: { enum: ["A1", "A2", "B1", "B2", "C1", "C2"] },
    skill: { maxLength: 60 },
    topic: { maxLength: 100 },
    difficulty: { minimum: 1, maximum: 5 },
    tags: { maxItems: 10, items: { maxLength: 40 } },
    choices: { maxItems: 8 },
  },
  QuestionInput: {
    type: { enum: ["multiple_choice", "true_false", "multiple_select", "short_answer", "numeric", "ordering", "poll"] },
    stem: { maxLength: 2000, default: "" },
    points: { minimum: 0, maximum: 2000, default: 1000 },
    time_limit: { minimum: 5, maximum: 300, default: 30 },
    explanation: { maxLength: 5000, default: null },
    media: { maxLength: 2048, default: null },
    language: { maxLength: 10, default: null },
    level: { enum: ["A1", "A2", "B1", "B2", "C1", "C2"], default: null },
    skill: { maxLength: 60, default: null },
    topic: { maxLength: 100, default: null },
    difficulty: { minimum: 1, maximum: 5, default: null },
    tags: { maxItems: 10, default: [], items: { maxLength: 40 } },
    answer_key: { default: null },
    choices: { maxItems: 8, default: [] },
    id: { default: null },
    source_id: { default: null },
  },
  QuestionTags: {
    tags: { maxItems: 10, items: { maxLength: 40 } },
  },
  QuizChange: {
    title: { minLength: 1, maxLength: 200 },
    description: { maxLength: 5000 },
    language: { maxLength: 10 },
    level: { enum: ["A1", "A2", "B1", "B2", "C1", "C2"] },
    topic: { maxLength: 100 },
    questions: { maxItems: 500 },
  },
  Registration: {
    email: { maxLength: 254 },
    password: { minLength: 8, maxLength: 128 },
    full_name: { minLength: 1, maxLength: 100 },
    role: { enum: ["student", "teacher"], default: "student" },
  },
  RemoveFromSet: {
    do: { enum: ["remove_from_set"] },
    questions: { minItems: 1, maxItems: 2000 },
  },
  RemoveTags: {
    do: { enum: ["remove_tags"] },
    questions: { minItems: 1, maxItems: 2000 },
    tags: { minItems: 1, maxItems: 10, items: { maxLength: 40 } },
  },
  Restore: {
    do: { enum: ["restore"] },
    questions: { minItems: 1, maxItems: 2000 },
  },
  Room: {
    code: { minLength: 6, maxLength: 12 },
  },
  RoomSettings: {
    lead_in_ms: { minimum: 0, maximum: 10000, default: 1000 },
    auto_advance: { default: false },
    auto_advance_ms: { minimum: 1000, maximum: 300000, default: 8000 },
    streak_bonus: { default: false },
    double_points: { maxItems: 500, default: [] },
    max_players: { minimum: 1, maximum: 20000, default: 2000 },
    late_join: { default: true },
    word_filter: { default: true },
    friendly_names: { default: false },
    shuffle_questions: { default: false },
    shuffle_choices: { default: false },
  },
  SetOrder: {
    questions: { maxItems: 500 },
  },
  SetTags: {
    do: { enum: ["set_tags"] },
    questions: { minItems: 1, maxItems: 2000 },
  },
  SetTitle: {
    title: { minLength: 1, maxLength: 200 },
  },
  SignInRequest: {
    email: { maxLength: 254 },
    password: { maxLength: 1024 },
  },
  StartRequest: {
    nickname: { maxLength: 200, default: "" },
  },
  deleteQuiz: {
    purge: { default: false },
  },
  drawQuestions: {
    archived: { default: false },
    count: { minimum: 1, maximum: 500, default: 10 },
    difficulty: { maxItems: 20 },
    language: { maxItems: 20 },
    level: { maxItems: 20 },
    q: { maxLength: 200, default: "" },
    seed: { maximum: 2147483647 },
    skill: { maxItems: 20 },
    tag: { maxItems: 20 },
    topic: { maxItems: 20 },
    type: { maxItems: 20 },
  },
  exportQuiz: {
    format: { enum: ["gift", "aiken", "json", "csv", "xlsx", "moodle_xml", "qti"] },
  },
  getExportLosses: {
    format: { enum: ["gift", "aiken", "json", "csv", "xlsx", "moodle_xml", "qti"] },
  },
  getMyHistory: {
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
  },
  getResultsAsCsv: {
    table: { enum: ["players", "places", "questions", "answers"], default: "players" },
  },
  listAuditEvents: {
    kind: { enum: ["account_created", "account_deactivated", "account_reactivated", "descriptors_exhausted", "email_changed", "password_changed", "password_link_made", "quiz_allowed", "quiz_deleted", "quiz_unpublished", "results_exported", "role_changed", "session_corrected", "sign_in_failed", "sign_in_slowed"] },
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
  },
  listDuplicates: {
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
  },
  listLibrary: {
    language: { maxLength: 10 },
    level: { enum: ["A1", "A2", "B1", "B2", "C1", "C2"] },
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
    search: { maxLength: 200, default: "" },
    sort: { enum: ["published", "title"], default: "published" },
    topic: { maxLength: 100 },
  },
  listQuestionIds: {
    archived: { default: false },
    difficulty: { maxItems: 20 },
    language: { maxItems: 20 },
    level: { maxItems: 20 },
    q: { maxLength: 200, default: "" },
    skill: { maxItems: 20 },
    tag: { maxItems: 20 },
    topic: { maxItems: 20 },
    type: { maxItems: 20 },
  },
  listQuestionSets: {
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
  },
  listQuestions: {
    archived: { default: false },
    difficulty: { maxItems: 20 },
    facets: { default: false },
    language: { maxItems: 20 },
    level: { maxItems: 20 },
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
    q: { maxLength: 200, default: "" },
    skill: { maxItems: 20 },
    tag: { maxItems: 20 },
    topic: { maxItems: 20 },
    type: { maxItems: 20 },
    where: { enum: ["bank", "quizzes", "all"], default: "bank" },
  },
  listQuizReports: {
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
  },
  listQuizShares: {
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
  },
  listQuizzes: {
    archived: { default: false },
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
    search: { maxLength: 200, default: "" },
    shared: { default: false },
    sort: { enum: ["updated", "created", "title", "played"], default: "created" },
  },
  listSessions: {
    mode: { enum: ["live", "self_paced"] },
    page: { minimum: 1, maximum: 1000000, default: 1 },
    page_size: { minimum: 1, maximum: 100, default: 20 },
    running: { default: false },
  },
  storeImportedPictures: {
    address: { minItems: 1, maxItems: 5 },
  },
  unpublishQuiz: {
    reason: { enum: ["wrong", "offensive", "copyright", "personal_data", "other"] },
  },
});
