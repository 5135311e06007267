#include "schema/codes.h"

#include <algorithm>
#include <stdexcept>
#include <unordered_map>

#include "schema/catalogue.h"
#include "schema/embedded.h"
#include "schema/json/json.h"

namespace leeward::schema {

namespace {

CodeSpec spec_from(const Json& json) {
    CodeSpec spec;
    spec.code = json.text_at("code");
    for (const Json& family : json.array_at("families"))
        spec.families.push_back(*family.as_string());
    spec.review = json.bool_at("review");
    spec.travels_as = json.text_at("travels_as");
    spec.en = json.text_at("en");
    spec.es = json.text_at("es");
    return spec;
}

struct Codes {
    std::vector<CodeSpec> all;
    std::unordered_map<std::string_view, const CodeSpec*> by_code;

    // The embedded file is part of the program: a fault in it is a broken program.
    Codes() {
        const auto json = parse_json(embedded::codes_json, {.bytes = 1U << 20U});
        if (!json) throw std::logic_error("codes.json: " + json.error().detail);
        if (json->int_at("schema_version") != schema_version)
            throw std::logic_error("codes.json: version");
        for (const Json& one : json->array_at("codes"))
            all.push_back(spec_from(one));
        for (const CodeSpec& spec : all)
            if (!by_code.emplace(spec.code, &spec).second)
                throw std::logic_error("codes.json: repeats " + spec.code);
    }
};

const Codes& loaded() {
    static const Codes codes;
    return codes;
}

}  // namespace

std::span<const CodeSpec> codes() {
    return loaded().all;
}

const CodeSpec* find_code(std::string_view code) {
    const auto it = loaded().by_code.find(code);
    return it == loaded().by_code.end() ? nullptr : it->second;
}

bool is_code(std::string_view family, std::string_view code) {
    if (family.ends_with('_')) family.remove_suffix(1);
    const CodeSpec* spec = find_code(code);
    return spec != nullptr &&
           std::find(spec->families.begin(), spec->families.end(), family) != spec->families.end();
}

std::string sentence(std::string_view code, Language language) {
    const CodeSpec* spec = find_code(code);
    if (spec != nullptr) return language == Language::ES ? spec->es : spec->en;
    return language == Language::ES ? "código no reconocido" : "unrecognised code";
}

bool needs_review(std::string_view code) {
    const CodeSpec* spec = find_code(code);
    return spec != nullptr && spec->review;
}

std::string travels_as(std::string_view code) {
    const CodeSpec* spec = find_code(code);
    return spec == nullptr || spec->travels_as.empty() ? std::string(code) : spec->travels_as;
}

}  // namespace leeward::schema
