using Alerts.Dates;
using Alerts.Sources;

namespace Alerts.Tests.Support;

/// <summary>What tests of sources do with a world and a publisher.</summary>
internal static class SourceWorld
{
    public static Task<World> StartAsync(Worlds worlds) =>
        worlds.At("2026-11-01 00:00", ("Sources:AllowLoopback", "true"));

    /// <summary>Adds a source of the calendar <c>/c.ics</c>, or adds it again.</summary>
    public static Task<SavedSource> PutAsync(World world, FakePublisher publisher, string id = "s") =>
        world.Get<SourceEdits>().PutAsync(
            new Source
            {
                Id = id,
                Type = SourceType.ICalendar,
                Url = publisher.Url + "/c.ics",
                TimeZone = DateTimeZone.Utc
            }, Cancel);

    /// <summary>Reads the source <c>s</c>.</summary>
    public static async Task<SourceState> ReadAsync(World world) =>
        (await world.Get<SourceReads>().ReadAsync("s", isDue: false, Cancel))!; // no other process reads the source

    public static async Task<IReadOnlyList<ShownProposal>> ShowAsync(World world) =>
        await world.Get<Proposals>().ShowAllAsync(
        await world.Get<ISources>().ProposalsAsync(null, 200, Cancel), Cancel);

    /// <summary>Lists the open proposals as <c>id change</c>, in order.</summary>
    public static async Task<IEnumerable<string>> OpenAsync(World world) =>
        (await ShowAsync(world)).Select(one => $"{one.KeyDateId} {one.Change.ToString().ToLowerInvariant()}").Order();

    public static async Task AcceptAllAsync(World world) => Assert.IsType<Decision.Done>(
        await world.Get<Proposals>().AcceptAsync([.. (await ShowAsync(world)).Select(one => one.Id)], Cancel));

    public static Task<DateVersion?> DateAsync(World world, string id) => world.Get<IKeyDates>().FindAsync(id, Cancel);

    public static async Task<DateOrigin?> OriginAsync(World world, string id) =>
        await world.Get<SourceOrigins>().OfAsync((await DateAsync(world, id))!, Cancel);
}
