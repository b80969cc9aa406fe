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
if redis.call('HEXISTS', removed, player) == 0 then return 'bad_message' end
publish(room, args.channel, {let_in_again(player, removed, names, folded, users, players)}, '')
return ''
