// Everything that Alerts needs on Azure, in one resource group. How to deploy it: README.md beside this file.

@description('Short name that all resources begin with.')
@minLength(3)
@maxLength(10)
param name string = 'alerts'

@description('Region of all resources; it must offer Flex Consumption and zone-redundant storage.')
param location string = resourceGroup().location

@description('The address people and programs reach the service under, such as https://alerts.example.com. Empty: the app\'s own host name.')
param publicUrl string = ''

@description('The address mails are sent from. SendGrid must know its domain.')
param mailFrom string

@description('Who is told of dead letters and of a watcher that stands still.')
param operatorMail string

@description('SendGrid\'s API key. Empty: the one in the vault stays.')
@secure()
param sendGridKey string = ''

@description('The operator\'s key for the HTTP API. Empty: the one in the vault stays.')
@secure()
param adminKey string = ''

@description('The key SendGrid signs its event webhook with (a public key, base64). Empty: events are refused.')
param sendGridEventKey string = ''

@description('Header in which the platform puts the client\'s address. Empty: limits per client do not apply.')
param clientAddressHeader string = ''

@description('Most instances per function. Lowest 40 on Flex Consumption.')
@minValue(40)
@maxValue(1000)
param maxInstances int = 40

@description('Instances of the web pages that are kept warm; 0: the first visitor after a pause waits for a cold start.')
@minValue(0)
@maxValue(20)
param warmWebInstances int = 0

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemory int = 2048

@description('Service Bus Premium messaging units; 0: Standard, up to about 300 alerts a second.')
@allowed([0, 1, 2, 4, 8, 16])
param premiumUnits int = 0

var suffix = uniqueString(resourceGroup().id)
var appName = '${name}-${suffix}'

module identity 'identity.bicep' = {
  params: { name: '${name}-identity', location: location }
}

module monitoring 'monitoring.bicep' = {
  params: { name: name, location: location, principalId: identity.outputs.principalId }
}

module storage 'storage.bicep' = {
  params: {
    name: take('${replace(name, '-', '')}${suffix}', 24)
    location: location
    principalId: identity.outputs.principalId
  }
}

module serviceBus 'servicebus.bicep' = {
  params: {
    name: '${name}-bus-${suffix}'
    location: location
    premiumUnits: premiumUnits
    principalId: identity.outputs.principalId
  }
}

module vault 'vault.bicep' = {
  params: {
    name: take('${name}-${suffix}', 24)
    location: location
    sendGridKey: sendGridKey
    adminKey: adminKey
    principalId: identity.outputs.principalId
  }
}

module app 'app.bicep' = {
  params: {
    name: appName
    location: location
    publicUrl: publicUrl
    mailFrom: mailFrom
    sendGridEventKey: sendGridEventKey
    clientAddressHeader: clientAddressHeader
    maxInstances: maxInstances
    warmWebInstances: warmWebInstances
    instanceMemory: instanceMemory
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    tableEndpoint: storage.outputs.tableEndpoint
    serviceBusHost: serviceBus.outputs.host
    vaultUrl: vault.outputs.url
    applicationInsightsConnection: monitoring.outputs.connection
  }
}

module alarms 'alarms.bicep' = {
  params: {
    name: name
    location: location
    operatorMail: operatorMail
    serviceBusId: serviceBus.outputs.id
    workspaceId: monitoring.outputs.workspaceId
  }
}

output appName string = app.outputs.name
output url string = app.outputs.url
