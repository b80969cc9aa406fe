-- Leases what is due in a shard. If the process dies, another one can claim it when the lease has ended.
-- KEYS: deadlines
-- ARGV: ClaimDeadlinesArguments
-- Returns {when the next is due ('' = never), then session, when it was due, …}.
local args = cmsgpack.unpack(ARGV[1])
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', args.now, 'WITHSCORES', 'LIMIT', 0, args.most)
for i = 1, #due, 2 do
  redis.call('ZADD', KEYS[1], args.leased_until, due[i])
end
local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
table.insert(due, 1, next[2] or '')
return due
