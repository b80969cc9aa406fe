-- Leases what is due in a shard. If the process dies, another one can claim it when the lease has ended.
-- KEYS: deadlines
-- ARGV: now, lease until, at most
-- Returns {when the next is due ('' = never), then session, when it was due, …}.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[3])
for i = 1, #due, 2 do
  redis.call('ZADD', KEYS[1], ARGV[2], due[i])
end
local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
table.insert(due, 1, next[2] or '')
return due
