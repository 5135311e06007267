// The file that --out names: its place is taken before the node is asked, so that nothing which
// can be made only once is lost to a full disk or a typing error.
#pragma once

#include <string>
#include <string_view>

#include "crypto/base/result.h"
#include "node/app/socket.h"

namespace leeward::cli {

enum class Replace { REFUSE, FORCE };

class OutFile {
public:
    // Mode 0600. Errc::already_exists unless forced.
    static Result<OutFile> open(const std::string& path, Replace replace);
    Outcome write(std::string_view text);
    // What was written and this, durable, under its name. Called at most once.
    Outcome commit(std::string_view text);

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
