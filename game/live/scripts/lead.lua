-- Makes a code lead to a session, if it leads nowhere or where it is known to lead.
-- KEYS: code
-- ARGV: session, where it may lead now, lifetime s
-- Returns 1 or 0.
local now = redis.call('GET', KEYS[1])
if now and now ~= ARGV[2] and now ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return 1
