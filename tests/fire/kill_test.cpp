// Real nodes that are killed in the middle of their work, fifty times: whatever was answered is there.
#include <condition_variable>
#include <mutex>
#include <thread>

#include <catch2/catch_test_macros.hpp>

#include "crypto/random.h"
#include "tests/fire/fire_node.h"
#include "tests/support/founding.h"

namespace leeward::fire {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What a worker has been told; she goes on until the node is gone.
class Worker {
public:
    Worker(FireNode& node, const FireNode& house) : node_(node), house_(house) {}

    void work() {
        while (one_case())
            continue;
        const std::lock_guard lock(mutex_);
        gone_ = true;
        more_.notify_all();
    }
    // Until so many more were answered, then a little longer: the blow falls anywhere in the next one.
    void until(std::size_t answers, milliseconds longer) {
        std::unique_lock lock(mutex_);
        const std::size_t enough = answers_ + answers;
        more_.wait(lock, [&] { return gone_ || answers_ >= enough; });
        more_.wait_for(lock, longer, [&] { return gone_; });
    }
    void begin() { gone_ = false; }

    std::vector<std::string> cases;
    std::vector<std::string> legs;

private:
    bool answered() {
        const std::lock_guard lock(mutex_);
        ++answers_;
        more_.notify_all();
        return true;
    }

    bool one_case() {
        const auto made = node_.call("case.new", new_case());
        if (!made) return false;
        cases.push_back(made->text_at("id"));
        answered();
        const auto need = node_.call("need.new", new_need(cases.back()));
        if (!need) return false;
        answered();
        const auto asked = node_.call("need.ask", question(need->text_at("id"), house_));
        if (!asked) return false;
        legs.push_back(asked->array_at("legs").front().text_at("id"));
        return answered();
    }

    FireNode& node_;
    const FireNode& house_;
    std::mutex mutex_;
    std::condition_variable more_;
    std::size_t answers_ = 0;
    bool gone_ = false;
};

}  // namespace

// LEEWARD_KILLS and LEEWARD_SEED play more of them, or others.
TEST_CASE("after fifty blows with kill -9 nothing that was answered is lost, on either side") {
    const Scratch scratch;
    FireNode referrer(scratch.path() / "referrer", "Alder", "investigation");
    FireNode house(scratch.path() / "house", "Birch", "shelter");
    REQUIRE(referrer.start());
    REQUIRE(house.start());
    test::founding::found_network<FireNode>({&referrer, &house});

    crypto::SeededRandom dice(number_from_environment("LEEWARD_SEED", 1));
    Worker worker(referrer, house);
    const std::uint64_t kills = number_from_environment("LEEWARD_KILLS", 50);
    for (std::uint64_t blow = 0; blow < kills; ++blow) {
        CAPTURE(blow);
        worker.begin();
        std::thread work([&] { worker.work(); });
        worker.until(1 + dice.number() % 4, milliseconds(dice.number() % 12));
        if (dice.number() % 3 == 0) {
            house.kill();
            REQUIRE(house.start());
        }
        referrer.kill();
        work.join();
        REQUIRE(referrer.start());
        if (blow % 5 == 4) {
            CHECK(contains_all(ids_of(referrer, "case.list", "cases"), worker.cases));
            // What is delivered meanwhile moves to another page of the list while it is read.
            CHECK(test::eventually(seconds(60), [&] {
                return contains_all(ids_of(referrer, "leg.list", "legs"), worker.legs);
            }));
        }
    }
    CHECK(worker.legs.size() > kills / 4);
    const auto all_there = [&] {
        return referrer.must("node.status").int_at("waiting_to_be_delivered") == 0 &&
               contains_all(ids_of(house, "leg.list", "legs"), worker.legs);
    };
    CHECK(test::eventually(seconds(60), all_there));
    for (FireNode* node : {&referrer, &house}) {
        CHECK(is_whole(*node));
        node->stop();
    }
}

}  // namespace leeward::fire
