#pragma once

#include "rialto/bus/identity.hpp"
#include "rialto/http/message.hpp"

namespace rialto::api::aws {

/// Who asks, and in which region.
using Caller = bus::Identity;

/// The caller as the Authorization header of Signature V4 has it: the region of the credential's scope, or for V4A
/// (AWS: multi-Region signing) that of X-Amz-Region-Set if it names exactly one, and the account, if the access key id
/// is the twelve digits of one, as LocalStack has it; any other key is of our account. The signature is not checked.
/// Who shows no credential asks as `ours`.
Caller caller_of(const http::RequestHead& request, const Caller& ours);

}  // namespace rialto::api::aws
