"""A server whose rule sends what a shop places to API destinations of a test's own."""
import json

CONNECTION = {"shop": {"basic": {"username": "shop", "password": "secret"}}}


def config(sink, *targets, delivery=None, **more):
    """A server whose rule `orders` sends what the shop places to API destinations of the sink, at /ID."""
    targets = targets or ({"id": "hook"},)
    return {
        "connections": CONNECTION,
        "apiDestinations": {target["id"]: {"connection": "shop", "endpoint": sink.url("/" + target["id"]), "rate": 10000}
                            for target in targets},
        "buses": {"default": {"rules": {"orders": {
            "pattern": {"source": ["shop"]},
            "targets": [{"apiDestination": {"name": target["id"]}, **target} for target in targets]}}}},
        "delivery": {"firstWait": "10ms", "longestWait": "20ms", **(delivery or {})}, **more}


def put(rialto, *numbers, source="shop", **detail):
    """Puts an event for each number and returns their ids."""
    events = [{"specversion": "1.0", "id": f"{source}-{number}", "source": source, "type": "Placed",
               "data": {"n": number, **detail}} for number in numbers]
    answer = rialto.post("/events", json.dumps(events), headers={"Content-Type": "application/cloudevents-batch+json"})
    if answer.status != 202:
        raise AssertionError(answer)
    return [event["id"] for event in answer.json()["events"]]
