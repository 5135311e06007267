#include "schema/witnessing.h"

#include <algorithm>
#include <set>

#include "schema/cursor.h"

namespace leeward::schema {
namespace {

constexpr Byte has_ask = 1;
constexpr Byte has_answer = 2;
constexpr Byte has_published = 4;
constexpr Byte has_all = has_ask | has_answer | has_published;

Byte flags_of(const Witnessing& said) {
    return static_cast<Byte>((said.ask ? has_ask : 0) | (said.answer ? has_answer : 0) |
                             (said.published.empty() ? 0 : has_published));
}

AddCheckpoint take_ask(Cursor& in) {
    AddCheckpoint ask;
    ask.old = in.number(8);
    ask.path = take_path(in);
    ask.note = in.text(2);
    return ask;
}

WitnessAnswer take_answer(Cursor& in) {
    WitnessAnswer answer;
    answer.status = static_cast<WitnessStatus>(in.number(1));
    answer.size = in.number(8);
    answer.text = in.text(2);
    return answer;
}

bool is_status(WitnessStatus status) {
    return status >= WitnessStatus::COSIGNED && status <= WitnessStatus::UNTRUSTED;
}

}  // namespace

void append_witnessing(Bytes& out, const Witnessing& said) {
    out.push_back(flags_of(said));
    if (said.ask) {
        append_be<8>(out, said.ask->old);
        append_path(out, said.ask->path);
        append_lp16(out, as_bytes(said.ask->note));
    }
    if (said.answer) {
        out.push_back(static_cast<Byte>(said.answer->status));
        append_be<8>(out, said.answer->size);
        append_lp16(out, as_bytes(said.answer->text));
    }
    if (!said.published.empty()) append_lp16(out, as_bytes(said.published));
}

bool take_witnessing(Cursor& in, Witnessing& said) {
    const auto flags = static_cast<Byte>(in.number(1));
    if ((flags & ~has_all) != 0) return false;
    if ((flags & has_ask) != 0) said.ask = take_ask(in);
    if ((flags & has_answer) != 0) said.answer = take_answer(in);
    if ((flags & has_published) == 0) return !said.answer || is_status(said.answer->status);
    said.published = in.text(2);
    return !said.published.empty() && (!said.answer || is_status(said.answer->status));
}

std::size_t encoded_size(const Witnessing& said) {
    const std::size_t ask =
        said.ask ? 8 + 1 + 32 * said.ask->path.size() + 2 + said.ask->note.size() : 0;
    const std::size_t answer = said.answer ? 1 + 8 + 2 + said.answer->text.size() : 0;
    return 1 + ask + answer + (said.published.empty() ? 0 : 2 + said.published.size());
}

crypto::Vkey witness_vkey(const crypto::VerifyKey& key) {
    const auto name = crypto::sha256({as_bytes("leeward/1 witness"), key.get()});
    return {"leeward/witness/" + hex::encode(BytesView(name).first<12>()),
            crypto::NoteKeyType::cosignature_v1,
            key};
}

namespace {

constexpr std::size_t enough_for_two = 3;
constexpr std::size_t most_witnesses = 100;

// For a comment: whoever names an organisation must not write lines of the policy.
std::string on_one_line(std::string_view name) {
    std::string out(name);
    for (char& c : out)
        if (static_cast<Byte>(c) < 0x20 || c == 0x7f) c = ' ';
    return out;
}

using Taken = std::set<ByteArray<32>>;

bool is_new(Taken& taken, const crypto::Vkey& key) {
    return taken.size() < most_witnesses && taken.insert(key.key.get()).second;
}

// Each with those of its keys that count.
std::vector<NamedWitness> counted(std::span<const NamedWitness> witnesses) {
    std::vector<NamedWitness> out;
    Taken taken;
    for (const auto& one : witnesses)
        if (is_new(taken, one.key)) out.push_back(one);
    for (auto& one : out) {
        std::vector<crypto::Vkey> left;
        for (const auto& key : one.before)
            if (is_new(taken, key)) left.push_back(key);
        one.before = std::move(left);
    }
    return out;
}

// Lines for one witness of that name, and under any of its keys.
std::string lines_of(const NamedWitness& one, const std::string& name) {
    const auto line = [](const std::string& who, const crypto::Vkey& key) {
        return "witness " + who + " " + crypto::format_vkey(key) + "\n";
    };
    const std::string comment = "# " + on_one_line(one.organisation) + "\n";
    if (one.before.empty()) return comment + line(name, one.key);
    std::string lines = comment + line(name + "-now", one.key);
    std::string group = "group " + name + " any " + name + "-now";
    for (std::size_t i = 0; i < one.before.size(); ++i) {
        const std::string was = name + "-was" + std::to_string(i + 1);
        lines += line(was, one.before[i]);
        group += " " + was;
    }
    return lines + group + "\n";
}

}  // namespace

std::string usual_witness_policy(std::span<const NamedWitness> witnesses) {
    const auto all = counted(witnesses);
    if (all.empty()) return "quorum none\n";
    std::string lines;
    std::string group = "group partners " + std::string(all.size() < enough_for_two ? "1" : "2");
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string name = "w" + std::to_string(i + 1);
        lines += lines_of(all[i], name);
        group += " " + name;
    }
    return lines + group + "\nquorum partners\n";
}

}  // namespace leeward::schema
