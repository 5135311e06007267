#include "node/app/records_file.h"

#include "crypto/base/hex.h"
#include "node/app/private_files.h"
#include "node/app/socket.h"

namespace leeward::node {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_in_answer = max_answer / 2;  // as JSON it is longer, and not alone

void take_file_out(schema::Json& answer) {
    std::erase_if(*answer.as_object(), [](const auto& member) { return member.first == "file"; });
}

}  // namespace

Outcome keep_records_file(const fs::path& home, schema::Json& answer, crypto::Random& random) {
    const std::string sealed = answer.text_at("file");
    if (sealed.empty()) return Done{};
    const fs::path path =
        fs::absolute(home) / ("records-" + hex::encode(random.array<4>()) + ".age");
    const Outcome written = write_private_file(path, as_bytes(sealed));
    if (!written) {
        std::error_code ignored;
        if (written.error().code != Errc::already_exists) fs::remove(path, ignored);
        return written;
    }
    answer.set("sealed_file", path.string());
    if (sealed.size() > most_in_answer) take_file_out(answer);
    return Done{};
}

}  // namespace leeward::node
