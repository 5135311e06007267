// Whole nodes in one thread: real homes on disk, real engines, the real commands; only the network
// and the clock are stand-ins. One seed is one history.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "node/app/node_api.h"
#include "schema/audit_event.h"
#include "tests/support/memory_network.h"
#include "tests/support/small_disk.h"

namespace leeward::test {

using schema::Json;

class TestClock final : public schema::Clock {
public:
    [[nodiscard]] schema::Time now() const override { return schema::from_unix(ms_ / 1000); }
    [[nodiscard]] std::int64_t ms() const { return ms_; }
    [[nodiscard]] std::int64_t seconds() const { return ms_ / 1000; }
    void move(std::chrono::milliseconds by) { ms_ += by.count(); }

private:
    std::int64_t ms_ = 1'790'000'000'000;
};

// A folder of its own, gone with the object.
class ScratchFolder {
public:
    ScratchFolder();
    ~ScratchFolder();
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

class TestNode {
public:
    TestNode(std::filesystem::path folder,
             std::string organisation,
             MemoryNetwork& network,
             TestClock& clock,
             crypto::Random& random);

    void create(std::string_view role, const std::string& endpoint);
    // A start; close() is a crash: nothing is told to anybody. Both fail the running test.
    void open();
    void open_with(std::string_view passphrase);
    void close();
    [[nodiscard]] bool running() const { return engine_ != nullptr; }

    // At the desk of the node's own user, with the passphrase of all where the command takes her own.
    Result<Json> call(std::string_view command, const Json& args = Json::object());
    // As another than the node's one operator.
    Result<Json> call_as(schema::RoleSet roles,
                         std::string_view command,
                         const Json& args = Json::object());
    // What a program of this user of the machine asks, with the passphrases that are typed.
    using Typed = std::vector<std::string>;
    Result<Json> serve(uid_t desk, node::Request request, const Typed& typed = {});
    // The answer of a command that must succeed.
    Json must(std::string_view command, const Json& args = Json::object());
    // The error of a command that must be refused.
    Error refused(std::string_view command, const Json& args = Json::object());
    Json preview(std::string_view command, const Json& args = Json::object());

    std::vector<std::string> programs_to_call() { return api_->programs_to_call(); }
    void look_after_home();  // as the daemon does at each turn
    [[nodiscard]] bool stopping() const { return api_->stopping(); }

    // Takes, sends and fires once. True while there was anything to do.
    bool step();

    [[nodiscard]] const std::string& name() const { return organisation_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] node::OpenedHome& home() { return *home_; }
    [[nodiscard]] node::Engine& engine() { return *engine_; }
    [[nodiscard]] node::NodeApi& api() { return *api_; }
    [[nodiscard]] node::Desk& desk() { return engine_->desk(); }
    [[nodiscard]] node::Transport& transport() { return *transport_; }
    [[nodiscard]] node::TransportPublicKey link() const { return link_; }
    [[nodiscard]] TestClock& clock() { return clock_; }
    // Sees each frame before it leaves; what it answers false to is lost on the way.
    using Watch = std::function<bool(const node::TransportPublicKey& to, const node::Frame&)>;
    void watch(Watch watch) { watch_ = std::move(watch); }
    void use_clock(TestClock& clock) { own_clock_ = &clock; }  // from the next open() on

    Json leg(const std::string& id);  // as `leg list` shows it; null if it is not there
    [[nodiscard]] std::string state_of(const std::string& leg_id);
    std::int64_t count(std::string_view sql);  // one number out of the store
    std::int64_t waiting() { return count("SELECT count(*) FROM outbox"); }
    std::vector<std::string> notices();
    schema::AuditRecord newest_entry();                                 // of its own log
    std::int64_t logged(schema::Machine machine, unsigned transition);  // how often, there

private:
    std::filesystem::path folder_;
    std::string organisation_;
    MemoryNetwork& network_;
    TestClock& clock_;
    TestClock* own_clock_ = nullptr;
    crypto::Random& random_;
    node::TransportPublicKey link_;
    Watch watch_;
    std::unique_ptr<node::OpenedHome> home_;
    std::unique_ptr<node::Transport> transport_;
    std::unique_ptr<node::Engine> engine_;
    std::unique_ptr<node::NodeApi> api_;

