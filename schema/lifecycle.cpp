#include "schema/lifecycle.h"

namespace leeward::schema {
namespace {

constexpr Names<Party, 7> party_names{{"INV", "INV_S", "SHL", "SHL_S", "CNS", "SYS", "SRV"}};

}  // namespace

std::string_view name(Party party) {
    return party_names.of(party);
}

Error refused(std::string_view thing, std::string_view state) {
    return {Errc::wrong_state,
            "the " + std::string(thing) + " is " + std::string(state) +
                ": this cannot be done from there; nothing was changed"};
}

}  // namespace leeward::schema
