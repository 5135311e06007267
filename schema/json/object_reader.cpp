#include <algorithm>

#include "schema/json/json.h"

namespace leeward::schema {

namespace {

const Json neutral;

// A member name that comes from outside is repeated only if it looks like a name.
bool is_plain_name(std::string_view key) {
    constexpr std::size_t longest = 64;
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    return key.size() <= longest && key.find_first_not_of(plain) == std::string_view::npos;
}

}  // namespace

ObjectReader::ObjectReader(const Json& json, std::string_view what)
    : object_(json.as_object()), what_(what) {
    if (object_ == nullptr) error_ = Error{Errc::malformed, what_ + " is not an object"};
}

void ObjectReader::fail(std::string_view key, std::string_view fault) {
    if (error_) return;
    error_ = Error{Errc::malformed, what_ + ": " + std::string(key) + " " + std::string(fault)};
}

const Json* ObjectReader::take(std::string_view key, bool required) {
    if (object_ == nullptr) return nullptr;
    taken_.emplace_back(key);
    for (const auto& [name, value] : *object_)
        if (name == key) return &value;
    if (required) fail(key, "is missing");
    return nullptr;
}

std::string ObjectReader::text(std::string_view key, std::size_t max_bytes) {
    const Json* value = take(key, true);
    if (value == nullptr) return {};
    const std::string* text = value->as_string();
    if (text == nullptr) {
        fail(key, "is not text");
        return {};
    }
    if (text->size() > max_bytes) {
        fail(key, "is too long");
        return {};
    }
    return *text;
}

std::string ObjectReader::text_or(std::string_view key,
                                  std::size_t max_bytes,
                                  std::string_view fallback) {
    if (any_if(key) == nullptr) return std::string(fallback);
    return text(key, max_bytes);
}

std::int64_t ObjectReader::number(std::string_view key, std::int64_t min, std::int64_t max) {
    const Json* value = take(key, true);
    if (value == nullptr) return 0;
    const std::int64_t* number = value->as_int();
    if (number == nullptr) {
        fail(key, "is not a whole number");
        return 0;
    }
    if (*number < min || *number > max) {
        fail(key, "is out of range");
        return 0;
    }
    return *number;
}

std::int64_t ObjectReader::number_or(std::string_view key,
                                     std::int64_t min,
                                     std::int64_t max,
                                     std::int64_t fallback) {
    if (any_if(key) == nullptr) return fallback;
    return number(key, min, max);
}

bool ObjectReader::flag(std::string_view key) {
    const Json* value = take(key, true);
    if (value == nullptr) return false;
    const bool* flag = value->as_bool();
    if (flag == nullptr) fail(key, "is not true or false");
    return flag != nullptr && *flag;
}

bool ObjectReader::flag_or(std::string_view key, bool fallback) {
    if (any_if(key) == nullptr) return fallback;
    return flag(key);
}

const Json& ObjectReader::any(std::string_view key) {
    const Json* value = take(key, true);
    return value == nullptr ? neutral : *value;
}

const Json* ObjectReader::any_if(std::string_view key) {
    return take(key, false);
}

Bytes ObjectReader::base64url(std::string_view key, std::size_t max_bytes) {
    const std::string value = text(key, (max_bytes * 4 + 2) / 3);
    auto bytes = leeward::base64url::decode(value);
    if (!bytes) {
        fail(key, "is not base64url");
        return {};
    }
    return std::move(*bytes);
}

Outcome ObjectReader::finish() {
    if (error_) return *error_;
    for (const auto& [name, value] : *object_) {
        if (std::find(taken_.begin(), taken_.end(), name) != taken_.end()) continue;
        if (is_plain_name(name))
            fail(name, "is unknown here");
        else
            error_ = Error{Errc::malformed, what_ + ": a member is unknown here"};
        return *error_;
    }
    return Done{};
}

}  // namespace leeward::schema
