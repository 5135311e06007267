// A case, a firm bed at the first shelter, and papers about it.
#pragma once

#include <algorithm>

#include <catch2/catch_test_macros.hpp>

#include "node/exchange/releases.h"
#include "schema/audit_event.h"
#include "tests/support/test_node.h"

namespace leeward::test {

struct Papers {
    World world;
    TestNode& harbor;
    TestNode& lantern;
    TestNode& juniper;
    Asked asked;

    explicit Papers(std::uint64_t seed)
        : world(seed, {"investigation", "shelter", "shelter"}),
          harbor(world.node(0)),
          lantern(world.node(1)),
          juniper(world.node(2)),
          asked(ask(world, harbor, {&lantern})) {
        make_firm(world, harbor, lantern, asked, 0);
    }

    [[nodiscard]] const std::string& leg() const { return asked.legs.front(); }

    Json draft_args(const TestNode& to, Json::Array fields) const {
        return Json::object({{"case", asked.case_id},
                             {"to", to.name()},
                             {"fields", Json(std::move(fields))},
                             {"purpose", "PURPOSE_PLACEMENT"}});
    }
    std::string draft(Json::Array fields = {"T2"}) {
        return harbor.must("release.new", draft_args(lantern, std::move(fields))).text_at("id");
    }
    [[nodiscard]] static Json signature(const std::string& id,
                                        std::string_view signer,
                                        std::string_view name) {
        Json args =
            Json::object({{"id", id}, {"signer", signer}, {"name", name}, {"read-back", true}});
        if (signer == "GUARDIAN") args.set("authority", "AUTHORITY_PARENT");
        if (signer == "AGENCY_REPRESENTATIVE") args.set("authority", "AUTHORITY_AGENCY_CUSTODY");
        if (signer == "COURT") args.set("authority", "AUTHORITY_COURT_ORDER");
        return args;
    }
    // The state that the release is in afterwards.
    std::string sign(const std::string& id, std::string_view signer, std::string_view name) {
        return harbor.must("release.sign", signature(id, signer, name)).text_at("state");
    }
    std::string refuse(const std::string& id, std::string_view signer, std::string_view name) {
        Json args = signature(id, signer, name);
        args.set("refuse", true);
        return harbor.must("release.sign", args).text_at("state");
    }
    // In force, and at Lantern.
    std::string active(Json::Array fields = {"T2"}) {
        const std::string id = draft(std::move(fields));
        sign(id, "MINOR", "The survivor");
        sign(id, "GUARDIAN", "An aunt");
        world.pump();
        return id;
    }
    std::string state(const std::string& id) {
        return harbor.must("release.show", Json::object({{"id", id}})).text_at("state");
    }
    // Nothing about its release can be written any more: a fault for a reason that nobody has thought of.
    void lose_key_of_case() {
        const std::vector<std::string> names{"case/" + asked.case_id};
        REQUIRE(harbor.home().keyring.erase(names));
    }
    // The states of a node's grants, in the order of the alphabet.
    std::vector<std::string> grants(TestNode& node) {
        std::vector<std::string> states;
        const Json list = node.must("grant.list", Json::object({{"all", true}}));
        for (const auto& one : list.array_at("grants"))
            states.push_back(one.text_at("state"));
        std::sort(states.begin(), states.end());
        return states;
    }
};

inline Json with_id(const std::string& id) {
    return Json::object({{"id", id}});
}
inline Json open_with(const std::string& id) {
    return Json::object({{"id", id}, {"purpose", "PURPOSE_INTAKE"}});
}

}  // namespace leeward::test
