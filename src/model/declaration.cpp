#include "rialto/model/declaration.hpp"

#include "rialto/base/id.hpp"
#include "rialto/model/arn.hpp"

namespace rialto::model {

std::string declared_arn(std::string_view region, std::string_view account, std::string_view kind,
                         std::string_view name) {
    Arn arn{.service = "events",
            .region = std::string{region},
            .account = std::string{account},
            .resource = std::string{kind} + '/' + std::string{name}};
    arn.resource += '/' + uuid_of("declared " + arn.text());
    return arn.text();
}

}  // namespace rialto::model
