// What the tests of the programs themselves share: one run of them, in a folder that is no node's yet.
#pragma once

#include "tests/node/store/folder.h"
#include "tests/support/process.h"

namespace leeward::test {

class Programs {
public:
    // `leeward --home HOME ARGS…`, to its end.
    [[nodiscard]] Finished leeward(const std::vector<std::string>& args) const {
        std::vector<std::string> argv{program("leeward"), "--home", home().string()};
        argv.insert(argv.end(), args.begin(), args.end());
        return to_its_end(std::move(argv));
    }
    // A line of a shell, in which "$0" is leeward and "$1" the home.
    [[nodiscard]] Finished in_shell(const std::string& line) const {
        return to_its_end({"/bin/sh", "-c", line, program("leeward"), home().string()});
    }
    [[nodiscard]] static Finished to_its_end(std::vector<std::string> argv) {
        return run({std::move(argv), {"PATH=/usr/bin:/bin"}}, std::chrono::seconds(60));
    }
    [[nodiscard]] static std::string program(std::string_view name) {
        return (programs() / name).string();
    }
    [[nodiscard]] std::filesystem::path home() const { return file("home"); }
    [[nodiscard]] std::filesystem::path file(std::string_view name) const {
        return folder_.path / name;
    }
    // The name of a file with a passphrase that is strong enough.
    [[nodiscard]] std::string passphrase() const {
        write_private(file("passphrase"), "nine lanterns over a quiet harbour\n");
        return file("passphrase").string();
    }

private:
    node::TestFolder folder_;
};

}  // namespace leeward::test
