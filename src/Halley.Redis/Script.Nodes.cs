namespace Halley.Redis;

// The leases of nodes, and what those leave that die. Times are Redis' own.
internal sealed partial class Script
{
    // Moves what a node would leave to what its heir is to have; an heir may have died in the middle of that.
    private const string Taking = """
        local call = redis.call
        local time = call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local function take(estate, inheritance)
          if call('EXISTS', inheritance) == 0 then
            call('RENAME', estate, inheritance)
          else
            local all = call('HGETALL', estate)
            for i = 1, #all, 2 do call('HSET', inheritance, all[i], all[i + 1]) end
            call('DEL', estate)
          end
        end

        """;

    /// <summary>
    /// Says that a node lives. KEYS: <see cref="RedisKeys.OfNode"/>. ARGV: 1 the node, 2 ms that its lease lasts, 3 "1"
    /// where it has just started, 4 ms that what it leaves is kept, 5 from when on nodes are forgotten (ms ago),
    /// further ones its account. Gives whether it had a lease, when its estate was last taken by an heir, how much is
    /// in its estate, and whether there is an inheritance that nobody has yet.
    /// </summary>
    public static Script Beat { get; } = new(Taking + """
        local had = call('EXISTS', KEYS[2])
        if ARGV[3] == '1' and call('EXISTS', KEYS[3]) == 1 then take(KEYS[3], KEYS[4]) end
        call('ZADD', KEYS[1], string.format('%.0f', now + ARGV[2]), ARGV[1])
        call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - ARGV[5]))
        call('HSET', KEYS[2], unpack(ARGV, 6))
        call('PEXPIRE', KEYS[2], ARGV[2])
        call('PEXPIRE', KEYS[3], ARGV[4])
        return { had, call('GET', KEYS[5]) or '', call('HLEN', KEYS[3]), call('EXISTS', KEYS[4]) }
        """,
        "");

    /// <summary>
    /// KEYS: 1 all nodes. Gives now, then each node and when its lease is over (ms).
    /// </summary>
    public static Script Census { get; } = new("""
        local time = redis.call('TIME')
        return {
          time[1] * 1000 + math.floor(time[2] / 1000), redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
        }
        """,
        "");

    /// <summary>
    /// Has a node be the heir of one whose lease is over. KEYS: <see cref="RedisKeys.OfNode"/> of that one. ARGV: 1
    /// that one, 2 the heir, 3 ms that it may take until it asks again, 4 how much it wants at a time, 5 ms that the
    /// dead one is to know of this should it live. Gives nothing where that one lives, or has another heir; else names
    /// and what they are of, none where that was all.
    /// </summary>
    public static Script Claim { get; } = new(Taking + """
        local isDead = call('EXISTS', KEYS[2]) == 0
        if isDead and call('EXISTS', KEYS[3]) == 1 then
          take(KEYS[3], KEYS[4])
          call('SET', KEYS[5], string.format('%.0f %s', now, ARGV[2]), 'PX', ARGV[5])
        end
        local heir = call('GET', KEYS[6])
        if call('EXISTS', KEYS[4]) == 0 then
          if heir == ARGV[2] then call('DEL', KEYS[6]) end
          if not isDead then return false end
          call('ZREM', KEYS[1], ARGV[1])
          return {}
        end
        if heir and heir ~= ARGV[2] then return false end
        call('SET', KEYS[6], ARGV[2], 'PX', ARGV[3])
        return call('HRANDFIELD', KEYS[4], ARGV[4], 'WITHVALUES')
        """,
        "");

    /// <summary>
    /// A node ends in good order. KEYS: <see cref="RedisKeys.OfNode"/>. ARGV: 1 the node. What it could not say is left
    /// to an heir at once.
    /// </summary>
    public static Script Depart { get; } = new("""
        local call = redis.call
        local time = call('TIME')
        call('DEL', KEYS[2])
        if call('EXISTS', KEYS[3], KEYS[4]) == 0 then
          call('ZREM', KEYS[1], ARGV[1])
        else
          call('ZADD', KEYS[1], time[1] .. '000', ARGV[1])
        end
        """,
        "");
}
