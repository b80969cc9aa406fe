-- Removes a player for good, and their answer to the question that is open or being scored. Their device and account
-- may not join again unless `readmit` lets them, or until many others were removed. The journal records it only if the
-- player was there for a question.
-- KEYS: room, players, secrets, connections, presence, absent, kicked, attended, standings, journal, answers,
--   devices, removed, names, folded, users
-- ARGV: KickArguments
-- Returns {'' or a refusal's code, the open question if everyone who is still connected has answered it, else -1};
-- or nil if there is no room.
local args = cmsgpack.unpack(ARGV[1])
local room, players, secrets, connections, presence, absent = unpack(KEYS, 1, 6)
local kicked, attended, standings, journal, answers, devices, removed = unpack(KEYS, 7, 13)
local names, folded, users = unpack(KEYS, 14, 16)
local player = args.player
local phase = redis.call('HGET', room, 'phase')
if not phase then return nil end
if phase == 'finished' then return {'wrong_phase', -1} end
local record = redis.call('HGET', players, player)
if not record then return {'bad_message', -1} end
if redis.call('SADD', kicked, player) == 0 then return {'', -1} end
local was_there = redis.call('SISMEMBER', attended, player) == 1
  or is_asking(phase) and redis.call('ZSCORE', presence, player)
  or redis.call('HEXISTS', answers, player) == 1
  or string.find(redis.call('GET', standings) or '', '"' .. player .. '"', 1, true)
local events = {}
-- Every join and every host's list looks at all of them, so there must not be more and more.
if redis.call('HLEN', removed) >= args.removed_kept then
  local first = redis.call('HKEYS', removed)
  table.sort(first)
  events[1] = let_in_again(first[1], removed, names, folded, users, players)
end
redis.call('HSET', removed, player, redis.call('HGET', devices, player) or '')
redis.call('HDEL', secrets, player)
redis.call('HDEL', connections, player)
redis.call('ZREM', presence, player)
redis.call('ZREM', absent, player)
redis.call('HDEL', answers, player)
if was_there then redis.call('XADD', journal, '*', 'entry', args.entry_start .. record .. args.entry_end) end
local answered = redis.call('HLEN', answers)
events[#events + 1] = '{"type":"kicked","player":"' .. player .. '","answered":' .. answered
  .. ',"who":' .. record .. '}'
publish(room, args.channel, events, '')
expire_with(room, {kicked, removed})
return {'', everyone_answered(room, presence, answers, args.now)}
