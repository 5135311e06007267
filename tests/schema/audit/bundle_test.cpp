#include "schema/audit/bundle.h"

#include <catch2/catch_test_macros.hpp>

#include "tests/schema/audit/sample_log.h"

using namespace leeward;
using namespace leeward::schema;
using namespace leeward::schema::samples;

namespace {

Bundle sample_bundle() {
    SampleLog log(1);
    const SampleLog other(2);
    log.activate(some_hash("r"), other, {});
    log.publish();
    Bundle bundle = log.bundle();
    bundle.seen.push_back("a head of a partner\n");
    bundle.earlier.push_back({7, bundle.entries.front(), {some_hash("p"), some_hash("q")}});
    bundle.before.append(some_hash("leaf"));
    return bundle;
}

}  // namespace

TEST_CASE("a bundle reads back as it was written") {
    const Bundle bundle = sample_bundle();
    const auto read = read_bundle(write_bundle(bundle));
    REQUIRE(read);
    CHECK(*read == bundle);
    CHECK(*read_bundle(write_bundle(Bundle{})) == Bundle{});
}

TEST_CASE("a bundle that is cut off anywhere is refused, or shorter by whole leaves") {
    const Bundle bundle = sample_bundle();
    const Bytes whole = write_bundle(bundle);
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto read = read_bundle(BytesView(whole).first(size));
        const bool at_a_leaf = (whole.size() - size) % bundle_entry_bytes == 0 &&
                               (whole.size() - size) / bundle_entry_bytes <= bundle.entries.size();
        CAPTURE(size);
        CHECK(static_cast<bool>(read) == at_a_leaf);
        if (read) CHECK(read->entries.size() < bundle.entries.size());
    }
}

TEST_CASE("a bundle of another version says so") {
    const auto read = read_bundle(as_bytes("leeward-bundle/2\n{}\n"));
    REQUIRE(!read);
    CHECK(read.error().code == Errc::unsupported);
    CHECK(read_bundle(as_bytes("something else\n")).error().code == Errc::malformed);
}

TEST_CASE("a bundle's header takes no other member, no odd path and no wrong tree") {
    const auto refused = [](const std::string& header) {
        const auto read = read_bundle(as_bytes("leeward-bundle/1\n" + header + "\n"));
        return !read && read.error().code == Errc::malformed;
    };
    const std::string empty = R"("before":"AAAAAAAAAAA","heads":[],"seen":[],"earlier":[])";
    REQUIRE(read_bundle(as_bytes("leeward-bundle/1\n{\"card\":\"c\"," + empty + "}\n")));
    CHECK(refused("{\"card\":\"c\",\"extra\":1," + empty + "}"));
    CHECK(refused("{\"card\":\"c\",\"card\":\"c\"," + empty + "}"));
    CHECK(refused(R"({"card":"c","before":"AAAAAAAAAAE","heads":[],"seen":[],"earlier":[]})"));
    CHECK(refused(R"({"card":"c","before":"AAAAAAAAAAA","heads":[1],"seen":[],"earlier":[]})"));
    CHECK(refused(
        R"({"card":"c","before":"AAAAAAAAAAA","heads":[],"seen":[],"earlier":[{"index":0}]})"));
}

TEST_CASE("a bundle of a log near 2^63 leaves is refused; one of 2^62 is read") {
    const auto of_size = [](std::uint64_t size) {
        Bytes edge;
        append_be<8>(edge, size);
        for (std::uint64_t rest = size; rest != 0; rest &= rest - 1)
            append(edge, some_hash("subtree"));
        Bundle bundle = sample_bundle();
        bundle.before = crypto::Frontier::restore(edge).value();
        return read_bundle(write_bundle(bundle));
    };
    CHECK(of_size(std::uint64_t{1} << 62));
    for (const std::uint64_t size : {(std::uint64_t{1} << 62) + 1,
                                     (std::uint64_t{1} << 63) - 1,
                                     std::uint64_t{1} << 63,
                                     ~std::uint64_t{0}})
        CHECK(of_size(size).error().code == Errc::malformed);
}

TEST_CASE("a header without an end is refused before it is read") {
    Bytes bytes = to_bytes(as_bytes("leeward-bundle/1\n"));
    bytes.resize(bytes.size() + bundle_header_bytes + 2, Byte{'['});
    const auto read = read_bundle(bytes);
    REQUIRE(!read);
    CHECK(read.error().code == Errc::too_large);
}
