-- Removes a player for good, and their answer to the question that is open or being scored.
-- KEYS: room, players, secrets, names, users, connections, presence, kicked, journal, joins, answers
-- ARGV: player, now, channel, journal entry up to its player, journal entry after its player
-- Returns {'' or a refusal's code, the open question if everyone who is still connected has answered it, else -1};
-- or nil if there is no room.
local room, players, secrets, connections = KEYS[1], KEYS[2], KEYS[3], KEYS[6]
local presence, kicked, journal, answers = KEYS[7], KEYS[8], KEYS[9], KEYS[11]
local player = ARGV[1]
local phase = redis.call('HGET', room, 'phase')
if not phase then return nil end
if phase == 'finished' then return {'wrong_phase', -1} end
local record = redis.call('HGET', players, player)
if not record then return {'bad_message', -1} end
if redis.call('SADD', kicked, player) == 0 then return {'', -1} end
redis.call('HDEL', secrets, player)
redis.call('HDEL', connections, player)
redis.call('ZREM', presence, player)
redis.call('HDEL', answers, player)
redis.call('XADD', journal, '*', 'entry', ARGV[4] .. record .. ARGV[5])
local answered = redis.call('HLEN', answers)
publish(room, ARGV[3], {'{"type":"kicked","player":"' .. player .. '","answered":' .. answered .. '}'}, '')
expire_with(room, {kicked})
return {'', everyone_answered(room, presence, answers, ARGV[2])}
