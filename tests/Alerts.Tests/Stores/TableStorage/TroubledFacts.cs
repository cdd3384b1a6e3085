using Alerts.Tests.EndToEnd;
using Alerts.Tests.Support;

namespace Alerts.Tests.Stores.TableStorage;

/// <summary>Refusals, lost answers and other writers that the library's next try comes through change nothing that anybody gets, nor when.</summary>
public sealed class When_a_date_changes_those_told_something_else_hear_of_it_once_on_troubled_Table_Storage()
    : When_a_date_changes_those_told_something_else_hear_of_it_once(Worlds.OnTroubledTableStorage);
