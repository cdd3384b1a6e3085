using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;

namespace Alerts.Web;

/// <summary>
/// Limits the requests per client address and per token, in real time and in this process: a burst, then a steady
/// rate. Clients on this machine are not limited (<see cref="ClientAddress"/>).
/// </summary>
internal static class RateLimits
{
    private static readonly TokenBucketRateLimiterOptions OfAddress = Bucket(burst: 600, aSecond: 10);
    private static readonly TokenBucketRateLimiterOptions OfToken = Bucket(burst: 300, aSecond: 5);

    public static void UseRateLimits(this IApplicationBuilder app)
    {
        // Created at the first request that is counted, not at startup.
        var limits = new Lazy<PartitionedRateLimiter<HttpContext>>(() => PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, string>(context =>
                Partition(OfAddress, ClientAddress.Of(context))),
            PartitionedRateLimiter.Create<HttpContext, string>(context =>
                Partition(OfToken, Bearer.Of(context.Request)))));
        app.Use((context, next) => IsCounted(context) ? CountAsync(limits.Value, context, next) : next(context));
    }

    /// <summary>Permits so many events of each key in every window of real time.</summary>
    public static PartitionedRateLimiter<string> Of(int most, TimeSpan window) =>
        PartitionedRateLimiter.Create<string, string>(key =>
            RateLimitPartition.GetFixedWindowLimiter(key, _ => new FixedWindowRateLimiterOptions
            {
                PermitLimit = most,
                Window = window,
                QueueLimit = 0,
            }));

    /// <summary>Answers 429 with <c>Retry-After</c>. The error handling middleware adds the body.</summary>
    public static void Refuse(HttpResponse response, RateLimitLease lease)
    {
        response.StatusCode = StatusCodes.Status429TooManyRequests;
        response.Headers.RetryAfter = Seconds(lease).ToString(CultureInfo.InvariantCulture);
    }

    private static async Task CountAsync(
        PartitionedRateLimiter<HttpContext> limits, HttpContext context, RequestDelegate next)
    {
        using var lease = limits.AttemptAcquire(context);
        if (lease.IsAcquired)
        {
            await next(context);
        }
        else
        {
            Refuse(context.Response, lease);
        }
    }

    private static int Seconds(RateLimitLease lease) =>
        lease.TryGetMetadata(MetadataName.RetryAfter, out var wait)
            ? Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)) : 1;

    private static bool IsCounted(HttpContext context) =>
        !ClientAddress.IsLocal(context)
        && context.GetEndpoint()?.Metadata.GetMetadata<DisableRateLimitingAttribute>() is null;

    private static RateLimitPartition<string> Partition(TokenBucketRateLimiterOptions bucket, string? key) =>
        key is null ? RateLimitPartition.GetNoLimiter("") : RateLimitPartition.GetTokenBucketLimiter(key, _ => bucket);

    private static TokenBucketRateLimiterOptions Bucket(int burst, int aSecond) => new()
    {
        TokenLimit = burst,
        TokensPerPeriod = aSecond,
        ReplenishmentPeriod = TimeSpan.FromSeconds(1),
        QueueLimit = 0,
    };
}
