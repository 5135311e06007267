#include "schema/backup.h"

#include "crypto/jws.h"
#include "schema/limits.h"

namespace leeward::schema {
namespace {

constexpr std::int64_t max_number = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t max_unix = 253'402'300'799;
constexpr std::size_t copy_bytes = 8 * 1024;

Json file_json(const BackupFile& file) {
    return Json::object({{"size", file.size}, {"sha256", hex::encode(file.hash)}});
}

Result<BackupFile> file_from(const Json& json) {
    ObjectReader in(json, "backup file");
    BackupFile file;
    file.size = static_cast<std::uint64_t>(in.number("size", 0, max_number));
    file.hash = in.hex_array<32>("sha256");
    LEEWARD_TRY(in.finish());
    return file;
}

Result<crypto::PairCopies> copies_from(const Json& json) {
    const auto* list = json.as_array();
    crypto::PairCopies copies;
    if (list == nullptr || list->size() != copies.size())
        return Error{Errc::malformed, "a backup that names no three pairs of holders"};
    for (std::size_t i = 0; i < copies.size(); ++i) {
        const auto* text = list->at(i).as_string();
        if (text == nullptr || text->size() > copy_bytes)
            return Error{Errc::malformed, "a backup whose key is not sealed as it should be"};
        LEEWARD_ASSIGN(copies.at(i), base64url::decode(*text));
    }
    return copies;
}

Result<BackupManifest> manifest_from(const Json& json) {
    ObjectReader in(json, "backup");
    if (in.number("leeward_backup", 0, 1'000'000) != 1 && in.ok())
        return Error{Errc::unsupported, "a backup of a newer version: update first"};
    BackupManifest out;
    out.card = in.text("card", limits::card_bytes);
    out.made = from_unix(in.number("made", 0, max_unix));
    out.schema_version = static_cast<std::uint32_t>(in.number("schema", 1, 1'000'000));
    out.log_size = static_cast<std::uint64_t>(in.number("log_size", 0, max_number));
    out.log_root = in.hex_array<32>("log_root");
    auto store = file_from(in.any("store"));
    auto keys = file_from(in.any("keys"));
    auto copies = copies_from(in.any("copies"));
    LEEWARD_TRY(in.finish());
    LEEWARD_ASSIGN(out.store, std::move(store));
    LEEWARD_ASSIGN(out.keys, std::move(keys));
    LEEWARD_ASSIGN(out.copies, std::move(copies));
    return out;
}

}  // namespace

namespace {

Json copies_json(const crypto::PairCopies& copies) {
    Json list = Json::array();
    for (const auto& copy : copies)
        list.push(base64url::encode(copy));
    return list;
}

}  // namespace

std::string sign_backup_manifest(const BackupManifest& manifest, const crypto::SigningKey& key) {
    const Json json = Json::object({{"leeward_backup", 1},
                                    {"card", manifest.card},
                                    {"made", unix_seconds(manifest.made)},
                                    {"schema", manifest.schema_version},
                                    {"log_size", manifest.log_size},
                                    {"log_root", hex::encode(manifest.log_root)},
                                    {"store", file_json(manifest.store)},
                                    {"keys", file_json(manifest.keys)},
                                    {"copies", copies_json(manifest.copies)}});
    return crypto::jws::sign(crypto::jws::typ::backup, as_bytes(json.dump()), key) + "\n";
}

Result<OpenedManifest> open_backup_manifest(std::string_view text) {
    if (!text.empty() && text.back() == '\n') text.remove_suffix(1);
    LEEWARD_ASSIGN(const Bytes claimed,
                   crypto::jws::payload_unverified(text, backup_manifest_bytes));
    LEEWARD_ASSIGN(const Json json, parse_json(as_text(claimed), {backup_manifest_bytes, 4}));
    LEEWARD_ASSIGN(BackupManifest manifest, manifest_from(json));
    LEEWARD_ASSIGN(NodeCard card, open_card(manifest.card));
    const auto signed_by =
        crypto::jws::verify(text, crypto::jws::typ::backup, card.signing, backup_manifest_bytes);
    if (!signed_by)
        return Error{Errc::untrusted,
                     "this backup's manifest was changed, or another node made it; do not restore "
                     "from it"};
    return OpenedManifest{std::move(manifest), std::move(card)};
}

std::string write_recovery_file(const RecoveryFile& file) {
    return Json::object({{"leeward_recovery", 1},
                         {"node", text(file.node)},
                         {"copies", copies_json(file.copies)}})
               .pretty() +
           "\n";
}

Result<RecoveryFile> read_recovery_file(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, parse_json(text, {backup_manifest_bytes, 4}));
    ObjectReader in(json, "recovery file");
    if (in.number("leeward_recovery", 0, 1'000'000) != 1 && in.ok())
        return Error{Errc::unsupported, "a recovery file of a newer version: update first"};
    RecoveryFile out;
    out.node = in.id<NodeId>("node");
    auto copies = copies_from(in.any("copies"));
    LEEWARD_TRY(in.finish());
    LEEWARD_ASSIGN(out.copies, std::move(copies));
    return out;
}

}  // namespace leeward::schema
