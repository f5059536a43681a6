using System.Diagnostics;
using Halley.Access;

namespace Halley.Server.Backends;

/// <summary>
/// The queue for questions to backends: so many under way, so many more that wait, and of both a share for each client.
/// Those under way are taken from the clients in turn; where the queue is full, the client that has most in it loses
/// its last. Any thread.
/// </summary>
internal sealed class BackendPlaces(BackendOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ClientBlock, Client> _clients = [];

    // Clients that wait for something, each once; whoever was served last stands last.
    private readonly LinkedList<Client> _turns = [];
    private int _underWay;
    private int _waiting;

    /// <summary>Takes a question in.</summary>
    /// <param name="refused">Who has no place: this one, or another that had to make room for it; else null.</param>
    /// <returns>Whether this one is to be asked at once.</returns>
    public bool Enter(Question question, out Question? refused)
    {
        lock (_lock)
        {
            refused = null;
            var client = ClientOf(question);
            if (MayBegin(client))
            {
                Begin(question, client);
                return true;
            }

            if (_waiting >= options.MaxWaiting)
            {
                refused = MakeRoomFor(client) ?? question;
            }

            if (refused != question)
            {
                Wait(question, client);
            }

            Forget(client);
            return false;
        }
    }

    /// <summary>A question that was under way is answered, or will not be.</summary>
    /// <returns>Those to be asked now; null for none.</returns>
    public List<Question>? Leave(Question question)
    {
        lock (_lock)
        {
            Debug.Assert(question.IsUnderWay, "a question leaves once");
            question.IsUnderWay = false;
            _underWay--;
            var client = ClientOf(question);
            client.UnderWay--;
            Forget(client);
            List<Question>? next = null;
            while (TakeNext() is { } begun)
            {
                (next ??= []).Add(begun);
            }

            return next;
        }
    }

    /// <summary>Lets a question go whose time is up before it was asked.</summary>
    /// <returns>False when it did not wait.</returns>
    public bool LeaveQueue(Question question)
    {
        lock (_lock)
        {
            return TryStopWaiting(question);
        }
    }

    /// <summary>
    /// Lets a question go whose answer nobody wants any more: one that waits is gone at once, one under way is broken
    /// off.
    /// </summary>
    public void GiveUp(Question question)
    {
        lock (_lock)
        {
            question.IsGivenUp = true;
            if (TryStopWaiting(question))
            {
                question.Dispose();
            }
            else if (question.IsUnderWay)
            {
                // On other threads: what it breaks off may take a while.
                _ = question.Patience.CancelAsync();
            }
        }
    }

    // The last question of the client that has most of them; none where that would have to be this client, or has no
    // more than it.
    private Question? MakeRoomFor(Client client)
    {
        var most = client;
        foreach (var other in _turns)
        {
            most = other.Waiting.Count > most.Waiting.Count ? other : most;
        }

        if (most.Waiting.Count <= client.Waiting.Count + 1)
        {
            return null;
        }

        var last = most.Waiting.Last!.Value;
        TryStopWaiting(last);
        return last;
    }

    private bool MayBegin(Client client) => _underWay < options.MaxConcurrent && client.UnderWay < ShareOf(client);

    // Who is nobody's client, as the questions of a router are, has no share but all.
    private int ShareOf(Client client) => client.Block == default ? options.MaxConcurrent : options.MaxPerClient;

    private Question? TakeNext()
    {
        for (var turn = _turns.First; turn is not null; turn = turn.Next)
        {
            var client = turn.Value;
            if (MayBegin(client))
            {
                var question = client.Waiting.First!.Value;
                TryStopWaiting(question);
                if (client.Waiting.Count > 0)
                {
                    _turns.Remove(turn);
                    _turns.AddLast(turn);
                }

                Begin(question, ClientOf(question));
                return question;
            }
        }

        return null;
    }

    private void Begin(Question question, Client client)
    {
        question.IsUnderWay = true;
        client.UnderWay++;
        _underWay++;
    }

    private void Wait(Question question, Client client)
    {
        question.Place = client.Waiting.AddLast(question);
        _waiting++;
        if (client.Waiting.Count == 1)
        {
            _turns.AddLast(client.Turn);
        }
    }

    private bool TryStopWaiting(Question question)
    {
        if (question.Place is not { } place)
        {
            return false;
        }

        var client = ClientOf(question);
        client.Waiting.Remove(place);
        question.Place = null;
        _waiting--;
        if (client.Waiting.Count == 0)
        {
            _turns.Remove(client.Turn);
        }

        Forget(client);
        return true;
    }

    private Client ClientOf(Question question)
    {
        var block = question.Request.Client;
        if (!_clients.TryGetValue(block, out var client))
        {
            _clients.Add(block, client = new Client(block));
        }

        return client;
    }

    private void Forget(Client client)
    {
        if (client.UnderWay == 0 && client.Waiting.Count == 0)
        {
            _clients.Remove(client.Block);
        }
    }

    /// <summary>A client that has questions here.</summary>
    private sealed class Client
    {
        public Client(ClientBlock block)
        {
            Block = block;
            Turn = new LinkedListNode<Client>(this);
        }

        public ClientBlock Block { get; }

        public LinkedListNode<Client> Turn { get; }

        public LinkedList<Question> Waiting { get; } = [];

        public int UnderWay { get; set; }
    }
}
