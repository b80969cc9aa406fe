// The messages of a live room. Made by `python -m server.live.asyncapi --write` from
// server/live/protocol/: change that, not this.

/** A player's response to the open question. `elapsed_ms` is the time since `opens_at` as the client measured it. */
export interface Answer {
  type: "answer";
  /** Which question, counted from 0. */
  question: number;
  response: string | boolean | number | string[];
  elapsed_ms?: number | null;
}

/** The answer is stored and will count. Whether it is right is in `reveal`. */
export interface Answered {
  type: "answered";
  /** Which question, counted from 0. */
  question: number;
  /** Milliseconds since the epoch, room clock. */
  at: number;
}

export interface Choice {
  id: string;
  text: string;
  media?: string;
}

/** Free the seats of players absent for 30 s; those who played a question keep their points. */
export interface ClearAbsent {
  type: "clear_absent";
}

/** Close the open question now and reveal it. */
export interface CloseQuestion {
  type: "close_question";
}

/** The room has a new code from now on. */
export interface CodeChanged {
  type: "code_changed";
  code: string;
}

/** Finish the game at any time; an open question is scored first. */
export interface End {
  type: "end";
}

/** The end of the game, the same for all clients. */
export interface Ending {
  /** The best three. */
  podium: Place[];
  of: number;
  players: number;
}

/** A message was refused. `on` is the type of that message, if it is known. With `retry_ms` the client should repeat the message after this time, and not earlier. `question` is the question of a refused `answer`, which may no longer be the open one. */
export interface Error {
  type: "error";
  code: ErrorCode;
  message: string;
  on?: string;
  retry_ms?: number;
  /** Which question, counted from 0. */
  question?: number;
}

/** What an `error` says; the connection stays. */
export type ErrorCode = "already_answered" | "bad_message" | "bad_response" | "nickname_invalid" | "nickname_taken" | "no_such_question" | "nobody_absent_long" | "not_allowed" | "not_joined" | "not_open_yet" | "rate_limited" | "room_full" | "room_locked" | "too_late" | "unavailable" | "unknown_type" | "wrong_phase";

/** Give more time for the open question. */
export interface Extend {
  type: "extend";
  seconds: number;
}

/** The open question closes later than announced. */
export interface Extended {
  type: "extended";
  /** Which question, counted from 0. */
  question: number;
  /** Milliseconds since the epoch, room clock. */
  opens_at: number;
  /** Milliseconds since the epoch, room clock. */
  closes_at: number;
  /** Milliseconds since the epoch, room clock. */
  now: number;
}

/** The game is over: the podium, and to a player also their own place. */
export interface Finished {
  type: "finished";
  /** The best three. */
  podium: Place[];
  of: number;
  players: number;
  you?: OwnPlace;
}

/** Host the room, as the session's teacher with a cookie, bearer token or one-time ticket. */
export interface Host {
  type: "host";
  ticket?: string | null;
}

/** Join as a new player. The nickname can be omitted if the room has friendly names. A team obeys the rules of nicknames, but many players can have the same. `key` is a random value that the client makes for this room: the same key gets the same seat and token, so a client repeats a `join` whose `welcome` was lost. `device` is a random value that a device keeps: a removed player cannot join again from the same device. */
export interface Join {
  type: "join";
  nickname?: string;
  team?: string | null;
  key?: string | null;
  device?: string | null;
}

/** Remove a player for good. Their device and account cannot join this room again. */
export interface Kick {
  type: "kick";
  player: string;
}

/** The host removed this player; the connection closes with 4000. */
export interface Kicked {
  type: "kicked";
  reason: string;
}

/** The name of a kind of question, as it stands in the database, on the wire and in a tag. */
export type Kind = "multiple_choice" | "multiple_select" | "numeric" | "ordering" | "poll" | "short_answer" | "true_false";

/** The number of connected players, and whether the room is locked. Hosts and projectors also get the players who `joined` and `left`, and those of the latter who are `absent` and keep their seat. */
export interface Lobby {
  type: "lobby";
  players: number;
  locked: boolean;
  joined?: Person[];
  left?: string[];
  absent?: Person[];
}

/** Lock the room, so that nobody new can join. */
export interface Lock {
  type: "lock";
}

