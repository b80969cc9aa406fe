"""Who may do what: every route of the server, and its answer to each kind of viewer.

A new route or message fails the tests until it has a line here: tests/server/api/
test_permissions.py asks over HTTP, tests/server/live/test_permissions.py over sockets.

The ids in an address are of the owner's things: a quiz and a published one, a colleague with whom
the first is shared, a report of the second, a question of the bank, a question set, a session that
is over, the code of an open room, an open homework with the run of `player` (for other viewers
somebody else's), a card with a review of today, and another sign-in of the same account. A cell is
the expected status. With `+` the answer shows something of the owner's; without it the answer must
show nothing of it.

- `anonymous`  has no sign-in.
- `student`    took no part in the session.
- `player`     is a student who took part in it.
- `other`      is a teacher who owns none of the things.
- `owner`      is the teacher who owns them.
- `admin`      is a super_admin who owns none of them.
- `demoted`    owns them, and was a teacher until just now: a student.
- `lowered`    was a super_admin until just now: a teacher who owns none of them.
- `closed`     owns them, and the account was deactivated just now.
"""

from collections.abc import Mapping
from typing import Final

HTTP: Final = """
                                                    anonymous student player other owner admin demoted lowered closed

POST    /api/auth/register                          422       422     422    422   422   422   422     422     422
POST    /api/auth/login                             422       422     422    422   422   422   422     422     422
POST    /api/auth/logout                            204       204     204    204   204   204   204     204     204
POST    /api/auth/password                          401       422     422    422   422   422   422     422     401
POST    /api/auth/email                             401       422     422    422   422   422   422     422     401
POST    /api/auth/forgot-password                   422       422     422    422   422   422   422     422     422
POST    /api/auth/verify-email                      422       422     422    422   422   422   422     422     422
POST    /api/auth/verify-email/link                 401       202     202    202   202   202   202     202     401
POST    /api/auth/reset-password                    422       422     422    422   422   422   422     422     422
POST    /api/auth/reset-password/check              422       422     422    422   422   422   422     422     422
POST    /unsubscribe/{token}                        422       422     422    422   422   422   422     422     422
GET     /api/auth/sessions                          401       200     200    200   200+  200   200+    200     401
POST    /api/auth/sessions/revoke-others            401       204     204    204   204   204   204     204     401
DELETE  /api/auth/sessions/{sign_in_id}             401       404     404    404   204   404   204     404     401
GET     /api/me                                     401       200     200    200   200+  200   200+    200     401
PATCH   /api/me                                     401       200     200    200   200+  200   200+    200     401
GET     /api/me/preferences                         401       200     200    200   200   200   200     200     401
PATCH   /api/me/preferences                         401       200     200    200   200   200   200     200     401
GET     /api/me/preferences/time-zones              401       200     200    200   200   200   200     200     401
GET     /api/cards/parameters                       401       200     200    200   200   200   200     200     401
POST    /api/cards/parameters                       401       409     409    409   409   409   409     409     401
DELETE  /api/cards/parameters                       401       404     404    404   404   404   404     404     401
GET     /api/me/history                             401       200     200+   200   200   200   200     200     401
POST    /api/me/claims                              401       404     404    403   403   403   404     403     401

GET     /api/decks                                  401       200     200    200   200+  200   200+    200     401
POST    /api/decks                                  401       201     201    201   201   201   201     201     401
GET     /api/decks/{deck_id}                        401       404     404    404   200+  404   200+    404     401
PATCH   /api/decks/{deck_id}                        401       404     404    404   200+  404   200+    404     401
DELETE  /api/decks/{deck_id}                        401       404     404    404   204   404   204     404     401
GET     /api/decks/{deck_id}/difficulties           401       404     404    404   200   404   200     404     401
POST    /api/decks/{deck_id}/subscription           401       404     404    404   201+  404   201+    404     401
DELETE  /api/decks/{deck_id}/subscription           401       404     404    404   204   404   204     404     401
GET     /api/decks/{deck_id}/file?format=csv        401       404     404    404   200+  404   200+    404     401
GET     /api/decks/{deck_id}/file/losses?format=csv 401       404     404    404   200   404   200     404     401
POST    /api/decks/imports                          401       422     422    422   422   422   422     422     401
POST    /api/decks/imports/preview                  401       422     422    422   422   422   422     422     401
POST    /api/decks/imports/pictures                 401       422     422    422   422   422   422     422     401
GET     /api/decks/shared/{share_code}              401       200+    200+   200+  200+  200+  200+    200+    401
GET     /api/decks/shared/{share_code}/qr.svg       401       200     200    200   200   200   200     200     401
POST    /api/decks/shared/{share_code}/subscription 401       201+    201+   201+  201+  201+  201+    201+    401
GET     /api/decks/{deck_id}/notes                  401       404     404    404   200+  404   200+    404     401
POST    /api/decks/{deck_id}/notes                  401       404     404    404   201   404   201     404     401
GET     /api/decks/{deck_id}/questions              401       404     404    404   200   404   200     404     401
POST    /api/decks/{deck_id}/questions              401       403     403    404   409   404   403     404     401
DELETE  /api/decks/{deck_id}/questions/{question_id} 401       404     404    404   404   404   404     404     401
PATCH   /api/notes/{note_id}                        401       404     404    404   200+  404   200+    404     401
DELETE  /api/notes/{note_id}                        401       404     404    404   204   404   204     404     401

GET     /api/quizzes                                401       403     403    200   200+  200+  403     200     401
POST    /api/quizzes                                401       403     403    201   201   201   403     201     401
GET     /api/quizzes/{quiz_id}                      401       403     403    404   200+  200+  403     404     401
PATCH   /api/quizzes/{quiz_id}                      401       403     403    404   200+  200+  403     404     401
DELETE  /api/quizzes/{quiz_id}                      401       403     403    404   204   204   403     404     401
DELETE  /api/quizzes/{quiz_id}?purge=true           401       403     403    404   204   204   403     404     401
PUT     /api/quizzes/{quiz_id}/order                401       403     403    404   200+  200+  403     404     401
POST    /api/quizzes/{quiz_id}/copy                 401       403     403    404   201+  201+  403     404     401
POST    /api/quizzes/{quiz_id}/archive              401       403     403    404   200+  200+  403     404     401
POST    /api/quizzes/{quiz_id}/restore              401       403     403    404   200+  200+  403     404     401
POST    /api/quizzes/{quiz_id}/sessions             401       403     403    404   201+  201+  403     404     401
GET     /api/quizzes/{quiz_id}/export?format=json   401       403     403    404   200+  200+  403     404     401
GET     /api/quizzes/{quiz_id}/export/losses?format=aiken 401 403     403    404   200   200   403     404     401
GET     /api/questions                              401       403     403    200   200+  200+  403     200     401
POST    /api/questions                              401       403     403    201   201   201   403     201     401
GET     /api/questions/{question_id}                401       403     403    404   200+  200+  403     404     401
PATCH   /api/questions/{question_id}                401       403     403    404   200+  200+  403     404     401
DELETE  /api/questions/{question_id}                401       403     403    404   204   204   403     404     401
GET     /api/questions/{question_id}/statistics     401       403     403    404   200+  200+  403     404     401
POST    /api/questions/changes                      401       403     403    404   200+  200+  403     404     401
GET     /api/questions/ids                          401       403     403    200   200+  200+  403     200     401
GET     /api/questions/draw?count=500               401       403     403    200   200+  200+  403     200     401
GET     /api/questions/duplicates                   401       403     403    200   200   200   403     200     401
POST    /api/questions/duplicates                   401       403     403    200   200   200   403     200     401
POST    /api/questions/import                       401       403     403    201   201   201   403     201     401
POST    /api/questions/copy-from-quiz               401       403     403    404   201   201   403     404     401
POST    /api/questions/copy-to-quiz                 401       403     403    404   201+  201+  403     404     401
GET     /api/search?page_size=100                   401       403     403    200   200+  200+  403     200     401
GET     /api/question-sets?page_size=100            401       403     403    200   200+  200+  403     200     401
POST    /api/question-sets                          401       403     403    201   201   201   403     201     401
PATCH   /api/question-sets/{set_id}                 401       403     403    404   200+  200+  403     404     401
PUT     /api/question-sets/{set_id}/order           401       403     403    404   200+  200+  403     404     401
DELETE  /api/question-sets/{set_id}                 401       403     403    404   204   204   403     404     401
PUT     /api/quizzes/{quiz_id}/publication          401       403     403    404   200+  403   403     404     401
DELETE  /api/quizzes/{quiz_id}/publication          401       403     403    404   204   204   403     404     401
POST    /api/quizzes/{quiz_id}/publication/allow    401       403     403    403   403   204   403     403     401
GET     /api/quizzes/{quiz_id}/shares               401       403     403    404   200   200   403     404     401
POST    /api/quizzes/{quiz_id}/shares               401       403     403    404   200   200   403     404     401
DELETE  /api/quizzes/{quiz_id}/shares/{user_id}     401       403     403    404   204   204   403     404     401
GET     /api/library?search={title}                 401       403     403    200+  200+  200+  403     200+    401
GET     /api/library/{published_id}                 401       403     403    200+  200+  200+  403     200+    401
POST    /api/library/{published_id}/copy            401       403     403    201+  201+  201+  403     201+    401
POST    /api/library/{published_id}/reports         401       403     403    204   409   204   403     204     401
GET     /api/quiz-reports?page_size=100             401       403     403    403   403   200+  403     403     401
POST    /api/quiz-reports/{report_id}/dismiss       401       403     403    403   403   204   403     403     401
POST    /api/imports                                401       403     403    422   422   422   403     422     401
POST    /api/imports/pictures                       401       403     403    422   422   422   403     422     401
POST    /api/imports/check                          401       403     403    200   200   200   403     200     401
POST    /api/pictures                               401       415     415    415   415   415   415     415     401

GET     /api/homework/{homework_id}                 401       403     403    404   200+  200+  403     404     401
PATCH   /api/homework/{homework_id}                 401       403     403    404   200+  200+  403     404     401
DELETE  /api/homework/{homework_id}/students/{player}  401    403     403    404   204   204   403     404     401
POST    /api/homework/{homework_id}/students/{player}/restore  401  403  403  404  204   204   403     404     401
GET     /api/sessions/{homework_id}/attempts        200+      200+    200+   200+  200+  200+  200+    200+    200+
POST    /api/sessions/{homework_id}/attempts        401       200     200    200   200   200   200     200     401
GET     /api/attempts/{attempt_id}                  401       404     200    404   404   404   404     404     401
PUT     /api/attempts/{attempt_id}/answers/{question} 401     404     200    404   404   404   404     404     401
POST    /api/attempts/{attempt_id}/next             401       404     200    404   404   404   404     404     401
POST    /api/attempts/{attempt_id}/finish           401       404     200    404   404   404   404     404     401
GET     /api/attempts/{attempt_id}/results          401       404     409    404   404   404   404     404     401

GET     /api/cards/queue                            401       200     200    200   200+  200   200+    200     401
GET     /api/cards                                  401       200     200    200   200+  200   200+    200     401
POST    /api/cards/batch                            401       200     200    200   200   200   200     200     401
PATCH   /api/cards/{card_id}                        401       404     404    404   200+  404   200+    404     401
GET     /api/cards/forecast                         401       200     200    200   200   200   200     200     401
GET     /api/cards/statistics                       401       200     200    200   200   200   200     200     401
GET     /api/cards/{card_id}                        401       404     404    404   200+  404   200+    404     401
POST    /api/cards/{card_id}/answers                401       404     404    404   200   404   200     404     401
POST    /api/cards/{card_id}/grades                 401       404     404    404   200+  404   200+    404     401
POST    /api/cards/undo                             401       404     404    404   200+  404   200+    404     401

GET     /api/sessions                               401       403     403    200   200+  200+  403     200     401
GET     /api/sessions/{session_id}                  401       403     403    404   200+  200+  403     404     401
POST    /api/sessions/{session_id}/ticket           401       403     403    404   200   200   403     404     401
POST    /api/sessions/{session_id}/end              401       403     403    404   204   204   403     404     401
GET     /api/sessions/{session_id}/results          401       404     200+   404   200+  200+  404     404     401
GET     /api/sessions/{session_id}/results.csv      401       404     200+   404   200+  200+  404     404     401
GET     /api/sessions/{session_id}/results.xlsx     401       404     200+   404   200+  200+  404     404     401
GET     /api/sessions/{session_id}/statistics       401       403     403    404   200   200   403     404     401
POST    /api/sessions/{session_id}/corrections      401       403     403    404   200   200   403     404     401
POST    /api/sessions/{session_id}/corrections/preview 401    403     403    404   200   200   403     404     401

GET     /api/rooms/{code}                           200+      200+    200+   200+  200+  200+  200+    200+    200+
GET     /api/rooms/{code}/qr.svg                    200       200     200    200   200   200   200     200     200
GET     /api/audit-events                           401       403     403    403   403   200+  403     403     401

GET     /                                           200       200     200    200   200   200   200     200     200
GET     /play/{code}                                200       200     200    200   200   200   200     200     200
GET     /join/{code}                                303       303     303    303   303   303   303     303     303
GET     /{code}                                     303       303     303    303   303   303   303     303     303
GET     /screen/{code}                              200       200     200    200   200   200   200     200     200
GET     /host/{session}                             303       200     200    200   200   200   200     200     303
GET     /dashboard                                  303       200     200    200   200   200   200     200     303
GET     /bank                                       303       200     200    200   200   200   200     200     303
GET     /quizzes/{quiz}                             303       200     200    200   200   200   200     200     303
GET     /cards/statistics                           303       200     200    200   200   200   200     200     303
GET     /decks                                      303       200     200    200   200   200   200     200     303
GET     /decks/import                               303       200     200    200   200   200   200     200     303
GET     /decks/{deck}                               303       200     200    200   200   200   200     200     303
GET     /decks/shared/{share_code}                  303       200     200    200   200   200   200     200     303
GET     /homework/{code}                            200       200     200    200   200   200   200     200     200
GET     /sessions/{session}/homework                303       200     200    200   200   200   200     200     303
GET     /quizzes/{quiz}/view                        303       200     200    200   200   200   200     200     303
GET     /homework                                   303       200     200    200   200   200   200     200     303
GET     /cards                                      303       200     200    200   200   200   200     200     303
GET     /reviews                                    303       200     200    200   200   200   200     200     303
GET     /library                                    303       200     200    200   200   200   200     200     303
GET     /library/{quiz}                             303       200     200    200   200   200   200     200     303
GET     /import                                     303       200     200    200   200   200   200     200     303
GET     /sessions/{session}                         303       200     200    200   200   200   200     200     303
GET     /administration                             303       200     200    200   200   200   200     200     303
GET     /account                                    303       200     200    200   200   200   200     200     303
GET     /sign-in                                    200       200     200    200   200   200   200     200     200
GET     /register                                   200       200     200    200   200   200   200     200     200
GET     /forgot-password                            200       200     200    200   200   200   200     200     200
GET     /unsubscribe/{token}                        200       200     200    200   200   200   200     200     200
GET     /verify-email                               200       200     200    200   200   200   200     200     200
GET     /reset-password                             200       200     200    200   200   200   200     200     200

GET     /pictures/{picture_id}                      200       200     200    200   200   200   200     200     200
GET     /pictures/{picture_id}/small                200       200     200    200   200   200   200     200     200
GET     /reviews/sw.js                              200       200     200    200   200   200   200     200     200
GET     /static/{version}/{path}                    200       200     200    200   200   200   200     200     200
GET     /schema                                     200       200     200    200   200   200   200     200     200
GET     /schema/openapi.json                        200       200     200    200   200   200   200     200     200
GET     /schema/asyncapi.json                       200       200     200    200   200   200   200     200     200
GET     /schema/{path}                              404       404     404    404   404   404   404     404     404
GET     /health/live                                200       200     200    200   200   200   200     200     200
GET     /health/ready                               200       200     200    200   200   200   200     200     200
GET     /metrics                                    403       403     403    403   403   403   403     403     403
"""  # noqa: E501  # a table is read across
"""A `415` or `422` says that anybody of this kind may ask, and that the empty body was refused. The
metrics are for machines: they are asked for from an address that is not allowed."""

