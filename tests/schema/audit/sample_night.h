// A true pair of logs, to which the drills do one thing at a time.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "schema/audit/check.h"
#include "tests/schema/audit/sample_log.h"

namespace leeward::schema::samples {

inline FieldSet names() {
    return {*find_field("given_name"), *find_field("family_name")};
}

// An investigation group and a shelter: one release, one disclosure, one receipt.
struct Night {
    SampleLog group{1};
    SampleLog shelter{2};
    crypto::Hash release = some_hash("release");
    crypto::Hash xref = some_hash("exchange");

    void released() { group.activate(release, shelter, names()); }
    std::uint64_t disclosed() { return group.disclose(release, shelter, names(), xref); }
    void received() { shelter.receipt(group, xref); }
    void whole() {
        released();
        disclosed();
        received();
    }
    AuditReport checked() {
        if (group.bundle_.heads.empty()) group.publish();
        if (shelter.bundle_.heads.empty()) shelter.publish();
        const std::vector<Bundle> bundles{group.bundle(), shelter.bundle()};
        return check(bundles, Trust{{group.card(), shelter.card()}, std::nullopt});
    }
};

inline std::vector<std::string_view> only(std::string_view kind) {
    return {kind};
}

}  // namespace leeward::schema::samples
