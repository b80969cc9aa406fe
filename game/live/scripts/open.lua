-- Opens a room in its lobby.
-- KEYS: room, frozen, deadlines
-- ARGV: session, state, frozen, join refusal, player cap, deadline ms, lifetime s, deadlines channel, shard
-- Returns 1, or 0 if there is such a room.
local room, frozen, deadlines = KEYS[1], KEYS[2], KEYS[3]
if redis.call('EXISTS', room) == 1 then return 0 end
redis.call('HSET', room, 'state', ARGV[2], 'revision', 1, 'version', 1, 'phase', 'lobby',
  'question', '', 'open', '', 'opens_at', 0, 'closes_at', 0,
  'join_refusal', ARGV[4], 'cap', ARGV[5], 'active_at', 0)
redis.call('SET', frozen, ARGV[3], 'EX', ARGV[7])
redis.call('EXPIRE', room, ARGV[7])
redis.call('ZADD', deadlines, ARGV[6], ARGV[1])
redis.call('PUBLISH', ARGV[8], ARGV[9] .. ' ' .. ARGV[6])
return 1
