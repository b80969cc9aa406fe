-- Reads what scoring a question or finishing a room needs, all at the same moment.
-- KEYS: room, players, kicked, answers, standings
-- Returns {state, revision, records of all who joined, kicked players, answers as player, answer, …, standings},
-- all JSON as stored ('' = none); or nil if there is no room.
local fields = redis.call('HMGET', KEYS[1], 'state', 'revision')
if not fields[1] then return nil end
return {fields[1], fields[2], redis.call('HVALS', KEYS[2]), redis.call('SMEMBERS', KEYS[3]),
  redis.call('HGETALL', KEYS[4]), redis.call('GET', KEYS[5]) or ''}
