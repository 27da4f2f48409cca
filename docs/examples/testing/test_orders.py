"""An application's rules under test: who hears of an order, and what happens every hour."""
import json


def queue(rialto, name):
    sqs = rialto.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return arn, lambda: [json.loads(message["Body"])
                         for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])]


def test_a_large_order_reaches_the_warehouse(rialto):
    events = rialto.client("events")
    arn, received = queue(rialto, "warehouse")
    events.put_rule(Name="large", EventPattern=json.dumps({"detail": {"total": [{"numeric": [">", 100]}]}}))
    events.put_targets(Rule="large", Targets=[{"Id": "warehouse", "Arn": arn}])

    for total in (5, 500):
        events.put_events(Entries=[{"Source": "shop", "DetailType": "Order", "Detail": json.dumps({"total": total})}])

    small = rialto.wait_for({"source": ["shop"], "detail": {"total": [5]}})
    large = rialto.wait_for({"source": ["shop"], "detail": {"total": [500]}})
    assert small["rules"] == []
    assert [delivery["state"] for delivery in large["deliveries"]] == ["delivered"]
    assert [event["detail"]["total"] for event in received()] == [500]


def test_the_report_is_made_every_hour(rialto):
    events = rialto.client("events")
    arn, received = queue(rialto, "reports")
    events.put_rule(Name="hourly", ScheduleExpression="rate(1 hour)")
    events.put_targets(Rule="hourly", Targets=[{"Id": "reports", "Arn": arn}])

    rialto.advance("1h")

    rialto.wait_for({"detail-type": ["Scheduled Event"]})
    assert [event["source"] for event in received()] == ["aws.events"]


def test_nothing_is_left_of_other_tests(rialto):
    assert rialto.client("events").list_rules()["Rules"] == []
    assert rialto.client("sqs").list_queues().get("QueueUrls", []) == []
    assert rialto.ask("GET", "/_rialto/events")["events"] == []
