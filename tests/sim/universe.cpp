#include "tests/sim/universe.h"

#include <array>
#include <cerrno>
#include <map>
#include <memory>

#include "tests/planted/planted.h"
#include "tests/sim/broken.h"
#include "tests/sim/hostile.h"
#include "tests/sim/people.h"
#include "tests/sim/restores.h"
#include "tests/sim/sim_node.h"
#include "tests/sim/watch.h"
#include "tests/support/founding.h"

namespace leeward::sim {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::DiskCall;

// What the disks of nodes lie about when such a bug is planted.
std::optional<std::string> planted_lie() {
    if (test::is_planted("disk-lies-about-the-log")) return "-wal";
    if (test::is_planted("disk-lies-about-the-keys")) return "1";
    return std::nullopt;
}

constexpr int events_a_universe = 70;
constexpr std::array names{"Alder", "Birch", "Cedar", "Damson"};
using Roles = std::vector<std::string_view>;

const Roles& roles_of(std::uint64_t seed) {
    static const std::array<Roles, 3> all{
        Roles{"investigation", "shelter"},
        Roles{"investigation", "shelter", "shelter"},
        Roles{"investigation", "investigation", "shelter"},
    };
    return all[seed % all.size()];
}

using Images = std::vector<test::MemoryDisk::Image>;

// A founded network, played once for each list of roles.
const Images& founded(const Roles& roles) {
    static std::map<Roles, Images> made;
    auto& images = made[roles];
    if (!images.empty()) return images;
    test::draw_from_seed(1);
    crypto::SeededRandom random(1);
    test::MemoryNetwork network(random);
    Traffic traffic;
    Surroundings around{network, traffic, random, {}};
    std::vector<std::unique_ptr<SimNode>> nodes;
    std::vector<SimNode*> all;
    for (std::size_t i = 0; i < roles.size(); ++i) {
        nodes.push_back(std::make_unique<SimNode>(i, names.at(i), around));
        nodes.back()->create(roles[i], nodes.back()->clock().now());
        if (const auto started = nodes.back()->start(); !started)
            throw Broken("a founder does not start: " + started.error().detail);
        all.push_back(nodes.back().get());
    }
    test::founding::found_network(all);
    for (auto& node : nodes) {
        node->stop();
        images.push_back(node->disk().image());
    }
    return images;
}

class Play {
public:
    explicit Play(std::uint64_t seed)
        : images_(founded(roles_of(seed))),
          dice_(seed),
          random_(~seed),
          network_(dice_),
          around_{network_, traffic_, random_, {}} {
        told_.seed = seed;
        test::draw_from_seed(seed);
        traffic_.forbid({"Renata", "Unsafe Person"});
        for (std::size_t i = 0; i < images_.size(); ++i) {
            nodes_.push_back(std::make_unique<SimNode>(i, names.at(i), around_));
            SimNode& node = *nodes_.back();
            node.disk().put(images_[i]);
            node.disk().forbid({"Renata", "Unsafe Person"});
            behave(node);
            if (const auto started = node.start(); !started)
                throw Broken("a node does not start: " + started.error().detail);
            all_.push_back(&node);
            (roles_of(seed)[i] == "investigation" ? referrers_ : houses_).push_back(&node);
        }
        // With three nodes the last is hostile in some universes.
        hostile_at_ = all_.size() == 3 && below(4) == 0 ? 2 : -1;
        watch_ = std::make_unique<Watch>(all_, traffic_, hostile_at_);
        if (seed % 4 == 3 && hostile_at_ < 0)
            restores_ = std::make_unique<Restores>(seed, all_, *watch_, random_);
        people_ = std::make_unique<People>(dice_, referrers_, houses_);
    }

    Universe run() {
        people_->begin();
        look_at_all();
        for (int i = 0; i < events_a_universe; ++i) {
            event();
            for (std::uint64_t turns = below(5); turns > 0; --turns)
                turn();
        }
        mend();
        watch_->at_rest();
        pass(hours(1) + seconds(60));
        settle();
        watch_->an_hour_later();
        for (SimNode* node : all_)
            told_.delivered += static_cast<std::uint64_t>(
                node->number("SELECT count(*) FROM received WHERE refused=''"));
        told_.acts = people_->done();
        if (restores_) told_.restores = restores_->done();
        told_.trace = trace();
        return told_;
    }

private:
    std::uint64_t below(std::uint64_t n) { return dice_.number() % n; }
    SimNode& any() { return *all_[below(all_.size())]; }

    void behave(SimNode& node) {
        test::DiskHabits habits;
        habits.sector = below(2) == 0 ? 512 : 4096;
        habits.lies_about = planted_lie();
        node.disk().behave(habits);
    }

