-- Commits a decided change, if the room has not changed since it was decided. It writes the new state, the fields that
-- other scripts check, the journal entries, the next deadline and the lifetime, and publishes the change.
-- KEYS: room, journal, deadlines, standings, answers, players, kicked, absent, attended, latecomers, then the other
--   keys whose lifetime is the room's
-- ARGV: session, expected revision, number of kicked ('' = any), state, phase, question ('' = none), open question
--   ('' = no answers now), opens at, closes at, join refusal, deadline ms ('' = none), lifetime s, '1' if a question is
--   announced, events as JSON objects with commas between, counted ('' = as it was), standings ('' = as they were),
--   channel, deadlines channel ('' = the deadline need not be announced), shard, new revision, then journal entries
-- Returns {1, the result of `scoring_input` if scoring comes next}, {0} if the room has changed, or {-1} if there is no
-- room.
local room, journal, deadlines, standings, answers, players, kicked, absent, attended = unpack(KEYS, 1, 9)
local latecomers = KEYS[10]
local revision = redis.call('HGET', room, 'revision')
if not revision then return {-1} end
if revision ~= ARGV[2] then return {0} end
if ARGV[3] ~= '' and redis.call('SCARD', kicked) ~= tonumber(ARGV[3]) then return {0} end

redis.call('HSET', room, 'revision', ARGV[20], 'state', ARGV[4], 'phase', ARGV[5],
  'question', ARGV[6], 'open', ARGV[7], 'opens_at', ARGV[8], 'closes_at', ARGV[9], 'join_refusal', ARGV[10])
if ARGV[13] == '1' then redis.call('UNLINK', answers, latecomers) end
if ARGV[15] ~= '' then redis.call('HSET', room, 'counted', ARGV[15]) end

local events = {}
if ARGV[14] ~= '' then events[1] = ARGV[14] end
if ARGV[16] ~= '' then
  redis.call('SET', standings, ARGV[16])
  events[#events + 1] = '{"type":"ranked","standings":' .. ARGV[16] .. '}'
end
for i = 21, #ARGV do
  redis.call('XADD', journal, '*', 'entry', ARGV[i])
end

if ARGV[11] == '' then
  redis.call('ZREM', deadlines, ARGV[1])
else
  redis.call('ZADD', deadlines, ARGV[11], ARGV[1])
  if ARGV[18] ~= '' then redis.call('PUBLISH', ARGV[18], ARGV[19] .. ' ' .. ARGV[11]) end
end
redis.call('EXPIRE', room, ARGV[12])
for i = 4, #KEYS do
  redis.call('EXPIRE', KEYS[i], ARGV[12])
end
publish(room, ARGV[17], events, ARGV[4])
if ARGV[5] ~= 'scoring' then return {1} end
return {1, scoring_input(room, players, kicked, absent, attended, answers, standings)}
