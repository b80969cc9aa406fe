-- Notes that connections are gone; one that was replaced by a newer one changes nothing.
-- KEYS: room, connections, presence, answers
-- ARGV: now, channel, then for each: player, connection
-- Returns the open question if everyone who is still connected has answered it, else -1.
local room, connections, presence, answers = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local gone = {}
for i = 3, #ARGV, 2 do
  local player = ARGV[i]
  if redis.call('HGET', connections, player) == ARGV[i + 1] then
    redis.call('HDEL', connections, player)
    if redis.call('ZREM', presence, player) == 1 then gone[#gone + 1] = player end
  end
end
if #gone == 0 then return -1 end
publish(room, ARGV[2], {left(gone)}, '')
return everyone_answered(room, presence, answers, ARGV[1])
