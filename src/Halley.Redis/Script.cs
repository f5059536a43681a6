using System.Security.Cryptography;
using System.Text;

namespace Halley.Redis;

/// <summary>
/// A step that Redis takes as one. Every script begins by opening the channel: that finds its epoch and its last
/// offset, and begins a new epoch where the <em>term</em> has changed. The term is the replication id of the server
/// that runs the script: it changes whenever a server is promoted or started again, and so whenever messages may be
/// missing from its end. The numbers go on, and the epoch before is remembered with the last offset that it is known to
/// have had here: whoever heard no more than that has lost nothing.
/// </summary>
/// <remarks>
/// A channel is two keys. The hash: <c>e</c> epoch, <c>s</c> last offset, <c>t</c> term, <c>pe</c> and <c>ps</c> the
/// epoch before and its last offset, <c>u</c> how long it is kept after a use (ms), <c>k</c> until when it is kept
/// where nobody is here (ms), <c>h</c> the oldest offset kept, <c>l</c> the newest one dropped and <c>lr</c> why,
/// <c>r</c> when somebody last wanted messages (s), <c>n:NODE</c> subscribers at a node and until when that holds (ms),
/// <c>x:RECEIVER</c> events for the operator's server that found no room.
/// The stream: entries <c>OFFSET-0</c> with <c>b</c> what the publisher said, <c>t</c> the stamp, <c>x</c> when it
/// expires (ms, 0 for never).
/// </remarks>
internal sealed partial class Script
{
    // KEYS: 1 the hash, 2 the stream, 3 all channels (in a cluster the hash again). ARGV: 1 an epoch to begin, 2 "1" to
    // look at the term, 3 how many channels there may be with one that is created, 0 to create none, 4 ms that one is
    // kept after a use. Gives nothing where there is no channel, "full" where there are as many as there may be.
    private const string Opening = Term + """
        local meta, stream = KEYS[1], KEYS[2]
        local time = call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)
        local ch
        local m = call('HMGET', meta, 'e', 's', 't', 'pe', 'ps', 'u', 'h', 'l', 'lr', 'k')
        if m[1] then
          ch = {
            t = term(), e = m[1], s = tonumber(m[2]), pe = m[4], ps = m[5], u = tonumber(m[6]), h = m[7], l = m[8],
            lr = m[9], k = tonumber(m[10] or 0), created = 0
          }
          if ch.t ~= m[3] then
            ch.pe, ch.ps, ch.e = m[1], m[2], ARGV[1]
            call('HSET', meta, 'e', ch.e, 't', ch.t, 'pe', ch.pe, 'ps', ch.ps)
          end
        elseif ARGV[3] ~= '0' then
          if KEYS[3] ~= meta and call('ZCARD', KEYS[3]) >= tonumber(ARGV[3]) then return 'full' end
          call('DEL', stream)
          ch = { t = term(), e = ARGV[1], s = 0, u = tonumber(ARGV[4]), k = 0, created = 1 }
          call('HSET', meta, 'e', ch.e, 's', 0, 't', ch.t, 'u', ARGV[4])
        else
          return false
        end
        local function expire(ms)
          call('PEXPIRE', meta, ms)
          call('PEXPIRE', stream, ms)
        end
        local function keep(ms)
          local till = now + math.max(ms, ch.u)
          if till < ch.k + 500 then return end
          ch.k = till
          call('HSET', meta, 'k', string.format('%.0f', till))
          if call('PTTL', meta) < till - now then expire(till - now) end
        end
        local function leased()
          local last = 0
          local all = call('HGETALL', meta)
          for i = 1, #all, 2 do
            if string.sub(all[i], 1, 2) == 'n:' then
              last = math.max(last, tonumber(string.match(all[i + 1], ' (%d+)')))
            end
          end
          return last - now
        end
        local function dropped(offset, why)
          ch.l, ch.lr = offset, why
          call('HSET', meta, 'l', offset, 'lr', why)
        end
        local function sweep(most)
          for _, entry in ipairs(call('XRANGE', stream, '-', '+', 'COUNT', most)) do
            local expires = tonumber(entry[2][6])
            if expires > 0 and expires <= now then
              call('XDEL', stream, entry[1])
              dropped(string.match(entry[1], '%d+'), 'x')
            end
          end
        end

        """;

