-- Seats new players. Who said this key before gets the same seat; so does who is signed in, with the new secret.
-- KEYS: room, players, secrets, names, users, connections, presence, kicked, journal, joins
-- ARGV: now, present until, channel, journal entry up to its players, then for each:
--   player, record (JSON), folded nickname, user ('' = guest), connection, hash of the secret, '1' if the secret comes
--   from the client's key and will come again
-- Returns for each {outcome, record}: outcome is '' (seated) or a refusal's code; or nil if there is no room.
local room, players, secrets, names, users = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local connections, presence, kicked, journal, joins = KEYS[6], KEYS[7], KEYS[8], KEYS[9], KEYS[10]
local fields = redis.call('HMGET', room, 'join_refusal', 'cap')
if not fields[1] then return nil end
local refusal, cap = fields[1], tonumber(fields[2])
local outcomes, new, arrived, events = {}, {}, {}, {}

local function sit(player, record, connection, secret)
  redis.call('HSET', secrets, player, secret)
  redis.call('HSET', connections, player, connection)
  if redis.call('ZADD', presence, ARGV[2], player) == 1 then arrived[#arrived + 1] = record end
  outcomes[#outcomes + 1] = {'', record}
end

local function seat(player, record, name, user, connection, secret, has_key)
  local known = user ~= '' and redis.call('HGET', users, user) or has_key == '1' and redis.call('HGET', joins, secret)
  if known then
    if redis.call('SISMEMBER', kicked, known) == 1 then
      outcomes[#outcomes + 1] = {'kicked', ''}
    else
      sit(known, redis.call('HGET', players, known), connection, secret)
      events[#events + 1] = connected(known, connection)
    end
  elseif refusal ~= '' then
    outcomes[#outcomes + 1] = {refusal, ''}
  elseif redis.call('HLEN', secrets) >= cap then
    outcomes[#outcomes + 1] = {'room_full', ''}
  elseif redis.call('HSETNX', names, name, player) == 0 then
    outcomes[#outcomes + 1] = {'nickname_taken', ''}
  else
    redis.call('HSET', players, player, record)
    if user ~= '' then redis.call('HSET', users, user, player) end
    if has_key == '1' then redis.call('HSET', joins, secret, player) end
    new[#new + 1] = record
    sit(player, record, connection, secret)
  end
end

for i = 5, #ARGV, 7 do
  seat(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], ARGV[i + 5], ARGV[i + 6])
end
if #new > 0 then
  redis.call('HSET', room, 'active_at', ARGV[1])
  redis.call('XADD', journal, '*', 'entry', ARGV[4] .. table.concat(new, ',') .. ']}')
end
if #arrived > 0 then table.insert(events, 1, joined(arrived)) end
if #events > 0 then
  publish(room, ARGV[3], events, '')
  expire_with(room, {players, secrets, names, users, connections, presence, joins})
end
return outcomes
