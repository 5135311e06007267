// Two founded nodes on disks in memory.
#pragma once

#include <memory>

#include <catch2/catch_test_macros.hpp>

#include "tests/sim/broken.h"
#include "tests/sim/sim_node.h"
#include "tests/support/founding.h"

namespace leeward::sim {

struct TwoNodes {
    TwoNodes() {
        referrer.create("investigation", referrer.clock().now());
        house.create("shelter", house.clock().now());
        REQUIRE(referrer.start());
        REQUIRE(house.start());
        test::founding::found_network<SimNode>({&referrer, &house});
    }

    // Everybody works until nobody has anything to do.
    void pump() {
        for (bool busy = true; busy;) {
            busy = false;
            for (SimNode* node : {&referrer, &house})
                if (node->running()) busy = node->step().busy || busy;
            if (network.step() > 0) busy = true;
        }
    }
    void pass(std::chrono::seconds by) {
        for (SimNode* node : {&referrer, &house})
            node->clock().move(by);
        pump();
    }
    // A question of the referrer to the house; the leg.
    std::string ask() {
        const auto made =
            referrer.must("case.new",
                          Json::object({{"record", test::founding::sample_record().dump()},
                                        {"duplicate-check", "none"}}));
        const auto need =
            referrer.must("need.new",
                          Json::object({{"case", made.text_at("id")},
                                        {"need", test::founding::sample_need().dump()}}));
        const auto asked = referrer.must(
            "need.ask",
            Json::object({{"id", need.text_at("id")}, {"to", Json(Json::Array{house.name()})}}));
        pump();
        return asked.array_at("legs").front().text_at("id");
    }

    crypto::SeededRandom random{5};
    test::MemoryNetwork network{random};
    Traffic traffic;
    Surroundings around{network, traffic, random, {}};
    SimNode referrer{0, "Alder", around};
    SimNode house{1, "Birch", around};
};

}  // namespace leeward::sim
