// What a node reads from its own folder, on its own socket and from its page.
#include "node/app/config.h"
#include "node/app/home.h"
#include "node/app/wire.h"
#include "node/console/body.h"
#include "tests/fuzz/parsers.h"

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

constexpr fuzz::Parser parsers[] = {
    {'c', "config", config},
    {'r', "request", request},
    {'a', "answer", answer},
    {'p', "page", page},
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    return fuzz::run_selected(parsers, data, size);
}
