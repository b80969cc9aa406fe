-- Sets or deletes the deadline of a room that has not changed.
-- KEYS: room, deadlines
-- ARGV: session, expected revision, when ('' = never), deadlines channel, shard
-- Returns 1, or 0 if the room has changed since.
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[2] then return 0 end
if ARGV[3] == '' then
  redis.call('ZREM', KEYS[2], ARGV[1])
else
  redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
  redis.call('PUBLISH', ARGV[4], ARGV[5] .. ' ' .. ARGV[3])
end
return 1
