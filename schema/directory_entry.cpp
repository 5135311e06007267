#include "schema/directory_entry.h"

namespace leeward::schema {

std::string_view name(ServiceStatus status) {
    switch (status) {
        case ServiceStatus::ACTIVE:
            return "active";
        case ServiceStatus::INACTIVE:
            return "inactive";
        case ServiceStatus::DEFUNCT:
            return "defunct";
        case ServiceStatus::TEMPORARILY_CLOSED:
            return "temporarily closed";
    }
    return "unknown";
}

}  // namespace leeward::schema
