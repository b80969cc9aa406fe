/** Error pages are words only; the header's switches work there too. */
import "./site-switches.js";