    TestClock& my_clock() { return own_clock_ != nullptr ? *own_clock_ : clock_; }
};

inline constexpr std::string_view passphrase_of_all = "correct horse battery staple";

struct Founder {
    std::string name;
    std::string role;  // "investigation", "shelter", "counselling", "audit"
};

// A founded and verified network of nodes. The founding is played once for a list of roles and then
// copied, so that two hundred histories do not found two hundred networks.
class World {
public:
    // Node i is `roles[i]`: "investigation", "shelter", "counselling". Named by letter: Alder, Birch…
    // "hidden shelter": nobody connects to it; the first two counselling nodes keep its mail.
    // Each node of `on_small_disks` lives on a disk of its own.
    World(std::uint64_t seed,
          const std::vector<std::string>& roles,
          const std::vector<std::size_t>& on_small_disks = {});
    // Node i is `founders[i]`.
    World(const std::vector<Founder>& founders,
          std::uint64_t seed,
          const std::vector<std::size_t>& on_small_disks = {});
    ~World();

    // The same nodes in folders of their own, as they stand now, and nothing under way between them:
    // what happens there does not happen here. A node that is down here is down there.
    [[nodiscard]] std::unique_ptr<World> copy();

    TestNode& node(std::size_t i) { return *nodes_.at(i); }
    [[nodiscard]] std::size_t size() const { return nodes_.size(); }
    SmallDisk& disk(std::size_t i) { return *disks_.at(i); }
    MemoryNetwork& network() { return network_; }
    TestClock& clock() { return clock_; }
    crypto::Random& random() { return random_; }

    void turn();  // every running node once, then the network once
    void pump();  // until nobody has anything to do; fails the running test if that never comes
    // What people carry once no network has anything to do; true where that changed anything.
    void carry_by(std::function<bool()> carry) { carry_ = std::move(carry); }
    // Moves the clock, in steps, and lets everybody work after each.
    void pass(std::chrono::seconds by, std::chrono::seconds step = std::chrono::hours(1));

private:
    explicit World(World& original);
    void settle(const std::vector<Founder>& founders,
                const std::vector<std::size_t>& on_small_disks);

    ScratchFolder scratch_;
    crypto::SeededRandom random_;
    TestClock clock_;
    MemoryNetwork network_;
    std::map<std::size_t, std::unique_ptr<SmallDisk>> disks_;
    std::vector<std::unique_ptr<TestNode>> nodes_;
    std::function<bool()> carry_;
};

// `host` keeps mail for `hidden` from now on.
void give_place(TestNode& host, TestNode& hidden);
// Founds a network of these running nodes through the commands that people use.
void found_network(const std::vector<TestNode*>& nodes);
void pair_up(TestNode& a, TestNode& b);
void compare_words(TestNode& reader, TestNode& listener);

// Invented from end to end.
[[nodiscard]] Json sample_record();
[[nodiscard]] Json sample_need(std::string_view service = "PLACEMENT",
                               std::string_view priority = "URGENT");

// A case and a need at `referrer`; a question to some; its way to a firm bed.
struct Asked {
    std::string case_id;
    std::string need;
    std::vector<std::string> legs;  // in the order of the recipients
};
Asked ask(World& world,
          TestNode& referrer,
          const std::vector<TestNode*>& recipients,
          std::string_view service = "PLACEMENT",
          std::string_view priority = "URGENT");
void offer(World& world, TestNode& shelter, const std::string& leg);
void choose(World& world, TestNode& referrer, const std::string& need, const std::string& leg);
void make_firm(
    World& world, TestNode& referrer, TestNode& shelter, const Asked& asked, std::size_t i);
// The CAPACITY_ codes of a minor who understood.
Json whole_capacity();
// A release signed by the survivor and a guardian; its id.
std::string sign_release(TestNode& referrer,
                         const std::string& case_id,
                         const TestNode& recipient,
                         std::string_view fields = "T2",
                         std::string_view purpose = "PURPOSE_PLACEMENT");
// A return path of COARSE or DETAIL, written by the partner and signed by the same two; its id.
std::string sign_return_path(TestNode& partner, const std::string& leg, std::string_view level);
// The first grant at a node that holds this field.
std::string grant_of(TestNode& node, std::string_view field);
// The only grant that a node was given.
std::string only_grant(TestNode& node);

}  // namespace leeward::test
