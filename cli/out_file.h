// The file that --out names: its name is taken before the node is asked, so that a typing error costs
// nothing. Its disk may be full when it is written: what can be made only once the node keeps as well
// (node/app/records_file.h), and what is made here is made anew.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "node/app/socket.h"

namespace leeward::cli {

enum class Replace { REFUSE, FORCE, NEVER };  // REFUSE names --force as the way, NEVER has none

class OutFile {
public:
    // Mode 0600. Errc::already_exists unless forced.
    static Result<OutFile> open(const std::string& path, Replace replace);
    Outcome write(std::string_view text);
    // What was written and this, durable, under its name. Called at most once.
    Outcome commit(std::string_view text);
    // The same for a key: Errc::untrusted, and not a byte of it is written, where others may read it.
    Outcome commit_secret(std::string_view text);

    OutFile(OutFile&& other) noexcept;
    OutFile& operator=(OutFile&&) = delete;
    OutFile(const OutFile&) = delete;
    OutFile& operator=(const OutFile&) = delete;
    ~OutFile();  // without commit() nothing is left

private:
    OutFile(std::string path, std::string written, node::Descriptor fd);

    std::string path_;
    std::string written_;  // where it is until commit(); empty afterwards
    node::Descriptor fd_;
};

}  // namespace leeward::cli
