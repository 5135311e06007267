#include "node/console/body.h"

#include <algorithm>

#include "node/app/socket.h"

namespace leeward::node {
namespace {

Result<Secrets> secrets_in(BytesView rest, std::size_t expected) {
    Secrets secrets;
    while (!rest.empty()) {
        rest = rest.subspan(1);  // the NUL
        const auto end = std::find(rest.begin(), rest.end(), Byte{0});
        const auto size = static_cast<std::size_t>(end - rest.begin());
        if (size > max_secret || secrets.size() == most_secrets)
            return Error{Errc::too_large, "a passphrase has at most 1,024 bytes"};
        secrets.emplace_back(rest.first(size));
        rest = rest.subspan(size);
    }
    if (secrets.size() != expected)
        return Error{Errc::malformed, "not as many passphrases as announced; nothing was changed"};
    return secrets;
}

}  // namespace

Result<PageRequest> read_page_request(BytesView body) {
    const auto end = std::find(body.begin(), body.end(), Byte{0});
    const auto size = static_cast<std::size_t>(end - body.begin());
    LEEWARD_ASSIGN(const schema::Json json,
                   schema::parse_json(as_text(body.first(size)), {.bytes = max_request}));
    schema::ObjectReader reader(json, "request");
    PageRequest request;
    if (const schema::Json* args = reader.any_if("args")) request.args = *args;
    request.act = reader.flag_or("dry_run", false) ? Act::PREVIEW : Act::PERFORM;
    request.automatic = reader.flag_or("automatic", false);
    const auto secrets = reader.number_or("secrets", 0, static_cast<std::int64_t>(most_secrets), 0);
    LEEWARD_TRY(reader.finish());
    LEEWARD_ASSIGN(request.secrets,
                   secrets_in(body.subspan(size), static_cast<std::size_t>(secrets)));
    return request;
}

}  // namespace leeward::node
