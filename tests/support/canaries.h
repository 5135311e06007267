// The planted words of the record, and the search for them.
//
// Each is a string that stands nowhere else: where it is found, a word of the record has got there.
// All begin alike, so that one pass over a file looks for all of them in each form: as it is, as
// UTF-16, as base64 at each of the three places it can begin, and as hex.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace leeward::test {

class Canaries {
public:
    Canaries();

    // A new one for a field of `tier` ("L0", "T2", …), to be written into a record.
    std::string plant(std::string_view tier);
    // A secret that nobody may ever see again: a passphrase.
    void forbid(std::string secret);

    [[nodiscard]] const std::vector<std::string>& planted() const { return planted_; }

    // In which forms anything planted or forbidden occurs in `bytes` ("base64"); empty for none.
    [[nodiscard]] std::vector<std::string> found_in(std::string_view bytes) const;
    // "path: form" for each file under `place` (a folder or a file) that holds one.
    [[nodiscard]] std::vector<std::string> found_under(const std::filesystem::path& place) const;

private:
    struct Needle {
        std::string form;
        std::string bytes;
    };
    void add_needles(std::string_view text);

    std::vector<std::string> planted_;
    std::vector<Needle> needles_;
};

}  // namespace leeward::test
