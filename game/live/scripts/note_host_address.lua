-- Notes an address of the host. Players at this address may take all of the last seats.
-- KEYS: room
-- ARGV: hash of the address
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'hosted from ' .. ARGV[1], 1) end
