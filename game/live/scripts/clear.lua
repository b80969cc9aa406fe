-- Takes the seats of those who have been absent for long and were not connected during any question.
-- KEYS: room, players, secrets, names, folded, users, joins, connections, absent, attended, standings, answers
-- ARGV: now, channel
-- Returns '' or a refusal's code; or nil if there is no room.
local room, players, secrets, names, folded, users, joins, connections, absent = unpack(KEYS, 1, 9)
local attended, standings, answers = unpack(KEYS, 10, 12)
local phase = redis.call('HGET', room, 'phase')
if not phase then return nil end
if phase == 'finished' then return 'wrong_phase' end
local dropped = never_there(absent, attended, standings, answers, ARGV[1])
for _, player in ipairs(dropped) do
  drop(player, players, secrets, names, folded, users, joins, connections, absent)
end
if #dropped > 0 then publish(room, ARGV[2], {listed('dropped', dropped)}, '') end
return ''
