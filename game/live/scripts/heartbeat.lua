-- Keeps players connected, and marks those as absent whom no process has kept.
-- KEYS: room, players, secrets, names, folded, connections, presence, absent, attended, latecomers, answers
-- ARGV: HeartbeatArguments
-- A connection that is not stored, or newer than the stored one, is stored: Redis may have lost it.
-- Returns {the open question if everyone who is still connected has answered it, else -1; players who have a newer
-- connection; players who were absent and lost their seat or their name: they must resume}.
local args = cmsgpack.unpack(ARGV[1])
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
  if redis.call('ZADD', presence, args.present_until, player) == 1 then
    redis.call('ZREM', absent, player)
    arrived[#arrived + 1] = player
    records[#records + 1] = redis.call('HGET', players, player)
  end
end

local function may_stay(player)
  if redis.call('ZSCORE', presence, player) then return true end
  return redis.call('HEXISTS', secrets, player) == 1 and not is_displaced(names, folded, player)
end

for _, each in ipairs(args.players) do
  local player, connection = each.player, each.connection
  local newest = redis.call('HGET', connections, player)
  if newest and newest > connection then
    elsewhere[#elsewhere + 1] = player
  elseif may_stay(player) then
    keep(player, connection, newest)
  else
    unseated[#unseated + 1] = player
  end
end
local gone = redis.call('ZRANGEBYSCORE', presence, '-inf', args.now)
if #gone > 0 then
  redis.call('ZREMRANGEBYSCORE', presence, '-inf', args.now)
  for _, player in ipairs(gone) do
    redis.call('ZADD', absent, args.now, player)
    note_attendance(attended, latecomers, answers, phase, player)
  end
  events[#events + 1] = listed('left', gone)
end
note_arrivals(latecomers, phase, arrived)
if #arrived > 0 then events[#events + 1] = joined(records) end
if #events > 0 then
  publish(room, args.channel, events, '')
  expire_with(room, {presence, absent, attended, latecomers, names})
end
return {everyone_answered(room, presence, answers, args.now), elsewhere, unseated}
