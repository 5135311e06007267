// Found in a browser: a page was told of what enters the log. A receipt, which makes a question DELIVERED, does
// not, nor does what falls due: it stood there as before until something else happened.
#include <catch2/catch_test_macros.hpp>

#include "schema/json/json.h"
#include "tests/e2e/stage.h"
#include "tests/node/console/raw_client.h"
#include "tests/support/test_node.h"

namespace leeward::test {
namespace {

using schema::Json;

// A page that is open at a node of its own.
class OpenPage {
public:
    OpenPage(Stage& stage, Who who) {
        const std::string url = stage.run(who, {"console"}).text_at("url");
        const auto port = url.substr(url.rfind(':') + 1);
        port_ = static_cast<std::uint16_t>(std::stoul(port));
        const auto launch = url.substr(url.find('#') + 1);
        seat_ = ask("/api/sit", R"({"args":{"launch":")" + launch + "\"}}").text_at("seat");
        std::string body = R"({"args":{"name":"desk 1"},"secrets":1})";
        body += '\0';
        const auto passphrase = read_text(stage.home(who).parent_path() / "passphrase");
        body += passphrase.substr(0, passphrase.find('\n'));
        session_ = ask("/api/sign-in", body).text_at("session");
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] Json ask(std::string_view path, std::string_view body) const {
        const Connection connection(port_);
        connection.send(request(path, body));
        const Got got = connection.receive();
        REQUIRE(got.status == 200);
        return *got.json().find("result");
    }
    [[nodiscard]] std::string request(std::string_view path, std::string_view body) const {
        return page_request(port_, seat_, session_, path, body);
    }
    [[nodiscard]] std::int64_t serial() const { return ask("/api/here", "{}").int_at("serial"); }

private:
    std::uint16_t port_ = 0;
    std::string seat_;
    std::string session_;
};

}  // namespace

TEST_CASE("a page is told of what is stored and leaves no entry in the log") {
    const ScratchFolder folder;
    Stage stage(programs(), folder.path());
    stage.make_home(Who::HARBOR);
    stage.start(Who::HARBOR);
    const OpenPage page(stage, Who::HARBOR);
    const auto entries = stage.run(Who::HARBOR, {"audit", "verify"}).int_at("entries");
    const Connection waiting(page.port());
    waiting.send(page.request(
        "/api/wait",
        R"({"args":{"since":)" + std::to_string(page.serial()) + R"(},"automatic":true})"));
    stage.run(Who::HARBOR,
              {"peer",
               "offer",
               "--for",
               "Willow House",
               "--out",
               stage.desk(Who::HARBOR, "offer").string()});
    CHECK(waiting.receive().status == 200);  // it gives up before the node asks it to come again
    CHECK(stage.run(Who::HARBOR, {"audit", "verify"}).int_at("entries") == entries);
    stage.stop(Who::HARBOR);
}

}  // namespace leeward::test
