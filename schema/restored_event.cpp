#include "schema/restored_event.h"

#include <algorithm>

#include "crypto/hash.h"

namespace leeward::schema {
namespace {

crypto::Hash hash_of(const std::string& origin) {
    return crypto::sha256(as_bytes(origin));
}

}  // namespace

AuditRecord restored_event(const LogBefore& before, std::uint64_t came_back) {
    AuditRecord event;
    event.kind = EventKind::RESTORED;
    event.machine = Machine::NODE;
    Bytes sizes;
    append_be<8>(sizes, before.size);
    append_be<8>(sizes, came_back);
    std::copy(sizes.begin(), sizes.end(), event.fields.begin());
    event.release = before.root;
    event.link = hash_of(before.origin);
    return event;
}

bool RestoredEvent::is_of(const LogBefore& before) const {
    return size == before.size && root == before.root && origin == hash_of(before.origin);
}

std::optional<RestoredEvent> restored_in(const AuditRecord& record) {
    if (record.kind != EventKind::RESTORED) return std::nullopt;
    const BytesView sizes(record.fields);
    return RestoredEvent{
        read_be(sizes.first(8)), read_be(sizes.subspan(8, 8)), record.release, record.link};
}

}  // namespace leeward::schema