/** Give the room a new code; the old one works only for players and hosts who come back. */
export interface NewCode {
  type: "new_code";
}

/** Open the next question; after the last one, finish the game. */
export interface Next {
  type: "next";
}

/** A player's own part of `finished`. `correct` counts right answers, `of` the questions that have one. */
export interface OwnPlace {
  score: number;
  rank: number;
  correct: number;
  of: number;
}

/** A player's own part of a `reveal`. `response` is null without an answer, `correct` is null in a poll. */
export interface OwnResult {
  response: string | boolean | number | string[] | null;
  correct: boolean | null;
  gained: number;
  score: number;
  rank: number;
  streak: number;
  previous_rank?: number;
}

/** A player's own score and place. `rank` is 0 before the first reveal. `response` is the stored answer, which is not graded yet. */
export interface OwnStanding {
  score: number;
  rank: number;
  streak: number;
  response?: string | boolean | number | string[];
}

/** Stop the open question's clock, or with auto-advance the wait for the next question. */
export interface Pause {
  type: "pause";
}

/** The clock has stood still since `paused_at`; no answers are accepted. */
export interface Paused {
  type: "paused";
  /** Which question, counted from 0. */
  question: number;
  /** Milliseconds since the epoch, room clock. */
  opens_at: number;
  /** Milliseconds since the epoch, room clock. */
  closes_at: number;
  /** Milliseconds since the epoch, room clock. */
  now: number;
  /** Milliseconds since the epoch, room clock. */
  paused_at: number;
}

export interface Person {
  id: string;
  nickname: string;
}

/** A question whose answers are being scored is still a `question`. */
export type Phase = "finished" | "lobby" | "question" | "reveal";

/** Ask for a `pong`, from which the client computes its offset to the room's clock. */
export interface Ping {
  type: "ping";
  sent_at: number;
}

/** A row of the leaderboard. `previous_rank` is missing if the player had none. */
export interface Place {
  id: string;
  nickname: string;
  score: number;
  gained: number;
  rank: number;
  previous_rank?: number;
}

/** The answer to `ping`. */
export interface Pong {
  type: "pong";
  sent_at: number;
  /** Milliseconds since the epoch, room clock. */
  now: number;
}

/** A question without its key. `multiple` is there for a poll that takes several choices. `media` is the address of a picture, also of choices. If it begins with `/`, the picture is on this server. */
export interface Question {
  /** Which question, counted from 0. */
  question: number;
  of: number;
  kind: Kind;
  stem: string;
  points: number;
  /** Seconds. */
  time_limit: number;
  /** Milliseconds since the epoch, room clock. */
  opens_at: number;
  /** Milliseconds since the epoch, room clock. */
  closes_at: number;
  choices: Choice[];
  media?: string;
  multiple?: boolean;
}

/** A question, announced before it opens. It accepts answers from `opens_at` on. */
export interface QuestionOpened {
  type: "question";
  /** Which question, counted from 0. */
  question: number;
  of: number;
  kind: Kind;
  stem: string;
  points: number;
  /** Seconds. */
  time_limit: number;
  /** Milliseconds since the epoch, room clock. */
  opens_at: number;
  /** Milliseconds since the epoch, room clock. */
  closes_at: number;
  choices: Choice[];
  media?: string;
  multiple?: boolean;
  /** Milliseconds since the epoch, room clock. */
  now: number;
}

/** Let a removed player join again, as a new player without points. */
export interface Readmit {
  type: "readmit";
  player: string;
}

/** All players who were removed and cannot join again. */
export interface Removed {
  type: "removed";
  players: Person[];
}

/** The result of a revealed question, the same for all clients. */
export interface Result {
  /** Which question, counted from 0. */
  question: number;
  key: string | boolean | string[] | { [key: string]: unknown } | null;
  /** Given answers by choice id. */
  counts: { [key: string]: number };
  answered: number;
  players: number;
  /** The best five. */
  top: Place[];
  explanation?: string;
}

/** Come back as the same player, with the token of the first `welcome`; the score is kept. */
export interface Resume {
  type: "resume";
  token: string;
}