    // ARGV: 2 "1" to look at the term.
    private const string Term = """
        local call = redis.call
        local function term()
          if ARGV[2] ~= '1' then return '-' end
          local info = call('INFO', 'replication')
          local _, before = string.find(info, 'master_replid:', 1, true)
          local id = before and string.match(info, '^%x+', before + 1)
          if id and string.find(id, '[1-9a-f]') then return id end
          return string.match(call('INFO', 'server'), 'run_id:(%x+)') or '?'
        end

        """;

    private Script(string body, string opening = Opening)
    {
        Text = opening + body;
#pragma warning disable CA5350 // Not for secrecy: Redis names scripts so.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(Text));
#pragma warning restore CA5350
    }

    public string Text { get; }

    /// <summary>The script's name in Redis.</summary>
    public byte[] Hash { get; }

    /// <summary>
    /// KEYS: 4 the hash with the last stamp. ARGV: 5 how many messages are kept, 6 how many more may come before the
    /// oldest are dropped, 7 ms that it is kept or 0, 8 where followers hear, 9 what they are told, 10 "1" for tags of
    /// microseconds. With an idempotency key also KEYS: 5 its own (else the hash), ARGV: 11 ms that it is remembered,
    /// 12 the message's fingerprint. Where it is told of, KEYS: 6 and 7 a receiver's queue and its losses, 8 and 9 the
    /// next one's, ARGV: 13 an event but for its end, 14 how many may wait; in a cluster KEYS: 6 the channel's staged
    /// events, ARGV: 15 the receivers with commas between them, 16 ms that events are kept. Gives epoch, offset,
    /// seconds, tag, whether the channel was created, the term, whether that was published before; "reused" where the
    /// key is of another message.
    /// </summary>
    public static Script Publish { get; } = new(Telling + Staging + """
        local hasId = KEYS[5] and KEYS[5] ~= meta
        if hasId then
          local print, e, s, sec, tag = string.match(call('GET', KEYS[5]) or '', '^(%S+) (%S+) (%S+) (%S+) (%S+)$')
          if print and print ~= ARGV[12] then return 'reused' end
          if print then return { e, s, sec, tag, ch.created, ch.t, 1 } end
        end
        local sec, tag = tonumber(time[1]), ARGV[10] == '1' and time[2] + 1 or 1
        local last = call('HMGET', KEYS[4], 'ls', 'lt')
        if last[1] then
          local ls, lt = tonumber(last[1]), tonumber(last[2])
          if ls > sec or (ls == sec and lt >= tag) then
            sec, tag = ls, lt + 1
            if tag > 16777215 then sec, tag = sec + 1, 1 end
          end
        end
        call('HSET', KEYS[4], 'ls', sec, 'lt', tag)
        local s = ch.s + 1
        local isNew = false
        local room, life = tonumber(ARGV[5]), tonumber(ARGV[7])
        local head = ch.h
        call('HSET', meta, 's', s)
        if room > 0 then
          local ends = life > 0 and string.format('%.0f', now + life) or '0'
          call('XADD', stream, string.format('%.0f-0', s), 'b', ARGV[9], 't', sec .. ' ' .. tag, 'x', ends)
          if life > 0 then sweep(2) end
          local moved = life > 0 or not head
          local kept = call('XLEN', stream)
          isNew = kept == 1
          if kept > room + tonumber(ARGV[6]) then
            call('XTRIM', stream, 'MAXLEN', room)
            moved = true
          end
          if moved then
            local first = string.match(call('XRANGE', stream, '-', '+', 'COUNT', 1)[1][1], '%d+')
            if head and first ~= head and ch.lr ~= 'x' then dropped(first - 1, 'e') end
            head = first
            call('HSET', meta, 'h', head)
          end
        end
        keep(life)
        if isNew then call('PEXPIRE', stream, call('PTTL', meta)) end
        local stamp = string.format('m %s %.0f %s %d %.0f %.0f %.0f\n',
          ch.e, s, head or s + 1, room > 0 and 1 or 0, math.ceil(life / 1000), sec, tag)
        call('PUBLISH', ARGV[8], stamp .. ARGV[9])
        local told = KEYS[6] and string.format('%s,"epoch":"%s","offset":%.0f}', ARGV[13], ch.e, s)
        if ARGV[15] then
          stage(KEYS[6], string.format('%s %.0f', ch.e, s), told)
        else
          for i = 6, #KEYS, 2 do tell(KEYS[i], KEYS[i + 1], told, ARGV[14]) end
        end
        if hasId then
          call('SET', KEYS[5], string.format('%s %s %.0f %.0f %.0f', ARGV[12], ch.e, s, sec, tag), 'PX', ARGV[11])
        end
        return { ch.e, s, sec, tag, ch.created, ch.t, 0 }
        """);

