-- Brings players back to their seats.
-- KEYS: room, players, secrets, connections, presence, kicked
-- ARGV: present until, channel, then for each: player, hash of the secret, connection
-- Returns for each {outcome, record}: outcome is '' or a refusal's code; or nil if there is no room.
local room, players, secrets = KEYS[1], KEYS[2], KEYS[3]
local connections, presence, kicked = KEYS[4], KEYS[5], KEYS[6]
if redis.call('EXISTS', room) == 0 then return nil end
local outcomes, arrived, events = {}, {}, {}

local function resume(player, secret, connection)
  if redis.call('SISMEMBER', kicked, player) == 1 then return {'kicked', ''} end
  if redis.call('HGET', secrets, player) ~= secret then return {'not_joined', ''} end
  local record = redis.call('HGET', players, player)
  redis.call('HSET', connections, player, connection)
  if redis.call('ZADD', presence, ARGV[1], player) == 1 then arrived[#arrived + 1] = record end
  events[#events + 1] = connected(player, connection)
  return {'', record}
end

for i = 3, #ARGV, 3 do
  outcomes[#outcomes + 1] = resume(ARGV[i], ARGV[i + 1], ARGV[i + 2])
end
if #arrived > 0 then table.insert(events, 1, joined(arrived)) end
if #events > 0 then
  publish(room, ARGV[2], events, '')
  expire_with(room, {connections, presence})
end
return outcomes
