#include "crypto/base/secret.h"

#include <new>

#include <sodium.h>

namespace leeward::secret_memory {

Byte* allocate_guarded(std::size_t size) {
    if (sodium_init() < 0) throw std::bad_alloc();
    auto* page = static_cast<Byte*>(sodium_malloc(size));
    if (page == nullptr) throw std::bad_alloc();
    sodium_memzero(page, size);
    return page;
}

void free_guarded(Byte* page) {
    sodium_free(page);
}

void wipe(Byte* data, std::size_t size) {
    sodium_memzero(data, size);
}

bool equal(BytesView a, BytesView b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace leeward::secret_memory
