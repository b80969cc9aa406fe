-- Gives new players a seat. The same key, or the same signed-in user, gets the same seat again; the user's seat gets
-- the new secret.
-- KEYS: room, players, secrets, names, folded, users, joins, connections, presence, absent, kicked, latecomers,
--   attended, standings, answers, last seats, devices, removed
-- ARGV: JoinArguments
-- Returns for each {outcome, record}: outcome is '' (seated), 'displaced' (the seat is theirs, but somebody else has
-- its name: resume) or a refusal's code; or nil if there is no room.
local args = cmsgpack.unpack(ARGV[1])
local room, players, secrets, names, folded, users, joins = unpack(KEYS, 1, 7)
local connections, presence, absent, kicked, latecomers = unpack(KEYS, 8, 12)
local attended, standings, answers, last_seats, devices, removed = unpack(KEYS, 13, 18)
local now = args.now
local refusal, cap, phase, search_at = unpack(redis.call('HMGET', room, 'join_refusal', 'cap', 'phase', 'search_at'))
if not refusal then return nil end
cap = tonumber(cap)
-- A player whose seat the host has freed is in neither set, but keeps the token to come back with. Of a kicked player
-- the room keeps nearly as much.
local ways_back = redis.call('HLEN', secrets) + redis.call('SCARD', kicked)
local here, away = redis.call('ZCARD', presence), redis.call('ZCARD', absent)
local seats, taken = here + away, here + redis.call('ZCOUNT', absent, '(' .. now, '+inf')
local last = math.floor(cap / 10)
local last_kept = 2 * cap - last
local outcomes, arrived, records, dropped, events = {}, {}, {}, {}, {}
local added
local none_to_drop = search_at and now < tonumber(search_at)
local kept_out = {}
for _, device in ipairs(redis.call('HVALS', removed)) do
  kept_out[device] = device ~= ''
end

-- A key leads to a seat only as long as its secret is the seat's: another sign-in or key of the same account ends it.
local function give(player, secret)
  local before = redis.call('HGET', secrets, player)
  if before and before ~= secret then redis.call('HDEL', joins, before) end
  redis.call('HSET', secrets, player, secret)
end

local function sit(player, record, request)
  give(player, request.secret)
  if request.device then redis.call('HSET', devices, player, request.device) end
  redis.call('HSET', connections, player, request.connection)
  redis.call('ZREM', absent, player)
  if redis.call('ZADD', presence, args.present_until, player) == 1 then
    arrived[#arrived + 1] = player
    records[#records + 1] = record
  end
  outcomes[#outcomes + 1] = {'', record}
end

local function sit_again(player, request)
  local record = redis.call('HGET', players, player)
  if redis.call('SISMEMBER', kicked, player) == 1 then
    outcomes[#outcomes + 1] = {'kicked', ''}
  elseif is_displaced(names, folded, player) then
    give(player, request.secret)
    outcomes[#outcomes + 1] = {'displaced', record}
  else
    sit(player, record, request)
    events[#events + 1] = connected(player, request.connection)
  end
end

-- Frees seats of the absent before the last tenth of the kept seats is used. It frees some more than needed, so that
-- not every join has to search. A search that finds too few has looked at all absent players, so the next one waits a
-- second.
local function free_seats()
  local wanted = seats - last_kept + last + 1
  local found = never_there(absent, attended, standings, answers, now, wanted)
  none_to_drop = #found < wanted
  if none_to_drop then redis.call('HSET', room, 'search_at', now + 1000) end
  for _, player in ipairs(found) do
    drop(player, players, secrets, names, folded, users, joins, connections, absent, latecomers, devices)
    dropped[#dropped + 1] = player
  end
  seats, ways_back = seats - #found, ways_back - #found
end

-- Absent players keep their seats, but the room keeps at most twice its cap of seats in all.
local function is_full()
  if taken >= cap or ways_back >= args.ways_back * cap then return true end
  if seats >= last_kept and not none_to_drop then free_seats() end
  return seats >= 2 * cap
end

-- Whether the last tenth has begun: of the seats that count against the cap, or of all kept seats.
local function last_seats_have_begun()
  return taken > cap - last or seats > last_kept
end

-- One address may take half of the last tenth of the seats. The host's address may take all of it.
local function takes_more_than_its_share(address)
  if not address or not last_seats_have_begun() or redis.call('HEXISTS', room, 'hosted from ' .. address) == 1 then
    return false
  end
  local share = math.ceil(last / 2) * args.shares
  return tonumber(redis.call('HGET', last_seats, address) or 0) >= share
end

-- That names were taken is noted, so that only then answers are checked for it.
local function may_take(owner)
  local kept_until = phase == 'lobby' and redis.call('ZSCORE', absent, owner)
  if not kept_until or tonumber(kept_until) > now then return false end
  redis.call('HSET', room, 'names_taken', 1)
  return true
end

local function seat(request)
  local player, user, secret = request.player, request.user, request.secret
  local known = user and redis.call('HGET', users, user) or request.has_key and redis.call('HGET', joins, secret)
  if known then
    sit_again(known, request)
  elseif kept_out[request.device or ''] then
    outcomes[#outcomes + 1] = {'kicked', ''}
  elseif refusal ~= '' then
    outcomes[#outcomes + 1] = {refusal, ''}
  elseif is_full() or takes_more_than_its_share(request.address) then
    outcomes[#outcomes + 1] = {'room_full', ''}
  elseif not take_name(names, request.name, player, may_take) then
    outcomes[#outcomes + 1] = {'nickname_taken', ''}
  else
    redis.call('HSET', players, player, request.record)
    redis.call('HSET', folded, player, request.name)
    if user then redis.call('HSET', users, user, player) end
    if request.has_key then redis.call('HSET', joins, secret, player) end
    if taken >= cap - last or seats >= last_kept then
      if not last_seats_have_begun() then redis.call('UNLINK', last_seats) end
      if request.address then redis.call('HINCRBY', last_seats, request.address, 1) end
    end
    added, taken, seats, ways_back = true, taken + 1, seats + 1, ways_back + 1
    sit(player, request.record, request)
  end
end

for _, request in ipairs(args.players) do
  seat(request)
end
if added then redis.call('HSET', room, 'active_at', now) end
note_arrivals(latecomers, phase, arrived)
if #arrived > 0 then table.insert(events, 1, joined(records)) end
if #dropped > 0 then table.insert(events, 1, listed('dropped', dropped)) end
if #events > 0 then
  publish(room, args.channel, events, '')
  expire_with(room, {players, secrets, names, folded, users, joins, connections, presence, latecomers, last_seats,
    devices})
end
return outcomes
