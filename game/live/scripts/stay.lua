-- Keeps players present, and sweeps those whom no process has kept.
-- KEYS: room, players, secrets, connections, presence, absent, attended, answers
-- ARGV: now, present until, channel, then for each: player, connection
-- A connection that is newer than what is noted, or of which nothing is noted, is noted: Redis may have forgotten it.
-- Returns {the open question if everyone who is still connected has answered it, else -1; players who have a newer
-- connection…}.
local room, players, secrets, connections, presence, absent, attended, answers = unpack(KEYS)
local phase = redis.call('HGET', room, 'phase')
if not phase then return {-1} end
local events, arrived, result = {}, {}, {-1}
for i = 4, #ARGV, 2 do
  local player, connection = ARGV[i], ARGV[i + 1]
  local newest = redis.call('HGET', connections, player)
  if newest and newest > connection then
    result[#result + 1] = player
  elseif redis.call('HEXISTS', secrets, player) == 1 then
    if newest ~= connection then
      redis.call('HSET', connections, player, connection)
      expire_with(room, {connections})
    end
    if redis.call('ZADD', presence, ARGV[2], player) == 1 then
      redis.call('ZREM', absent, player)
      arrived[#arrived + 1] = redis.call('HGET', players, player)
    end
  end
end
local gone = redis.call('ZRANGEBYSCORE', presence, '-inf', ARGV[1])
if #gone > 0 then
  redis.call('ZREMRANGEBYSCORE', presence, '-inf', ARGV[1])
  for _, player in ipairs(gone) do
    redis.call('ZADD', absent, ARGV[1], player)
    if is_asking(phase) then redis.call('SADD', attended, player) end
  end
  events[#events + 1] = listed('left', gone)
end
if #arrived > 0 then events[#events + 1] = joined(arrived) end
if #events > 0 then
  publish(room, ARGV[3], events, '')
  expire_with(room, {presence, absent, attended})
end
result[1] = everyone_answered(room, presence, answers, ARGV[1])
return result
