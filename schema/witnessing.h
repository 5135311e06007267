// What a log and its witnesses say to each other (c2sp.org/tlog-witness), inside ordinary envelopes.
//
// A log asks a partner to cosign a head that it has published, and shows how its tree grew from the one
// that this partner cosigned before; the partner answers with its cosignature, or with the head
// that it holds. And a log shows its partners the newest head that enough witnesses have cosigned.
// None of it is a message: it is logged nowhere, receipted by nobody, and nothing waits for it. What
// is lost on the way is asked again.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "crypto/checkpoint.h"
#include "crypto/merkle.h"
#include "schema/node_card.h"

namespace leeward::schema {

class Cursor;

// The wire's numbers; leeward-witness of tests/conform gives each its HTTP status.
enum class WitnessStatus : Byte {
    COSIGNED = 1,
    OTHER_SIZE = 2,   // another size than `old` was cosigned last
    OTHER_ROOT = 3,   // this size was cosigned with another root
    BAD_PROOF = 4,    // the tree has not only grown
    BAD_REQUEST = 5,  // does not parse, shrinks, or is too large
    UNKNOWN_LOG = 6,  // no log of this origin is known
    UNTRUSTED = 7,    // not signed by that log
};

struct AddCheckpoint {
    std::uint64_t old = 0;  // the size that this witness cosigned before; 0: none
    crypto::Path path;      // from `old` to the head; empty for 0
    std::string note;       // the head, as its log has signed it

    friend bool operator==(const AddCheckpoint&, const AddCheckpoint&) = default;
};

struct WitnessAnswer {
    WitnessStatus status{};
    std::uint64_t size = 0;  // of the head that the witness holds now; 0: none
    std::string text;        // COSIGNED: the signature line. Otherwise that head, as its log has
                             // signed it; empty where there is none

    friend bool operator==(const WitnessAnswer&, const WitnessAnswer&) = default;
};

struct Witnessing {
    std::optional<AddCheckpoint> ask;     // of the sender's log
    std::optional<WitnessAnswer> answer;  // about the recipient's log
    std::string published;                // of the sender's log, cosigned; empty: nothing new

    [[nodiscard]] bool empty() const { return !ask && !answer && published.empty(); }
    friend bool operator==(const Witnessing&, const Witnessing&) = default;
};

void append_witnessing(Bytes& out, const Witnessing& said);
// False for what is no such thing; a cursor that has failed says so itself.
[[nodiscard]] bool take_witnessing(Cursor& in, Witnessing& said);
[[nodiscard]] std::size_t encoded_size(const Witnessing& said);

// Under what name and key this organisation cosigns: the name follows from the key.
[[nodiscard]] crypto::Vkey witness_vkey(const crypto::VerifyKey& key);
[[nodiscard]] inline crypto::Vkey witness_vkey(const NodeCard& card) {
    return witness_vkey(card.witness);
}

struct NamedWitness {
    std::string organisation;
    crypto::Vkey key;
    std::vector<crypto::Vkey> before{};  // keys that it had: a restore gives it another
};
// The policy where nobody has written another (c2sp.org/tlog-policy): of these any two, or one where
// there are fewer than three; none where there is nobody. Each counts once, under whichever of its keys, and
// so does a key that two of them claim; of more than a hundred the first hundred count, those of now before
// any that they had. No name changes what it says.
[[nodiscard]] std::string usual_witness_policy(std::span<const NamedWitness> witnesses);

}  // namespace leeward::schema
