using System.Globalization;
using System.Text;
using System.Text.Json;
using Alerts.Sources;
using Alerts.Tests.Sources;
using Microsoft.AspNetCore.Http;
using NodaTime.Text;

namespace Alerts.Tests.EndToEnd;

/// <summary>
/// The dates of a publisher, which change: single events of two calendars (<c>cal</c>, <c>auto</c>), weekly series of
/// the first, and documents of a register (<c>reg</c>). Dates are named by the ids that ours have.
/// </summary>
internal sealed class YearOfDates
{
    private readonly Random random;
    private readonly Func<Instant> now;
    private readonly Dictionary<string, There?> singles = [];
    private readonly List<WeeklySeries> series = [];

    public YearOfDates(Random random, Func<Instant> now, int events, int documents)
    {
        (this.random, this.now) = (random, now);
        for (var i = 0; i < events; i++)
        {
            singles[(i % 2 == 0 ? "cal-e" : "auto-e") + i] = AnyDate();
        }

        for (var i = 0; i < documents; i++)
        {
            singles[$"reg-2026-{i}-effective"] = AnyDate();
        }

        for (var i = 0; i < Math.Max(2, events / 40); i++)
        {
            series.Add(new WeeklySeries(random, $"s{i}", new LocalDate(2026, 1, 5).PlusDays(random.Next(30))));
        }
    }

    /// <summary>How the answers are broken: 0 for not at all.</summary>
    public int Breaking { get; set; }

    /// <summary>All dates that were ever published; null for one that is removed.</summary>
    public IEnumerable<KeyValuePair<string, There?>> All => singles.Concat(series.SelectMany(one =>
        one.Occurrences.Select(date => KeyValuePair.Create($"cal-{one.Id(date.Key)}", date.Value))));

    public There? this[string id] => IsSingle(id) ? singles[id] : All.Single(one => one.Key == id).Value;

    public static string SourceOf(string id) => id[..id.IndexOf('-', StringComparison.Ordinal)];

    public bool IsSingle(string id) => singles.ContainsKey(id);

    /// <summary>Whether <see cref="Put"/> can publish it: the register removes a document that is cancelled.</summary>
    public bool CanPublish(string id, There date) => IsSingle(id) && !(SourceOf(id) == "reg" && date.IsCancelled);

    public string AnyId() => All.ElementAt(random.Next(All.Count())).Key;

    public void Put(string id, There? date) => singles[id] = date;

    /// <summary>
    /// Whether a read contains the date: no past documents, and no occurrences from more than 30 days back.
    /// </summary>
    public bool IsRead(string id, There date) => SourceOf(id) == "reg"
        ? date.On >= now().InZone(RegisterSource.Zone).Date
        : IsSingle(id) || date.On > now().InUtc().Date.PlusDays(-25);

    /// <summary>Changes a few dates.</summary>
    public void Change()
    {
        foreach (var id in singles.Keys.ToList())
        {
            var isDocument = SourceOf(id) == "reg";
            singles[id] = random.Next(60) switch
            {
                0 => AnyDate(),
                1 when singles[id] is { } date => date with { Title = $"T{random.Next(5)}" },
                2 when singles[id] is { } date && !isDocument => date with { IsCancelled = !date.IsCancelled },
                3 => null,
                _ => singles[id],
            };
        }

        foreach (var one in series.Where(_ => random.Next(5) == 0))
        {
            one.Change(now().InUtc().Date);
        }
    }

    public async Task<bool> AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        var text = path == "/documents.json" ? Register(context.Request.Query)
            : Calendar(path.Trim('/').Split('.')[0]);
        switch (Breaking)
        {
            case 1:
                text = text[..(text.Length / 2)];
                break;
            case 2:
                text = "<html><body>Maintenance</body></html>";
                break;
            case 3:
                text = "";
                break;
            case 4:
                text = path == "/documents.json" ? """{"count":0,"results":[]}""" : SourceBench.Calendar();
                Breaking = 0; // only one empty answer in a row
                break;
            case > 4:
                context.Response.StatusCode = new[] { 404, 429, 500, 503 }[Breaking - 5];
                return true;
            default:
                break;
        }