COLLEAGUES: Final = """
                                                    reader editor

GET     /api/quizzes                                200    200
GET     /api/quizzes?shared=true                    200+   200+
GET     /api/quizzes/{quiz_id}                      200+   200+
PATCH   /api/quizzes/{quiz_id}                      403    200+
DELETE  /api/quizzes/{quiz_id}                      403    403
DELETE  /api/quizzes/{quiz_id}?purge=true           403    403
PUT     /api/quizzes/{quiz_id}/order                403    200+
POST    /api/quizzes/{quiz_id}/copy                 201+   201+
POST    /api/quizzes/{quiz_id}/archive              403    403
POST    /api/quizzes/{quiz_id}/restore              403    403
POST    /api/quizzes/{quiz_id}/sessions             201+   201+
GET     /api/quizzes/{quiz_id}/export?format=json   200+   200+
GET     /api/quizzes/{quiz_id}/export/losses?format=aiken 200 200
PUT     /api/quizzes/{quiz_id}/publication          403    403
DELETE  /api/quizzes/{quiz_id}/publication          403    403
POST    /api/quizzes/{quiz_id}/publication/allow    403    403
GET     /api/quizzes/{quiz_id}/shares               403    403
POST    /api/quizzes/{quiz_id}/shares               403    403
DELETE  /api/quizzes/{quiz_id}/shares/{user_id}     204    204
POST    /api/questions/copy-from-quiz               201    201
POST    /api/questions/copy-to-quiz                 403    404
GET     /api/sessions                               200    200
GET     /api/sessions/{session_id}                  404    404
POST    /api/sessions/{session_id}/ticket           404    404
POST    /api/sessions/{session_id}/end              404    404
GET     /api/sessions/{session_id}/results          404    404
GET     /api/sessions/{session_id}/results.csv      404    404
GET     /api/sessions/{session_id}/results.xlsx     404    404
"""
"""The same for teachers with whom the owner's quiz is shared: `reader` may see it, `editor` also
change it. Each route with the id of a quiz is here; in all others they are like `other`."""

