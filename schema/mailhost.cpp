#include "schema/mailhost.h"

#include "crypto/hash.h"
#include "schema/envelope.h"
#include "schema/limits.h"

namespace leeward::schema {
namespace {

constexpr std::string_view magic = "LW1";
constexpr std::string_view host_tag = "H";
constexpr std::size_t head_parts = 3;  // magic, tag, verb and nonce
constexpr std::size_t frame_parts_at_most = 6;
constexpr std::int64_t longest_seconds = longest_at_host.count();

enum class Verb : Byte {
    DEPOSIT = 1,
    POLL = 2,
    TAKEN = 3,
    RECALL = 4,
    GUESTS = 5,
    KEPT = 129,
    NO_ROOM = 130,
    MAIL = 131,
    POLL_END = 132,
    GONE = 133,
    ADMITTED = 134,
};

Error malformed() {
    return {Errc::malformed, "not what is said to or by a mail host"};
}

FrameParts begin(Verb verb, const HostNonce& nonce) {
    Bytes head{static_cast<Byte>(verb)};
    append(head, nonce);
    return {to_bytes(as_bytes(magic)), to_bytes(as_bytes(host_tag)), std::move(head)};
}

template <std::size_t N>
Bytes joined(const std::vector<ByteArray<N>>& items) {
    Bytes out;
    out.reserve(items.size() * N);
    for (const auto& item : items)
        append(out, item);
    return out;
}

template <std::size_t N>
std::optional<std::vector<ByteArray<N>>> split(BytesView bytes, std::size_t most) {
    if (bytes.size() % N != 0 || bytes.size() / N > most) return std::nullopt;
    std::vector<ByteArray<N>> out;
    for (; !bytes.empty(); bytes = bytes.subspan(N))
        out.push_back(to_array<N>(bytes.first(N)));
    return out;
}

struct Head {
    Verb verb{};
    HostNonce nonce{};
};
std::optional<Head> head_of(const FrameParts& parts) {
    const bool ours = parts.size() > head_parts && as_text(parts[0]) == magic &&
                      as_text(parts[1]) == host_tag && parts[2].size() == 1 + HostNonce{}.size();
    if (!ours) return std::nullopt;
    return Head{static_cast<Verb>(parts[2][0]), to_array<8>(BytesView(parts[2]).subspan(1))};
}

// The one part after the head; nothing when there is another number of them.
const Bytes* only_part(const FrameParts& parts) {
    return parts.size() == head_parts + 1 ? &parts[head_parts] : nullptr;
}

std::optional<FrameParts> frame_after(const FrameParts& parts, std::size_t at) {
    if (parts.size() <= at || parts.size() - at > frame_parts_at_most) return std::nullopt;
    FrameParts frame(parts.begin() + static_cast<std::ptrdiff_t>(at), parts.end());
    if (!mailbox_of(frame)) return std::nullopt;
    return frame;
}

std::optional<Deposit> read_deposit(const FrameParts& parts) {
    if (parts[head_parts].size() != 4) return std::nullopt;
    const auto seconds = static_cast<std::int64_t>(read_be(parts[head_parts]));
    auto frame = frame_after(parts, head_parts + 1);
    if (!frame || seconds < 1 || seconds > longest_seconds) return std::nullopt;
    return Deposit{Duration(seconds), std::move(*frame)};
}

std::optional<Poll> read_poll(const FrameParts& parts) {
    const Bytes* const body = only_part(parts);
    if (body == nullptr || body->size() != 1 + 16 * polled_names) return std::nullopt;
    const std::size_t most = body->front();
    if (most < 1 || most > most_mail_at_once) return std::nullopt;
    return Poll{most, *split<16>(BytesView(*body).subspan(1), polled_names)};
}

template <class List, std::size_t N>
std::optional<List> read_list(const FrameParts& parts, std::size_t most) {
    const Bytes* const body = only_part(parts);
    if (body == nullptr) return std::nullopt;
    auto items = split<N>(*body, most);
    if (!items) return std::nullopt;
    return List{std::move(*items)};
}

template <class Answer>
std::optional<Answer> read_handle(const FrameParts& parts) {
    const Bytes* const body = only_part(parts);
    if (body == nullptr || body->size() != 16) return std::nullopt;
    return Answer{to_array<16>(*body)};
}

std::optional<Mail> read_mail(const FrameParts& parts) {
    auto frame = frame_after(parts, head_parts);
    if (!frame) return std::nullopt;
    return Mail{std::move(*frame)};
}

std::optional<PollEnd> read_end(const FrameParts& parts) {
    const Bytes* const body = only_part(parts);
    if (body == nullptr || body->size() != 1 || body->front() > 1) return std::nullopt;
    return PollEnd{body->front() == 1};
}

std::optional<Admitted> read_admitted(const FrameParts& parts) {
    const Bytes* const body = only_part(parts);
    if (body == nullptr || body->size() != 4) return std::nullopt;
    return Admitted{static_cast<std::size_t>(read_be(*body))};
}

template <class Whole, class Part>
Result<Whole> whole(const HostNonce& nonce, std::optional<Part> part) {
    if (!part) return malformed();
    return Whole{nonce, std::move(*part)};
}

void append_frame(FrameParts& parts, const FrameParts& frame) {
    parts.insert(parts.end(), frame.begin(), frame.end());
}

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

MailHandle mail_handle(const FrameParts& frame) {
    Bytes all;
    for (const Bytes& part : frame)
        append(all, part);
    return to_array<16>(crypto::sha256(all));
}

std::optional<crypto::MailboxId> mailbox_of(const FrameParts& frame) {
    if (const auto envelope = read_envelope_frame(frame)) return envelope->mailbox;
    if (const auto control = read_control_frame(frame)) return control->mailbox;
    return std::nullopt;
}

FrameParts write_host_request(const HostRequest& request) {
    return std::visit(Overloaded{[&](const Deposit& deposit) {
                                     FrameParts parts = begin(Verb::DEPOSIT, request.nonce);
                                     Bytes keep;
                                     append_be<4>(keep,
                                                  static_cast<std::uint64_t>(deposit.keep.count()));
                                     parts.push_back(std::move(keep));
                                     append_frame(parts, deposit.frame);
                                     return parts;
                                 },
                                 [&](const Poll& poll) {
                                     FrameParts parts = begin(Verb::POLL, request.nonce);
                                     Bytes body{static_cast<Byte>(poll.most)};
                                     append(body, joined(poll.names));
                                     parts.push_back(std::move(body));
                                     return parts;
                                 },
                                 [&](const Taken& taken) {
                                     FrameParts parts = begin(Verb::TAKEN, request.nonce);
                                     parts.push_back(joined(taken.handles));
                                     return parts;
                                 },
                                 [&](const Recall& recall) {
                                     FrameParts parts = begin(Verb::RECALL, request.nonce);
                                     parts.push_back(joined(recall.handles));
                                     return parts;
                                 },
                                 [&](const Guests& guests) {
                                     FrameParts parts = begin(Verb::GUESTS, request.nonce);
                                     parts.push_back(joined(guests.keys));
                                     return parts;
                                 }},
                      request.what);
}

Result<HostRequest> read_host_request(const FrameParts& parts) {
    const auto head = head_of(parts);
    if (!head) return malformed();
    const auto& nonce = head->nonce;
    if (head->verb == Verb::DEPOSIT) return whole<HostRequest>(nonce, read_deposit(parts));
    if (head->verb == Verb::POLL) return whole<HostRequest>(nonce, read_poll(parts));
    if (head->verb == Verb::TAKEN)
        return whole<HostRequest>(nonce, read_list<Taken, 16>(parts, most_handles));
    if (head->verb == Verb::RECALL)
        return whole<HostRequest>(nonce, read_list<Recall, 16>(parts, most_handles));
    if (head->verb == Verb::GUESTS)
        return whole<HostRequest>(nonce, read_list<Guests, 32>(parts, most_guests));
    return malformed();
}

FrameParts write_host_answer(const HostAnswer& answer) {
    return std::visit(Overloaded{[&](const Kept& kept) {
                                     FrameParts parts = begin(Verb::KEPT, answer.nonce);
                                     parts.push_back(to_bytes(kept.handle));
                                     return parts;
                                 },
                                 [&](const NoRoom& none) {
                                     FrameParts parts = begin(Verb::NO_ROOM, answer.nonce);
                                     parts.push_back(to_bytes(none.handle));
                                     return parts;
                                 },
                                 [&](const Mail& mail) {
                                     FrameParts parts = begin(Verb::MAIL, answer.nonce);
                                     append_frame(parts, mail.frame);
                                     return parts;
                                 },
                                 [&](const PollEnd& end) {
                                     FrameParts parts = begin(Verb::POLL_END, answer.nonce);
                                     parts.push_back(Bytes{static_cast<Byte>(end.more ? 1 : 0)});
                                     return parts;
                                 },
                                 [&](const Gone& gone) {
                                     FrameParts parts = begin(Verb::GONE, answer.nonce);
                                     parts.push_back(joined(gone.handles));
                                     return parts;
                                 },
                                 [&](const Admitted& admitted) {
                                     FrameParts parts = begin(Verb::ADMITTED, answer.nonce);
                                     Bytes count;
                                     append_be<4>(count, admitted.guests);
                                     parts.push_back(std::move(count));
                                     return parts;
                                 }},
                      answer.what);
}

Result<HostAnswer> read_host_answer(const FrameParts& parts) {
    const auto head = head_of(parts);
    if (!head) return malformed();
    const auto& nonce = head->nonce;
    if (head->verb == Verb::KEPT) return whole<HostAnswer>(nonce, read_handle<Kept>(parts));
    if (head->verb == Verb::NO_ROOM) return whole<HostAnswer>(nonce, read_handle<NoRoom>(parts));
    if (head->verb == Verb::MAIL) return whole<HostAnswer>(nonce, read_mail(parts));
    if (head->verb == Verb::POLL_END) return whole<HostAnswer>(nonce, read_end(parts));
    if (head->verb == Verb::GONE)
        return whole<HostAnswer>(nonce, read_list<Gone, 16>(parts, most_handles));
    if (head->verb == Verb::ADMITTED) return whole<HostAnswer>(nonce, read_admitted(parts));
    return malformed();
}

Json to_json(const Place& place) {
    return Json::object({{"endpoint", place.endpoint},
                         {"server", hex::encode(place.server)},
                         {"key", hex::encode(place.key)}});
}

Result<Place> place_from(const Json& json) {
    ObjectReader reader(json, "place");
    Place place;
    place.endpoint = reader.text("endpoint", limits::endpoint_bytes);
    place.server = reader.hex_array<32>("server");
    place.key = reader.hex_array<32>("key");
    LEEWARD_TRY(reader.finish());
    return place;
}

std::string write_place(const Place& place) {
    return Json::object({{"leeward_place", 1}, {"place", to_json(place)}}).dump() + "\n";
}

Result<Place> read_place(std::string_view text) {
    LEEWARD_ASSIGN(const Json json, parse_json(text, {4096, 3}));
    ObjectReader reader(json, "place file");
    if (reader.number("leeward_place", 1, 1'000'000) != 1 && reader.ok())
        return Error{Errc::unsupported, "this place file is of a newer version; update first"};
    const Json& place = reader.any("place");
    LEEWARD_TRY(reader.finish());
    return place_from(place);
}

Json to_json(const MailRoute& route) {
    Json at = Json::array();
    for (const auto& place : route.places)
        at.push(to_json(place));
    return Json::object({{"version", route.version}, {"at", std::move(at)}});
}

Result<MailRoute> mail_route_from(const Json& json) {
    ObjectReader reader(json, "mail");
    MailRoute route;
    route.version = static_cast<std::uint32_t>(reader.number("version", 1, 1'000'000));
    const auto* at = reader.any("at").as_array();
    if (at == nullptr || at->size() > most_places) reader.fail("at", "is not a list of places");
    LEEWARD_TRY(reader.finish());
    for (const auto& one : *at) {
        LEEWARD_ASSIGN(Place place, place_from(one));
        route.places.push_back(std::move(place));
    }
    return route;
}

}  // namespace leeward::schema
