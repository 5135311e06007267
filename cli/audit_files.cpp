#include "cli/audit_files.h"

#include <filesystem>
#include <fstream>

#include "cli/text.h"
#include "crypto/age/source.h"

namespace leeward::cli {
namespace {

class FileSource final : public ByteSource {
public:
    FileSource(std::string name, std::ifstream in) : name_(std::move(name)), in_(std::move(in)) {}
    Result<std::size_t> read(std::span<Byte> into) override {
        in_.read(reinterpret_cast<char*>(into.data()), static_cast<std::streamsize>(into.size()));
        if (in_.bad()) return Error{Errc::io, one_line(name_) + " cannot be read"};
        return static_cast<std::size_t>(in_.gcount());
    }

private:
    std::string name_;
    std::ifstream in_;
};

// One card a line, or the network's roster.
Result<std::vector<schema::NodeCard>> read_cards(const std::string& text) {
    if (text.starts_with('{')) {
        LEEWARD_ASSIGN(const auto roster, schema::read_roster(text));
        return schema::open_roster(roster);
    }
    std::vector<schema::NodeCard> out;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        if (end > at) {
            LEEWARD_ASSIGN(auto card, schema::open_card(text.substr(at, end - at)));
            out.push_back(std::move(card));
        }
        at = end + 1;
    }
    return out;
}

}  // namespace

Result<std::unique_ptr<ByteSource>> open_file(const std::string& name) {
    std::error_code fault;
    std::ifstream in(name, std::ios::binary);
    if (!in || std::filesystem::is_directory(name, fault))
        return Error{Errc::not_found, "cannot be opened"};
    return std::unique_ptr<ByteSource>(std::make_unique<FileSource>(name, std::move(in)));
}

Result<std::unique_ptr<ByteSource>> open_sealed_or_not(
    const std::string& name, std::span<const crypto::age::Identity> keys) {
    constexpr std::string_view age_mark = "age-encryption.org/";
    LEEWARD_ASSIGN(auto peek, open_file(name));
    std::string beginning(age_mark.size(), '\0');
    const std::span<Byte> into(reinterpret_cast<Byte*>(beginning.data()), beginning.size());
    LEEWARD_TRY(read_fully(*peek, into));
    LEEWARD_ASSIGN(auto file, open_file(name));
    if (beginning != age_mark) return file;
    if (keys.empty())
        return Error{Errc::locked, "sealed to an auditor: say --key and the file of your key"};
    LEEWARD_ASSIGN(auto opened, crypto::age::OpeningSource::open(std::move(file), keys));
    return std::unique_ptr<ByteSource>(std::move(opened));
}

schema::BundleFile bundle_file(const std::string& name,
                               std::span<const crypto::age::Identity> keys) {
    return {one_line(name), [name, keys] { return open_sealed_or_not(name, keys); }};
}

Result<Bytes> read_all(ByteSource& source, std::size_t most) {
    constexpr std::size_t piece = 64 * 1024;
    Bytes out;
    for (;;) {
        const std::size_t had = out.size();
        out.resize(had + piece);
        LEEWARD_ASSIGN(const std::size_t got, read_fully(source, std::span(out).subspan(had)));
        out.resize(had + got);
        if (out.size() > most) return Error{Errc::too_large, "more than such a file can hold"};
        if (got < piece) return out;
    }
}

Result<schema::Trust> read_trust(const schema::Json& args) {
    schema::Trust trust;
    LEEWARD_ASSIGN(trust.cards, read_cards(args.text_at("cards")));
    if (args.find("policy") != nullptr) {
        LEEWARD_ASSIGN(auto policy, crypto::TlogPolicy::parse(args.text_at("policy")));
        trust.policy = std::move(policy);
    }
    return trust;
}

Result<std::optional<schema::DisclosureProof>> proof_in(const schema::BundleFile& file) {
    LEEWARD_ASSIGN(auto source, file.open());
    Bytes beginning(16);
    LEEWARD_ASSIGN(const std::size_t got, read_fully(*source, beginning));
    beginning.resize(got);
    if (!schema::looks_like_proof(beginning)) return std::optional<schema::DisclosureProof>();
    LEEWARD_ASSIGN(const Bytes rest, read_all(*source, schema::proof_file_bytes));
    append(beginning, rest);
    LEEWARD_ASSIGN(auto proof, schema::read_proof(as_text(beginning)));
    return std::optional(std::move(proof));
}

std::vector<schema::BundleFile> bundle_files(const schema::Json& args,
                                             std::span<const crypto::age::Identity> keys) {
    std::vector<schema::BundleFile> out;
    for (const auto& name : args.array_at("bundle"))
        out.push_back(bundle_file(*name.as_string(), keys));
    return out;
}

}  // namespace leeward::cli
