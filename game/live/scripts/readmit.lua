-- Lets whoever was kicked as this player join again, as a new player. Their name is free again.
-- KEYS: room, removed, names, folded, users, players
-- ARGV: ReadmitArguments
-- Returns '' or a refusal's code; or nil if there is no room.
local args = cmsgpack.unpack(ARGV[1])
local room, removed, names, folded, users, players = unpack(KEYS)
local player = args.player
local phase = redis.call('HGET', room, 'phase')
if not phase then return nil end
if phase == 'finished' then return 'wrong_phase' end
if redis.call('HDEL', removed, player) == 0 then return 'bad_message' end
local name = redis.call('HGET', folded, player)
if name then release_name(names, name, player) end
local user = cjson.decode(redis.call('HGET', players, player)).user
if user ~= cjson.null and redis.call('HGET', users, user) == player then redis.call('HDEL', users, user) end
publish(room, args.channel, {'{"type":"readmitted","player":"' .. player .. '"}'}, '')
return ''
