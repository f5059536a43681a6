using Halley.Load.Clients;

namespace Halley.Load.Tests;

public sealed class DeliveryCheckTests
{
    [Fact]
    public void What_comes_once_and_in_order_is_good()
    {
        var check = Given(1, 2, 3);
        check.ExpectUpTo(0, isToEverybody: false, 3);

        Assert.Equal(DeliveryErrors.None, check.Errors);
        Assert.Equal(3, check.Delivered);
    }

    [Fact]
    public void A_gap_is_lost()
    {
        Assert.Equal(DeliveryErrors.None with { Lost = 2 }, Given(1, 4).Errors);
    }

    [Fact]
    public void What_is_missing_at_the_end_is_lost()
    {
        var check = Given(1);
        check.ExpectUpTo(0, isToEverybody: false, 3);
        check.ExpectUpTo(0, isToEverybody: true, 1);

        Assert.Equal(DeliveryErrors.None with { Lost = 3 }, check.Errors);
    }

    [Fact]
    public void What_comes_late_is_out_of_order_and_not_lost()
    {
        Assert.Equal(DeliveryErrors.None with { OutOfOrder = 1 }, Given(1, 3, 2).Errors);
    }

    [Fact]
    public void What_comes_again_is_repeated()
    {
        Assert.Equal(DeliveryErrors.None with { Duplicated = 2 }, Given(1, 2, 1, 2).Errors);
    }

    [Fact]
    public void Messages_to_everybody_have_numbers_of_their_own()
    {
        var check = Given(1);
        check.Take(0, isToEverybody: true, 1);

        Assert.Equal(DeliveryErrors.None, check.Errors);
    }

    [Fact]
    public void Who_comes_back_anew_is_due_nothing_of_what_it_missed()
    {
        var check = Given(1);
        check.SkipTo(0, isToEverybody: false, 5);
        check.Take(0, isToEverybody: false, 6);
        check.ExpectUpTo(0, isToEverybody: false, 6);

        Assert.Equal(DeliveryErrors.None, check.Errors);
    }

    private static DeliveryCheck Given(params int[] numbers)
    {
        var check = new DeliveryCheck(subscribers: 1);
        foreach (var number in numbers)
        {
            check.Take(0, isToEverybody: false, number);
        }

        return check;
    }
}
