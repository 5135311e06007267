// A house that is asked for a bed, and perhaps for counselling as well.
#pragma once

#include "tests/node/exchange/release_fixture.h"

namespace leeward::test {

struct HouseOfTwo {
    World world;
    TestNode& harbor = world.node(0);
    TestNode& birch = world.node(1);
    Asked bed = ask(world, harbor, {&birch});

    explicit HouseOfTwo(std::uint64_t seed) : world(seed, {"investigation", "shelter"}) {
        offer(world, birch, bed.legs.front());
    }
    Asked ask_for_counselling() {
        const Json need = sample_need("COUNSELLING", "ROUTINE");
        Asked asked{bed.case_id, {}, {}};
        asked.need =
            harbor.must("need.new", Json::object({{"case", bed.case_id}, {"need", need.dump()}}))
                .text_at("id");
        const Json sent = harbor.must(
            "need.ask",
            Json::object({{"id", asked.need}, {"to", Json(Json::Array{birch.name()})}}));
        asked.legs.push_back(sent.array_at("legs").front().text_at("id"));
        world.pump();
        return asked;
    }
    Asked firm_counselling() {
        Asked talks = ask_for_counselling();
        make_firm(world, harbor, birch, talks, 0);
        return talks;
    }
    void make_bed_firm() {
        choose(world, harbor, bed.need, bed.legs.front());
        birch.must("leg.confirm", with_id(bed.legs.front()));
        world.pump();
    }
    std::string release_for_bed() {
        const std::string id = sign_release(harbor, bed.case_id, birch);
        world.pump();
        return id;
    }
    std::string release_for_counselling() {
        const std::string id =
            sign_release(harbor, bed.case_id, birch, "T3", "PURPOSE_COUNSELLING");
        world.pump();
        return id;
    }
    // The legs of what the partner received, and has not been asked to erase.
    std::vector<std::string> received() {
        std::vector<std::string> legs;
        const Json list = birch.must("grant.list", Json::object({{"all", true}}));
        for (const auto& grant : list.array_at("grants"))
            if (grant.text_at("state") == "OPENABLE") legs.push_back(grant.text_at("leg"));
        return legs;
    }
};

}  // namespace leeward::test
