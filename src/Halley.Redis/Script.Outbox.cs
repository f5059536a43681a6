namespace Halley.Redis;

// What is told to the operator's own servers.
internal sealed partial class Script
{
    // Adds an event to a receiver's queue, unless it is full.
    private const string Telling = """
        local function tell(stream, lost, text, most)
          if call('XLEN', stream) >= tonumber(most) then return call('INCR', lost) end
          local count = call('GET', lost)
          if count then
            local time = call('TIME')
            call('DEL', lost)
            call('XADD', stream, '*', 't', string.format('{"event":"events_lost","time":%.0f,"count":%s}',
              time[1] * 1000 + math.floor(time[2] / 1000), count))
          end
          call('XADD', stream, '*', 't', text)
        end

        """;

    // Adds an event to those of its channel, which lie where the channel does: in a cluster nothing else is written in
    // one step with it. Where there is no room it is lost to its receivers, and counted: "when the count began, count",
    // so that who adds it up elsewhere can tell a count that goes on from a new one.
    private const string Staging = """
        local function lose(receiver)
          local since, count = string.match(call('HGET', meta, 'x:' .. receiver) or '', '^(%S+) (%d+)$')
          if not since then
            local time = call('TIME')
            since, count = time[1] .. '.' .. time[2], 0
          end
          call('HSET', meta, 'x:' .. receiver, string.format('%s %.0f', since, count + 1))
        end
        local function stage(events, place, text)
          if call('XLEN', events) < tonumber(ARGV[14]) then
            call('XADD', events, '*', 'p', place, 'r', ARGV[15], 't', text)
          else
            for receiver in string.gmatch(ARGV[15], '[^,]+') do lose(receiver) end
          end
          call('PEXPIRE', events, ARGV[16])
        end

        """;

    /// <summary>
    /// Notes whether a channel has subscribers at a node. KEYS: 1 that node's channels, 2 at how many nodes each has
    /// some, 3 the nodes that have noted any, 4 and 5 a receiver's queue and its losses, 6 and 7 the next one's. ARGV:
    /// 1 the channel, 2 "1" where it has, 3 an event, 4 how many may wait, 5 the node. Gives whether it was told.
    /// </summary>
    public static Script Occupy { get; } = new(
        "local call = redis.call\n" + Telling + """
        local isThere = ARGV[2] == '1'
        if isThere then call('SADD', KEYS[3], ARGV[5]) end
        if call(isThere and 'SADD' or 'SREM', KEYS[1], ARGV[1]) == 0 then return 0 end
        local nodes = call('HINCRBY', KEYS[2], ARGV[1], isThere and 1 or -1)
        if nodes == 0 then call('HDEL', KEYS[2], ARGV[1]) end
        if nodes ~= (isThere and 1 or 0) then return 0 end
        for i = 4, #KEYS, 2 do tell(KEYS[i], KEYS[i + 1], ARGV[3], ARGV[4]) end
        return 1
        """,
        "");

    /// <summary>
    /// Reads a receiver's events, where this node tells it or nobody does. KEYS: 1 its queue, 2 its losses, 3 who tells
    /// it. ARGV: 1 the node, 2 ms that it may take until it asks again, 3 how many events. Gives nothing where another
    /// node does; else how many wait, how many were lost, and the events.
    /// </summary>
    public static Script ReadEvents { get; } = new(
        """
        local call = redis.call
        if not call('SET', KEYS[3], ARGV[1], 'NX', 'PX', ARGV[2]) then
          if call('GET', KEYS[3]) ~= ARGV[1] then return false end
          call('PEXPIRE', KEYS[3], ARGV[2])
        end
        return {
          call('XLEN', KEYS[1]), call('GET', KEYS[2]) or '0', call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[3])
        }
        """,
        "");

    /// <summary>KEYS: 1 who tells a receiver. ARGV: 1 a node that does not any more.</summary>
    public static Script LeaveEvents { get; } = new(
        "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end\n", "");

