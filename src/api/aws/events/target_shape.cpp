#include "api/aws/events/target_shape.hpp"

#include "api/aws/events/shapes.hpp"

namespace rialto::api::aws::events {
namespace {

Shape input_transformer() {
    const Shape key = string().at_least(1).at_most(256).matching(R"([A-Za-z0-9\_\-]+)");
    return structure("InputTransformer", {optional("InputPathsMap", map(key, string().at_most(256)).at_most(100)),
                                          required("InputTemplate", string().at_least(1).at_most(8192))});
}

Shape http_parameters() {
    const Shape header_key = string().at_most(512).matching(R"(^[!#$%&'*+-.^_`|~0-9a-zA-Z]+$)");
    const Shape header_value = string().at_most(512).matching(R"(^[ \t]*[\x20-\x7E]+([ \t]+[\x20-\x7E]+)*[ \t]*$)");
    const Shape query_key = string().at_most(512).matching(R"([^\x00-\x1F\x7F]+)");
    const Shape query_value = string().at_most(512).matching(R"([^\x00-\x09\x0B\x0C\x0E-\x1F\x7F]+)");
    return structure("HttpParameters", {optional("PathParameterValues", list(string().matching(R"(^(?!\s*$).+)"))),
                                        optional("HeaderParameters", map(header_key, header_value)),
                                        optional("QueryStringParameters", map(query_key, query_value))});
}

Shape run_command() {
    const Shape target =
        structure("RunCommandTarget",
                  {required("Key", string().at_least(1).at_most(128).matching(R"(^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$)")),
                   required("Values", list(string().at_least(1).at_most(256)).at_least(1).at_most(50))});
    return structure("RunCommandParameters", {required("RunCommandTargets", list(target).at_least(1).at_most(5))});
}

Shape network() {
    const Shape vpc = structure("AwsVpcConfiguration",
                                {required("Subnets", list(string())), optional("SecurityGroups", list(string())),
                                 optional("AssignPublicIp", string().one_of({"ENABLED", "DISABLED"}))});
    return structure("NetworkConfiguration", {optional("awsvpcConfiguration", vpc)});
}

Shape ecs() {
    const Shape strategy_item =
        structure("CapacityProviderStrategyItem", {required("capacityProvider", string().at_least(1).at_most(255)),
                                                   optional("weight", integer().at_least(0).at_most(1000)),
                                                   optional("base", integer().at_least(0).at_most(100000))});
    const Shape constraint =
        structure("PlacementConstraint", {optional("type", string().one_of({"distinctInstance", "memberOf"})),
                                          optional("expression", string().at_most(2000))});
    const Shape strategy = structure(
        "PlacementStrategy",
        {optional("type", string().one_of({"random", "spread", "binpack"})), optional("field", string().at_most(255))});
    return structure("EcsParameters",
                     {required("TaskDefinitionArn", arn()), optional("TaskCount", integer().at_least(1)),
                      optional("LaunchType", string().one_of({"EC2", "FARGATE", "EXTERNAL"})),
                      optional("NetworkConfiguration", network()), optional("PlatformVersion", string()),
                      optional("Group", string()), optional("CapacityProviderStrategy", list(strategy_item).at_most(6)),
                      optional("EnableECSManagedTags", boolean()), optional("EnableExecuteCommand", boolean()),
                      optional("PlacementConstraints", list(constraint).at_most(10)),
                      optional("PlacementStrategy", list(strategy).at_most(5)),
                      optional("PropagateTags", string().one_of({"TASK_DEFINITION"})),
                      optional("ReferenceId", string().at_most(1024)), optional("Tags", tags())});
}

Shape batch() {
    return structure("BatchParameters",
                     {required("JobDefinition", string()), required("JobName", string()),
                      optional("ArrayProperties", structure("BatchArrayProperties", {optional("Size", integer())})),
                      optional("RetryStrategy", structure("BatchRetryStrategy", {optional("Attempts", integer())}))});
}

Shape redshift() {
    const Shape sql = string().at_least(1).at_most(100'000);
    return structure(
        "RedshiftDataParameters",
        {optional("SecretManagerArn",
                  string().at_least(1).at_most(1600).matching(
                      R"((^arn:aws([a-z]|\-)*:secretsmanager:[a-z0-9-.]+:.*)|(\$(\.[\w_-]+(\[(\d+|\*)\])*)*))")),
         required("Database", string().at_least(1).at_most(64)), optional("DbUser", string().at_least(1).at_most(128)),
         optional("Sql", sql), optional("StatementName", string().at_least(1).at_most(500)),
         optional("WithEvent", boolean()), optional("Sqls", list(sql).at_least(0).at_most(40))});
}

Shape sage_maker() {
    const Shape parameter =
        structure("SageMakerPipelineParameter",
                  {required("Name", string().at_least(1).at_most(256).matching("^[a-zA-Z0-9](-*[a-zA-Z0-9])*$")),
                   required("Value", string().at_most(1024))});
    return structure("SageMakerPipelineParameters",
                     {optional("PipelineParameterList", list(parameter).at_least(0).at_most(200))});
}

Shape retry_policy() {
    return structure("RetryPolicy", {optional("MaximumRetryAttempts", integer().at_least(0).at_most(185)),
                                     optional("MaximumEventAgeInSeconds", integer().at_least(60).at_most(86'400))});
}

}  // namespace

Shape target_shape() {
    return structure(
        "Target",
        {required("Id", resource_name()), required("Arn", arn()), optional("RoleArn", arn()),
         optional("Input", string().at_most(8192)), optional("InputPath", string().at_most(256)),
         optional("InputTransformer", input_transformer()),
         optional("KinesisParameters",
                  structure("KinesisParameters", {required("PartitionKeyPath", string().at_most(256))})),
         optional("RunCommandParameters", run_command()), optional("EcsParameters", ecs()),
         optional("BatchParameters", batch()),
         optional("SqsParameters", structure("SqsParameters", {optional("MessageGroupId", string().at_most(100))})),
         optional("HttpParameters", http_parameters()), optional("RedshiftDataParameters", redshift()),
         optional("SageMakerPipelineParameters", sage_maker()), optional("DeadLetterConfig", dead_letter_config()),
         optional("RetryPolicy", retry_policy()),
         optional(
             "AppSyncParameters",
             structure("AppSyncParameters", {optional("GraphQLOperation", string().at_least(1).at_most(1'048'576))}))});
}

}  // namespace rialto::api::aws::events
