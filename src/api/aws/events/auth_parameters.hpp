#pragma once

#include <string>
#include <string_view>

#include "api/aws/errors.hpp"
#include "api/aws/shape.hpp"
#include "rialto/base/id.hpp"
#include "rialto/bus/identity.hpp"
#include "rialto/json/value.hpp"

/// `AuthParameters` of a connection: the credentials that its AuthorizationType takes (BasicAuthParameters,
/// ApiKeyAuthParameters or OAuthParameters), and InvocationHttpParameters, which go with every call.
namespace rialto::api::aws::events {

Shape auth_parameters_to_create();
Shape auth_parameters_to_update();
Shape connectivity_parameters();

/// `given` laid over `before`, which may be empty: lists are replaced, but a parameter that comes without its value
/// keeps the one it has, secret if that is. Credentials of another type are dropped. Validation, if `given` has
/// credentials of another type than this one, or some are missing; `verb` says what failed.
Outcome<json::Object> join_parameters(const json::Object& before, const json::Object& given, const std::string& type,
                                      std::string_view verb);

/// What answers may show: no credential, and of the parameters no value that is secret.
json::Object without_secrets(const json::Object& parameters);

/// Gives the ConnectivityParameters (or InvocationConnectivityParameters) that `holder` has as its member `name` the
/// ARN of their association, as a connection keeps them; without a configuration's ARN they are removed.
void associate(json::Object& holder, const std::string& name, const bus::Identity& owner, Random& random);

}  // namespace rialto::api::aws::events
