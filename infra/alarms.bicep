// What an operator must be told: a message nobody could send, and a watcher that stands still.

param name string
param location string
param operatorMail string
param serviceBusId string
param workspaceId string

resource operator 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: '${name}-operator'
  location: 'global'
  properties: {
    groupShortName: take(name, 12)
    enabled: true
    emailReceivers: [{ name: 'operator', emailAddress: operatorMail, useCommonAlertSchema: true }]
  }
}

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${name}-dead-letters'
  location: 'global'
  properties: {
    description: 'A message was handed out 1,000 times or could not be read, and lies in the dead-letter queue.'
    severity: 1
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead-letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [{ actionGroupId: operator.id }]
  }
}

// Counted by the app itself (alerts.watch.runs), so that it also fires when nothing is measured any more.
resource noRun 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = {
  name: '${name}-no-watch-run'
  location: location
  properties: {
    description: 'No watch run has finished for 10 minutes: nothing new is enqueued.'
    severity: 0
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT10M'
    autoMitigate: true
    skipQueryValidation: true // the table is made with the first metric
    criteria: {
      allOf: [
        {
          query: 'AppMetrics | where Name == "alerts.watch.runs" and Sum > 0'
          timeAggregation: 'Count'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    actions: { actionGroups: [operator.id] }
  }
}