ROOM_SOCKET: Final = "/ws/rooms/{code}"
FIRST_MESSAGES: Final = """
                                 anonymous student player other owner admin demoted lowered closed

join                             in        in      in     in    in    in    in      in      in
resume                           in        in      in     in    in    in    in      in      in
watch                            in        in      in     in    in    in    in      in      in
host                             4401      4403    4403   4403  in    in    4403    4403    4401
host, with an owner's ticket     in        in      in     in    in    in    4403    in      4401
"""
"""Whether the viewer is let in, else the code with which the room's socket closes.

The token that is resumed is a guest's: whoever has it has the seat. A ticket is good for
anybody while the account that it was issued to may host; `demoted` and `closed` have their own."""

MESSAGES: Final = """
                nobody      player       host         projector

answer          not_joined  yes          not_allowed  not_allowed
ping            not_joined  yes          yes          yes
start           not_joined  not_allowed  yes          not_allowed
next            not_joined  not_allowed  yes          not_allowed
close_question  not_joined  not_allowed  yes          not_allowed
pause           not_joined  not_allowed  yes          not_allowed
unpause         not_joined  not_allowed  yes          not_allowed
lock            not_joined  not_allowed  yes          not_allowed
unlock          not_joined  not_allowed  yes          not_allowed
extend          not_joined  not_allowed  yes          not_allowed
show            not_joined  not_allowed  yes          not_allowed
kick            not_joined  not_allowed  yes          not_allowed
readmit         not_joined  not_allowed  yes          not_allowed
clear_absent    not_joined  not_allowed  yes          not_allowed
new_code        not_joined  not_allowed  yes          not_allowed
end             not_joined  not_allowed  yes          not_allowed
join            -           not_allowed  not_allowed  not_allowed
resume          -           not_allowed  not_allowed  not_allowed
host            -           not_allowed  not_allowed  not_allowed
watch           -           not_allowed  not_allowed  not_allowed
"""
"""By the role in the room. `yes` may still be refused, but for another reason."""

