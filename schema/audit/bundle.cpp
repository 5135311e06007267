#include "schema/audit/bundle.h"

#include "crypto/base/base64.h"
#include "crypto/checkpoint.h"
#include "schema/json/json.h"

namespace leeward::schema {
namespace {

constexpr std::string_view family = "leeward-bundle/";
constexpr std::string_view version = "leeward-bundle/1\n";
constexpr std::size_t card_bytes = 8 * 1024;
constexpr std::size_t frontier_bytes = 8 + 64 * 32;

void put(Bytes& out, BytesView part) {
    out.insert(out.end(), part.begin(), part.end());
}

void put(Bytes& out, const BundleEntry& entry) {
    for (const BytesView part :
         {BytesView(entry.commit), BytesView(entry.xref), BytesView(entry.n), BytesView(entry.rec)})
        put(out, part);
}

// `bytes` is bundle_entry_bytes long.
BundleEntry entry_from(BytesView bytes) {
    BundleEntry entry;
    const auto take = [&bytes](auto& field) {
        std::copy_n(bytes.begin(), field.size(), field.begin());
        bytes = bytes.subspan(field.size());
    };
    take(entry.commit);
    take(entry.xref);
    take(entry.n);
    take(entry.rec);
    return entry;
}

Json list_of(const std::vector<std::string>& texts) {
    Json out = Json::array();
    for (const auto& text : texts)
        out.push(text);
    return out;
}

Json json_of(const EarlierEntry& earlier) {
    Bytes bytes;
    put(bytes, earlier.entry);
    Json path = Json::array();
    for (const auto& hash : earlier.path)
        path.push(crypto::format_hash(hash));
    return Json::object(
        {{"index", earlier.index}, {"entry", base64url::encode(bytes)}, {"path", std::move(path)}});
}

Result<EarlierEntry> earlier_from(const Json& json) {
    ObjectReader reader(json, "earlier entry");
    EarlierEntry out;
    out.index = static_cast<std::uint64_t>(
        reader.number("index", 0, std::numeric_limits<std::int64_t>::max()));
    const Bytes entry = reader.base64url("entry", bundle_entry_bytes);
    const Json& path = reader.any("path");
    if (entry.size() != bundle_entry_bytes) reader.fail("entry", "is not of an entry's size");
    if (!path.as_array() || path.as_array()->size() > crypto::max_path)
        reader.fail("path", "is not a path");
    LEEWARD_TRY(reader.finish());
    out.entry = entry_from(entry);
    for (const auto& hash : *path.as_array()) {
        LEEWARD_ASSIGN(const auto read,
                       crypto::parse_hash(hash.as_string() ? *hash.as_string() : ""));
        out.path.push_back(read);
    }
    return out;
}

// Texts of an array; a fault is told to the reader.
std::vector<std::string> texts_in(ObjectReader& reader, std::string_view key) {
    std::vector<std::string> out;
    const Json& list = reader.any(key);
    if (!list.as_array()) return reader.fail(key, "is not a list"), out;
    for (const auto& item : *list.as_array())
        if (item.as_string())
            out.push_back(*item.as_string());
        else
            reader.fail(key, "holds what is no text");
    return out;
}

Result<Bundle> header_from(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, parse_json(text, {bundle_header_bytes, 8}));
    ObjectReader reader(json, "bundle");
    Bundle out;
    out.card = reader.text("card", card_bytes);
    const Bytes before = reader.base64url("before", frontier_bytes);
    out.heads = texts_in(reader, "heads");
    out.seen = texts_in(reader, "seen");
    const Json& earlier = reader.any("earlier");
    if (!earlier.as_array()) reader.fail("earlier", "is not a list");
    LEEWARD_TRY(reader.finish());
    LEEWARD_ASSIGN(out.before, crypto::Frontier::restore(before));
    for (const auto& item : *earlier.as_array()) {
        LEEWARD_ASSIGN(auto one, earlier_from(item));
        out.earlier.push_back(std::move(one));
    }
    return out;
}

std::string header_of(const Bundle& bundle) {
    Json earlier = Json::array();
    for (const auto& one : bundle.earlier)
        earlier.push(json_of(one));
    return Json::object({{"card", bundle.card},
                         {"before", base64url::encode(bundle.before.serialise())},
                         {"heads", list_of(bundle.heads)},
                         {"seen", list_of(bundle.seen)},
                         {"earlier", std::move(earlier)}})
        .dump();
}

}  // namespace

Bytes write_bundle(const Bundle& bundle) {
    const std::string header = header_of(bundle);
    Bytes out = to_bytes(as_bytes(version));
    put(out, as_bytes(header));
    out.push_back('\n');
    for (const auto& entry : bundle.entries)
        put(out, entry);
    return out;
}

Result<Bundle> read_bundle(BytesView bytes) {
    const std::string_view text = as_text(bytes);
    if (!text.starts_with(version))
        return text.starts_with(family) ? Error{Errc::unsupported, "a bundle of another version"}
                                        : Error{Errc::malformed, "not a bundle"};
    const std::string_view rest = text.substr(version.size());
    const auto end = rest.substr(0, bundle_header_bytes + 1).find('\n');
    if (end == rest.npos)
        return rest.size() > bundle_header_bytes
                   ? Error{Errc::too_large, "a bundle whose header has no end"}
                   : Error{Errc::malformed, "a bundle that is cut off"};
    LEEWARD_ASSIGN(Bundle out, header_from(rest.substr(0, end)));
    BytesView entries = bytes.subspan(version.size() + end + 1);
    if (entries.size() % bundle_entry_bytes != 0)
        return Error{Errc::malformed, "a bundle that is cut off within a leaf"};
    out.entries.reserve(entries.size() / bundle_entry_bytes);
    for (; !entries.empty(); entries = entries.subspan(bundle_entry_bytes))
        out.entries.push_back(entry_from(entries.first(bundle_entry_bytes)));
    return out;
}

}  // namespace leeward::schema
