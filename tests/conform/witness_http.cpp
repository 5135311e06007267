#include "tests/conform/witness_http.h"

#include <algorithm>

#include <unistd.h>

#include "crypto/checkpoint.h"
#include "node/audit/witness.h"

namespace leeward::conform {
namespace {

using schema::AddCheckpoint;
using schema::WitnessAnswer;
using schema::WitnessStatus;

constexpr std::size_t most_proof_lines = 63;

HttpAnswer plain(int status, std::string body) {
    return {status, "text/plain; charset=utf-8", std::move(body)};
}

// The first line without its newline, taken off the front. Errc::malformed where none ends.
Result<std::string_view> take_line(std::string_view& text) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return Error{Errc::malformed, "a line has no end"};
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    return line;
}

HttpAnswer answer_of(const WitnessAnswer& answer) {
    switch (answer.status) {
        case WitnessStatus::COSIGNED:
            return plain(200, answer.text);
        case WitnessStatus::OTHER_SIZE:
            return {409, "text/x.tlog.size", std::to_string(answer.size) + "\n"};
        case WitnessStatus::OTHER_ROOT:
            return plain(409, "this size was cosigned with another root\n");
        case WitnessStatus::BAD_PROOF:
            return plain(422, "the tree has not only grown\n");
        case WitnessStatus::UNTRUSTED:
            return plain(403, "not signed by a key that is known for this log\n");
        case WitnessStatus::UNKNOWN_LOG:
            return plain(404, "no log of this origin is known\n");
        case WitnessStatus::BAD_REQUEST:
            break;
    }
    return plain(400, "not a request that can be served\n");
}

std::string reason_of(int status) {
    return status == 200 ? "OK" : "Refused";
}

void send_all(int socket, std::string_view text) {
    while (!text.empty()) {
        const auto sent = ::write(socket, text.data(), text.size());
        if (sent <= 0) return;
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

// Everything up to `enough` bytes, or what comes before the other side stops.
bool read_until(int socket, std::string& text, std::size_t enough) {
    char buffer[4096];
    while (text.size() < enough) {
        const auto got = ::read(socket, buffer, sizeof buffer);
        if (got <= 0) return false;
        text.append(buffer, static_cast<std::size_t>(got));
    }
    return true;
}

bool read_head(int socket, std::string& text) {
    constexpr std::size_t longest_head = 16 * 1024;
    while (text.find("\r\n\r\n") == std::string::npos)
        if (text.size() > longest_head || !read_until(socket, text, text.size() + 1)) return false;
    return true;
}

std::uint64_t content_length(std::string_view head) {
    std::string lower(head);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    constexpr std::string_view name = "\r\ncontent-length:";
    const std::size_t at = lower.find(name);
    if (at == std::string::npos) return 0;
    std::string_view value = std::string_view(lower).substr(at + name.size());
    value = value.substr(0, value.find('\r'));
    while (value.starts_with(' '))
        value.remove_prefix(1);
    const auto number = crypto::parse_decimal(value);
    return number ? *number : ~std::uint64_t{0};
}

}  // namespace

Result<AddCheckpoint> parse_add_checkpoint(std::string_view body) {
    if (body.size() > crypto::max_note_size) return Error{Errc::too_large, "request"};
    AddCheckpoint request;
    LEEWARD_ASSIGN(std::string_view line, take_line(body));
    if (!line.starts_with("old ")) return Error{Errc::malformed, "no old size"};
    LEEWARD_ASSIGN(request.old, crypto::parse_decimal(line.substr(4)));
    while (true) {
        LEEWARD_ASSIGN(line, take_line(body));
        if (line.empty()) break;
        if (request.path.size() == most_proof_lines)
            return Error{Errc::malformed, "too many proof lines"};
        LEEWARD_ASSIGN(const crypto::Hash hash, crypto::parse_hash(line));
        request.path.push_back(hash);
    }
    request.note = body;
    return request;
}

std::string format_add_checkpoint(const AddCheckpoint& request) {
    std::string body = "old " + std::to_string(request.old) + "\n";
    for (const auto& hash : request.path)
        body += crypto::format_hash(hash) + "\n";
    return body + "\n" + request.note;
}

HttpAnswer HttpWitness::add_checkpoint(std::string_view body, schema::Time now) {
    const auto request = parse_add_checkpoint(body);
    if (!request) return answer_of({WitnessStatus::BAD_REQUEST, 0, {}});
    const std::string origin = request->note.substr(0, request->note.find('\n'));
    const auto log = std::find_if(logs_.begin(), logs_.end(), [&](const crypto::Vkey& known) {
        return known.name == origin;
    });
    if (log == logs_.end()) return answer_of({WitnessStatus::UNKNOWN_LOG, 0, {}});
    const auto answer = store_.write(
        [&](node::Transaction& tx) { return node::add_checkpoint(tx, key_, *log, *request, now); });
    return answer ? answer_of(*answer) : plain(500, "not recorded, so not cosigned\n");
}

void HttpWitness::serve(int socket, schema::Time now) {
    std::string text;
    HttpAnswer answer = plain(400, "not a request\n");
    if (read_head(socket, text)) {
        const std::size_t body = text.find("\r\n\r\n") + 4;
        const std::uint64_t length = content_length(std::string_view(text).substr(0, body));
        const bool is_post = text.starts_with("POST ");
        const bool is_ours = text.substr(0, text.find('\r')).find("/add-checkpoint ") != text.npos;
        if (!is_post)
            answer = plain(405, "POST /add-checkpoint\n");
        else if (!is_ours)
            answer = plain(404, "POST /add-checkpoint\n");
        else if (length > crypto::max_note_size)
            answer = plain(413, "too large\n");
        else if (read_until(socket, text, body + length))
            answer = add_checkpoint(std::string_view(text).substr(body, length), now);
    }
    send_all(socket,
             "HTTP/1.1 " + std::to_string(answer.status) + " " + reason_of(answer.status) +
                 "\r\nContent-Type: " + answer.type +
                 "\r\nContent-Length: " + std::to_string(answer.body.size()) +
                 "\r\nConnection: close\r\n\r\n" + answer.body);
    ::close(socket);
}

}  // namespace leeward::conform