    [[nodiscard]] crypto::Hash trace() {
        Bytes all = to_bytes(network_.history());
        for (SimNode* node : all_)
            append_be<8>(all, node->disk().trace());
        return crypto::sha256(all);
    }

    void look_at_all() {
        for (SimNode* node : all_)
            if (node->running() && !node->disk().is_off()) watch_->look(*node);
    }

    // ---------------------------------------------------------------- what happens

    void event() {
        if (restores_ && restores_->is_due())
            return restores_->happen([this](SimNode& node) { after(node); },
                                     [this](SimNode& node) { behave(node); });
        switch (below(20)) {
            case 0:
                return weather();
            case 1:
                return cut_off();
            case 2:
                return jump(any());
            case 3:
                return arm_power_loss(any());
            case 4:
                return kill(any());
            case 5:
                return spoil_disk(any());
            case 6:
                return come_again();
            case 7:
                return hostile_at_ < 0 ? come_again() : be_hostile();
            case 8:
            case 9:
                return pass(milliseconds(below(2) == 0 ? below(120'000) : below(14'400'000)));
            default:
                break;
        }
        for (std::uint64_t acts = 1 + below(3); acts > 0; --acts) {
            SimNode* node = people_->act();
            if (node != nullptr) after(*node);
        }
    }

    void weather() {
        network_.set_weather({static_cast<std::uint32_t>(below(400)),
                              static_cast<std::uint32_t>(below(300)),
                              static_cast<std::uint32_t>(below(600))});
    }

    // One way only, or both, or all is open again.
    void cut_off() {
        SimNode& from = any();
        SimNode& to = any();
        switch (below(3)) {
            case 0:
                return traffic_.heal();
            case 1:
                traffic_.cut(to.link(), from.link());
                [[fallthrough]];
            default:
                traffic_.cut(from.link(), to.link());
        }
    }

    void pass(milliseconds by) {
        for (SimNode* node : all_)
            node->clock().move(by);
        ahead_ = ahead_ + by;
    }

    // A clock that is set, mostly by minutes, seldom by years.
    void jump(SimNode& node) {
        static constexpr std::array steps{seconds(-3600),
                                          seconds(-90),
                                          seconds(60),
                                          seconds(1800),
                                          seconds(86'400),
                                          seconds(-86'400),
                                          seconds(2 * 365 * 86'400)};
        const std::size_t which = below(20) == 0 ? steps.size() - 1 : below(steps.size() - 1);
        node.clock().move(steps[which]);
        skew_[node.index()] += steps[which];
    }

    void arm_power_loss(SimNode& node) { node.disk().lose_power_at(1 + below(60)); }

    void kill(SimNode& node) {
        if (!node.running()) return;
        ++told_.kills;
        node.disk().lose_power();  // it gets to write nothing more
        node.stop();
        node.disk().outlive_program();
    }

    void spoil_disk(SimNode& node) {
        ++told_.faults;
        auto& disk = node.disk();
        switch (below(5)) {
            case 0:
                return disk.mend(), behave(node);
            case 1:
                return disk.set_capacity(disk.used() + below(64) * 4096);
            case 2:
                disk.on_sync([&node, this] {
                    const milliseconds slow(below(3'000));
                    node.clock().move(slow);
                    skew_[node.index()] += slow;
                });
                return;
            case 3:
                return disk.fail({{DiskCall::SYNC}, 1 + below(6), EIO, false});
            default:
                return disk.fail(
                    {{any_call()}, 1 + below(20), below(2) == 0 ? EIO : ENOSPC, false});
        }
    }

    DiskCall any_call() {
        static constexpr std::array calls{DiskCall::WRITE,
                                          DiskCall::TRUNCATE,
                                          DiskCall::SYNC,
                                          DiskCall::CREATE,
                                          DiskCall::REMOVE};
        return calls[below(calls.size())];
    }

    // A frame from the tape: as it was, or to somebody else, or under another's link, or changed.
    void come_again() {
        const auto& tape = traffic_.tape();
        if (tape.empty()) return;
        for (std::uint64_t n = 1 + below(6); n > 0; --n) {
            Traffic::Taped one = tape[below(tape.size())];
            if (below(3) == 0) one.to = any().link();
            if (below(3) == 0) one.from = any().link();
            if (below(3) == 0) change(one.frame);
            for (SimNode* node : all_)
                if (node->link() == one.from) node->inject(one.to, one.frame);
        }
    }

    void change(node::Frame& frame) {
        Bytes& part = frame.parts[below(frame.parts.size())];
        if (part.empty()) return;
        const auto at = static_cast<std::size_t>(below(part.size()));
        if (below(3) == 0)
            part.resize(at);
        else
            part[at] = static_cast<Byte>(part[at] ^ (1U << below(8)));
    }

    void be_hostile() {
        SimNode& liar = *all_[static_cast<std::size_t>(hostile_at_)];
        if (!liar.running() || liar.disk().is_off()) return;
        for (std::uint64_t n = 1 + below(4); n > 0; --n) {
            SimNode& victim = *all_[below(2)];
            if (!victim.running()) continue;
            auto frame = lie(liar, victim, dice_);
            after(liar);
            if (!frame || !liar.running()) return;
            traffic_.sent(liar.link(), victim.link(), *frame);
            liar.inject(victim.link(), std::move(*frame));
        }
    }

    // ---------------------------------------------------------------- how nodes live

    void turn() {
        for (SimNode* node : all_)
            live(*node);
        network_.step();
    }

    // Steps it, or starts it some time after it went down. True while there is anything to do.
    bool live(SimNode& node) {
        if (!node.running()) {
            if (below(3) != 0) return false;
            start(node);
            return node.running();
        }
        const auto step = node.step();
        if (!node.disk().is_off() && !step.error) watch_->stepped(node, step);
        after(node);
        // As leewardd does: damage ends it, after any other error it goes on.
        if (step.error && step.error->code == Errc::corrupt && node.running()) node.stop();
        return step.busy;
    }

    // After an act: the power may have gone in the middle of it.
    void after(SimNode& node) {
        if (!node.disk().is_off()) {
            if (node.running()) watch_->look(node);
            return;
        }
        ++told_.power_losses;
        node.stop();
        node.disk().power_on(dice_);
    }

    void start(SimNode& node) {
        const auto started = node.start();
        if (node.disk().is_off()) {
            ++told_.power_losses;
            node.stop();
            node.disk().power_on(dice_);
            return;
        }
        if (started) return watch_->restarted(node);
        // On a disk that fails it may stay down; on a sound one it must come up.
        node.disk().mend();
        behave(node);
        if (const auto again = node.start(); !again)
            throw Broken(node.name() + " does not start again: " + again.error().detail);
        watch_->restarted(node);
    }

    void mend() {
        traffic_.heal();
        network_.set_weather({});
        for (SimNode* node : all_) {
            node->disk().mend();
            node->clock().move(-skew_[node->index()]);
            skew_[node->index()] = {};
            if (!node->running()) start(*node);
        }
        if (restores_) {
            // A store whose last write is in doubt is looked at again first.
            pass(seconds(20));
            settle();
            restores_->call_everybody_back();
        }
        for (int minutes = 0; minutes < 30; minutes += minutes < 5 ? 1 : 5) {
            pass(seconds(minutes < 5 ? 60 : 300));
            settle();
        }
        for (SimNode* node : all_)
            if (!node->running()) throw Broken(node->name() + " does not stay up");
    }

    void settle() {
        constexpr int most = 300;
        for (int i = 0; i < most; ++i) {
            bool busy = false;
            for (SimNode* node : all_)
                busy = live(*node) || busy;
            if (network_.step() > 0) busy = true;
            if (!busy) return;
        }
        throw Broken("the nodes never come to rest");
    }

    const Images& images_;
    crypto::SeededRandom dice_;    // of the universe
    crypto::SeededRandom random_;  // of the nodes
    test::MemoryNetwork network_;
    Traffic traffic_;
    Surroundings around_;
    std::vector<std::unique_ptr<SimNode>> nodes_;
    std::vector<SimNode*> all_;
    std::vector<SimNode*> referrers_;
    std::vector<SimNode*> houses_;
    int hostile_at_ = -1;
    std::unique_ptr<Watch> watch_;
    std::unique_ptr<People> people_;
    std::unique_ptr<Restores> restores_;
    milliseconds ahead_{0};
    std::map<std::size_t, milliseconds> skew_;
    Universe told_;
};

}  // namespace

Universe& Universe::operator+=(const Universe& other) {
    seed = other.seed;
    trace = other.trace;
    for (const auto& [command, times] : other.acts)
        acts[command] += times;
    power_losses += other.power_losses;
    kills += other.kills;
    faults += other.faults;
    restores += other.restores;
    delivered += other.delivered;
    return *this;
}

Universe play(std::uint64_t seed) try {
    return Play(seed).run();
} catch (const std::exception& problem) {
    throw Broken("seed " + std::to_string(seed) + ": " + problem.what());
}

}  // namespace leeward::sim
