#include "schema/witnessing.h"

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

}  // namespace leeward::schema
