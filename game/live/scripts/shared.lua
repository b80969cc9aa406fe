-- Functions that are put before every script.

-- Publishes what happened, to all who follow the room. events is a list of JSON objects, state is JSON or ''.
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

-- {"type":…,"players":[…]} of players' ids
local function listed(kind, players)
  return '{"type":"' .. kind .. '","players":["' .. table.concat(players, '","') .. '"]}'
end

-- Gives a player a name, unless somebody else has one that is too similar. A folded name has one line for each form
-- that no other name may share. `may_take` decides whether a name may be taken from its owner.
local function take_name(names, name, player, may_take)
  local lines = {}
  for line in string.gmatch(name, '[^\n]+') do
    local owner = redis.call('HGET', names, line)
    if owner and owner ~= player and not (may_take and may_take(owner)) then return false end
    if owner ~= player then lines[#lines + 1] = line end
  end
  for _, line in ipairs(lines) do
    redis.call('HSET', names, line, player)
  end
  return true
end

local function release_name(names, name, player)
  for line in string.gmatch(name, '[^\n]+') do
    if redis.call('HGET', names, line) == player then redis.call('HDEL', names, line) end
  end
end

-- Lets whoever was kicked as this player join again. Their name is free again.
local function let_in_again(player, removed, names, folded, users, players)
  redis.call('HDEL', removed, player)
  local name = redis.call('HGET', folded, player)
  if name then release_name(names, name, player) end
  local user = cjson.decode(redis.call('HGET', players, player)).user
  if user ~= cjson.null and redis.call('HGET', users, user) == player then redis.call('HDEL', users, user) end
  return '{"type":"readmitted","player":"' .. player .. '"}'
end

-- Whether somebody else took a player's name while they were absent. If it is free again, the player gets it back.
local function is_displaced(names, folded, player)
  local name = redis.call('HGET', folded, player)
  return name and not take_name(names, name, player)
end

-- Whether players see a question. For them, scoring is still a part of it.
local function is_asking(phase)
  return phase == 'question' or phase == 'scoring'
end

-- Notes players who arrived while a question was open. They were not there when it was announced.
local function note_arrivals(latecomers, phase, arrived)
  if not is_asking(phase) then return end
  for _, player in ipairs(arrived) do
    redis.call('SADD', latecomers, player)
  end
end

-- Notes that a leaving player was there for the question, unless they arrived during it and did not answer.
local function note_attendance(attended, latecomers, answers, phase, player)
  if is_asking(phase) and (redis.call('SISMEMBER', latecomers, player) == 0
    or redis.call('HEXISTS', answers, player) == 1) then
    redis.call('SADD', attended, player)
  end
end

-- Players who left long ago and were not there for any question, at most `most` of them, the longest absent first.
local function never_there(absent, attended, standings, answers, now, most)
  local found, first, placed = {}, 0, nil
  local function has_place(player)
    if not placed then
      placed = {}
      for each in string.gmatch(redis.call('GET', standings) or '', '"player":"([^"]+)"') do
        placed[each] = true
      end
    end
    return placed[player]
  end
  while #found < most do
    local some = redis.call('ZRANGEBYSCORE', absent, '-inf', now, 'LIMIT', first, 500)
    if #some == 0 then break end
    local were_there = redis.call('SMISMEMBER', attended, unpack(some))
    local answered = redis.call('HMGET', answers, unpack(some))
    for i, player in ipairs(some) do
      if were_there[i] == 0 and not answered[i] and not has_place(player) and #found < most then
        found[#found + 1] = player
      end
    end
    first = first + #some
  end
  return found
end

-- Deletes an absent player, as if they had never joined.
local function drop(player, players, secrets, names, folded, users, joins, connections, absent, latecomers, devices)
  local name, user = redis.call('HGET', folded, player), cjson.decode(redis.call('HGET', players, player)).user
  if name then release_name(names, name, player) end
  if user ~= cjson.null then redis.call('HDEL', users, user) end
  redis.call('HDEL', joins, redis.call('HGET', secrets, player))
  for _, key in ipairs({players, secrets, folded, connections, devices}) do
    redis.call('HDEL', key, player)
  end
  redis.call('ZREM', absent, player)
  redis.call('SREM', latecomers, player)
end

-- No key of a room outlives the room.
local function expire_with(room, keys)
  local ttl = redis.call('PTTL', room)
  for _, key in ipairs(keys) do
    redis.call('PEXPIRE', key, ttl)
  end
end

-- The data for scoring a question or finishing a room: {state, revision, records of all who joined, kicked players,
-- absent players who were not there for any question that they left, answers as player, answer, …, standings}, all
-- JSON as stored ('' = none); nil if there is no room.
local function scoring_input(room, players, kicked, absent, attended, answers, standings)
  local fields = redis.call('HMGET', room, 'state', 'revision')
  if not fields[1] then return nil end
  local unseen = {}
  for _, player in ipairs(redis.call('ZRANGE', absent, 0, -1)) do
    if redis.call('SISMEMBER', attended, player) == 0 then unseen[#unseen + 1] = player end
  end
  return {fields[1], fields[2], redis.call('HVALS', players), redis.call('SMEMBERS', kicked), unseen,
    redis.call('HGETALL', answers), redis.call('GET', standings) or ''}
end

-- The open question if everyone connected has answered it, else -1. It is also -1 if nobody is connected, or if
-- somebody who has just left may be about to come back.
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
