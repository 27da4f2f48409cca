// The AWS SDK for JavaScript: from a bus to a message and back. Needs ENDPOINT; ends with 0 if all holds.
import assert from "node:assert/strict";
import * as eb from "@aws-sdk/client-eventbridge";
import * as mq from "@aws-sdk/client-sqs";

const settings = {
    endpoint: process.env.ENDPOINT,
    region: "us-east-1",
    credentials: { accessKeyId: "111111111111", secretAccessKey: "secret" },
    maxAttempts: 1,
};
const events = new eb.EventBridgeClient(settings);
const sqs = new mq.SQSClient(settings);
const call = (Command, input = {}) => events.send(new Command(input));
const ask = (Command, input = {}) => sqs.send(new Command(input));
const refused = async (promise, Exception) =>
    promise.then(
        () => assert.fail("an exception was due"),
        (error) => assert(error instanceof Exception, `${error.name} instead of ${Exception.name}: ${error.message}`),
    );

const bus = await call(eb.CreateEventBusCommand, { Name: "shop", Description: "first" });
assert.equal(bus.EventBusArn, "arn:aws:events:us-east-1:111111111111:event-bus/shop");
const updated = await call(eb.UpdateEventBusCommand, { Name: "shop", Description: "second" });
assert.deepEqual([updated.Name, updated.Description], ["shop", "second"]);
const described = await call(eb.DescribeEventBusCommand, { Name: "shop" });
assert.equal(described.Description, "second");
assert(described.CreationTime instanceof Date && described.CreationTime <= described.LastModifiedTime);

const { QueueUrl } = await ask(mq.CreateQueueCommand, { QueueName: "orders" });
const { Attributes } = await ask(mq.GetQueueAttributesCommand, { QueueUrl, AttributeNames: ["QueueArn"] });
const { QueueUrl: deadUrl } = await ask(mq.CreateQueueCommand, { QueueName: "dead" });
const missing = Attributes.QueueArn.replace("orders", "missing");

const EventBusName = "shop";
await call(eb.PutRuleCommand, { Name: "orders", EventBusName, EventPattern: JSON.stringify({ source: ["shop"] }) });
const put = await call(eb.PutTargetsCommand, {
    Rule: "orders",
    EventBusName,
    Targets: [
        {
            Id: "1",
            Arn: Attributes.QueueArn,
            InputTransformer: { InputPathsMap: { n: "$.detail.n" }, InputTemplate: '{"number": <n>}' },
        },
        { Id: "2", Arn: missing, DeadLetterConfig: { Arn: Attributes.QueueArn.replace("orders", "dead") } },
    ],
});
assert.equal(put.FailedEntryCount, 0);
const targets = await call(eb.ListTargetsByRuleCommand, { Rule: "orders", EventBusName });
assert.deepEqual(targets.Targets.map((target) => target.Id), ["1", "2"]);

const { ArchiveArn } = await call(eb.CreateArchiveCommand, { ArchiveName: "all", EventSourceArn: bus.EventBusArn });
const Time = new Date("2026-01-31T08:15:30Z");
const result = await call(eb.PutEventsCommand, {
    Entries: [
        { EventBusName, Source: "shop", DetailType: "Placed", Detail: '{"n":1}', Time },
        { EventBusName, Source: "shop", DetailType: "Placed", Detail: "[]" },
    ],
});
assert.equal(result.FailedEntryCount, 1);
assert.equal(result.Entries[1].ErrorCode, "MalformedDetail");

const receive = async (url) => {
    const { Messages = [] } = await ask(mq.ReceiveMessageCommand, {
        QueueUrl: url,
        WaitTimeSeconds: 20,
        MessageAttributeNames: ["All"],
    });
    assert.equal(Messages.length, 1);
    await ask(mq.DeleteMessageCommand, { QueueUrl: url, ReceiptHandle: Messages[0].ReceiptHandle });
    return Messages[0];
};
assert.deepEqual(JSON.parse((await receive(QueueUrl)).Body), { number: 1 });
const letter = await receive(deadUrl);
assert.equal(JSON.parse(letter.Body).id, result.Entries[0].EventId);
assert.equal(letter.MessageAttributes.ERROR_CODE.StringValue, "NO_RESOURCE");

// What was archived is counted once it can be replayed.
const until = async (condition) => {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
};
await until(async () => (await call(eb.DescribeArchiveCommand, { ArchiveName: "all" })).EventCount === 1);
await call(eb.StartReplayCommand, {
    ReplayName: "again",
    EventSourceArn: ArchiveArn,
    Destination: { Arn: bus.EventBusArn },
    EventStartTime: new Date("2020-01-01T00:00:00Z"),
    EventEndTime: new Date("2100-01-01T00:00:00Z"),
});
assert.deepEqual(JSON.parse((await receive(QueueUrl)).Body), { number: 1 });
await until(async () => (await call(eb.DescribeReplayCommand, { ReplayName: "again" })).State === "COMPLETED");

await refused(call(eb.DescribeRuleCommand, { Name: "none" }), eb.ResourceNotFoundException);
await refused(call(eb.CreateEventBusCommand, { Name: "shop" }), eb.ResourceAlreadyExistsException);
await refused(call(eb.PutRuleCommand, { Name: "x", EventPattern: '{"a": 1}' }), eb.InvalidEventPatternException);
await refused(call(eb.DeleteRuleCommand, { Name: "Events-Archive-all", EventBusName }), eb.ManagedRuleException);
await refused(call(eb.CancelReplayCommand, { ReplayName: "again" }), eb.IllegalStatusException);
await refused(ask(mq.GetQueueUrlCommand, { QueueName: "missing" }), mq.QueueDoesNotExist);
