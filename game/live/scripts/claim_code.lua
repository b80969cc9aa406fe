-- Makes a code lead to a session, if it leads nowhere now or to the session `instead_of`.
-- KEYS: code
-- ARGV: ClaimCodeArguments. If both sessions are the same, only the lifetime of a code that leads there is renewed; a
--   code that was deleted meanwhile stays deleted.
-- Returns 1 if it leads to the session now, else 0.
local args = cmsgpack.unpack(ARGV[1])
local now = redis.call('GET', KEYS[1])
if not now and args.session == args.instead_of then return 0 end
if now and now ~= args.instead_of and now ~= args.session then return 0 end
redis.call('SET', KEYS[1], args.session, 'EX', args.lifetime_s)
return 1
