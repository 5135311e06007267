#include "node/directory/directory.h"

#include <zlib.h>

#include "tests/node/directory/fixture.h"

namespace leeward::node {
namespace {

using namespace leeward::schema;

constexpr Time now = from_unix(1'700'000'100);

constexpr std::string_view two_services =
    R"({"id":"s-2","name":"Willow","status":"active","minimum_age":12,"organization":{"id":"o","name":"Willow 100%"}})"
    "\n"
    R"({"id":"s-1","name":"Alder","status":"inactive","languages":[{"id":"l","code":"es"}]})"
    "\n";

std::string error_of(const Result<ImportReport>& report) {
    return report ? "none" : report.error().detail;
}

std::size_t size_of(Directory& directory) {
    const auto page = directory.list(1, 500);
    REQUIRE(page);
    return page->total;
}

CapacityStatement statement(CapacityLevel level, Time as_of) {
    CapacityStatement out;
    out.service = ServiceClass::PLACEMENT;
    out.ages = {AgeBand::FROM_15_TO_17};
    out.level = level;
    out.as_of = as_of;
    return out;
}

void write_gzip(const std::filesystem::path& path, std::string_view content) {
    gzFile file = gzopen(path.c_str(), "wb");
    REQUIRE(file != nullptr);
    REQUIRE(gzwrite(file, content.data(), static_cast<unsigned>(content.size())) > 0);
    REQUIRE(gzclose(file) == Z_OK);
}

constexpr std::string_view programs =
    "program_id,hsds_service_id,organization_id,organization_name,program_name,sector,"
    "program_model,overnight_service_type,program_area,unit,city,iso_3166_2\n"
    "77,t-1,4,\"Elm, and Ash\",Elm,Youth,Emergency,Shelter,Base,bed,Toronto,CA-ON\n";
constexpr std::string_view updates =
    "date,program_id,unit,maximum_funded,actual,occupied,unoccupied,unavailable,"
    "service_user_count\n"
    "2023-01-02,77,bed,8,8,5,3,0,5\n"
    "2023-01-01,77,bed,8,8,8,0,0,8\n";

}  // namespace

TEST_CASE("an imported service comes back from the store as it was read") {
    DirectoryFixture fixture;
    const auto report = fixture.directory().import_hsds(fixture.file("a", two_services), "town");
    if (!report) FAIL(report.error().detail);
    CHECK(report->services == 2);
    fixture.reopen();
    const auto page = fixture.directory().list(1, 10);
    REQUIRE(page);
    REQUIRE(page->entries.size() == 2);
    const DirectoryEntry& alder = page->entries[0];
    CHECK(alder.name == "Alder");
    CHECK(alder.status == ServiceStatus::INACTIVE);
    CHECK(alder.languages == std::vector<std::string>{"es"});
    CHECK(alder.dataset == "town");
    CHECK_FALSE(alder.min_age);
    CHECK(page->entries[1].min_age == 12);
    CHECK(page->entries[1].location_withheld);
}

TEST_CASE("a compressed directory imports as a plain one does") {
    DirectoryFixture fixture;
    write_gzip(fixture.path("a.gz"), two_services);
    REQUIRE(fixture.directory().import_hsds(fixture.path("a.gz"), "town"));
    CHECK(size_of(fixture.directory()) == 2);
}

TEST_CASE("importing a dataset again replaces it") {
    DirectoryFixture fixture;
    REQUIRE(fixture.directory().import_hsds(fixture.file("a", two_services), "town"));
    const auto one = fixture.file("b", R"({"id":"s-9","name":"Oak","status":"active"})");
    REQUIRE(fixture.directory().import_hsds(one, "other"));
    CHECK(size_of(fixture.directory()) == 3);
    REQUIRE(fixture.directory().import_hsds(one, "town"));
    CHECK(size_of(fixture.directory()) == 1);
}

TEST_CASE("one bad line refuses the whole file by its number and changes nothing") {
    DirectoryFixture fixture;
    Directory& directory = fixture.directory();
    REQUIRE(directory.import_hsds(fixture.file("a", two_services), "town"));
    const std::string good = R"({"id":"s-5","name":"Oak","status":"active"})";
    const auto fault = [&](const std::string& line) {
        return error_of(directory.import_hsds(fixture.file("b", good + "\n" + line), "town"));
    };
    CHECK(fault(R"({"id":"s-6","status":"active"})") == "line 2: service: name is missing");
    CHECK(fault("{\"id\":").find("line 2: ") == 0);
    CHECK(fault(R"({"id":"a","id":"b","name":"n","status":"active"})").find("line 2: ") == 0);
    CHECK(fault("[]") == "line 2: service is not an object");
    CHECK(fault(std::string(600 * 1024, ' ')) == "line 2: longer than 524288 bytes");
    CHECK(size_of(directory) == 2);
}

TEST_CASE("a file that is missing, cut off or damaged is refused") {
    DirectoryFixture fixture;
    Directory& directory = fixture.directory();
    const auto missing = directory.import_hsds(fixture.path("none"), "town");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Errc::not_found);

