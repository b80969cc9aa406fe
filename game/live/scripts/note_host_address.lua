-- Notes an address of the host. Players at this address may take all of the last seats.
-- KEYS: room
-- ARGV: NoteHostAddressArguments
local args = cmsgpack.unpack(ARGV[1])
if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'hosted from ' .. args.address, 1) end
