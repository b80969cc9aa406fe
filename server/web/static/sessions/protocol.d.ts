// The messages of a live room. Made by `python -m server.live.asyncapi --write` from
// server/live/protocol/: change that, not this.

/** A player's response to the open question. `elapsed_ms` is the client's own count since `opens_at`. */
export interface Answer {
  type: "answer";
  /** Which question, counted from 0. */
  question: number;
  response: string | boolean | number | string[];
  elapsed_ms?: number | null;
}

/** The answer is stored and will count. Whether it is right comes with `reveal`. */
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

/** Free the seats of those absent for 30 s; who was there for a question keeps the points. */
export interface ClearAbsent {
  type: "clear_absent";
}

/** Close the open question now and reveal it. */
export interface CloseQuestion {
  type: "close_question";
}

/** Another code leads to the room from now on. Only host and projector are told. */
export interface CodeChanged {
  type: "code_changed";
  code: string;
}

/** Finish the game from anywhere; an open question is scored first. */
export interface End {
  type: "end";
}

/** How the game ended, the same for all. */
export interface Ending {
  /** The best three. */
  podium: Place[];
  of: number;
  players: number;
}

/** What was not done and why; `on` names the message's type where it is known. With `retry_ms` the same message is welcome again after so many milliseconds, and not sooner. */
export interface Error {
  type: "error";
  code: ErrorCode;
  message: string;
  on?: string;
  retry_ms?: number;
}

/** What an `error` says; the connection stays. */
export type ErrorCode = "already_answered" | "bad_message" | "bad_response" | "nickname_invalid" | "nickname_taken" | "no_such_question" | "nobody_absent_long" | "not_allowed" | "not_joined" | "not_open_yet" | "rate_limited" | "room_full" | "room_locked" | "too_late" | "unavailable" | "unknown_type" | "wrong_phase";

/** More time for the open question. */
export interface Extend {
  type: "extend";
  seconds: number;
}

/** The open question closes later. */
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

/** The podium; to a player also the own place. */
export interface Finished {
  type: "finished";
  /** The best three. */
  podium: Place[];
  of: number;
  players: number;
  you?: OwnPlace;
}

/** The session's teacher, known by cookie, bearer token or a one-time ticket. */
export interface Host {
  type: "host";
  ticket?: string | null;
}

/** A new player. With friendly names the nickname may be left away. A team obeys the rules of nicknames, but many may have the same. `key` is made at random by the client, for this room: the same key is the same seat with the same token, so a `join` whose `welcome` was lost is said again. `device` is made at random once and kept on the device: who is removed by the host cannot join again from there. */
export interface Join {
  type: "join";
  nickname?: string;
  team?: string | null;
  key?: string | null;
  device?: string | null;
}

/** Remove a player for good. Their device and account may not join this room again. */
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

/** Who is here. To players at most once a second; to host and projector at most 4 a second, with who `joined`, who `left` and who of these is `absent`: their seat is kept. */
export interface Lobby {
  type: "lobby";
  players: number;
  locked: boolean;
  joined?: Person[];
  left?: string[];
  absent?: Person[];
}

/** Let nobody else join. */
export interface Lock {
  type: "lock";
}

/** Give the room another code; the old one leads nowhere, but for those who come back. */
export interface NewCode {
  type: "new_code";
}

/** Open the following question; after the last one, finish. */
export interface Next {
  type: "next";
}

/** A player's own part of `finished`. `correct` counts right answers, `of` the questions that had one. */
export interface OwnPlace {
  score: number;
  rank: number;
  correct: number;
  of: number;
}

/** A player's own part of a `reveal`. `response` null: did not answer. `correct` null: a poll. */
export interface OwnResult {
  response: string | boolean | number | string[] | null;
  correct: boolean | null;
  gained: number;
  score: number;
  rank: number;
  streak: number;
  previous_rank?: number;
}

/** A player's own place. Rank 0: nothing was revealed to this player yet. `response`: stored, not yet judged. */
export interface OwnStanding {
  score: number;
  rank: number;
  streak: number;
  response?: string | boolean | number | string[];
}

/** Hold the open question's clock, or the step to the next one under auto-advance. */
export interface Pause {
  type: "pause";
}

/** The clock stands still since `paused_at`; answers wait. */
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

/** Answered at once by `pong`; from both a client knows its offset to the room's clock. */
export interface Ping {
  type: "ping";
  sent_at: number;
}

/** A row of the leaderboard. `previous_rank` is left away where there was none. */
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

/** The question as everybody may see it. `multiple` is there for a poll that takes several choices. */
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

/** A question, announced before it opens: show it, accept answers from `opens_at`. */
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

/** Who was removed and may not join again, all of them. Only the host is told. */
export interface Removed {
  type: "removed";
  players: Person[];
}

/** A revealed question's result, the same for all. */
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

/** The same player again, by the token of the first `welcome`; the score is kept. */
export interface Resume {
  type: "resume";
  token: string;
}

/** The right answer, what was given, who leads; to a player also the own result. `next_at` is there under auto-advance: when the room moves on. */
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

/** A snapshot: the room as that connection may see it now, enough to draw the whole screen from. `question` is there when one is open or revealed, `reveal` when it is revealed, `finished` at the end. Under `you` a player finds an OwnStanding before a reveal, the OwnResult of the reveal, the OwnPlace at the end. Host and projector find `roster` (connected players), `absent` (who has a seat and is not connected), `answered` (of the question shown), `late_join` (whether the session lets players join after the start) and, in a reveal, `view`; the host also `removed` (who was removed and may not join again). */
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

/** After a question: show the answer or the places, on all hosts' and projectors' screens. */
export interface Show {
  type: "show";
  view: View;
}

/** What host and projectors show of a reveal from now on; phones show their own result. */
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

/** How many answered; to host and projector, at most 4 a second. */
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

/** Let the clock run on; `opens_at` and `closes_at` move by as long as the pause took. */
export interface Unpause {
  type: "unpause";
}

/** The clock runs on; `next_at` is there after a reveal under auto-advance. */
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

/** A projector: sees the room, says nothing. */
export interface Watch {
  type: "watch";
}

/** Who you are and the room as it is. Comes again, without `token`, when the server had to read the room afresh. */
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
