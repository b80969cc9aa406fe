/** Error pages are words only; the header's switches work there too. */
import "../ui/site-switches.js";
