#include "schema/audit/bundle.h"

#include "crypto/base/base64.h"
#include "crypto/checkpoint.h"
#include "schema/json/json.h"

namespace leeward::schema {
namespace {

constexpr std::string_view family = "leeward-bundle/";
constexpr std::string_view version = "leeward-bundle/1\n";
constexpr std::size_t card_bytes = 8 * 1024;
constexpr std::uint64_t largest_log = std::uint64_t{1} << 62;
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

Result<BundleHeader> header_from(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, parse_json(text, {bundle_header_bytes, 8}));
    ObjectReader reader(json, "bundle");
    BundleHeader out;
    out.card = reader.text("card", card_bytes);
    const Bytes before = reader.base64url("before", frontier_bytes);
    out.heads = texts_in(reader, "heads");
    out.seen = texts_in(reader, "seen");
    const Json& earlier = reader.any("earlier");
    if (!earlier.as_array()) reader.fail("earlier", "is not a list");
    LEEWARD_TRY(reader.finish());
    LEEWARD_ASSIGN(out.before, crypto::Frontier::restore(before));
    if (out.before.size().get() > largest_log)
        return Error{Errc::malformed, "a bundle of a log that is longer than any can be"};
    for (const auto& item : *earlier.as_array()) {
        LEEWARD_ASSIGN(auto one, earlier_from(item));
        out.earlier.push_back(std::move(one));
    }
    return out;
}

std::string header_of(const BundleHeader& bundle) {
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

// Up to and including the line of JSON, and perhaps some of what follows.
struct Beginning {
    Bytes bytes;
    std::size_t end = 0;  // where the line feed after the JSON is
};

Result<Beginning> read_beginning(ByteSource& source) {
    constexpr std::size_t piece = 64 * 1024;
    Beginning out;
    for (std::size_t seen = version.size();;) {
        const std::size_t had = out.bytes.size();
        out.bytes.resize(had + piece);
        LEEWARD_ASSIGN(const std::size_t got,
                       read_fully(source, std::span(out.bytes).subspan(had)));
        out.bytes.resize(had + got);
        const std::string_view text = as_text(out.bytes);
        if (!text.starts_with(version))
            return text.starts_with(family)
                       ? Error{Errc::unsupported, "a bundle of another version"}
                       : Error{Errc::malformed, "not a bundle"};
        out.end = text.find('\n', seen);
        if (out.end != text.npos) break;
        if (text.size() > version.size() + bundle_header_bytes)
            return Error{Errc::too_large, "a bundle whose header has no end"};
        if (got < piece) return Error{Errc::malformed, "a bundle that is cut off"};
        seen = text.size();
    }
    if (out.end > version.size() + bundle_header_bytes)
        return Error{Errc::too_large, "a bundle whose header has no end"};
    return out;
}

}  // namespace

Result<Bytes> write_bundle_header(const BundleHeader& header) {
    const std::string line = header_of(header);
    if (line.size() > bundle_header_bytes)
        return Error{Errc::too_large, "too much for one bundle: make one of a shorter period"};
    Bytes out = to_bytes(as_bytes(version));
    put(out, as_bytes(line));
    out.push_back('\n');
    return out;
}

Bytes write_entry(const BundleEntry& entry) {
    Bytes out;
    out.reserve(bundle_entry_bytes);
    put(out, entry);
    return out;
}

BundleEntry read_entry(BytesView bytes) {
    return entry_from(bytes);
}

Bytes write_bundle(const Bundle& bundle) {
    Bytes out = write_bundle_header(bundle).value();
    for (const auto& entry : bundle.entries)
        put(out, entry);
    return out;
}

Result<BundleReader> BundleReader::open(std::unique_ptr<ByteSource> source) {
    LEEWARD_ASSIGN(const Beginning beginning, read_beginning(*source));
    const BytesView bytes = beginning.bytes;
    LEEWARD_ASSIGN(auto header,
                   header_from(as_text(bytes.first(beginning.end)).substr(version.size())));
    return BundleReader(
        std::move(source), std::move(header), to_bytes(bytes.subspan(beginning.end + 1)));
}

Result<std::optional<BundleEntry>> BundleReader::next() {
    constexpr std::size_t at_once = 1024 * bundle_entry_bytes;
    if (ahead_.size() - at_ < bundle_entry_bytes && !ended_) {
        ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(at_));
        at_ = 0;
        const std::size_t had = ahead_.size();
        ahead_.resize(had + at_once);
        LEEWARD_ASSIGN(const std::size_t got, read_fully(*source_, std::span(ahead_).subspan(had)));
        ahead_.resize(had + got);
        ended_ = got < at_once;
    }
    if (at_ == ahead_.size()) return std::optional<BundleEntry>();
    if (ahead_.size() - at_ < bundle_entry_bytes)
        return Error{Errc::malformed, "a bundle that is cut off within a leaf"};
    const auto entry = entry_from(BytesView(ahead_).subspan(at_, bundle_entry_bytes));
    at_ += bundle_entry_bytes;
    return std::optional(entry);
}

Result<Bundle> read_bundle(BytesView bytes) {
    LEEWARD_ASSIGN(auto reader, BundleReader::open(std::make_unique<MemorySource>(bytes)));
    Bundle out{reader.header(), {}};
    for (;;) {
        LEEWARD_ASSIGN(const auto entry, reader.next());
        if (!entry) return out;
        out.entries.push_back(*entry);
    }
}

}  // namespace leeward::schema
