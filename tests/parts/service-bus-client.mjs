// Checks the fake broker with Microsoft's own Service Bus client: does what applications do and reports what it saw.
// usage: node service-bus-client.mjs CONNECTION_STRING QUEUE SHORT_QUEUE WRONG_CONNECTION_STRING
//   (locks of SHORT_QUEUE last about a second; the wrong connection string has another key)
// stdout: one line of JSON per step: {"step": NAME, ...what was seen}; exit code 0 when no step threw unexpectedly.
import { ServiceBusClient } from "@azure/service-bus";

const [connection, queue, shortQueue, wrongConnection] = process.argv.slice(2);
const tell = (step, seen) => process.stdout.write(JSON.stringify({ step, ...seen }) + "\n");
const retryOptions = { maxRetries: 0, timeoutInMs: 15000 };
const client = new ServiceBusClient(connection, { retryOptions });
const sender = client.createSender(queue);
const receiver = client.createReceiver(queue);
const ids = (messages) => messages.map((message) => message.messageId);

async function receive(from, count) {
  const messages = [];
  while (messages.length < count) {
    const some = await from.receiveMessages(count - messages.length, { maxWaitTimeInMs: 15000 });
    if (some.length === 0) {
      throw new Error(`waited in vain for ${count} messages, got ${ids(messages)}`);
    }
    messages.push(...some);
  }
  return messages;
}

async function codeOf(action) {
  try {
    await action();
    return null;
  } catch (error) {
    return error.code ?? error.name;
  }
}

// Sends a single message and a batch, with one id twice.
await sender.sendMessages({ messageId: "single", body: { n: 1 }, applicationProperties: { traceparent: "00-a-b-01" } });
const batch = await sender.createMessageBatch();
for (const messageId of ["b1", "b2", "b3", "single"]) {
  if (!batch.tryAddMessage({ messageId, body: messageId })) {
    throw new Error("the batch is full");
  }
}
await sender.sendMessages(batch);
const first = await receive(receiver, 4);
tell("received", {
  ids: ids(first),
  bodies: first.map((message) => message.body),
  traceparent: first[0].applicationProperties.traceparent,
  deliveryCounts: first.map((message) => message.deliveryCount),
  sequences: first.map((message) => message.sequenceNumber.toString()),
  tokens: new Set(first.map((message) => message.lockToken)).size,
  maxBatchBytes: batch.maxSizeInBytes,
});

// Renews, completes, abandons and dead-letters messages.
const until = first[0].lockedUntilUtc;
await new Promise((resolve) => setTimeout(resolve, 20));
const renewed = await receiver.renewMessageLock(first[0]);
await receiver.completeMessage(first[0]);
await receiver.completeMessage(first[1]);
await receiver.abandonMessage(first[2]);
await receiver.deadLetterMessage(first[3], { deadLetterReason: "unreadable", deadLetterErrorDescription: "not JSON" });
const [again] = await receive(receiver, 1);
await receiver.completeMessage(again);
const dead = client.createReceiver(queue, { subQueueType: "deadLetter" });
const [letter] = await receive(dead, 1);
await dead.completeMessage(letter);
tell("settled", {
  renewedLater: renewed > until,
  again: again.messageId,
  againCount: again.deliveryCount,
  dead: letter.messageId,
  reason: letter.deadLetterReason,
  description: letter.deadLetterErrorDescription,
});

// Schedules messages in both ways and cancels one.
const at = new Date(Date.now() + 1500);
const [, cancelled] = await sender.scheduleMessages([{ messageId: "s1", body: "" }, { messageId: "s2", body: "" }], at);
await sender.sendMessages({ messageId: "s3", body: "", scheduledEnqueueTimeUtc: at });
await sender.cancelScheduledMessages(cancelled);
const peeked = await receiver.peekMessages(10);
const due = await receive(receiver, 2);
for (const message of due) {
  await receiver.completeMessage(message);
}
tell("scheduled", {
  peeked: ids(peeked),
  states: peeked.map((message) => message.scheduledEnqueueTimeUtc?.getTime() === at.getTime()),
  received: ids(due),
  notBefore: due.every((message) => message.enqueuedTimeUtc >= at && new Date() >= at),
});

// Lets a lock expire.
const shortReceiver = client.createReceiver(shortQueue, { maxAutoLockRenewalDurationInMs: 0 });
await client.createSender(shortQueue).sendMessages({ messageId: "slow", body: "" });
const [slow] = await receive(shortReceiver, 1);
const [slowAgain] = await receive(shortReceiver, 1);
const lost = await codeOf(() => shortReceiver.completeMessage(slow));
await shortReceiver.completeMessage(slowAgain);
tell("lock lost", { code: lost, again: slowAgain.messageId, deliveryCount: slowAgain.deliveryCount });

// Sends with a wrong key, and to a queue that does not exist.
const stranger = new ServiceBusClient(wrongConnection, { retryOptions });
tell("refused", {
  wrongKey: await codeOf(() => stranger.createSender(queue).sendMessages({ body: "" })),
  noQueue: await codeOf(() => client.createSender("no-such-queue").sendMessages({ body: "" })),
});
await stranger.close();
await client.close();
