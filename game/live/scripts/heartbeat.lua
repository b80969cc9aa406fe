-- Keeps players connected, and marks those as absent whom no process has kept.
-- KEYS: room, players, secrets, names, folded, connections, presence, absent, attended, latecomers, answers
-- ARGV: now, present until, channel, then for each: player, connection
-- A connection that is not stored, or newer than the stored one, is stored: Redis may have lost it.
-- Returns {the open question if everyone who is still connected has answered it, else -1; players who have a newer
-- connection; players who were absent and lost their seat or their name: they must resume}.
local room, players, secrets, names, folded, connections, presence, absent = unpack(KEYS, 1, 8)
local attended, latecomers, answers = unpack(KEYS, 9, 11)
local phase = redis.call('HGET', room, 'phase')
if not phase then return {-1, {}, {}} end
local events, arrived, records, elsewhere, unseated = {}, {}, {}, {}, {}

local function keep(player, connection, newest)
  if newest ~= connection then
    redis.call('HSET', connections, player, connection)
    expire_with(room, {connections})
  end
  if redis.call('ZADD', presence, ARGV[2], player) == 1 then
    redis.call('ZREM', absent, player)
    arrived[#arrived + 1] = player
    records[#records + 1] = redis.call('HGET', players, player)
  end
end

local function may_stay(player)
  if redis.call('ZSCORE', presence, player) then return true end
  return redis.call('HEXISTS', secrets, player) == 1 and not is_displaced(names, folded, player)
end

for i = 4, #ARGV, 2 do
  local player, connection = ARGV[i], ARGV[i + 1]
  local newest = redis.call('HGET', connections, player)
  if newest and newest > connection then
    elsewhere[#elsewhere + 1] = player
  elseif may_stay(player) then
    keep(player, connection, newest)
  else
    unseated[#unseated + 1] = player
  end
end
local gone = redis.call('ZRANGEBYSCORE', presence, '-inf', ARGV[1])
if #gone > 0 then
  redis.call('ZREMRANGEBYSCORE', presence, '-inf', ARGV[1])
  for _, player in ipairs(gone) do
    redis.call('ZADD', absent, ARGV[1], player)
    note_attendance(attended, latecomers, answers, phase, player)
  end
  events[#events + 1] = listed('left', gone)
end
note_arrivals(latecomers, phase, arrived)
if #arrived > 0 then events[#events + 1] = joined(records) end
if #events > 0 then
  publish(room, ARGV[3], events, '')
  expire_with(room, {presence, absent, attended, latecomers, names})
end
return {everyone_answered(room, presence, answers, ARGV[1]), elsewhere, unseated}
