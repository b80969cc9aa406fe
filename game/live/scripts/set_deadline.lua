-- Sets or deletes the deadline of a room that has not changed.
-- KEYS: room, deadlines
-- ARGV: SetDeadlineArguments
-- Returns 1, or 0 if the room has changed since.
local args = cmsgpack.unpack(ARGV[1])
local room, deadlines = KEYS[1], KEYS[2]
if tonumber(redis.call('HGET', room, 'revision')) ~= args.expected_revision then return 0 end
if args.deadline then
  redis.call('ZADD', deadlines, args.deadline, args.session)
  redis.call('PUBLISH', args.deadlines_channel, args.shard .. ' ' .. args.deadline)
else
  redis.call('ZREM', deadlines, args.session)
end
return 1
