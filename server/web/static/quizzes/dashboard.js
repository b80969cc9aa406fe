/** /dashboard: a teacher's quizzes and rooms, or a student's form to join a game and list of played games. */
import "../ui/site-switches.js";
import { boot } from "../ui/boot.js";
import { studentPage } from "./dashboard/student.js";
import { teacherPage } from "./dashboard/teacher.js";

if (boot.user?.role === "student") studentPage();
else teacherPage();