    /// <summary>
    /// KEYS: 1 a channel's staged events, 2 its hash. ARGV: 1 how many events. Gives the oldest events, and the count
    /// of each receiver with losses.
    /// </summary>
    public static Script ReadStaged { get; } = new("""
        local losses = {}
        local all = redis.call('HGETALL', KEYS[2])
        for i = 1, #all, 2 do
          if string.sub(all[i], 1, 2) == 'x:' then
            table.insert(losses, string.sub(all[i], 3))
            table.insert(losses, all[i + 1])
          end
        end
        return { redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', ARGV[1]), losses }
        """,
        "");

    /// <summary>
    /// Adds the staged events of a channel to receivers' queues, and what it lost, each once. KEYS: 1 what was added so
    /// far, the place of the last event and the last counts of losses, 2 and 3 a receiver's queue and its losses, 4 and
    /// 5 the next one's. ARGV: 1 how many may wait, 2 ms that this is remembered, 3 how many receivers have losses, for
    /// each which one and its count, then for each event its place, its receivers and itself.
    /// </summary>
    public static Script Tell { get; } = new("local call = redis.call\n" + Telling + """
        local epoch, offset = string.match(call('HGET', KEYS[1], 'p') or '', '^(%S+) (%S+)$')
        local events = 4 + ARGV[3] * 2
        for i = events, #ARGV, 3 do
          local e, o = string.match(ARGV[i], '^(%S+) (%S+)$')
          if e ~= epoch or tonumber(o) > tonumber(offset) then
            for n in string.gmatch(ARGV[i + 1], '%d+') do tell(KEYS[n * 2], KEYS[n * 2 + 1], ARGV[i + 2], ARGV[1]) end
            epoch, offset = e, o
          end
        end
        for i = 4, events - 1, 2 do
          local lost = KEYS[ARGV[i] * 2 + 1]
          local since, count = string.match(ARGV[i + 1], '^(%S+) (%d+)$')
          local last, added = string.match(call('HGET', KEYS[1], lost) or '', '^(%S+) (%d+)$')
          local more = last == since and count - added or tonumber(count)
          if more > 0 then
            call('INCRBY', lost, more)
            call('HSET', KEYS[1], lost, ARGV[i + 1])
          end
        end
        if epoch then call('HSET', KEYS[1], 'p', epoch .. ' ' .. offset) end
        call('PEXPIRE', KEYS[1], ARGV[2])
        """,
        "");

    /// <summary>
    /// Forgets staged events that were added to queues, and losses, unless there are more since. KEYS: 1 a channel's
    /// events, 2 its hash. ARGV: 1 how many receivers have losses, for each its name and its count, then the events.
    /// </summary>
    public static Script ForgetStaged { get; } = new(
        """
        local at = 2
        for _ = 1, tonumber(ARGV[1]) do
          local field = 'x:' .. ARGV[at]
          if redis.call('HGET', KEYS[2], field) == ARGV[at + 1] then redis.call('HDEL', KEYS[2], field) end
          at = at + 2
        end
        for i = at, #ARGV do redis.call('XDEL', KEYS[1], ARGV[i]) end
        """,
        "");

    /// <summary>
    /// Notes that a channel may have staged events from now on. KEYS: 1 all such channels. ARGV: 1 the channel, 2 ms
    /// after which somebody is to look.
    /// </summary>
    public static Script Watch { get; } = new(Clock + """
        redis.call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
        """,
        "");

    /// <summary>
    /// Takes some of those that it is time to look at. KEYS: 1 all. ARGV: 1 how many, 2 ms after which somebody else
    /// looks. Gives until when they are taken, and these.
    /// </summary>
    public static Script TakeWatched { get; } = new(Clock + """
        local till = string.format('%.0f', now + ARGV[2])
        local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now), 'LIMIT', 0, ARGV[1])
        for _, channel in ipairs(due) do redis.call('ZADD', KEYS[1], till, channel) end
        return { till, due }
        """,
        "");

    /// <summary>
    /// A channel had no staged events when it was looked at. KEYS: 1 all such channels. ARGV: 1 the channel, 2 until
    /// when it was taken: no longer where it was noted again.
    /// </summary>
    public static Script Unwatch { get; } = new(
        "if redis.call('ZSCORE', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('ZREM', KEYS[1], ARGV[1]) end\n", "");

    private const string Clock = """
        local time = redis.call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)

        """;
}
