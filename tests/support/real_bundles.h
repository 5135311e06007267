// Bundles as whole nodes hand them out.
#pragma once

#include "crypto/base/base64.h"
#include "schema/audit/check.h"
#include "tests/support/test_node.h"

namespace leeward::test {

// Everything that `audit bundle` would write, unsealed.
inline schema::Bundle bundle_of(TestNode& node, Json args = Json::object()) {
    Bytes bytes;
    Json page = node.must("audit.leaves", args);
    append(bytes, base64url::decode(page.text_at("header")).value());
    for (;;) {
        append(bytes, base64url::decode(page.text_at("leaves")).value());
        if (page.int_at("next") >= page.int_at("size")) break;
        args.set("leaf", page.int_at("next"));
        page = node.must("audit.leaves", args);
    }
    return schema::read_bundle(bytes).value();
}

inline std::vector<schema::Bundle> bundles_of(World& world, const Json& args = Json::object()) {
    std::vector<schema::Bundle> out;
    for (std::size_t i = 0; i < world.size(); ++i)
        out.push_back(bundle_of(world.node(i), args));
    return out;
}

inline schema::Trust trust_in(World& world) {
    schema::Trust trust;
    for (std::size_t i = 0; i < world.size(); ++i)
        trust.cards.push_back(world.node(i).desk().self.card);
    return trust;
}

inline std::string told(const schema::Finding& finding) {
    return std::string(schema::name(finding.kind)) + " at " + finding.organisation + ", leaf " +
           (finding.leaf ? std::to_string(*finding.leaf) : "-") + ", with " + finding.partner;
}
inline std::vector<std::string> told(const schema::AuditReport& report) {
    std::vector<std::string> out;
    for (const auto& finding : report.findings)
        out.push_back(told(finding));
    return out;
}

}  // namespace leeward::test
