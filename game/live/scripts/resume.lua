-- Brings players back to their seats.
-- KEYS: room, players, secrets, names, folded, connections, presence, absent, kicked, latecomers
-- ARGV: ResumeArguments
-- Returns for each {outcome, record}: outcome is '', 'displaced' (somebody else has the name: try another) or a
-- refusal's code; or nil if there is no room.
local args = cmsgpack.unpack(ARGV[1])
local room, players, secrets, names, folded, connections, presence, absent, kicked, latecomers = unpack(KEYS)
local phase = redis.call('HGET', room, 'phase')
if not phase then return nil end
local outcomes, arrived, records, events = {}, {}, {}, {}

local function resume(player, secret, connection, renamed, name)
  if redis.call('SISMEMBER', kicked, player) == 1 then return {'kicked', ''} end
  if redis.call('HGET', secrets, player) ~= secret then return {'not_joined', ''} end
  local record = redis.call('HGET', players, player)
  if is_displaced(names, folded, player) then
    if not renamed or not take_name(names, name, player) then return {'displaced', record} end
    release_name(names, redis.call('HGET', folded, player), player)
    redis.call('HSET', players, player, renamed)
    redis.call('HSET', folded, player, name)
    record = renamed
  end
  redis.call('HSET', connections, player, connection)
  redis.call('ZREM', absent, player)
  if redis.call('ZADD', presence, args.present_until, player) == 1 then
    arrived[#arrived + 1] = player
    records[#records + 1] = record
  end
  events[#events + 1] = connected(player, connection)
  return {'', record}
end

for _, each in ipairs(args.players) do
  outcomes[#outcomes + 1] = resume(each.player, each.secret, each.connection, each.renamed, each.name)
end
note_arrivals(latecomers, phase, arrived)
if #arrived > 0 then table.insert(events, 1, joined(records)) end
if #events > 0 then
  publish(room, args.channel, events, '')
  expire_with(room, {names, folded, connections, presence, latecomers})
end
return outcomes