/** The right answer, statistics of the answers and the best players; to a player also `you`. `next_at` is there with auto-advance: it is when the room moves on. */
export interface Reveal {
  type: "reveal";
  /** Which question, counted from 0. */
  question: number;
  key: string | boolean | string[] | { [key: string]: unknown } | null;
  /** Given answers by choice id. */
  counts: { [key: string]: number };
  answered: number;
  players: number;
  /** The best five. */
  top: Place[];
  explanation?: string;
  /** Milliseconds since the epoch, room clock. */
  next_at?: number;
  you?: OwnResult;
}

export type Role = "host" | "player" | "watch";

/** A snapshot of the room as this client may see it, with everything to draw the whole screen. `question` is there when one is open or revealed, `reveal` when it is revealed, `finished` at the end. For a player `you` is an OwnStanding before a reveal, the OwnResult of the reveal, and the OwnPlace at the end. Host and projector get `roster` (connected players), `absent` (players with a seat who are not connected), `answered` (of the question shown), `late_join` (whether players can join after the start) and, in a reveal, `view`. The host also gets `removed` (players who were removed and cannot join again). */
export interface Room {
  code: string;
  title: string;
  phase: Phase;
  locked: boolean;
  paused: boolean;
  /** Connected now. */
  players: number;
  /** Questions in this game. */
  of: number;
  /** Milliseconds since the epoch, room clock. */
  now: number;
  /** Milliseconds since the epoch, room clock. */
  paused_at?: number;
  /** Milliseconds since the epoch, room clock. */
  next_at?: number;
  question?: Question;
  reveal?: Result;
  finished?: Ending;
  roster?: Person[];
  absent?: Person[];
  removed?: Person[];
  answered?: number;
  late_join?: boolean;
  view?: View;
  you?: OwnStanding | OwnResult | OwnPlace;
}

/** Show the answer or the places of a reveal, on all hosts' and projectors' screens. */
export interface Show {
  type: "show";
  view: View;
}

/** The part of a reveal that host and projectors show from now on. */
export interface Shown {
  type: "shown";
  /** Which question, counted from 0. */
  question: number;
  view: View;
}

/** Open the first question. */
export interface Start {
  type: "start";
}

/** How many players have answered. */
export interface Tally {
  type: "tally";
  /** Which question, counted from 0. */
  question: number;
  answered: number;
  players: number;
}

/** Let players join again. */
export interface Unlock {
  type: "unlock";
}

/** Restart the clock; `opens_at` and `closes_at` move by the length of the pause. */
export interface Unpause {
  type: "unpause";
}

/** The clock runs again; `next_at` is there after a reveal with auto-advance. */
export interface Unpaused {
  type: "unpaused";
  /** Which question, counted from 0. */
  question: number;
  /** Milliseconds since the epoch, room clock. */
  opens_at: number;
  /** Milliseconds since the epoch, room clock. */
  closes_at: number;
  /** Milliseconds since the epoch, room clock. */
  now: number;
  /** Milliseconds since the epoch, room clock. */
  next_at?: number;
}

/** What the screens in the classroom show after a question. */
export type View = "answer" | "places";

/** Watch the room as a projector, which sends no commands. */
export interface Watch {
  type: "watch";
}

/** The client's role and a snapshot of the room. It is sent again, without `token`, when the server had to read the room again. */
export interface Welcome {
  type: "welcome";
  role: Role;
  room: Room;
  player?: Person;
  token?: string;
}

export type FromClient =
  | Join
  | Resume
  | Host
  | Watch
  | Answer
  | Ping
  | Start
  | Next
  | CloseQuestion
  | Pause
  | Unpause
  | Lock
  | Unlock
  | End
  | Extend
  | Show
  | Kick
  | Readmit
  | ClearAbsent
  | NewCode;

export type ToClient =
  | Welcome
  | Lobby
  | QuestionOpened
  | Answered
  | Tally
  | Extended
  | Paused
  | Unpaused
  | Reveal
  | Shown
  | Finished
  | Kicked
  | Removed
  | CodeChanged
  | Pong
  | Error;

export type CloseCode = 1006 | 1007 | 1008 | 1009 | 1011 | 1012 | 1013 | 4000 | 4400 | 4401 | 4403 | 4404 | 4408 | 4409 | 4410 | 4413 | 4429;
