// The queues between the watcher and the senders: one per channel, and one for slow webhook endpoints and retries.

param name string
param location string
param principalId string

@description('0: Standard.')
param premiumUnits int

// One more channel is one more name here.
var queueNames = ['email', 'webhook', 'webhook-slow']

var roles = [
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' // Azure Service Bus Data Sender
  '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' // Azure Service Bus Data Receiver
]

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  sku: premiumUnits == 0
    ? { name: 'Standard', tier: 'Standard' }
    : { name: 'Premium', tier: 'Premium', capacity: premiumUnits }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = [
  for queueName in queueNames: {
    parent: namespace
    name: queueName
    properties: {
      // Each send has its own message id: only one that was sent twice is dropped. Azure does not let this be switched off later.
      requiresDuplicateDetection: true
      // Shorter than the two minutes after which the ledger posts again, under the same id, what was put aside as a dead letter.
      duplicateDetectionHistoryTimeWindow: 'PT1M'
      // A message is handed out again after every failure: an outage of the store for a day must not use them up.
      maxDeliveryCount: 1000
      lockDuration: 'PT5M'
      // What lies here for two weeks has long expired in the ledger; it is kept to be looked at.
      defaultMessageTimeToLive: 'P14D'
      deadLetteringOnMessageExpiration: true
      maxSizeInMegabytes: 5120
    }
  }
]

// On the queues, not on the namespace: nothing else in it can be read or written.
resource grants 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for i in range(0, length(queueNames) * length(roles)): {
    scope: queues[i / length(roles)]
    name: guid(namespace.id, queueNames[i / length(roles)], principalId, roles[i % length(roles)])
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles[i % length(roles)])
    }
  }
]

output id string = namespace.id
output host string = '${namespace.name}.servicebus.windows.net'
