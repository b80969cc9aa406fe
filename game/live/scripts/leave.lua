-- Notes that connections are closed. A connection that was replaced by a newer one changes nothing. A player who leaves
-- an unanswered question may only be reloading the page, so it does not close early before they can be back.
-- KEYS: room, connections, presence, absent, attended, latecomers, answers
-- ARGV: LeaveArguments
-- Returns {the open question if everyone who is still connected has answered it, else -1; 1 if somebody is waited for,
-- else 0}.
local args = cmsgpack.unpack(ARGV[1])
local room, connections, presence, absent, attended, latecomers, answers = unpack(KEYS)
local gone, waited_for = {}, 0
local open, phase = unpack(redis.call('HMGET', room, 'open', 'phase'))
for _, each in ipairs(args.players) do
  local player = each.player
  if redis.call('HGET', connections, player) == each.connection then
    redis.call('HDEL', connections, player)
    if redis.call('ZREM', presence, player) == 1 then
      gone[#gone + 1] = player
      redis.call('ZADD', absent, args.kept_until, player)
      note_attendance(attended, latecomers, answers, phase, player)
      if open and open ~= '' and redis.call('HEXISTS', answers, player) == 0 then waited_for = 1 end
    end
  end
end
if #gone == 0 then return {-1, 0} end
if waited_for == 1 then redis.call('HSET', room, 'wait_until', args.wait_until) end
publish(room, args.channel, {listed('left', gone)}, '')
expire_with(room, {absent, attended})
return {everyone_answered(room, presence, answers, args.now), waited_for}
