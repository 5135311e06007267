// A worker at a desk of her own: made by the node's first worker, signed in with her own passphrase.
#pragma once

#include <string>
#include <string_view>

#include "tests/support/test_node.h"

namespace leeward::test {

class Seat {
public:
    Seat(TestNode& node, std::string name, std::string_view roles, std::string_view team = "");

    Result<Json> start_shift();
    // With her passphrase where the command takes her own.
    Result<Json> call(std::string_view command, const Json& args = Json::object());
    Json must(std::string_view command, const Json& args = Json::object());
    Error refused(std::string_view command, const Json& args = Json::object());
    Json preview(std::string_view command, const Json& args = Json::object());
    // At this desk, as another worker by her passphrase, for one act.
    Result<Json> call_as(const Seat& other,
                         std::string_view command,
                         const Json& args = Json::object());

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& passphrase() const { return passphrase_; }
    void use_passphrase(std::string passphrase) { passphrase_ = std::move(passphrase); }
    [[nodiscard]] uid_t desk() const { return desk_; }

private:
    TestNode& node_;
    std::string name_;
    std::string passphrase_;
    uid_t desk_;
};

// "A,B" as a list of texts.
[[nodiscard]] Json listed(std::string_view words);

// Invented, with more details than the budget of eight bits allows.
[[nodiscard]] Json telling_need(std::string_view priority);

}  // namespace leeward::test
