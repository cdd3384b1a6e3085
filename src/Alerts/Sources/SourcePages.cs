namespace Alerts.Sources;

/// <summary>Fetches and reads all pages of a source.</summary>
internal sealed class SourcePages(SourceHttp http, SourceOptions options)
{
    /// <param name="knownEntries">Returns the stored entries of the source.</param>
    /// <param name="now">The service clock's current time.</param>
    /// <returns>The reading, or null when no page has changed; and the validators of the pages.</returns>
    /// <exception cref="SourceException">The source cannot be read.</exception>
    public async Task<(Reading? Reading, IReadOnlyList<PageValidator> Pages)> ReadAsync(
        SourceState state, Func<Task<IReadOnlyList<SourceEntry>>> knownEntries, Instant now, CancellationToken cancel)
    {
        var source = state.Source;
        return source.Type switch
        {
            SourceType.ICalendar => await ReadCalendarAsync(state, knownEntries, now, cancel),
            SourceType.FederalRegister => await ReadRegisterAsync(source, state.Pages, now, cancel),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private async Task<(Reading?, IReadOnlyList<PageValidator>)> ReadCalendarAsync(
        SourceState state, Func<Task<IReadOnlyList<SourceEntry>>> knownEntries, Instant now, CancellationToken cancel)
    {
        var (source, url) = (state.Source, state.Source.Url ?? "");
        // Every day, series are expanded one day further, which needs the whole answer.
        var known = state is { Pages: [{ IsUsable: true } page] } && state.IsCurrentOn(now) ? page : null;
        var answer = await FetchCalendarAsync(url, known, cancel);
        if (answer.Body is null)
        {
            return (null, state.Pages);
        }

        var entries = await knownEntries();
        return (CalendarSource.Read(source, answer.Body, now, entries), [answer.Validator with { Url = url }]);
    }

    /// <summary>
    /// Fetches a calendar. A webcal address is fetched over https, or over http when no https connection can be made.
    /// </summary>
    private async Task<SourceAnswer> FetchCalendarAsync(string url, PageValidator? known, CancellationToken cancel)
    {
        if (!url.StartsWith("webcal:", StringComparison.OrdinalIgnoreCase))
        {
            return await http.GetAsync(new Uri(url), known, cancel);
        }

        var rest = url["webcal:".Length..];
        try
        {
            return await http.GetAsync(new Uri("https:" + rest), known, cancel);
        }
        catch (SourceException e) when (e.IsUnreached)
        {
            return await http.GetAsync(new Uri("http:" + rest), known, cancel);
        }
    }

    private async Task<(Reading?, IReadOnlyList<PageValidator>)> ReadRegisterAsync(
        Source source, IReadOnlyList<PageValidator> known, Instant now, CancellationToken cancel)
    {
        var query = source.Query ?? new RegisterQuery();
        var firsts = query.Dates.Select(field => RegisterSource.FirstPage(options.Documents, query, field, now))
            .ToList();
        if (await IsUnchangedAsync(firsts, known, cancel))
        {
            return (null, known);
        }

        var documents = new List<RegisterDocument>();
        var pages = new List<PageValidator>();
        var (isWhole, isBack) = (true, false);
        foreach (var first in firsts)
        {
            var (next, before) = ((Uri?)first, documents.Count);
            var seen = new HashSet<Uri>();
            for (var number = 1; next is not null && seen.Add(next); number++)
            {
                // Only an empty page that names a next one makes more pages than documents.
                if (documents.Count - before > Comparison.MaxDates || number > Comparison.MaxDates)
                {
                    isWhole = false;
                    break;
                }

                var answer = await http.GetAsync(next, null, cancel);
                // the request is unconditional, so there is a body
                var page = RegisterSource.Read(answer.Body ?? [], next, number);
                documents.AddRange(page.Documents);
                pages.Add(answer.Validator with { Url = next.AbsoluteUri });
                next = page.Next;
            }

            isBack |= isWhole && next is not null;
        }

        var reading = RegisterSource.Dates(source, documents, now);
        return (isWhole && !isBack ? reading : reading with
        {
            IsPartial = true,
            Warnings = [.. reading.Warnings, isBack ? "The pages of the register lead back to one before; "
                    + "what follows was not read."
                : "The register has more documents than a source may have; the newest were read. Narrow the query."],
        }, pages);
    }

    /// <summary>
    /// Whether the last full response is still current: the first pages have the same addresses and no page has
    /// changed.
    /// </summary>
    private async Task<bool> IsUnchangedAsync(
        IReadOnlyList<Uri> firsts, IReadOnlyList<PageValidator> known, CancellationToken cancel)
    {
        if (!known.All(page => page.IsUsable) || !firsts.All(first => known.Any(page => page.Url == first.AbsoluteUri)))
        {
            return false;
        }

        foreach (var page in known)
        {
            if ((await http.GetAsync(new Uri(page.Url), page, cancel)).Body is not null)
            {
                return false;
            }
        }

        return true;
    }
}
