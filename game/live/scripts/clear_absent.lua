-- Frees the seats of players who left long ago. Players who were there for a question keep their name and points and
-- may come back. All data of the others is deleted.
-- KEYS: room, players, secrets, names, folded, users, joins, connections, absent, latecomers, attended, standings,
--   answers, devices
-- ARGV: ClearAbsentArguments
-- Returns '' or a refusal's code; or nil if there is no room.
local args = cmsgpack.unpack(ARGV[1])
local room, players, secrets, names, folded, users, joins, connections, absent, latecomers = unpack(KEYS, 1, 10)
local attended, standings, answers, devices = unpack(KEYS, 11, 14)
local phase = redis.call('HGET', room, 'phase')
if not phase then return nil end
if phase == 'finished' then return 'wrong_phase' end
local cleared = redis.call('ZRANGEBYSCORE', absent, '-inf', args.now)
if #cleared == 0 then return 'nobody_absent_long' end
for _, player in ipairs(never_there(absent, attended, standings, answers, args.now, #cleared)) do
  drop(player, players, secrets, names, folded, users, joins, connections, absent, latecomers, devices)
end
redis.call('ZREMRANGEBYSCORE', absent, '-inf', args.now)
publish(room, args.channel, {listed('dropped', cleared)}, '')
return ''
