#include "tests/support/test_node.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include <catch2/catch_test_macros.hpp>
#include <sys/prctl.h>
#include <unistd.h>

#include "tests/support/cheap_home.h"
#include "tests/support/founding.h"

namespace leeward::test {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 6> names{
    "Alder", "Birch", "Cedar", "Damson", "Elder", "Fir"};

SecretBytes passphrase() {
    return SecretBytes(as_bytes(passphrase_of_all));
}

// In memory where there is such a folder: these tests are about what is kept, not about disks.
fs::path scratch_root() {
    std::error_code error;
    return fs::is_directory("/dev/shm", error) ? fs::path("/dev/shm") : fs::temp_directory_path();
}

}  // namespace

ScratchFolder::ScratchFolder() {
    std::string pattern = (scratch_root() / "leeward-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

// ------------------------------------------------------------------ one node

namespace {

class WatchedTransport final : public node::Transport {
public:
    WatchedTransport(std::unique_ptr<node::Transport> inner, const TestNode::Watch& watch)
        : inner_(std::move(inner)), watch_(watch) {}

    Outcome connect(const node::TransportPublicKey& peer, const std::string& endpoint) override {
        return inner_->connect(peer, endpoint);
    }
    void disconnect(const node::TransportPublicKey& peer) override { inner_->disconnect(peer); }
    Outcome send(const node::TransportPublicKey& peer, node::Frame frame) override {
        if (watch_ && !watch_(peer, frame)) return Done{};
        return inner_->send(peer, std::move(frame));
    }
    Outcome open_line(const node::TransportSecretKey& ours,
                      const node::TransportPublicKey& server,
                      const std::string& endpoint) override {
        return inner_->open_line(ours, server, endpoint);
    }
    Outcome answer(const node::Inbound& asked, node::Frame frame) override {
        return inner_->answer(asked, std::move(frame));
    }
    std::optional<node::Inbound> poll() override { return inner_->poll(); }
    int readable_fd() override { return inner_->readable_fd(); }
    void allow(const node::TransportPublicKey& peer) override { inner_->allow(peer); }
    void deny(const node::TransportPublicKey& peer) override { inner_->deny(peer); }
    std::vector<node::TransportPublicKey> take_returned() override {
        return inner_->take_returned();
    }
    [[nodiscard]] std::size_t peer_capacity() const override { return inner_->peer_capacity(); }
    [[nodiscard]] node::TransportCounters counters() const override { return inner_->counters(); }

private:
    std::unique_ptr<node::Transport> inner_;
    const TestNode::Watch& watch_;
};

}  // namespace

TestNode::TestNode(fs::path folder,
                   std::string organisation,
                   MemoryNetwork& network,
                   TestClock& clock,
                   crypto::Random& random)
    : folder_(std::move(folder)),
      organisation_(std::move(organisation)),
      network_(network),
      clock_(clock),
      random_(random) {}

void TestNode::create(std::string_view role, const std::string& endpoint) {
    const node::NewNode made{organisation_,
                             {std::string(role)},
                             endpoint,
                             "",
                             {"555-0100", "all hours", "555-0101", "en"},
                             "desk 1",
                             endpoint.empty()};
    const auto done =
        support::create_cheap_home(folder_, made, passphrase(), my_clock().now(), random_);
    REQUIRE(done);
}

void TestNode::open() {
    open_with(passphrase_of_all);
}

void TestNode::open_with(std::string_view passphrase) {
    auto opened = node::open_home(folder_, SecretBytes(as_bytes(passphrase)), random_);
    ::prctl(PR_SET_DUMPABLE, 1);  // a leak checker must be able to look
    if (!opened) FAIL(organisation_ << " does not open: " << opened.error().detail);
    home_ = std::make_unique<node::OpenedHome>(std::move(opened).value());
    link_ = node::public_key_of(home_->identity.link);
    transport_ = std::make_unique<WatchedTransport>(
        network_.join(link_, home_->identity.card.endpoint), watch_);
    auto engine = node::Engine::open({home_->store,
                                      home_->keyring,
                                      home_->identity,
                                      *transport_,
                                      random_,
                                      home_->views,
                                      home_->log_files},
                                     my_clock().ms());
    if (!engine) FAIL(organisation_ << " does not start: " << engine.error().detail);
    engine_ = std::move(engine).value();
    api_ = std::make_unique<node::NodeApi>(*engine_, *home_, my_clock(), &support::make_cheap_slot);
}

void TestNode::close() {
    api_.reset();
    engine_.reset();
    transport_.reset();
    home_.reset();
}

Result<Json> TestNode::call(std::string_view command, const Json& args) {
    const auto* spec = schema::find_command(command);
    const bool asks = spec != nullptr && spec->own_passphrase;
    return serve(::geteuid(),
                 {std::string(command), args, node::Act::PERFORM, {}, 0},
                 asks ? Typed{std::string(passphrase_of_all)} : Typed{});
}

Result<Json> TestNode::call_as(schema::RoleSet roles, std::string_view command, const Json& args) {
    node::Actor actor;
    actor.id = schema::OperatorId(ByteArray<16>{0x0b});
    actor.roles = roles;
    return api_->call_as(actor, command, args);
}

Result<Json> TestNode::serve(uid_t desk, node::Request request, const Typed& typed) {
    node::Secrets secrets;
    for (const auto& one : typed)
        secrets.emplace_back(as_bytes(one));
    request.secrets = secrets.size();
    return api_->serve(desk, request, secrets);
}

Json TestNode::must(std::string_view command, const Json& args) {
    auto done = call(command, args);
    if (!done) FAIL(organisation_ << ": " << command << ": " << done.error().detail);
    return std::move(done).value();
}

Error TestNode::refused(std::string_view command, const Json& args) {
    const auto done = call(command, args);
    if (done) FAIL(organisation_ << ": " << command << " was not refused");
    return done.error();
}

Json TestNode::preview(std::string_view command, const Json& args) {
    auto done = api_->preview(command, args);
    if (!done) FAIL(organisation_ << ": preview of " << command << ": " << done.error().detail);
    return std::move(done).value();
}

void TestNode::look_after_home() {
    const Outcome done = api_->look_after_home();
    if (!done) FAIL(organisation_ << ": " << done.error().detail);
}

bool TestNode::step() {
    const auto work = engine_->step(my_clock().ms());
    if (!work) FAIL(organisation_ << ": " << work.error().detail);
    for (const auto& fault : {work->fault, work->received.fault})
        if (fault) FAIL(organisation_ << " stands still for " << name_of(*fault));
    return work->more || work->sent.envelopes > 0 || work->received.opened > 0 ||
           work->received.refused > 0 || work->received.repeats > 0;
}

Json TestNode::leg(const std::string& id) {
    for (std::int64_t page = 1;; ++page) {
        const Json list = must("leg.list", Json::object({{"all", true}, {"page", page}}));
        if (list.array_at("legs").empty()) return Json();
        for (const auto& one : list.array_at("legs"))
            if (one.text_at("id") == id) return one;
    }
}

std::string TestNode::state_of(const std::string& leg_id) {
    return leg(leg_id).text_at("state");
}

std::int64_t TestNode::count(std::string_view sql) {
    auto rows = home_->store.query(sql);
    REQUIRE(rows.next());
    return rows.integer(0);
}

std::vector<std::string> TestNode::notices() {
    std::vector<std::string> codes;
    const Json all = must("inbox");
    for (const auto& one : all.array_at("notices"))
        codes.push_back(one.text_at("code"));
    return codes;
}

schema::AuditRecord TestNode::newest_entry() {
    auto rows = home_->store.query("SELECT rec FROM leaf ORDER BY idx DESC LIMIT 1");
    REQUIRE(rows.next());
    return schema::decode_audit_record(rows.blob(0)).value();
}

std::int64_t TestNode::logged(schema::Machine machine, unsigned transition) {
    std::int64_t found = 0;
    auto rows = home_->store.query("SELECT rec FROM leaf");
    while (rows.next()) {
        const auto rec = schema::decode_audit_record(rows.blob(0));
        found += rec && rec->machine == machine && rec->transition == transition ? 1 : 0;
    }
    return found;
}

// ------------------------------------------------------------------ many

namespace {

// Room for a home, its reserve, its write-ahead log at its largest and some hundred stories.
constexpr std::size_t small_disk_mebibytes = 64;

// A network is founded once for as long as the program runs, then copied.
const fs::path& founded_homes(const std::vector<Founder>& founders,
                              const std::function<void(const fs::path&)>& found) {
    static ScratchFolder all;
    static std::map<std::string, fs::path> made;
    std::string key;
    for (const auto& one : founders)
        key += one.name + '\t' + one.role + '\n';
    auto& path = made[key];
    if (path.empty()) {
        path = all.path() / std::to_string(made.size());
        found(path);
    }
    return path;
}

constexpr std::string_view hidden_prefix = "hidden ";

bool is_hidden(const std::string& role) {
    return role.starts_with(hidden_prefix);
}
std::string role_of(const std::string& role) {
    return is_hidden(role) ? role.substr(hidden_prefix.size()) : role;
}

void give_places(const std::vector<Founder>& founders, const std::vector<TestNode*>& nodes) {
    for (std::size_t i = 0; i < founders.size(); ++i) {
        std::size_t given = 0;
        for (std::size_t j = 0; j < nodes.size() && is_hidden(founders[i].role) && given < 2; ++j)
            if (founders[j].role == "counselling") {
                give_place(*nodes[j], *nodes[i]);
                ++given;
            }
    }
}

std::string endpoint_of(std::size_t i) {
    return "tcp://127.0.0.1:" + std::to_string(7000 + i);
}

std::vector<Founder> by_letter(const std::vector<std::string>& roles) {
    std::vector<Founder> founders;
    for (std::size_t i = 0; i < roles.size(); ++i)
        founders.push_back({std::string(names.at(i)), roles[i]});
    return founders;
}

// No world's own: it would draw the keys of its founding again.
constexpr std::uint64_t founding_seed = 0x1ee'0ad5;

void found(const std::vector<Founder>& founders, const fs::path& folder, TestClock& clock) {
    crypto::SeededRandom random(founding_seed);
    MemoryNetwork network(random);
    std::vector<std::unique_ptr<TestNode>> nodes;
    std::vector<TestNode*> all;
    for (std::size_t i = 0; i < founders.size(); ++i) {
        const auto& [name, role] = founders[i];
        nodes.push_back(std::make_unique<TestNode>(folder / name, name, network, clock, random));
        nodes.back()->create(role_of(role), is_hidden(role) ? "" : endpoint_of(i));
        nodes.back()->open();
        all.push_back(nodes.back().get());
    }
    give_places(founders, all);
    found_network(all);
}

}  // namespace

World::World(std::uint64_t seed,
             const std::vector<std::string>& roles,
             const std::vector<std::size_t>& on_small_disks)
    : random_(seed), network_(random_) {
    settle(by_letter(roles), on_small_disks);
}

World::World(const std::vector<Founder>& founders,
             std::uint64_t seed,
             const std::vector<std::size_t>& on_small_disks)
    : random_(seed), network_(random_) {
    settle(founders, on_small_disks);
}

void World::settle(const std::vector<Founder>& founders,
                   const std::vector<std::size_t>& on_small_disks) {
    for (const std::size_t i : on_small_disks) {
        const auto folder = scratch_.path() / founders.at(i).name;
        fs::create_directory(folder);
        disks_[i] = std::make_unique<SmallDisk>(folder, small_disk_mebibytes);
    }
    const auto& homes =
        founded_homes(founders, [&](const fs::path& folder) { found(founders, folder, clock_); });
    fs::copy(homes, scratch_.path(), fs::copy_options::recursive);
    for (const auto& one : founders) {
        nodes_.push_back(std::make_unique<TestNode>(
            scratch_.path() / one.name, one.name, network_, clock_, random_));
        nodes_.back()->open();
    }
    pump();
}

// Between two steps no node is writing: its files are whole.
World::World(World& original)
    : random_(original.random_.number()), clock_(original.clock_), network_(random_) {
    fs::copy(original.scratch_.path(), scratch_.path(), fs::copy_options::recursive);
    for (const auto& node : original.nodes_) {
        nodes_.push_back(std::make_unique<TestNode>(
            scratch_.path() / node->name(), node->name(), network_, clock_, random_));
        if (node->running()) nodes_.back()->open();
    }
}

std::unique_ptr<World> World::copy() {
    return std::unique_ptr<World>(new World(*this));
}

namespace {

// Of sample_record(). Whatever a test has played, no file that its nodes leave behind holds them.
constexpr std::array<std::string_view, 2> never_in_a_file{"Renata", "Unsafe Person"};

bool holds_a_word(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string content(fs::file_size(file), '\0');
    in.read(content.data(), static_cast<std::streamsize>(content.size()));
    return std::any_of(never_in_a_file.begin(), never_in_a_file.end(), [&](std::string_view word) {
        return content.find(word) != std::string::npos;
    });
}

std::vector<std::string> files_with_a_word(const fs::path& folder) {
    std::vector<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && holds_a_word(entry.path()))
            found.push_back(entry.path().filename());
    return found;
}

}  // namespace

World::~World() {
    for (auto& node : nodes_)
        node->close();
    CHECK(files_with_a_word(scratch_.path()) == std::vector<std::string>{});
}

void World::turn() {
    for (auto& node : nodes_)
        if (node->running()) node->step();
    network_.step();
}

void World::pump() {
    constexpr int most = 500;
    for (int i = 0; i < most; ++i) {
        bool busy = false;
        for (auto& node : nodes_)
            if (node->running() && node->step()) busy = true;
        if (network_.step() > 0) busy = true;
        if (!busy && !(carry_ && carry_())) return;
    }
    FAIL("the nodes never come to rest");
}

void World::pass(std::chrono::seconds by, std::chrono::seconds step) {
    for (auto left = by; left.count() > 0; left -= step) {
        clock_.move(std::min(step, left));
        pump();
    }
}

void give_place(TestNode& host, TestNode& hidden) {
    const auto place = founding::file_of(host.must("mailhost.open"));
    hidden.must("mailhost.add", Json::object({{"place", place}}));
}

void found_network(const std::vector<TestNode*>& nodes) {
    founding::found_network(nodes);
}
void pair_up(TestNode& a, TestNode& b) {
    founding::pair_up(a, b);
}
void compare_words(TestNode& reader, TestNode& listener) {
    founding::compare_words(reader, listener);
}
Json sample_record() {
    return founding::sample_record();
}
Json sample_need(std::string_view service, std::string_view priority) {
    return founding::sample_need(service, priority);
}

// ------------------------------------------------------------------ a story, step by step

Asked ask(World& world,
          TestNode& referrer,
          const std::vector<TestNode*>& recipients,
          std::string_view service,
          std::string_view priority) {
    Asked asked;
    asked.case_id =
        referrer
            .must("case.new",
                  Json::object({{"record", sample_record().dump()}, {"duplicate-check", "none"}}))
            .text_at("id");
    asked.need = referrer
                     .must("need.new",
                           Json::object({{"case", asked.case_id},
                                         {"need", sample_need(service, priority).dump()}}))
                     .text_at("id");
    Json to = Json::array();
    for (const TestNode* one : recipients)
        to.push(one->name());
    const Json answer =
        referrer.must("need.ask", Json::object({{"id", asked.need}, {"to", std::move(to)}}));
    for (const auto& leg : answer.array_at("legs"))
        asked.legs.push_back(leg.text_at("id"));
    world.pump();
    return asked;
}

void offer(World& world, TestNode& shelter, const std::string& leg) {
    shelter.must("leg.show", Json::object({{"id", leg}}));
    shelter.must("leg.offer", Json::object({{"id", leg}}));
    world.pump();
}

void choose(World& world, TestNode& referrer, const std::string& need, const std::string& leg) {
    referrer.must("need.choose",
                  Json::object({{"id", need},
                                {"leg", leg},
                                {"basis", "CHOICE_BASIS_IN_PERSON"},
                                {"read-back", true}}));
    world.pump();
}

void make_firm(
    World& world, TestNode& referrer, TestNode& shelter, const Asked& asked, std::size_t i) {
    offer(world, shelter, asked.legs.at(i));
    choose(world, referrer, asked.need, asked.legs.at(i));
    shelter.must("leg.confirm", Json::object({{"id", asked.legs.at(i)}}));
    world.pump();
}

Json whole_capacity() {
    return founding::whole_capacity();
}

namespace {

void sign_by_both(TestNode& node, const std::string& id) {
    for (const Json& signature : founding::both_signatures(id))
        node.must("release.sign", signature);
}

}  // namespace

std::string sign_release(TestNode& referrer,
                         const std::string& case_id,
                         const TestNode& recipient,
                         std::string_view fields,
                         std::string_view purpose) {
    const std::string id = referrer
                               .must("release.new",
                                     Json::object({{"case", case_id},
                                                   {"to", recipient.name()},
                                                   {"fields", Json(Json::Array{fields})},
                                                   {"purpose", purpose}}))
                               .text_at("id");
    sign_by_both(referrer, id);
    return id;
}

std::string sign_return_path(TestNode& partner, const std::string& leg, std::string_view level) {
    const std::string id =
        partner.must("release.new", Json::object({{"leg", leg}, {"return", level}})).text_at("id");
    sign_by_both(partner, id);
    return id;
}

std::string grant_of(TestNode& node, std::string_view field) {
    const Json list = node.must("grant.list", Json::object({{"all", true}}));
    for (const auto& grant : list.array_at("grants"))
        for (const auto& name : grant.array_at("fields"))
            if (*name.as_string() == field) return grant.text_at("id");
    FAIL("nothing that was shared holds " << field);
    return {};
}

std::string only_grant(TestNode& node) {
    const Json list = node.must("grant.list", Json::object({{"all", true}}));
    REQUIRE(list.array_at("grants").size() == 1);
    return list.array_at("grants").front().text_at("id");
}

}  // namespace leeward::test