    /// <summary>
    /// ARGV: 5 the offset from which on messages are wanted, 6 the field of a node's subscribers, 7 how many there are
    /// and until when (nothing for none), 8 "1" where somebody wants messages. Gives epoch, last offset, epoch before,
    /// its last offset, newest dropped, why, whether it was created, the entries.
    /// </summary>
    public static Script Read { get; } = new("""
        if ARGV[8] == '1' then
          call('HSET', meta, 'r', time[1])
          keep(0)
        end
        if ARGV[7] ~= '' then
          call('HSET', meta, ARGV[6], ARGV[7])
          local lease = tonumber(string.match(ARGV[7], ' (%d+)')) - now
          if call('PTTL', meta) < lease then expire(lease) end
        elseif call('HDEL', meta, ARGV[6]) == 1 then
          keep(0)
          expire(math.max(ch.k - now, leased()))
        end
        return {
          ch.e, ch.s, ch.pe or '0', ch.ps or '0', ch.l or '0', ch.lr or '', ch.created,
          call('XRANGE', stream, ARGV[5], '+')
        }
        """);

    /// <summary>
    /// ARGV: 5 of how many of the newest the first one is wanted, 6 ms that it is kept, exactly, or 0. Gives epoch,
    /// last offset, oldest offset, whether it was created.
    /// </summary>
    public static Script Reserve { get; } = new("""
        if ARGV[6] ~= '0' then
          call('HSET', meta, 'k', string.format('%.0f', now + ARGV[6]))
          expire(math.max(tonumber(ARGV[6]), leased()))
        else
          keep(0)
        end
        sweep(100)
        local oldest = ch.s + 1
        if tonumber(ARGV[5]) > 0 then
          local newest = call('XREVRANGE', stream, '+', '-', 'COUNT', ARGV[5])
          if #newest > 0 then oldest = string.match(newest[#newest][1], '%d+') end
        end
        return { ch.e, ch.s, oldest, ch.created }
        """);

    /// <summary>
    /// Gives epoch, last offset, messages kept, when somebody last wanted some, now (ms), the newest stamp, by node its
    /// subscribers and until when that holds.
    /// </summary>
    public static Script Info { get; } = new(State + "return state\n");

    /// <summary>ARGV: 5 where followers hear, 6 what they are told. Gives the same.</summary>
    public static Script Close { get; } = new(State + """
        call('DEL', meta, stream)
        call('PUBLISH', ARGV[5], string.format('e %s %.0f\n', ch.e, ch.s) .. ARGV[6])
        return state
        """);

    /// <summary>ARGV: 5 where followers hear. Gives epoch, last offset.</summary>
    public static Script Clear { get; } = new("""
        call('XTRIM', stream, 'MAXLEN', 0)
        call('HDEL', meta, 'h')
        dropped(ch.s, 'c')
        call('PUBLISH', ARGV[5], string.format('c %s %.0f\n', ch.e, ch.s))
        return { ch.e, ch.s }
        """);

    /// <summary>KEYS: 1 one to write to. Gives the term.</summary>
    public static Script Mark { get; } = new(
        """
        call('SET', KEYS[1], '', 'PX', 60000)
        return term()
        """,
        Term);

    private const string State = """
        sweep(100)
        local newest = call('XREVRANGE', stream, '+', '-', 'COUNT', 1)
        local state = {
          ch.e, ch.s, call('XLEN', stream), call('HGET', meta, 'r') or '', now, newest[1] and newest[1][2][4] or '', {}
        }
        local all = call('HGETALL', meta)
        for i = 1, #all, 2 do
          if string.sub(all[i], 1, 2) == 'n:' then table.insert(state[7], all[i]) table.insert(state[7], all[i + 1]) end
        end

        """;
}
