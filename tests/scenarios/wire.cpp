#include "tests/scenarios/wire.h"

#include <algorithm>

#include "node/exchange/message_class.h"
#include "node/mailbox/sealing.h"
#include "schema/envelope.h"
#include "schema/grant.h"
#include "schema/leg.h"
#include "schema/record.h"
#include "schema/release.h"

namespace leeward::test {
namespace {

using schema::Message;
using schema::MessageKind;

constexpr std::array<std::size_t, 4> buckets{8192, 16384, 32768, 65536};
constexpr std::size_t tag = 16;  // of the seal

// As the recipient will open it, with its keys of this moment; nothing where it cannot.
std::vector<Message> open_as(TestNode& to, const node::Frame& frame) {
    const auto envelope = schema::read_envelope_frame(frame.parts);
    if (!envelope) return {};
    auto& desk = to.desk();
    const auto epoch = crypto::epoch_of(to.clock().seconds());
    const auto mailbox = desk.peers.find_mailbox(envelope->mailbox, epoch);
    if (!mailbox) return {};
    std::vector<Message> out;
    (void)to.home().store.write([&](node::Transaction& tx) -> Outcome {
        LEEWARD_ASSIGN(const auto own, desk.prekeys.own(tx, envelope->kid));
        LEEWARD_ASSIGN(
            const auto inner,
            node::open_envelope(
                desk.self, desk.peers, *mailbox->peer, mailbox->epoch, own.key, *envelope));
        for (const auto& item : inner.messages)
            if (auto message = schema::open_message(item.jws, mailbox->peer->card.signing))
                out.push_back(std::move(message).value());
        return Done{};
    });
    return out;
}

bool is_closed(schema::Ask ask, schema::Answer answer) {
    return (schema::closes(ask) && ask != schema::Ask::LAPSED) ||
           answer == schema::Answer::DISCARDED;
}

}  // namespace

Wire::Wire(World& world, const Canaries& canaries) : world_(world), canaries_(canaries) {
    world_.network().tap([this](const auto& from, const auto& to, const node::Frame& frame) {
        heard({from, to, frame});
    });
}

Wire::~Wire() {
    world_.network().tap({});
}

TestNode* Wire::holder(const node::TransportPublicKey& key) {
    for (std::size_t i = 0; i < world_.size(); ++i)
        if (world_.node(i).running() && world_.node(i).link() == key) return &world_.node(i);
    return nullptr;
}

void Wire::heard(const OnTheWire& one) {
    frames_.push_back(one);
    judge_size(one.frame);
    for (const auto& part : one.frame.parts)
        for (const auto& form : canaries_.found_in(as_text(part)))
            faults_.push_back("G1 on the wire, " + form);
    TestNode* from = holder(one.from);
    TestNode* to = holder(one.to);
    if (from == nullptr || to == nullptr) return;
    for (auto& message : open_as(*to, one.frame)) {
        read_.push_back({from->name(), to->name(), std::move(message)});
        judge(*from, read_.back());
    }
}

// G8
void Wire::judge_size(const node::Frame& frame) {
    const std::size_t sealed = frame.parts.empty() ? 0 : frame.parts.back().size();
    const bool fits = std::any_of(
        buckets.begin(), buckets.end(), [&](std::size_t one) { return sealed == one + tag; });
    if (!fits) faults_.push_back("G8 a sealed text of " + std::to_string(sealed) + " bytes");
}

void Wire::judge(TestNode& from, const Read& read) {
    const auto& header = read.message.header;
    if (header.kind == MessageKind::GRANT)
        judge_grant(from, read);
    else if (!canaries_.found_in(read.message.body).empty())
        faults_.push_back("G1 a word of the record in a message " +
                          std::string(schema::name(header.kind)) + " to " + read.to);
    auto rows = from.home().store.query("SELECT ask,answer FROM leg WHERE id=?", header.leg);
    if (!rows.next()) return;
    const bool closed = is_closed(static_cast<schema::Ask>(rows.integer(0)),
                                  static_cast<schema::Answer>(rows.integer(1)));
    if (closed && node::class_of(read.message) != schema::MessageClass::CONTROL)
        faults_.push_back("G7 content went to " + read.to + " on a leg that is closed");
}

// G4, and G1 of what a grant may hold: its own fields, all of them named by a release to this very
// recipient that is in force now, under a grant that is open.
void Wire::judge_grant(TestNode& from, const Read& read) {
    const auto fault = [&](std::string_view what) {
        faults_.push_back("G4 what " + read.to + " is given " + std::string(what));
    };
    const auto body = schema::parse_json(read.message.body, {65536, 8});
    if (!body) return fault("does not parse");
    const auto release = schema::id_from<schema::ReleaseId>(body->text_at("release"));
    const auto grant = schema::id_from<schema::GrantId>(body->text_at("grant"));
    if (!release || !grant) return fault("names no authority");
    auto rows = from.home().store.query(
        "SELECT r.state,r.expires,r.fields,r.recipient,g.discloser FROM release r,grant_of g "
        "WHERE r.id=? AND g.id=?",
        *release,
        *grant);
    if (!rows.next()) return fault("rests on nothing");
    if (!schema::live(static_cast<schema::ReleaseState>(rows.integer(0))) ||
        rows.integer(1) <= from.clock().seconds())
        fault("rests on a release that is not in force");
    if (rows.id<schema::NodeId>(3) != read.message.header.to) fault("is another's");
    const auto allowed = schema::FieldSet::from_bytes(rows.array<24>(2));
    const schema::Json* fields = body->find("fields");
    if (fields == nullptr || !schema::fields_of(*fields).is_subset_of(allowed))
        fault("is more than its release names");
    if (static_cast<schema::GrantDiscloser>(rows.integer(4)) != schema::GrantDiscloser::OPENABLE)
        faults_.push_back("G7 content went to " + read.to + " under a grant that is closed");
}

std::vector<std::string> Wire::take_faults() {
    std::vector<std::string> out;
    out.swap(faults_);
    return out;
}

void Wire::replay(std::size_t first) {
    world_.network().tap({});
    for (std::size_t i = frames_.size(); i > first; --i) {
        const auto& one = frames_[i - 1];
        world_.network().say_again(one.from, one.to, one.frame);
    }
    world_.pump();
    world_.network().tap([this](const auto& from, const auto& to, const node::Frame& frame) {
        heard({from, to, frame});
    });
}

}  // namespace leeward::test
