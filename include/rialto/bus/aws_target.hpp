#pragma once

#include <string>

#include "rialto/base/result.hpp"
#include "rialto/bus/identity.hpp"
#include "rialto/json/value.hpp"
#include "rialto/model/rule.hpp"

namespace rialto::bus {

/// A target as PutTargets has it (AWS: Target), as what events are delivered to. Its ARN names the kind:
///
///     arn:aws:sqs:…:QUEUE                              a queue
///     arn:aws:events:…:event-bus/BUS                   another bus
///     arn:aws:events:…:api-destination/NAME/UUID       an API destination
///     arn:aws:sns:…:TOPIC                              mails to the topic's subscribers
///     arn:aws:logs:…:log-group:NAME                    a file of events
///     arn:aws:lambda:…:function:entity-extraction      entities, written into the post
///     arn:aws:lambda:…:function:websocket-push         WebSocket clients of the channel "posts"
///     arn:aws:lambda:…:function:websocket-push:CHANNEL those of another channel
///
/// Any other is foreign: what is sent there cannot be delivered. InvalidArgument for what PutTargets refuses.
Result<model::Target> target_of(const json::Object& aws, const Identity& ours);

/// The kind of target that an ARN alone stands for.
model::TargetKind kind_of_arn(const std::string& arn, const Identity& ours);

/// The ARN of a target as AWS would know it, or the nearest there is to it. What of it the kind does not say itself is
/// of `owner`: a bus, for one, whose key names nobody.
std::string arn_of(const model::TargetKind& kind, const Identity& owner);

/// The same as target_of() the other way round, for targets that the configuration has: for what AWS has no words the
/// nearest there is.
json::Object aws_target(const model::Target& target, const Identity& ours);

}  // namespace rialto::bus
