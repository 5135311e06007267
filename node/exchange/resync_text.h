// What a RESYNC says: registers, numbers and times; no content, no name of anybody.
#pragma once

#include <string_view>
#include <vector>

#include "node/store/sql.h"
#include "schema/catalogue.h"
#include "schema/grant.h"
#include "schema/ids.h"
#include "schema/json/json.h"
#include "schema/leg.h"
#include "schema/leg_rules.h"
#include "schema/need.h"
#include "schema/release.h"
#include "schema/tier.h"
#include "schema/time.h"

namespace leeward::node {

struct ResyncLeg {
    schema::LegId id;
    bool yours = false;  // whoever receives this asked
    schema::AskRegister ask;
    schema::AnswerRegister answer;
    schema::ServiceClass service{};
    schema::Priority priority{};
    std::string alias;
    schema::Time opened;
    schema::Time since;
    schema::Time hold_until;
    schema::Time window_start;
    schema::Time window_end;
    std::int64_t in_seq = 0;          // the receiver's numbers, as far as they came
    std::int64_t out_seq = 0;         // the last that the sender has used
    std::int64_t return_counter = 0;  // the highest that it has heard, where it asked
    std::string reason;
};

struct ResyncGrant {
    schema::GrantId id;
    bool yours = false;  // whoever receives this disclosed it
    schema::LegId leg;
    schema::ReleaseId release;
    schema::Tier tier{};
    schema::Basis basis{};
    std::string purpose;
    schema::FieldSet fields;
    schema::GrantDiscloser discloser{};
    std::uint32_t discloser_counter = 0;
    schema::GrantRecipient recipient{};
    std::uint32_t recipient_counter = 0;
    schema::Time created;
    schema::Time expires;
};

struct ResyncText {
    ByteArray<8> round{};  // random, the same in all its parts
    std::int64_t part = 1;
    std::int64_t of = 1;
    bool answer = false;  // to a RESYNC of the other's
    std::vector<ResyncLeg> legs{};
    std::vector<ResyncGrant> grants{};
};

// One row of the leg table, in the order that resync.cpp asks for.
[[nodiscard]] ResyncLeg resync_leg_of(Rows& rows);
// Each fits into one message.
[[nodiscard]] std::vector<ResyncText> parts_of(const ResyncText& all);
[[nodiscard]] schema::Json to_json(const ResyncText& text);
// Errc::malformed, without saying more.
Result<ResyncText> read_resync(std::string_view body);

}  // namespace leeward::node
