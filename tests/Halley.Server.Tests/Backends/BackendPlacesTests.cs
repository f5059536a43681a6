using System.Net;
using Halley.Access;
using Halley.Protocol.Backends;
using Halley.Server.Backends;
using Halley.Testing.Doubles;

namespace Halley.Server.Tests.Backends;

/// <summary>Each client has a share of the places and of the queue, and who has gone has none.</summary>
public sealed class BackendPlacesTests
{
    private readonly BackendPlaces _places = new(
        new BackendOptions(MaxConcurrent: 4, MaxWaiting: 6, MaxAnswerBytes: 10, MaxPerClient: 3));
    private readonly ManualDispatcher _dispatcher = new();

    [Fact]
    public void One_client_has_its_share_of_the_places_and_another_finds_one_free()
    {
        var crowd = Enter("10.0.0.1", 9);

        Assert.Equal(3, crowd.Count(question => question.IsUnderWay));
        Assert.True(Enter("10.0.0.2", 1)[0].IsUnderWay);
    }

    [Fact]
    public void Who_is_nobodys_client_has_all_places()
    {
        Assert.Equal(4, Enter(null, 4).Count(question => question.IsUnderWay));
    }

    [Fact]
    public void Clients_that_wait_have_their_turn_one_after_another()
    {
        var crowd = Enter("10.0.0.1", 7);
        var filler = Enter("10.0.0.9", 1);
        var second = Enter("10.0.0.2", 1);
        var third = Enter("10.0.0.3", 1);

        var next = new[] { crowd[0], filler[0], crowd[1] }.SelectMany(done => _places.Leave(done)!).ToList();

        Assert.Equal([crowd[3], second[0], third[0]], next);
    }

    [Fact]
    public void Where_the_queue_is_full_the_client_with_most_in_it_loses_its_last()
    {
        var crowd = Enter("10.0.0.1", 9);
        Enter("10.0.0.9", 1);

        Assert.False(_places.Enter(New("10.0.0.2"), out var refused));
        Assert.Equal(crowd[^1], refused);

        var another = New("10.0.0.1");
        Assert.False(_places.Enter(another, out refused));
        Assert.Equal(another, refused);
    }

    [Fact]
    public void A_crowd_of_one_IPv6_network_is_one_client()
    {
        var crowd = Enumerable.Range(1, 9).SelectMany(host => Enter($"2001:db8::{host}", 1)).ToList();

        Assert.Equal(3, crowd.Count(question => question.IsUnderWay));
        Assert.True(Enter("2001:db8:0:1::1", 1)[0].IsUnderWay);
    }

    [Fact]
    public void Who_has_gone_frees_its_place_in_the_queue_and_is_told_nothing()
    {
        var crowd = Enter("10.0.0.1", 9);
        crowd.ForEach(_places.GiveUp);
        Assert.All(crowd[..3], question => Assert.True(question.Patience.IsCancellationRequested));

        Assert.All(crowd[..3], question => Assert.Null(_places.Leave(question)));
        crowd.ForEach(question => question.Tell(BackendAnswer.Without(BackendOutcome.TimedOut)));
        Assert.Equal(0, _dispatcher.Waiting);
        Assert.Equal(3, Enter("10.0.0.1", 9).Count(question => question.IsUnderWay));
    }

    [Fact]
    public void An_answer_that_was_on_its_way_when_its_client_went_is_told_to_nobody()
    {
        var told = 0;
        var question = New("10.0.0.1", () => told++);
        _places.Enter(question, out _);
        _places.Leave(question);
        question.Tell(BackendAnswer.Without(BackendOutcome.Failed));
        _places.GiveUp(question);
        _dispatcher.RunAll();

        Assert.Equal(0, told);
    }

    [Fact]
    public void However_they_come_and_go_every_place_is_free_in_the_end()
    {
        var random = new Random(7);
        var here = new List<Question>();
        for (var step = 0; step < 20_000; step++)
        {
            if (here.Count == 0 || random.Next(3) > 0)
            {
                var question = New($"10.0.0.{random.Next(5)}");
                _places.Enter(question, out var refused);
                here.Add(question);
                here.Remove(refused!);
                continue;
            }

            var leaving = here[random.Next(here.Count)];
            here.Remove(leaving);
            if (leaving.IsUnderWay)
            {
                _places.Leave(leaving);
            }
            else
            {
                _places.GiveUp(leaving);
            }

            Assert.InRange(here.Count(question => question.IsUnderWay), Math.Min(here.Count, 3), 4);
            Assert.InRange(here.Count(question => question.Place is not null), 0, 6);
        }

        while (here.Find(question => question.IsUnderWay) is { } last)
        {
            here.Remove(last);
            _places.Leave(last);
        }

        Assert.Empty(here);
        Assert.Equal(4, Enter(null, 10).Count(question => question.IsUnderWay));
    }

    private List<Question> Enter(string? client, int count)
    {
        var questions = Enumerable.Range(0, count).Select(_ => New(client)).ToList();
        questions.ForEach(question => _places.Enter(question, out _));
        return questions;
    }

    private Question New(string? client, Action? whenTold = null) => new(
        new BackendRequest("GET", "http://backend.test/", [], null, TimeSpan.FromSeconds(5))
        {
            Client = client is null ? default : ClientBlock.Of(IPAddress.Parse(client)),
        },
        _dispatcher,
        _ => whenTold?.Invoke(),
        new CancellationTokenSource());
}
