"""What Redis runs for a flush: one moment for everybody else."""

# KEYS: the counters, the instance's sequence, then one set of ids per day that is claimed from.
# ARGV: the sequence, the seconds that a sequence and a set live, a block of increments, then per claim its
# day's key, its id, how many ids that day may have, and a block of increments. A block is a count and as many
# pairs of field and amount.
# Redis doesn't roll back what a script did before it failed: what could fail is read and checked first, and
# a full server refuses the first write. Lua's numbers are doubles: they tell whether a sum comes near 2^62 at
# all, and only then are sums kept exactly, in two halves.
COMMIT = """
local sequence, kept = tonumber(ARGV[1]), redis.call('GET', KEYS[2])
if kept then
  local last, verdicts = string.match(kept, '^(%d+) (%l*)$')
  if not last then return redis.error_reply('WRONGTYPE no sequence') end
  if sequence < tonumber(last) then return '' end
  if sequence == tonumber(last) then return verdicts end
end

local adds, sums, wrong, large = {}, {}, nil, false
local function begin(fields)
  for from = 1, #fields, 1000 do
    local to = math.min(from + 999, #fields)
    local found = redis.call('HMGET', KEYS[1], unpack(fields, from, to))
    for i = from, to do
      local now = found[i - from + 1] or '0'
      if now ~= '0' and not string.match(now, '^[1-9]%d*$') then
        wrong, now = 'WRONGTYPE no counter', '0'
      end
      sums[fields[i]] = tonumber(now)
    end
  end
end
local function plan(at)
  local last, new = at + 2 * tonumber(ARGV[at]), {}
  for i = at + 1, last, 2 do
    if not sums[ARGV[i]] then new[#new + 1] = ARGV[i] end
  end
  begin(new)
  for i = at + 1, last, 2 do
    local field = ARGV[i]
    sums[field] = sums[field] + tonumber(ARGV[i + 1])
    large = large or sums[field] >= 4.6e18
    adds[#adds + 1] = field
    adds[#adds + 1] = ARGV[i + 1]
  end
  return last + 1
end
local function skip(at) return at + 2 * tonumber(ARGV[at]) + 1 end

local at, verdicts, new, many = plan(4), {}, {}, {}
while at <= #ARGV do
  local key, id, verdict = KEYS[tonumber(ARGV[at])], ARGV[at + 1], 'c'
  new[key] = new[key] or {}
  many[key] = many[key] or redis.call('SCARD', key)
  if new[key][id] or redis.call('SISMEMBER', key, id) == 1 then
    verdict = 'r'
  elseif many[key] >= tonumber(ARGV[at + 2]) then
    verdict = 'f'
  end
  if verdict == 'c' then
    new[key][id], many[key] = true, many[key] + 1
    at = plan(at + 3)
  else
    at = skip(at + 3)
  end
  verdicts[#verdicts + 1] = verdict
end

local function add(sum, digits)
  sum[1] = sum[1] + (tonumber(string.sub(digits, 1, -10)) or 0)
  sum[2] = sum[2] + tonumber(string.sub(digits, -9))
  if sum[2] >= 1e9 then sum[1], sum[2] = sum[1] + 1, sum[2] - 1e9 end
  if sum[1] > 4611686018 or (sum[1] == 4611686018 and sum[2] >= 427387904) then wrong = 'TOOLARGE' end
end
if large and not wrong then
  local exact = {}
  for i = 1, #adds, 2 do
    local field = adds[i]
    if not exact[field] then
      exact[field] = {0, 0}
      add(exact[field], redis.call('HGET', KEYS[1], field) or '0')
    end
    add(exact[field], adds[i + 1])
  end
end
if wrong then return redis.error_reply(wrong) end

verdicts = table.concat(verdicts)
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. verdicts, 'EX', ARGV[2])
for i = 1, #adds, 2 do redis.call('HINCRBY', KEYS[1], adds[i], adds[i + 1]) end
for key, ids in pairs(new) do
  for id in pairs(ids) do redis.call('SADD', key, id) end
  if redis.call('TTL', key) == -1 then redis.call('EXPIRE', key, ARGV[3]) end
end
return verdicts
"""
