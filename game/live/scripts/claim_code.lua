-- Makes a code lead to a session, if it leads nowhere now or to the session that the caller expects.
-- KEYS: code
-- ARGV: session, expected session ('' = none), lifetime s. If both sessions are the same, only the lifetime of a code
--   that leads there is renewed; a code that was deleted meanwhile stays deleted.
-- Returns 1 or 0.
local now = redis.call('GET', KEYS[1])
if not now and ARGV[1] == ARGV[2] then return 0 end
if now and now ~= ARGV[2] and now ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return 1
