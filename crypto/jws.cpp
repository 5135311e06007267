#include "crypto/jws.h"

#include <optional>

#include "crypto/base/base64.h"

namespace leeward::crypto::jws {
namespace {

struct Parts {
    std::string_view header;
    std::string_view payload;
    std::string_view signature;
    std::string_view signing_input;  // header "." payload, as it came
};

std::optional<Parts> split(std::string_view jws) {
    const std::size_t first = jws.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = jws.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    return Parts{jws.substr(0, first),
                 jws.substr(first + 1, second - first - 1),
                 jws.substr(second + 1),
                 jws.substr(0, second)};
}

std::string header_json(std::string_view typ) {
    std::string out = R"({"alg":"EdDSA","typ":")";
    out += typ;
    out += R"("})";
    return out;
}

// Reads {"name":"value", …} whose strings are printable ASCII without escapes, and nothing else.
class HeaderReader {
public:
    explicit HeaderReader(std::string_view text) : rest_(text) {}

    // Whether the header is exactly alg "EdDSA" and `typ`, in either order.
    bool says(std::string_view typ) {
        if (!take('{')) return false;
        bool alg_seen = false;
        bool typ_seen = false;
        for (int member = 0; member < 2; ++member) {
            if (member > 0 && !take(',')) return false;
            const auto name = string();
            if (!name || !take(':')) return false;
            const auto value = string();
            if (!value) return false;
            if (*name == "alg" && *value == "EdDSA") alg_seen = true;
            if (*name == "typ" && *value == typ) typ_seen = true;
        }
        return take('}') && at_end() && alg_seen && typ_seen;
    }

private:
    void skip_whitespace() {
        const std::size_t start = rest_.find_first_not_of(" \t\r\n");
        rest_.remove_prefix(start == std::string_view::npos ? rest_.size() : start);
    }
    bool take(char c) {
        skip_whitespace();
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool at_end() {
        skip_whitespace();
        return rest_.empty();
    }
    std::optional<std::string_view> string() {
        if (!take('"')) return std::nullopt;
        for (std::size_t i = 0; i < rest_.size(); ++i) {
            const char c = rest_[i];
            if (c == '"') {
                const std::string_view out = rest_.substr(0, i);
                rest_.remove_prefix(i + 1);
                return out;
            }
            if (c < ' ' || c > '~' || c == '\\') return std::nullopt;
        }
        return std::nullopt;
    }

    std::string_view rest_;
};

bool header_says(std::string_view encoded, std::string_view typ) {
    if (encoded == base64url::encode(as_bytes(header_json(typ)))) return true;  // as we write it
    const auto header = base64url::decode(encoded);
    return header && HeaderReader(as_text(*header)).says(typ);
}

bool signature_holds(const Parts& parts, const VerifyKey& key) {
    const auto signature = base64url::decode(parts.signature);
    return signature && signature->size() == 64 &&
           crypto::verify(key, as_bytes(parts.signing_input), Signature(to_array<64>(*signature)));
}

Result<Bytes> payload_of(const Parts& parts) {
    auto payload = base64url::decode(parts.payload);
    if (!payload) return Error{Errc::untrusted};
    return payload;
}

Result<Parts> admit(std::string_view jws, std::size_t max_size) {
    if (jws.size() > max_size) return Error{Errc::too_large, "signed object too long"};
    const auto parts = split(jws);
    if (!parts) return Error{Errc::untrusted};
    return *parts;
}

}  // namespace

std::string sign(std::string_view typ, BytesView payload, const SigningKey& key) {
    std::string out = base64url::encode(as_bytes(header_json(typ)));
    out += '.';
    out += base64url::encode(payload);
    const Signature signature = crypto::sign(key, as_bytes(out));
    out += '.';
    out += base64url::encode(signature.get());
    return out;
}

Result<Bytes> verify(std::string_view jws,
                     std::string_view typ,
                     const VerifyKey& key,
                     std::size_t max_size) {
    LEEWARD_ASSIGN(const Parts parts, admit(jws, max_size));
    if (!header_says(parts.header, typ) || !signature_holds(parts, key))
        return Error{Errc::untrusted};
    return payload_of(parts);
}

Result<Bytes> payload_unverified(std::string_view jws, std::size_t max_size) {
    LEEWARD_ASSIGN(const Parts parts, admit(jws, max_size));
    return payload_of(parts);
}

}  // namespace leeward::crypto::jws
