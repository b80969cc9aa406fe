-- Opens a room in its lobby.
-- KEYS: room, definition, deadlines
-- ARGV: OpenArguments
-- Returns 1, or 0 if the session has a room already.
local args = cmsgpack.unpack(ARGV[1])
local room, definition, deadlines = KEYS[1], KEYS[2], KEYS[3]
if redis.call('EXISTS', room) == 1 then return 0 end
redis.call('HSET', room, 'state', args.state, 'revision', 1, 'version', 1, 'phase', 'lobby',
  'question', '', 'open', '', 'opens_at', 0, 'closes_at', 0,
  'join_refusal', args.join_refusal, 'cap', args.cap, 'active_at', 0)
redis.call('SET', definition, args.definition, 'EX', args.lifetime_s)
redis.call('EXPIRE', room, args.lifetime_s)
redis.call('ZADD', deadlines, args.deadline, args.session)
redis.call('PUBLISH', args.deadlines_channel, args.shard .. ' ' .. args.deadline)
return 1
