-- Reads a room as it is at one version.
-- KEYS: room, players, presence, absent, kicked, answers, standings, removed
-- Returns {state, version, counted, number of answers, standings, kicked players, records of those connected, records
-- of those absent, records of those removed}, all JSON as stored ('' = none); or nil if there is no room.
local fields = redis.call('HMGET', KEYS[1], 'state', 'version', 'counted')
if not fields[1] then return nil end
local function records(some)
  local found = {}
  for _, player in ipairs(some) do
    found[#found + 1] = redis.call('HGET', KEYS[2], player)
  end
  return found
end
return {fields[1], fields[2], fields[3] or '', redis.call('HLEN', KEYS[6]), redis.call('GET', KEYS[7]) or '',
  redis.call('SMEMBERS', KEYS[5]), records(redis.call('ZRANGE', KEYS[3], 0, -1)),
  records(redis.call('ZRANGE', KEYS[4], 0, -1)), records(redis.call('HKEYS', KEYS[8]))}
