-- Makes a code lead to a session, if it leads nowhere or where it is known to lead.
-- KEYS: code
-- ARGV: session, where it may lead now ('' = nowhere), lifetime s. The same session twice keeps a code that leads there,
--   and never brings back one that was let go meanwhile.
-- Returns 1 or 0.
local now = redis.call('GET', KEYS[1])
if not now and ARGV[1] == ARGV[2] then return 0 end
if now and now ~= ARGV[2] and now ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return 1