    write_gzip(fixture.path("cut.gz"), two_services);
    std::filesystem::resize_file(fixture.path("cut.gz"),
                                 std::filesystem::file_size(fixture.path("cut.gz")) - 6);
    const auto cut = directory.import_hsds(fixture.path("cut.gz"), "town");
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == Errc::malformed);
    CHECK(size_of(directory) == 0);

    CHECK_FALSE(directory.import_hsds(fixture.file("a", two_services), "A name"));
}

TEST_CASE("a page holds what was asked for and a search finds parts of names literally") {
    DirectoryFixture fixture;
    Directory& directory = fixture.directory();
    REQUIRE(directory.import_hsds(fixture.file("a", two_services), "town"));
    const auto second = directory.list(2, 1);
    REQUIRE(second);
    REQUIRE(second->entries.size() == 1);
    CHECK(second->entries[0].name == "Willow");
    CHECK(second->total == 2);
    const auto total = [&](std::string_view search) {
        return directory.list(1, 10, search)->total;
    };
    CHECK(total("ld") == 1);
    CHECK(total("100%") == 1);
    CHECK(total("%") == 1);
    CHECK(total("_") == 0);
    CHECK_FALSE(directory.list(0, 10));
    CHECK_FALSE(directory.list(1, 501));
}

TEST_CASE("a match sees an import that came after the last one") {
    DirectoryFixture fixture;
    Directory& directory = fixture.directory();
    MatchQuery query;
    query.service = ServiceClass::OTHER;
    CHECK(directory.match(query, now)->considered == 0);
    REQUIRE(directory.import_hsds(fixture.file("a", two_services), "town"));
    const auto result = directory.match(query, now);
    REQUIRE(result);
    CHECK(result->eligible == 1);
    CHECK(result->not_active == 1);
}

TEST_CASE("a feed's newest figure is the service's and an older one never takes its place") {
    DirectoryFixture fixture;
    Directory& directory = fixture.directory();
    REQUIRE(directory.import_toronto_programs(fixture.file("p", programs), "toronto"));
    const auto first = directory.import_toronto_updates(fixture.file("u", updates));
    if (!first) FAIL(first.error().detail);
    CHECK(first->lines == 2);
    CHECK(first->updates == 1);
    const auto again = directory.import_toronto_updates(fixture.file("u", updates));
    CHECK(again->updates == 0);

    const auto page = directory.list(1, 10);
    REQUIRE(page->entries.size() == 1);
    CHECK(page->entries[0].organisation == "Elm, and Ash");
    REQUIRE(page->entries[0].capacity);
    CHECK(page->entries[0].capacity->available == 3);

    const Time count = page->entries[0].capacity->updated;
    const auto first_reason = [&](Time at) {
        return directory.match(MatchQuery{}, at)->matches.at(0).reasons.at(0).code;
    };
    CHECK(first_reason(count + std::chrono::hours(24)) == MatchReason::CAPACITY_HAS);
    CHECK(first_reason(count + std::chrono::hours(24) + std::chrono::seconds(1)) ==
          MatchReason::STALE_CAPACITY);
}

TEST_CASE("figures for a programme that is not in the directory are refused") {
    DirectoryFixture fixture;
    CHECK(error_of(fixture.directory().import_toronto_updates(fixture.file("u", updates))) ==
          "line 2: program_id is not in the directory: import programs first");
    CHECK(error_of(fixture.directory().import_toronto_updates(fixture.file("u", programs))) ==
          "line 1: not the header of this feed");
}

TEST_CASE("the newest statement of each peer is kept and ours is no candidate") {
    DirectoryFixture fixture;
    Directory& directory = fixture.directory();
    const NodeId peer = DirectoryFixture::node(9);
    fixture.put(DirectoryFixture::self(), statement(CapacityLevel::HAS, now));
    fixture.put(peer, statement(CapacityLevel::HAS, now));
    CHECK(directory.match(MatchQuery{}, now)->eligible == 1);
    fixture.put(peer, statement(CapacityLevel::NONE, now - std::chrono::minutes(15)));
    CHECK(directory.statements()->at(1).statement.level == CapacityLevel::HAS);
    fixture.put(peer, statement(CapacityLevel::NONE, now));
    CHECK(directory.statements()->at(1).statement.level == CapacityLevel::NONE);
    CHECK(directory.match(MatchQuery{}, now)->matches.at(0).peer->statement.level ==
          CapacityLevel::NONE);
    REQUIRE(directory.own_statements()->size() == 1);

    REQUIRE(fixture.store().write(
        [&](Transaction& tx) { return directory.forget_statements(tx, peer); }));
    CHECK(directory.statements()->size() == 1);
    CHECK(directory.match(MatchQuery{}, now)->eligible == 0);
}

TEST_CASE("a statement whose transaction fails is not kept") {
    DirectoryFixture fixture;
    const auto undone = fixture.store().write([&](Transaction& tx) -> Outcome {
        LEEWARD_TRY(fixture.directory().put_statement(
            tx, DirectoryFixture::node(9), statement(CapacityLevel::HAS, now)));
        return Error{Errc::busy, "changed our mind"};
    });
    CHECK_FALSE(undone);
    CHECK(fixture.directory().statements()->empty());
    CHECK(fixture.directory().match(MatchQuery{}, now)->considered == 0);
}

}  // namespace leeward::node