        await context.Response.WriteAsync(text, TestContext.Current.CancellationToken);
        return true;
    }

    private There AnyDate() => new(now().InUtc().Date.PlusDays(random.Next(2, 200)), $"T{random.Next(5)}", false);

    private string Calendar(string source)
    {
        var text = SourceBench.Calendar(singles
            .Where(one => SourceOf(one.Key) == source && one.Value is not null)
            .Select(one => $"{one.Key[(source.Length + 1)..]} {one.Value}"));
        return source == "cal"
            ? text.Replace("END:VCALENDAR", string.Concat(series) + "END:VCALENDAR", StringComparison.Ordinal) : text;
    }

    private string Register(IQueryCollection query)
    {
        if (query.ContainsKey("conditions[comment_date][gte]"))
        {
            return """{"count":0,"results":[]}""";
        }

        var from = LocalDatePattern.Iso.Parse(query["conditions[effective_date][gte]"].ToString()).Value;
        var size = Math.Min(25, int.Parse(query["per_page"].ToString(), CultureInfo.InvariantCulture));
        var page = query.ContainsKey("page") ? int.Parse(query["page"].ToString(), CultureInfo.InvariantCulture) : 1;
        var all = singles.Where(one => SourceOf(one.Key) == "reg" && one.Value?.On >= from).ToList();
        return JsonSerializer.Serialize(new
        {
            count = all.Count,
            total_pages = (all.Count + size - 1) / size,
            results = all.Skip((page - 1) * size).Take(size).Select(one => new
            {
                document_number = one.Key["reg-".Length..^"-effective".Length],
                title = one.Value!.Title,
                html_url = "https://example.org/" + one.Key,
                publication_date = "2026-01-01",
                effective_on = LocalDatePattern.Iso.Format(one.Value.On),
                comments_close_on = (string?)null,
            }),
        });
    }

    /// <summary>A weekly series whose occurrences are changed one by one or together.</summary>
    private sealed class WeeklySeries(Random random, string uid, LocalDate first)
    {
        private static readonly LocalDatePattern Basic = LocalDatePattern.CreateWithInvariantCulture("uuuuMMdd");

        /// <summary>What differs from the series, by original day; null for a day that is left out.</summary>
        private readonly Dictionary<LocalDate, There?> overrides = [];

        private string title = "T0";
        private int count = 20;

        public IEnumerable<KeyValuePair<LocalDate, There?>> Occurrences =>
            Enumerable.Range(0, count).Select(week => first.PlusWeeks(week)).Select(day => KeyValuePair.Create(
                day, overrides.TryGetValue(day, out var changed) ? changed : new There(day, title, false)));

        public string Id(LocalDate day) => $"{uid}-{Basic.Format(day)}";

        public void Change(LocalDate today)
        {
            var day = first.PlusWeeks(random.Next(count));
            switch (random.Next(8))
            {
                case 0:
                    title = $"T{random.Next(5)}";
                    break;
                case 1 when count < 60:
                    count += 4;
                    break;
                case 2 when day > today:
                    overrides[day] = null;
                    break;
                case 3 when day > today:
                    overrides[day] = new There(day.PlusDays(random.Next(1, 4)), $"T{random.Next(5)}", false);
                    break;
                case 4 when day > today:
                    overrides[day] = new There(day, title, true);
                    break;
                case 5 when day > today:
                    overrides.Remove(day);
                    break;
                default:
                    break;
            }
        }

        public override string ToString()
        {
            var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
                $"BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{title}\nDTSTART;VALUE=DATE:{Basic.Format(first)}\n");
            text.Append(CultureInfo.InvariantCulture, $"RRULE:FREQ=WEEKLY;COUNT={count}\n");
            foreach (var (day, changed) in overrides.Where(one => one.Value is null))
            {
                text.Append(CultureInfo.InvariantCulture, $"EXDATE;VALUE=DATE:{Basic.Format(day)}\n");
            }

            text.Append("END:VEVENT\n");
            foreach (var (day, changed) in overrides.Where(one => one.Value is not null))
            {
                text.Append(CultureInfo.InvariantCulture,
                    $"BEGIN:VEVENT\nUID:{uid}\nRECURRENCE-ID;VALUE=DATE:{Basic.Format(day)}\n");
                text.Append(CultureInfo.InvariantCulture,
                    $"SUMMARY:{changed!.Title}\nDTSTART;VALUE=DATE:{Basic.Format(changed.On)}\n");
                text.Append(changed.IsCancelled ? "STATUS:CANCELLED\nEND:VEVENT\n" : "END:VEVENT\n");
            }

            return text.ToString();
        }
    }
}

/// <summary>What a publisher says of a date, or what we hold of it.</summary>
internal sealed record There(LocalDate On, string Title, bool IsCancelled)
{
    public override string ToString() => $"{LocalDatePattern.Iso.Format(On)} {Title}{(IsCancelled ? " x" : "")}";
}
