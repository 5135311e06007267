// One bundle while it is read: its heads, opened at the beginning, then its leaves one by one, and the
// checks that walk along with them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "schema/audit/check.h"

namespace leeward::schema {

struct PublishedHead {
    crypto::Checkpoint checkpoint;
    std::optional<std::uint64_t> cosigned_at;   // the earliest witness's time, unix seconds
    std::optional<std::uint64_t> witnessed_at;  // when enough had cosigned it; 0 where nobody must
};

struct OpenedLeaf {
    std::uint64_t index = 0;
    crypto::Hash xref{};
    std::optional<AuditRecord> record;  // nothing where the opening does not hold
};

struct OpenedLog {
    BundleHeader header;
    NodeCard card;
    std::vector<PublishedHead> heads;  // those that verified, the smallest first
    std::vector<OpenedLeaf> earlier;   // proven leaves from before the period

    [[nodiscard]] OrganisationTag tag() const { return organisation_tag(card.node); }
    [[nodiscard]] crypto::Vkey key() const {
        return {card.log_origin, crypto::NoteKeyType::ed25519, card.log};
    }
    [[nodiscard]] Finding finding(FindingKind kind, std::uint64_t leaf) const {
        return {kind, card.organisation, leaf, std::nullopt, {}};
    }
};

// A message that says who somebody is, whatever it stands on.
[[nodiscard]] bool is_disclosure(const AuditRecord& r);
// One statement to all peers is one leaf, which pairs with nobody's receipt; none concerns a person.
[[nodiscard]] bool is_broadcast(const AuditRecord& r);

// The card that is trusted, of the organisation that signed this one.
std::optional<NodeCard> known_card(const std::string& jws, const Trust& trust);
// Card, signatures and growth of the heads, leaves from before. Nothing for a card that is not known.
std::optional<OpenedLog> open_log(BundleHeader header, const Trust& trust, Findings& findings);
// What the leaf says, if its opening holds.
OpenedLeaf open_leaf(const OpenedLog& log,
                     std::uint64_t index,
                     const BundleEntry& entry,
                     Findings& findings);

// The leaves against the heads. The first head that differs is where a change lies, and nothing
// after it could fit.
class TreeCheck {
public:
    // `wanted`: sizes whose roots somebody will ask for.
    TreeCheck(const OpenedLog& log, std::set<std::uint64_t> wanted, Findings& findings);
    void step(const BundleEntry& entry);
    void finish();
    [[nodiscard]] std::uint64_t size() const { return tree_.size().get(); }
    // What the log says of that size: by a head that it signed before by leaves, which somebody may have
    // changed since.
    [[nodiscard]] std::optional<crypto::Hash> root_at(std::uint64_t size) const;

private:
    void compare();

    const OpenedLog* log_;
    Findings* findings_;
    crypto::Frontier tree_;
    std::set<std::uint64_t> wanted_;
    std::map<std::uint64_t, crypto::Hash> roots_{};
    std::size_t next_head_ = 0;
    std::uint64_t fits_;
    bool differs_ = false;
};

// A leaf behind a cosigned head was not there when the witness signed, whatever it says.
class TimeCheck {
public:
    TimeCheck(const OpenedLog& log, Findings& findings) : log_(&log), findings_(&findings) {}
    void step(const OpenedLeaf& leaf);

private:
    const OpenedLog* log_;
    Findings* findings_;
    std::size_t next_head_ = 0;
    std::uint32_t newest_ = 0;
    std::uint64_t witnessed_ = 0;
};

// Whether witnesses have vouched for each leaf within 72 hours: until then nothing but the organisation's
// own word stands against a rewritten log. A head vouches for all leaves before it.
class WitnessCheck {
public:
    WitnessCheck(const OpenedLog& log, Findings& findings);
    void step(const OpenedLeaf& leaf);
    void finish();

private:
    struct Stretch {
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::uint32_t from = 0;  // quarter of its first leaf
    };
    void extend(std::optional<Stretch>& stretch, std::uint64_t leaf) const;
    void report(std::optional<Stretch>& stretch);

    const OpenedLog* log_;
    Findings* findings_;
    std::vector<std::optional<std::uint64_t>> vouched_at_{};  // by this head or any after it
    std::size_t next_head_ = 0;
    std::uint32_t newest_ = 0;
    std::optional<Stretch> late_{};
    std::optional<Stretch> open_{};  // of leaves that no such head covers
};

// That each disclosure stands under an authority that was in force then and covers it. Through all bundles
// of one log, in the order of their leaves: what one of them shows, the next cannot leave out of `earlier`.
class AuthorityCheck {
public:
    explicit AuthorityCheck(Findings& findings) : findings_(&findings) {}
    void begin(const OpenedLog& log);
    void step(const OpenedLeaf& leaf);
    void finish();

private:
    // What the log said of one release so far.
    struct Authority {
        Byte state = 0;
        OrganisationTag recipient{};
        FieldBitmap fields{};
        std::uint64_t stretch = 0;  // in which it was said
    };
    struct Bare {
        std::uint64_t leaf = 0;
        crypto::Hash release{};
    };
    void take(const OpenedLeaf& leaf);
    void learn(const OpenedLeaf& leaf);
    [[nodiscard]] bool breaks_history(const AuditRecord& r) const;
    void judge(const OpenedLeaf& leaf);
    void report(FindingKind kind, const OpenedLeaf& leaf);

    const OpenedLog* log_ = nullptr;
    Findings* findings_;
    std::uint64_t reached_ = 0;  // leaves before this one have been read, or are in no bundle
    std::uint64_t stretch_ = 0;  // of leaves without a gap between them
    std::map<crypto::Hash, Authority> known_{};
    std::set<crypto::Hash> comes_live_{};  // anywhere in the bundles
    std::vector<Bare> bare_{};             // disclosures under nothing that was in force yet
};

// That both ends of each exchange have it.
class ExchangeCheck {
public:
    // The organisations whose bundles there are.
    explicit ExchangeCheck(std::span<const OpenedLog* const> logs);
    void step(const OpenedLog& log, const OpenedLeaf& leaf);

    // Judges what was seen. What is left then is to be looked for under any name in the logs of
    // those who should have sent it: each leaf of theirs once more, then finish().
    void judge(Findings& findings);
    [[nodiscard]] bool looks_into(const OpenedLog& log) const;
    void look(const OpenedLog& log,
              std::uint64_t index,
              const BundleEntry& entry,
              Findings& findings);
    void finish(Findings& findings);
    [[nodiscard]] std::uint64_t unjudged() const { return unjudged_; }

private:
    struct Act {
        crypto::Hash xref{};
        std::uint64_t leaf = 0;
        std::uint32_t quarter = 0;
        EventKind kind{};
        Byte partner = 0;  // which side
    };
    struct Side {
        OrganisationTag tag{};
        std::string organisation;
        bool from_the_start = false;
        std::uint32_t from = ~0U;
        std::uint32_t to = 0;
        std::vector<Act> acts{};
        std::map<crypto::Hash, std::pair<Byte, Act>> sought{};  // by whom it was received
    };
    [[nodiscard]] std::optional<Byte> side_of(const OrganisationTag& tag) const;
    static const Act* find(const Side& side, const crypto::Hash& xref, bool (*wanted)(EventKind));
    void sent(const Side& here, const Side& there, const Act& act, Findings& findings) const;
    void received(Byte here, Side& there, const Act& act, Findings& findings);

    std::vector<Side> sides_{};
    std::uint64_t unjudged_ = 0;
};

}  // namespace leeward::schema
