"""What Redis runs for us: each script is one moment for everybody else."""

# Not MULTI, in which a full server refuses even to read.
READ = """
local found = {redis.call('TIME')}
for i = 1, #KEYS do found[i + 1] = redis.call('HGETALL', KEYS[i]) end
return found
"""
# The lease key holds "token length": a lease that ends later than its length allows (the server's clock was
# stepped back), or never, is free.
ACQUIRE = """
local left, length = redis.call('PTTL', KEYS[1]), nil
if left >= 0 then
  length = tonumber(string.match(redis.call('GET', KEYS[1]), ' (%d+)$'))
  if length and left <= length then return false end
end
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], string.format('%.0f %s', token, ARGV[1]), 'PX', ARGV[1])
local now = redis.call('TIME')
return {token, now[1], now[2]}
"""
# Redis doesn't roll back what a script did before it failed: what could fail is checked first, and the first
# write is one that a full server refuses.
COMMIT = """
if string.match(redis.call('GET', KEYS[1]) or '', '^%d+') ~= ARGV[1] then return 0 end
for i = 2, #KEYS do
  local kind = redis.call('TYPE', KEYS[i]).ok
  if kind ~= 'none' and kind ~= 'hash' then return redis.error_reply('WRONGTYPE ' .. kind) end
end
local at = 4
for _ = 1, tonumber(ARGV[3]) do
  redis.call('HSET', KEYS[ARGV[at] + 1], ARGV[at + 1], ARGV[at + 2])
  at = at + 3
end
while at < #ARGV do
  redis.call('HDEL', KEYS[ARGV[at] + 1], ARGV[at + 1])
  at = at + 2
end
if ARGV[2] == '1' then redis.call('DEL', KEYS[1]) end
return 1
"""
RELEASE = """
if string.match(redis.call('GET', KEYS[1]) or '', '^%d+') == ARGV[1] then redis.call('DEL', KEYS[1]) end
"""
