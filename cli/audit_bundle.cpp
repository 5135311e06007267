#include "cli/audit_bundle.h"

#include "cli/answer.h"
#include "cli/arguments.h"
#include "cli/audit_key.h"
#include "cli/out_file.h"
#include "crypto/base/base64.h"
#include "schema/audit/bundle.h"

namespace leeward::cli {
namespace {

using schema::Json;

constexpr std::size_t page_bytes = 12UL * 1024 * 1024;

Result<Bytes> member_bytes(const Json& answer, std::string_view name) {
    LEEWARD_ASSIGN(Bytes bytes, base64url::decode(answer.text_at(name)));
    if (bytes.size() > page_bytes) return Error{Errc::too_large, "a page beyond any limit"};
    return bytes;
}

// Page after page until all leaves are there.
class Pages {
public:
    Pages(const CommandLine& line, Asked& node, const Json& args) : node_(node) {
        request_.command = "audit.leaves";
        request_.args = Json::object();
        for (const std::string_view name : {"from", "until"})
            if (args.find(name) != nullptr) request_.args.set(name, args.text_at(name));
        request_.as = line.options.as;
    }

    Outcome ask(const node::Secrets& secrets) {
        LEEWARD_ASSIGN(page_, node_.ask(request_, secrets));
        if (!begun_) {
            begun_ = true;
            first_ = page_.int_at("first");
            size_ = page_.int_at("size");
            next_ = first_;
        }
        const std::int64_t next = page_.int_at("next");
        if (next <= next_ && next_ < size_)
            return Error{Errc::malformed, "the node gives no more leaves; nothing was written"};
        next_ = next;
        request_.args.set("leaf", next_);
        return Done{};
    }

    [[nodiscard]] bool more() const { return next_ < size_; }
    [[nodiscard]] std::int64_t leaves() const { return size_ - first_; }
    [[nodiscard]] Result<Bytes> header() const { return member_bytes(page_, "header"); }
    // A head that was published meanwhile is not in the header: its leaves are left out.
    [[nodiscard]] Result<Bytes> entries() const {
        LEEWARD_ASSIGN(Bytes bytes, member_bytes(page_, "leaves"));
        const std::int64_t beyond = std::max<std::int64_t>(0, next_ - size_);
        const std::size_t cut = static_cast<std::size_t>(beyond) * schema::bundle_entry_bytes;
        bytes.resize(bytes.size() - std::min(cut, bytes.size()));
        return bytes;
    }

private:
    Asked& node_;
    node::Request request_;
    Json page_;
    bool begun_ = false;
    std::int64_t first_ = 0;
    std::int64_t size_ = 0;
    std::int64_t next_ = 0;
};

// Everything that the node gives, sealed as it comes.
Outcome write_sealed(OutFile& out,
                     const crypto::age::Recipient& auditor,
                     Pages& pages,
                     const node::Secrets& secrets) {
    LEEWARD_ASSIGN(auto sealer,
                   crypto::age::Sealer::begin(std::span(&auditor, 1), crypto::system_random()));
    const crypto::age::Sink write = [&out](BytesView sealed) { return out.write(as_text(sealed)); };
    LEEWARD_TRY(write(sealer.start()));
    LEEWARD_ASSIGN(const Bytes header, pages.header());
    LEEWARD_TRY(sealer.payload().add(header, write));
    for (;;) {
        LEEWARD_ASSIGN(const Bytes entries, pages.entries());
        LEEWARD_TRY(sealer.payload().add(entries, write));
        if (!pages.more()) break;
        LEEWARD_TRY(pages.ask(secrets));
    }
    LEEWARD_TRY(sealer.payload().finish(write));
    return out.commit("");
}

}  // namespace

Result<schema::ExitCode> audit_bundle(const CommandLine& line, Asked& node) {
    LEEWARD_ASSIGN(const Json args, build_arguments(*line.command, line.given));
    LEEWARD_ASSIGN(const auto auditor, auditor_named(args.text_at("auditor")));
    if (line.options.out.empty())
        return Error{Errc::invalid_argument, "say --out and the file for the bundle"};
    LEEWARD_ASSIGN(
        auto out,
        OutFile::open(line.options.out, line.options.force ? Replace::FORCE : Replace::REFUSE));
    LEEWARD_ASSIGN(const node::Secrets secrets, secrets_for(line));
    Pages pages(line, node, args);
    LEEWARD_TRY(pages.ask(secrets));
    LEEWARD_TRY(write_sealed(out, auditor, pages, secrets));
    const Json result = Json::object({{"bundle", line.options.out}, {"leaves", pages.leaves()}});
    print_answer(line, result);
    return schema::ExitCode::ok;
}

Result<schema::ExitCode> audit_bundle(const CommandLine& line) {
    LEEWARD_ASSIGN(const auto node, node_of(line));
    return audit_bundle(line, *node);
}

}  // namespace leeward::cli
