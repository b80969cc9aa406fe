import "../ui/site-switches.js";
