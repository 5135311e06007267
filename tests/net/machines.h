// Machines of a test: network namespaces that it makes, wires between them, and the nodes that run
// there. Nothing leaves them, and nothing of this machine's own network is touched. Needs root.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "schema/json/json.h"
#include "tests/support/process.h"

namespace leeward::test {

inline constexpr std::chrono::seconds patience{90};  // far more than needed: the machine is shared

// Empty when namespaces can be made here; else why not, in words.
[[nodiscard]] std::string no_machines_because();

// A network of its own, with loopback alone, until the object goes.
class Machine {
public:
    explicit Machine(const std::filesystem::path& scratch, std::string name);

    // A script of sh in there; throws std::runtime_error with what it said when it fails.
    std::string sh(const std::string& script) const;
    [[nodiscard]] Finished try_sh(const std::string& script) const;
    // `argv` as it is run in there.
    [[nodiscard]] std::vector<std::string> inside(std::vector<std::string> argv) const;
    [[nodiscard]] pid_t pid() const { return holder_.pid(); }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    std::string name_;
    Process holder_;
};

// A wire with an address at each end, "10.77.0.1/24".
void wire(const Machine& a, const std::string& at_a, const Machine& b, const std::string& at_b);

// The same with weather (lossy_link.cpp), from a seed.
class LossyWire {
public:
    LossyWire(const std::filesystem::path& scratch,
              const Machine& a,
              const std::string& at_a,
              const Machine& b,
              const std::string& at_b,
              std::uint64_t seed);

    struct Weather {
        int delay_ms = 0;
        int jitter_ms = 0;
        int loss = 0;  // this and the next two in parts of 1,000
        int duplicates = 0;
        int reorder = 0;
        int kbit = 0;
        bool a_to_b = true;
        bool b_to_a = true;
    };
    void set(const Weather& weather);

private:
    std::filesystem::path control_;
    Machine sky_;  // where the wire's own ends are made
    Process process_;
};

struct Organisation {
    std::string name;
    std::string role;
    std::string endpoint;  // empty: hidden
    const Machine* machine = nullptr;
    std::filesystem::path folder{};
    Process node{};
};

// Real nodes on machines, driven by the command line.
class Lab {
public:
    Lab();
    ~Lab();
    Lab(const Lab&) = delete;
    Lab& operator=(const Lab&) = delete;

    [[nodiscard]] const std::filesystem::path& scratch() const { return scratch_; }
    Organisation make(std::string name,
                      std::string role,
                      const std::string& endpoint,
                      const Machine& machine);
    void start(Organisation& one) const;
    // The result of a command; throws std::runtime_error with the error when it is refused.
    schema::Json run(const Organisation& one, const std::vector<std::string>& args) const;
    schema::Json try_run(const Organisation& one, const std::vector<std::string>& args) const;
    [[nodiscard]] std::filesystem::path file(std::string_view name) const {
        return scratch_ / name;
    }

    // `host` keeps the mail of `hidden`.
    void give_place(const Organisation& host, const Organisation& hidden) const;
    void found(const std::vector<Organisation*>& all) const;

    // A case, a need, and a question to one; the leg.
    struct Asked {
        std::string case_id;
        std::string need;
        std::string leg;
    };
    Asked ask(const Organisation& from, const Organisation& to) const;
    [[nodiscard]] std::string state_of(const Organisation& at, const std::string& leg) const;
    // Waits; false when it has not come by then.
    [[nodiscard]] bool comes_to(const Organisation& at,
                                const std::string& leg,
                                std::string_view state,
                                std::chrono::seconds within = patience) const;

private:
    void meet(const Organisation& a, const Organisation& b) const;
    void compare(const Organisation& reader, const Organisation& listener) const;

    std::filesystem::path scratch_;
};

}  // namespace leeward::test
