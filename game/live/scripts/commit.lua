-- Commits a decided change, if the room has not changed since it was decided. It writes the new state, the fields that
-- other scripts check, the journal entries, the next deadline and the lifetime, and publishes the change.
-- KEYS: room, journal, deadlines, standings, answers, players, kicked, absent, attended, latecomers, then the other
--   keys whose lifetime is the room's
-- ARGV: CommitArguments
-- Returns {1, the result of `scoring_input` if scoring comes next}, {0} if the room has changed, or {-1} if there is no
-- room.
local args = cmsgpack.unpack(ARGV[1])
local room, journal, deadlines, standings, answers, players, kicked, absent, attended = unpack(KEYS, 1, 9)
local latecomers = KEYS[10]
local revision = redis.call('HGET', room, 'revision')
if not revision then return {-1} end
if tonumber(revision) ~= args.expected_revision then return {0} end
if args.kicked and redis.call('SCARD', kicked) ~= args.kicked then return {0} end

redis.call('HSET', room, 'revision', args.new_revision, 'state', args.state, 'phase', args.phase,
  'question', args.question or '', 'open', args.open or '', 'opens_at', args.opens_at, 'closes_at', args.closes_at,
  'join_refusal', args.join_refusal)
if args.announces_question then redis.call('UNLINK', answers, latecomers) end
if args.counted then redis.call('HSET', room, 'counted', args.counted) end

local events = args.events
if args.standings then
  redis.call('SET', standings, args.standings)
  events[#events + 1] = '{"type":"ranked","standings":' .. args.standings .. '}'
end
for _, entry in ipairs(args.journal) do
  redis.call('XADD', journal, '*', 'entry', entry)
end

if args.deadline then
  redis.call('ZADD', deadlines, args.deadline, args.session)
  if args.deadlines_channel then
    redis.call('PUBLISH', args.deadlines_channel, args.shard .. ' ' .. args.deadline)
  end
else
  redis.call('ZREM', deadlines, args.session)
end
redis.call('EXPIRE', room, args.lifetime_s)
for i = 4, #KEYS do
  redis.call('EXPIRE', KEYS[i], args.lifetime_s)
end
publish(room, args.channel, events, args.state)
if args.phase ~= 'scoring' then return {1} end
return {1, scoring_input(room, players, kicked, absent, attended, answers, standings)}
