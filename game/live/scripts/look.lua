-- Reads a room as it is at one version.
-- KEYS: room, players, presence, kicked, answers, standings
-- Returns {state, version, counted, number of answers, standings, kicked players, records of those connected}, all
-- JSON as stored ('' = none); or nil if there is no room.
local fields = redis.call('HMGET', KEYS[1], 'state', 'version', 'counted')
if not fields[1] then return nil end
local records = {}
for _, player in ipairs(redis.call('ZRANGE', KEYS[3], 0, -1)) do
  records[#records + 1] = redis.call('HGET', KEYS[2], player)
end
return {fields[1], fields[2], fields[3] or '', redis.call('HLEN', KEYS[5]), redis.call('GET', KEYS[6]) or '',
  redis.call('SMEMBERS', KEYS[4]), records}
