/** Why the room closes a connection, as far as pages treat the codes differently. */

// The server could not read what the page sent. A reload may help.
export const BROKEN_CODES = new Set([1007, 1009, 4400]);
// After these a page does not reconnect: kicked, not signed in, not the host, no room, elsewhere, over, too many projectors; or the above.
export const FINAL_CODES = new Set([4000, 4401, 4403, 4404, 4409, 4410, 4413, ...BROKEN_CODES]);
