// Found by a node that was refused memory: where a list or an object could not be copied, libstdc++ 12
// destroyed a std::variant that held nothing yet, and the node ended by SIGSEGV instead of in order. Its
// variants of types that move without a throw are taken never to be without a value, also by the
// destructor that follows a copy constructor which threw.
#include <cstdlib>
#include <new>

#include <catch2/catch_test_macros.hpp>

#include "schema/json/json.h"

namespace {
long until_none = -1;  // requests; below 0: there is enough for all
}

// Not inlined: g++ then sees one half of a pair and warns.
[[gnu::noinline]] void* operator new(std::size_t size) {
    if (until_none >= 0 && until_none-- == 0) throw std::bad_alloc();
    if (void* block = std::malloc(size == 0 ? 1 : size)) return block;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* block) noexcept {
    std::free(block);
}
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept {
    std::free(block);
}

namespace leeward::schema {
namespace {

bool is_copied(const Json& json, long requests) {
    until_none = requests;
    try {
        const Json copy = json;
        until_none = -1;
        return copy == json;
    } catch (const std::bad_alloc&) {
        until_none = -1;
        return false;
    }
}

}  // namespace

TEST_CASE("a JSON value that there is no memory to copy is not copied, and nothing is harmed") {
    const std::string text(100, 'x');  // too long to stand within the string itself
    const Json list = Json::Array{text, Json::Array{text, 1, text}, true};
    const Json whole = Json::object({{"list", list}, {text, Json::object({{"inner", list}})}});
    const std::string before = whole.dump();
    long requests = 0;
    while (!is_copied(whole, requests)) {
        CHECK(whole.dump() == before);
        ++requests;
    }
    CHECK(requests > 10);
}

}  // namespace leeward::schema