BODIES: Final[Mapping[str, str]] = {
    "POST /api/sessions/{session_id}/corrections": '{"question": 0, "action": "void"}',
    "POST /api/sessions/{session_id}/corrections/preview": '{"question": 0, "action": "void"}',
    "POST /api/me/claims": '{"token": "nobodys"}',
    "POST /api/decks": '{"title": "Words"}',
    "PATCH /api/decks/{deck_id}": '{"description": "Of the house"}',
    "POST /api/decks/{deck_id}/notes": '{"notes": [{"front": "pintu", "back": "door"}]}',
    "PATCH /api/notes/{note_id}": '{"hint": "you live in it"}',
    "POST /api/cards/batch": '{"cards": ["{card_id}"], "flag": 1}',
    "PATCH /api/cards/{card_id}": '{"version": 2, "flag": 1}',
    "POST /api/cards/{card_id}/answers": '{"response": "a"}',
    "POST /api/cards/{card_id}/grades": '{"key": "{new_key}", "rating": "good", "version": 2}',
    "POST /api/quizzes": '{"title": "Rivers"}',
    "PATCH /api/quizzes/{quiz_id}": '{"level": "B1"}',
    "PATCH /api/homework/{homework_id}": '{"closes_at": "{tomorrow}"}',
    "PUT /api/attempts/{attempt_id}/answers/{question}": '{"response": "a"}',
    "POST /api/attempts/{attempt_id}/next": '{"question": 0}',
    "PUT /api/quizzes/{quiz_id}/publication": '{"language": "en"}',
    "POST /api/quizzes/{quiz_id}/shares": '{"email": "{colleague}"}',
    "POST /api/library/{published_id}/reports": '{"reason": "other"}',
    "PUT /api/quizzes/{quiz_id}/order": '{"questions": ["{quiz_question_id}"]}',
    "POST /api/imports/check": '{"questions": [{"type": "poll"}]}',
    "POST /api/questions": '{"type": "poll"}',
    "PATCH /api/questions/{question_id}": '{"points": 500}',
    "POST /api/questions/changes": (
        '{"changes": [{"do": "archive", "questions": ["{question_id}"]}]}'
    ),
    "POST /api/questions/duplicates": '{"questions": [{"type": "poll"}]}',
    "POST /api/questions/import": '{"questions": [{"type": "poll"}]}',
    "POST /api/questions/copy-from-quiz": '{"quiz_id": "{quiz_id}"}',
    "POST /api/questions/copy-to-quiz": '{"questions": ["{question_id}"], "quiz_id": "{quiz_id}"}',
    "POST /api/question-sets": '{"title": "Rivers"}',
    "PATCH /api/question-sets/{set_id}": '{"title": "Rivers"}',
    "PUT /api/question-sets/{set_id}/order": '{"questions": ["{question_id}"]}',
}
"""JSON that the owner's request succeeds with; `{}` where nothing is named."""
