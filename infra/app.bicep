// The app: the published folder of src/Alerts, run by the Functions host as a .NET isolated worker on a Flex Consumption plan.

param name string
param location string
param publicUrl string
param mailFrom string
param sendGridEventKey string
param clientAddressHeader string
param maxInstances int
param warmWebInstances int
param instanceMemory int
param identityId string
param identityClientId string
param storageName string
param deploymentContainerUrl string
param tableEndpoint string
param serviceBusHost string
param vaultUrl string
param applicationInsightsConnection string

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: '${name}-plan'
  location: location
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: identityId }
        }
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maxInstances
        instanceMemoryMB: instanceMemory
        alwaysReady: warmWebInstances == 0 ? [] : [{ name: 'http', instanceCount: warmWebInstances }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
    }
  }

  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      // The Functions host's own connections.
      AzureWebJobsDisableHomepage: 'true' // / is ours
      AzureWebJobsStorage__accountName: storageName
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      ServiceBus__fullyQualifiedNamespace: serviceBusHost
      ServiceBus__credential: 'managedidentity'
      ServiceBus__clientId: identityClientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnection
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      // A placeholder process of .NET 10 crashes when the app is put into it (azure-functions-dotnet-worker issue 3335).
      WEBSITE_USE_PLACEHOLDER_DOTNETISOLATED: '0'
      // Alerts: the settings of the README, and which identity its clients are.
      AZURE_CLIENT_ID: identityClientId
      // Limits per client count by the address in this header; without it only those per mailbox, host and key apply.
      Alerts__ClientAddressHeader: clientAddressHeader
      Alerts__PublicUrl: empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl
      Alerts__Store: 'TableStorage'
      Alerts__TableStorage__ServiceUri: tableEndpoint
      Alerts__Queue: 'ServiceBus'
      Alerts__ServiceBus__Namespace: serviceBusHost
      Alerts__Watch__Schedule: '0 * * * * *'
      Alerts__Sources__Schedule: '0 */5 * * * *'
      Alerts__Email__Provider: 'SendGrid'
      Alerts__Email__From: mailFrom
      Alerts__Email__SendGrid__EventPublicKey: sendGridEventKey
      Alerts__Email__SendGrid__ApiKey: '@Microsoft.KeyVault(SecretUri=${vaultUrl}secrets/sendgrid-key)'
      Alerts__AdminKey: '@Microsoft.KeyVault(SecretUri=${vaultUrl}secrets/admin-key)'
    }
  }

  // No publishing passwords either: deployments go by Entra.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
