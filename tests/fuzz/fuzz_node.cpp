// What a node reads from its own folder, on its own socket, from its page, and out of frames that have opened.
#include "node/app/config.h"
#include "node/app/home.h"
#include "node/app/qr_pages.h"
#include "node/app/wire.h"
#include "node/backup/key_list.h"
#include "node/console/body.h"
#include "node/exchange/leg_bodies.h"
#include "node/exchange/reconcile_lists.h"
#include "node/exchange/resync_text.h"
#include "node/exchange/views.h"
#include "node/mailbox/sealed_file.h"
#include "schema/vouch.h"
#include "tests/conform/witness_http.h"
#include "tests/fuzz/parsers.h"
#include "tests/schema/samples.h"

using namespace leeward;

namespace {

void config(BytesView input) {
    const auto read = node::parse_config(as_text(input));
    if (!read) fuzz::hold(read.error().code == Errc::malformed);
}

void request(BytesView input) {
    fuzz::reads_back(
        input,
        [](const auto& text) { return node::read_request(as_text(text)); },
        [](const node::Request& read) { return to_bytes(as_bytes(node::write_request(read))); });
}

void answer(BytesView input) {
    const auto read = node::read_answer(as_text(input));
    if (!read) return;
    const auto again = node::read_answer(node::answer_of(*read).dump());
    fuzz::hold(again && again->dump() == read->dump());
}

void page(BytesView input) {
    const auto read = node::read_page_request(input);
    if (read) fuzz::hold(read->secrets.size() <= node::most_secrets);
}

void ask_body(BytesView input) {
    (void)node::ask_body_of(as_text(input));
}

void answer_body(BytesView input) {
    (void)node::answer_body_of(as_text(input));
}

void reading(BytesView input) {
    fuzz::reads_back(
        input,
        [](const auto& bytes) { return node::decode_view(bytes); },
        [](const node::MadeView& read) { return node::encode(read); });
}

// The input as it is, and as what a member's root key has signed.
void vouch(BytesView input) {
    namespace samples = schema::samples;
    const schema::NodeCard by = samples::card(1);
    (void)schema::voucher_of(as_text(input));
    (void)schema::open_vouch(as_text(input), by);
    const auto opened = schema::open_vouch(
        crypto::jws::sign(crypto::jws::typ::vouch, input, samples::root_key(1)), by);
    if (!opened) return;
    const auto again = schema::sign_vouch(*opened, samples::root_key(1));
    fuzz::hold(static_cast<bool>(schema::open_vouch(again, by)));
}

void add_checkpoint(BytesView input) {
    fuzz::reads_back(
        input,
        [](const auto& text) { return conform::parse_add_checkpoint(as_text(text)); },
        [](const schema::AddCheckpoint& read) {
            return to_bytes(as_bytes(conform::format_add_checkpoint(read)));
        });
}

// What partners say when they compare their logs, and what follows from it.
void reconcile(BytesView input) {
    fuzz::reads_back(
        input,
        [](const auto& text) { return node::read_reconcile(as_text(text)); },
        [](const node::ReconcileBody& read) {
            return to_bytes(as_bytes(node::write_reconcile(read)));
        });
    const auto read = node::read_reconcile(as_text(input));
    if (!read || !read->list) return;
    node::OwnHalf mine;
    for (const auto& xref : read->list->received)
        mine.sent[xref] = {1, node::ExchangeState::RECEIPTED, 1};
    for (const auto& found : node::differences(mine, *read->list, 2))
        fuzz::hold(found.kind != schema::FindingKind::DISCLOSURE_UNDECLARED);
}

void frames(BytesView input) {
    const auto read = node::unpack_frames(input);
    if (!read) return;
    const SecretBytes packed = node::pack_frames(*read);
    const auto again = node::unpack_frames(packed.reveal());
    fuzz::hold(again && *again == *read);
}

void sealed(BytesView input) {
    const auto read = node::sealed_bytes(as_text(input));
    if (!read) return;
    const auto again = node::sealed_bytes(node::sealed_text(*read));
    fuzz::hold(again && *again == *read);
}

void resync(BytesView input) {
    fuzz::reads_back(
        input,
        [](const auto& text) { return node::read_resync(as_text(text)); },
        [](const node::ResyncText& read) {
            return to_bytes(as_bytes(node::to_json(read).dump()));
        });
}

void pages(BytesView input) {
    const auto whole = node::from_pages(as_text(input));
    if (!whole) return;
    const auto again = node::to_pages(*whole);
    if (!again) return;
    std::string lines;
    for (const auto& page : *again)
        lines += page + "\n";
    const auto read = node::from_pages(lines);
    fuzz::hold(read && *read == *whole);
}

void keys(BytesView input) {
    (void)node::read_key_list(input);
}

constexpr fuzz::Parser parsers[] = {
    {'V', "vouch", vouch},
    {'q', "ask_body", ask_body},
    {'w', "answer_body", answer_body},
    {'v', "reading", reading},
    {'c', "config", config},
    {'r', "request", request},
    {'a', "answer", answer},
    {'p', "page", page},
    {'k', "add_checkpoint", add_checkpoint},
    {'e', "reconcile", reconcile},
    {'f', "frames", frames},
    {'F', "sealed", sealed},
    {'s', "resync", resync},
    {'Q', "pages", pages},
    {'K', "keys", keys},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::run_selected(parsers, data, size);
}
