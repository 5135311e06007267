// A list is answered a page at a time, and says where there is another: {"legs":[…],"page":2,"more":true}.
#pragma once

#include <algorithm>
#include <string_view>

#include "schema/json/json.h"

namespace leeward::node {

class Pages {
public:
    // By the argument "page", from 1.
    explicit Pages(const schema::Json& args)
        : page_(std::clamp<std::int64_t>(args.int_at("page"), 1, most)) {}

    // One row more than a page is read: it tells whether there is another.
    [[nodiscard]] std::int64_t limit() const { return rows + 1; }
    [[nodiscard]] std::int64_t offset() const { return (page_ - 1) * rows; }

    // Takes that row off again: true if there was one.
    [[nodiscard]] static bool cut(schema::Json& list) {
        auto& all = *list.as_array();
        const auto whole = static_cast<std::size_t>(rows);
        const bool more = all.size() > whole;
        if (more) all.resize(whole);
        return more;
    }

    [[nodiscard]] schema::Json answer(std::string_view name, schema::Json list) const {
        const bool more = cut(list);
        schema::Json json;
        json.set(name, std::move(list)).set("page", page_);
        return more ? json.set("more", true) : json;
    }

private:
    static constexpr std::int64_t rows = 50;
    static constexpr std::int64_t most = 1'000'000;
    std::int64_t page_;
};

}  // namespace leeward::node
