#include "node/app/courier_commands.h"

#include "node/app/qr_pages.h"

namespace leeward::node {
namespace {

using schema::Json;

Outcome put_file(Json& answer, const std::string& text, bool on_paper) {
    if (!on_paper) {
        answer.set("file", text);
        return Done{};
    }
    LEEWARD_ASSIGN(const auto pages, to_pages(text));
    answer.set("pages", pages.size());
    answer.set("file", pages_as_html(pages));
    return Done{};
}

// What came is in effect by now: an answer too long for paper is no reason to say that nothing happened.
void put_answer(Json& answer, std::string text, bool on_paper) {
    if (text.empty()) return;
    if (put_file(answer, text, on_paper)) return;
    answer.set("file", std::move(text));
    answer.set("next",
               "what goes back is too long for paper: the file written now is sealed, and goes on "
               "a stick. What was taken in is in effect");
}

std::string how_many(std::size_t messages, std::string_view one, std::string_view more) {
    return messages == 1 ? "1 message " + std::string(one)
                         : std::to_string(messages) + " messages " + std::string(more);
}

constexpr std::string_view nothing_is_lost =
    "Nothing is lost, as their sender keeps what has no receipt. ";

// Whether the disk is full or our log can sign nothing, the doctor says.
std::string what_was_put_off(std::size_t messages) {
    return how_many(messages, "was", "were") +
           " put off: nothing new can be stored here now, and 'leeward node doctor' says why. " +
           std::string(nothing_is_lost) + "Once that is mended, take in the same file again";
}

// Their word on how all stands may have come in this same file.
std::string what_waits(std::size_t messages) {
    return how_many(messages, "waits", "wait") +
           " for a question that this node does not know since it was restored. " +
           std::string(nothing_is_lost) +
           "Take in the same file once more; what waits even then comes again in their next file, "
           "once you have compared words";
}

std::string what_was_not_taken(const Engine::Taken& taken) {
    if (taken.revoked_by_it)
        return "with it came word that their keys are revoked: what stood before it is in effect, "
               "and nothing goes back to them. Phone them";
    if (taken.report.fault)
        return "part of it met a fault here, and nothing of that part is in effect: take in the "
               "same file again later, and see 'leeward node doctor'";
    if (taken.report.put_off > 0) return what_was_put_off(taken.report.put_off);
    if (taken.report.waiting > 0) return what_waits(taken.report.waiting);
    if (taken.report.refused > 0)
        return "part of it could not be opened here: our keys are newer than the file. Carry "
               "back the file that was written now; it brings them our new ones";
    return {};
}

}  // namespace

Result<Json> courier_export(Engine& engine, const Json& args, std::int64_t now_ms) {
    LEEWARD_ASSIGN(const Peer* peer, engine.desk().peers.named(args.text_at("peer")));
    const auto fill = args.bool_at("more") ? Courier::Fill::MORE : Courier::Fill::ALL;
    LEEWARD_ASSIGN(auto file, engine.write_file(peer->node(), now_ms, fill));
    Json answer = Json::object({{"peer", peer->card.organisation},
                                {"messages", file.messages},
                                {"note",
                                 "sealed for them alone; take theirs back, it brings the receipts. "
                                 "Until then all of it counts as not delivered"}});
    if (file.more)
        answer.set("next", "some of it did not fit: write another with --more and carry both");
    LEEWARD_TRY(put_file(answer, file.text, args.bool_at("qr")));
    return answer;
}

Result<Json> courier_import(Engine& engine, const Json& args, std::int64_t now_ms) {
    std::string text = args.text_at("carried");
    if (looks_like_pages(text)) {
        LEEWARD_ASSIGN(text, from_pages(text));
    }
    LEEWARD_ASSIGN(auto taken, engine.take_file(text, now_ms));
    const Peer* peer = engine.desk().peers.find(taken.from);
    Json answer = Json::object({{"peer", peer == nullptr ? "" : peer->card.organisation},
                                {"new", taken.report.messages},
                                {"known_already", taken.report.repeats},
                                {"receipts", taken.report.receipts},
                                {"not_taken", taken.report.refused},
                                {"put_off", taken.report.put_off},
                                {"waiting", taken.report.waiting},
                                {"to_carry_back", taken.answer.messages}});
    if (const auto say = what_was_not_taken(taken); !say.empty()) answer.set("say", say);
    put_answer(answer, std::move(taken.answer.text), args.bool_at("qr"));
    return answer;
}

}  // namespace leeward::node
