using Alerts.Tests.EndToEnd;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>
/// Refused requests, lost answers and concurrent writers that the client library's retries overcome change neither what
/// anybody gets nor when.
/// </summary>
public sealed class When_a_date_changes_those_told_something_else_hear_of_it_once_on_troubled_Table_Storage()
    : When_a_date_changes_those_told_something_else_hear_of_it_once(Worlds.OnTroubledTableStorage);
