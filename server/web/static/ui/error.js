/** The module of error pages, which only makes the header's switches work. */
import "./site-switches.js";
