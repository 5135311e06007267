#include "tests/net/machines.h"

#include <csignal>
#include <fstream>
#include <stdexcept>

#include <unistd.h>

namespace leeward::test {
namespace {

namespace fs = std::filesystem;
using schema::Json;

constexpr auto soon = std::chrono::seconds(30);

std::vector<std::string> environment() {
    return {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8"};
}

// A program of the system, wherever it lies.
std::vector<std::string> found(std::vector<std::string> argv) {
    argv.insert(argv.begin(), "/usr/bin/env");
    return argv;
}

Finished run_here(std::vector<std::string> argv) {
    return run({found(std::move(argv)), environment()}, patience);
}

Json member_of(const Finished& finished, std::string_view member) {
    for (const auto* text : {&finished.out, &finished.err}) {
        const auto json = schema::parse_json(*text, {8 * 1024 * 1024, 32});
        if (json && json->find(member) != nullptr) return *json->find(member);
    }
    return {};
}

std::string moved_to(const Machine& machine,
                     const std::string& device,
                     const std::string& address) {
    const std::string pid = std::to_string(machine.pid());
    machine.sh("ip addr add " + address + " dev " + device + " && ip link set " + device + " up");
    return pid;
}

}  // namespace

std::string no_machines_because() {
    if (::geteuid() != 0) return "this needs root, to make network namespaces";
    if (run_here({"unshare", "--net", "true"}).status != 0)
        return "network namespaces cannot be made here";
    if (!fs::exists("/dev/net/tun")) return "there is no /dev/net/tun here";
    if (run_here({"nft", "--version"}).status != 0) return "nftables is not installed";
    return {};
}

Machine::Machine(const fs::path& scratch, std::string name)
    : name_(std::move(name)),
      holder_({found({"unshare", "--net", "sleep", "3600"}), environment()},
              scratch / (name_ + ".out")) {
    const bool up = eventually(
        soon, [&] { return try_sh("ip link set lo up && test -z \"$(ip route)\"").status == 0; });
    if (!up) throw std::runtime_error("a machine could not be made: " + name_);
}

std::vector<std::string> Machine::inside(std::vector<std::string> argv) const {
    argv.insert(argv.begin(),
                {"nsenter", "--net=/proc/" + std::to_string(holder_.pid()) + "/ns/net", "--"});
    return found(std::move(argv));
}

// Before the holder has left our own network, nothing may be done in its name.
Finished Machine::try_sh(const std::string& script) const {
    std::error_code error;
    const auto ours = fs::read_symlink("/proc/self/ns/net", error);
    const auto theirs =
        fs::read_symlink("/proc/" + std::to_string(holder_.pid()) + "/ns/net", error);
    if (error || ours == theirs) return {};
    return run_here(inside({"sh", "-c", script}));
}

std::string Machine::sh(const std::string& script) const {
    const Finished finished = try_sh(script);
    if (finished.status != 0)
        throw std::runtime_error(name_ + ": " + script + ": " + finished.err + finished.out);
    return finished.out;
}

void wire(const Machine& a, const std::string& at_a, const Machine& b, const std::string& at_b) {
    static int number = 0;
    const std::string one = "w" + std::to_string(++number) + "a";
    const std::string other = "w" + std::to_string(number) + "b";
    a.sh("ip link add " + one + " type veth peer name " + other + " netns " +
         std::to_string(b.pid()));
    (void)moved_to(a, one, at_a);
    (void)moved_to(b, other, at_b);
}

LossyWire::LossyWire(const fs::path& scratch,
                     const Machine& a,
                     const std::string& at_a,
                     const Machine& b,
                     const std::string& at_b,
                     std::uint64_t seed)
    : control_(scratch / "weather"), sky_(scratch, "sky") {
    write_private(control_, "0 0 0 0 0 0 1 1\n");
    process_ = Process({sky_.inside({(programs() / "lossy-link").string(),
                                     "tapa",
                                     "tapb",
                                     std::to_string(seed),
                                     control_.string()}),
                        environment()},
                       scratch / "lossy-link.out");
    const bool there = eventually(
        soon, [&] { return sky_.try_sh("ip link show tapa && ip link show tapb").status == 0; });
    if (!there) throw std::runtime_error("no lossy wire: " + read_text(scratch / "lossy-link.out"));
    sky_.sh("ip link set tapa netns " + std::to_string(a.pid()) + " && ip link set tapb netns " +
            std::to_string(b.pid()));
    (void)moved_to(a, "tapa", at_a);
    (void)moved_to(b, "tapb", at_b);
}

void LossyWire::set(const Weather& weather) {
    std::string line;
    for (const int value : {weather.delay_ms,
                            weather.jitter_ms,
                            weather.loss,
                            weather.duplicates,
                            weather.reorder,
                            weather.kbit,
                            weather.a_to_b ? 1 : 0,
                            weather.b_to_a ? 1 : 0})
        line += std::to_string(value) + " ";
    std::ofstream(control_, std::ios::trunc) << line << "\n";
    ::kill(process_.pid(), SIGHUP);
}

// ------------------------------------------------------------------ nodes

Lab::Lab() {
    std::string pattern = (fs::temp_directory_path() / "leeward-lab-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder for the lab");
    scratch_ = pattern;
}

Lab::~Lab() {
    std::error_code ignored;
    fs::remove_all(scratch_, ignored);
}

Organisation Lab::make(std::string name,
                       std::string role,
                       const std::string& endpoint,
                       const Machine& machine) {
    Organisation one{std::move(name), std::move(role), endpoint, &machine};
    one.folder = scratch_ / one.name;
    fs::create_directories(one.folder);
    write_private(one.folder / "passphrase", "correct horse battery staple\n");
    std::vector<std::string> args{"node",
                                  "init",
                                  "--organisation",
                                  one.name,
                                  "--role",
                                  one.role,
                                  "--duty-line",
                                  "555-0100",
                                  "--passphrase-file",
                                  (one.folder / "passphrase").string()};
    if (endpoint.empty())
        args.emplace_back("--hidden");
    else
        args.insert(args.end(), {"--endpoint", endpoint});
    run(one, args);
    start(one);
    return one;
}

void Lab::start(Organisation& one) const {
    one.node = Process({one.machine->inside({(programs() / "leeward").string(),
                                             "--home",
                                             (one.folder / "home").string(),
                                             "node",
                                             "up",
                                             "--foreground",
                                             "--passphrase-file",
                                             (one.folder / "passphrase").string()}),
                        environment()},
                       one.folder / "node.out");
    const bool up = eventually(patience, [&] {
        return !try_run(one, {"node", "status"}).is_null();
    });
    if (!up) throw std::runtime_error(one.name + ": " + read_text(one.folder / "node.out"));
}

Json Lab::run(const Organisation& one, const std::vector<std::string>& args) const {
    std::vector<std::string> argv{
        (programs() / "leeward").string(), "--home", (one.folder / "home").string(), "--json"};
    argv.insert(argv.end(), args.begin(), args.end());
    const Finished finished = run_here(argv);
    if (finished.status != 0)
        throw std::runtime_error(one.name + ": " + args.front() + " " + args.back() + ": " +
                                 finished.err + finished.out);
    return member_of(finished, "result");
}

Json Lab::try_run(const Organisation& one, const std::vector<std::string>& args) const {
    try {
        return run(one, args);
    } catch (const std::runtime_error&) {
        return {};
    }
}

void Lab::give_place(const Organisation& host, const Organisation& hidden) const {
    const auto place = file(host.name + "-for-" + hidden.name + ".place").string();
    run(host, {"mailhost", "open", "--out", place});
    run(hidden, {"mailhost", "add", place});
    fs::remove(place);
}

void Lab::found(const std::vector<Organisation*>& all) const {
    std::string cards;
    for (const Organisation* one : all) {
        const auto card = file(one->name + ".card").string();
        run(*one, {"identity", "show", "--out", card});
        cards += (cards.empty() ? "" : ",") + card;
    }
    const auto roster = file("founders.roster").string();
    run(*all.front(), {"peer", "found", "--cards", cards, "--out", roster});
    for (std::size_t i = 1; i < all.size(); ++i) {
        run(*all[i], {"peer", "found", "--roster", roster, "--out", roster + ".next"});
        fs::rename(roster + ".next", roster);
    }
    for (const Organisation* one : all)
        run(*one, {"peer", "found", "--roster", roster, "--accept"});
    for (std::size_t i = 0; i < all.size(); ++i)
        for (std::size_t j = i + 1; j < all.size(); ++j)
            meet(*all[i], *all[j]);
}

void Lab::meet(const Organisation& a, const Organisation& b) const {
    const auto from_a = file(a.name + ".offer").string();
    const auto from_b = file(b.name + ".offer").string();
    run(a, {"peer", "offer", "--for", b.name, "--out", from_a});
    run(b, {"peer", "offer", "--for", a.name, "--out", from_b});
    run(a, {"peer", "accept", from_b});
    run(b, {"peer", "accept", from_a});
    fs::remove(from_a);
    fs::remove(from_b);
    compare(a, b);
    compare(b, a);
}

void Lab::compare(const Organisation& reader, const Organisation& listener) const {
    const auto words = run(reader, {"peer", "verify", listener.name}).text_at("read_aloud");
    run(listener, {"peer", "verify", reader.name, "--words", words});
}

Lab::Asked Lab::ask(const Organisation& from, const Organisation& to) const {
    const auto record = file("record.json");
    const auto need = file("need.json");
    write_private(record,
                  R"({"preferred_name":"Wren","given_name":"Renata","allergies":"Nuts.",)"
                  R"("safe_contact_method":"through_worker","what_helped":"Drawing."})");
    write_private(need,
                  R"({"service":"PLACEMENT","priority":"URGENT","wishes_asked":true,)"
                  R"("fields":{"age_band":"15_to_17","start_window":"today"}})");
    Asked asked;
    asked.case_id =
        run(from, {"case", "new", record.string(), "--duplicate-check", "none"}).text_at("id");
    asked.need = run(from, {"need", "new", need.string(), "--case", asked.case_id}).text_at("id");
    const Json answer = run(from, {"need", "ask", asked.need, "--to", to.name, "--yes"});
    asked.leg = answer.array_at("legs").front().text_at("id");
    return asked;
}

std::string Lab::state_of(const Organisation& at, const std::string& leg) const {
    const Json list = try_run(at, {"leg", "list", "--all"});
    for (const auto& one : list.array_at("legs"))
        if (one.text_at("id") == leg) return one.text_at("state");
    return {};
}

bool Lab::comes_to(const Organisation& at,
                   const std::string& leg,
                   std::string_view state,
                   std::chrono::seconds within) const {
    return eventually(within, [&] { return state_of(at, leg) == state; });
}

}  // namespace leeward::test
