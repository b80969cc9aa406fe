-- Stands before every script.

-- Tells everyone who follows the room what happened; events is a list of JSON objects, state is JSON or ''.
local function publish(room, channel, events, state)
  local version = redis.call('HINCRBY', room, 'version', 1)
  local rest = state == '' and '' or ',"state":' .. state
  redis.call('PUBLISH', channel,
    '{"is":"change","version":' .. version .. ',"events":[' .. table.concat(events, ',') .. ']' .. rest .. '}')
  return version
end

-- {"type":"joined","players":[…]} of the JSON records of players
local function joined(records)
  return '{"type":"joined","players":[' .. table.concat(records, ',') .. ']}'
end

local function connected(player, connection)
  return '{"type":"connected","player":"' .. player .. '","connection":"' .. connection .. '"}'
end

local function left(players)
  return '{"type":"left","players":["' .. table.concat(players, '","') .. '"]}'
end

-- No key of a room outlives the room.
local function expire_with(room, keys)
  local ttl = redis.call('PTTL', room)
  for _, key in ipairs(keys) do
    redis.call('PEXPIRE', key, ttl)
  end
end

-- What scoring a question or finishing a room needs: {state, revision, records of all who joined, kicked players,
-- answers as player, answer, …, standings}, all JSON as stored ('' = none); nil if there is no room.
local function gathered(room, players, kicked, answers, standings)
  local fields = redis.call('HMGET', room, 'state', 'revision')
  if not fields[1] then return nil end
  return {fields[1], fields[2], redis.call('HVALS', players), redis.call('SMEMBERS', kicked),
    redis.call('HGETALL', answers), redis.call('GET', standings) or ''}
end

-- The open question if somebody is connected, nobody who is has yet to answer it and nobody who has just left may
-- be about to come back for it, else -1.
local function everyone_answered(room, presence, answers, now)
  local open, wait_until = unpack(redis.call('HMGET', room, 'open', 'wait_until'))
  if not open or open == '' then return -1 end
  if wait_until and tonumber(now) < tonumber(wait_until) then return -1 end
  local count = redis.call('ZCOUNT', presence, '(' .. now, '+inf')
  if count == 0 or redis.call('HLEN', answers) < count then return -1 end
  for _, player in ipairs(redis.call('ZRANGEBYSCORE', presence, '(' .. now, '+inf')) do
    if redis.call('HEXISTS', answers, player) == 0 then return -1 end
  end
  return tonumber(open)
end
