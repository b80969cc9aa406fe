-- Stores answers to one question.
-- KEYS: room, secrets, answers, presence, names, folded
-- ARGV: SubmitArguments
-- Returns {the question if everyone who is connected has answered it, else -1; state (JSON) if one was refused;
-- outcome of each…}: 0 stored (or stored before, the same), 1 another answer is stored, 2 not seated, 3 not now,
-- 4 must resume first, because they were gone and somebody else has their name; or nil if there is no room.
local args = cmsgpack.unpack(ARGV[1])
local room, secrets, answers, presence, names, folded = unpack(KEYS)
local fields = redis.call('HMGET', room, 'state', 'version', 'question', 'open', 'opens_at', 'closes_at', 'names_taken')
if not fields[1] then return nil end
local asked, is_open = tonumber(fields[3]) == args.question, tonumber(fields[4]) == args.question
local opens_at, closes_at = tonumber(fields[5]), tonumber(fields[6])
local result, stored, refused = {-1, ''}, 0, false

local function response_of(answer)
  return string.match(answer, '^%[%d+,%d+,(.*)%]$')
end

-- Whether somebody else has the name: a process that stood still does not know. Two of one name would have places.
local function must_resume(player)
  if not fields[7] or redis.call('ZSCORE', presence, player) then return false end
  if is_displaced(names, folded, player) then return true end
  expire_with(room, {names})
  return false
end

local function submit(player, arrived_at, answer)
  if redis.call('HEXISTS', secrets, player) == 0 then return 2 end
  local before = asked and redis.call('HGET', answers, player)
  if before then
    return response_of(before) == response_of(answer) and 0 or 1
  end
  if not is_open or arrived_at < opens_at or arrived_at > closes_at then
    refused = true
    return 3
  end
  if must_resume(player) then return 4 end
  redis.call('HSET', answers, player, answer)
  stored = stored + 1
  return 0
end

for _, each in ipairs(args.answers) do
  result[#result + 1] = submit(each.player, each.arrived_at, each.answer)
end
if refused then result[2] = fields[1] end
if stored > 0 then
  expire_with(room, {answers})
  redis.call('PUBLISH', args.channel, '{"is":"tally","version":' .. fields[2] .. ',"question":' .. args.question
    .. ',"answered":' .. redis.call('HLEN', answers) .. '}')
end
result[1] = everyone_answered(room, presence, answers, args.now)
return result
