#include "cli/print.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <vector>

#include "cli/text.h"

namespace leeward::cli {
namespace {

using schema::Json;

// These come first in a table, in this order; the others follow as the node wrote them.
constexpr std::array first_columns{std::string_view("id"),
                                   std::string_view("codename"),
                                   std::string_view("alias"),
                                   std::string_view("organisation"),
                                   std::string_view("peer"),
                                   std::string_view("name"),
                                   std::string_view("state"),
                                   std::string_view("what"),
                                   std::string_view("due")};

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_id(std::string_view text) {
    return (text.size() == 32 || text.size() == 64) &&
           text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool is_blank(const Json& value) {
    if (const auto* text = value.as_string()) return text->empty();
    if (const auto* items = value.as_array()) return items->empty();
    if (const auto* members = value.as_object()) return members->empty();
    return value.is_null();
}

std::string number_text(double value) {
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.6g", value);
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string label_of(std::string_view key) {
    std::string label = one_line(key);
    if (ends_with(label, "millibits")) label.erase(label.size() - 9, 5);
    std::replace(label.begin(), label.end(), '_', ' ');
    return label;
}

class Printer {
public:
    explicit Printer(const Page& page) : page_(page) {}

    std::string take() { return std::move(out_); }

    void value(std::string_view key, const Json& json, std::size_t indent) {
        if (const auto* members = json.as_object())
            object(*members, indent);
        else if (const auto* items = json.as_array())
            list(key, *items, indent);
        else
            line(indent, in_line(key, json));
    }

private:
    // A value on one line: what a cell of a table, and an item of a short list, shows.
    std::string in_line(std::string_view key, const Json& json) const {
        if (const auto* yes = json.as_bool()) return *yes ? "yes" : "no";
        if (const auto* n = json.as_int()) return number_in_line(key, *n);
        if (const auto* d = json.as_double()) return number_text(*d);
        if (const auto* text = json.as_string())
            return one_line(is_id(*text) && !page_.whole_ids ? text->substr(0, 8) : *text);
        std::string out;
        if (const auto* items = json.as_array())
            for (const auto& item : *items)
                out += (out.empty() ? "" : ", ") + in_line(key, item);
        if (const auto* members = json.as_object())
            for (const auto& [name, member] : *members)
                if (!is_blank(member))
                    out += (out.empty() ? "" : "; ") + label_of(name) + " " + in_line(name, member);
        return out;
    }

    // Risk is counted in thousandths of a bit, and shown in bits.
    static std::string number_in_line(std::string_view key, std::int64_t n) {
        if (ends_with(key, "millibits")) return number_text(static_cast<double>(n) / 1000);
        if (key == "last_heard" && n == 0) return "never";
        return is_time_name(key) && n > 0 ? local_time(n) : std::to_string(n);
    }

    void line(std::size_t indent, const std::string& text) {
        out_ += std::string(indent, ' ') + text + "\n";
    }

    static bool holds_objects(const Json::Array& items) {
        return std::any_of(items.begin(), items.end(), [](const Json& item) {
            return item.as_object() != nullptr;
        });
    }

    // Whether a member stands on its own lines below its label.
    static bool is_block(const Json& json) {
        if (const auto* text = json.as_string()) return text->find('\n') != std::string::npos;
        if (const auto* items = json.as_array()) return holds_objects(*items);
        return json.as_object() != nullptr;
    }

    // The same figure twice is for programs.
    static bool stands_in_line(const Json::Object& members,
                               std::string_view key,
                               const Json& json) {
        if (is_blank(json) || is_block(json)) return false;
        return key != "millibits" ||
               std::none_of(members.begin(), members.end(), [](const auto& member) {
                   return member.first == "bits";
               });
    }

    void object(const Json::Object& members, std::size_t indent) {
        std::size_t widest = 0;
        for (const auto& [key, json] : members)
            if (stands_in_line(members, key, json)) widest = std::max(widest, width(label_of(key)));
        for (const auto& [key, json] : members)
            if (stands_in_line(members, key, json))
                pair(label_of(key), widest, in_line(key, json), indent);
        for (const auto& [key, json] : members)
            if (!is_blank(json) && is_block(json)) block(key, json, indent);
    }

    void pair(const std::string& label,
              std::size_t widest,
              const std::string& text,
              std::size_t indent) {
        line(indent, label + ":" + std::string(widest - width(label) + 1, ' ') + text);
    }

    void block(std::string_view key, const Json& json, std::size_t indent) {
        if (!out_.empty()) out_ += "\n";
        line(indent, label_of(key) + ":");
        if (const auto* text = json.as_string())
            paragraph(*text, indent + 2);
        else
            value(key, json, indent + 2);
    }

    void paragraph(std::string_view text, std::size_t indent) {
        while (!text.empty()) {
            const auto end = std::min(text.find('\n'), text.size());
            line(indent, one_line(text.substr(0, end)));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
    }

    void list(std::string_view key, const Json::Array& items, std::size_t indent) {
        if (!holds_objects(items)) {
            for (const auto& item : items)
                line(indent, in_line(key, item));
            return;
        }
        const auto rows = table_of(items);
        const auto widths = widths_of(rows);
        std::size_t total = indent;
        for (const auto w : widths)
            total += w + 2;
        if (page_.columns == 0 || total <= page_.columns + 2)
            table(rows, widths, indent);
        else
            blocks(items, indent);
    }

    void blocks(const Json::Array& items, std::size_t indent) {
        bool first = true;
        for (const auto& item : items) {
            if (!first) out_ += "\n";
            first = false;
            value("", item, indent);
        }
    }

    static std::vector<std::string> columns_of(const Json::Array& items) {
        std::vector<std::string> columns;
        const auto add = [&](std::string_view key) {
            if (std::find(columns.begin(), columns.end(), key) == columns.end())
                columns.emplace_back(key);
        };
        for (const auto key : first_columns)
            for (const auto& item : items)
                if (const Json* json = item.find(key); json != nullptr && !is_blank(*json))
                    add(key);
        for (const auto& item : items)
            if (const auto* members = item.as_object())
                for (const auto& [key, json] : *members)
                    if (!is_blank(json)) add(key);
        return columns;
    }

    using Row = std::vector<std::string>;

    std::vector<Row> table_of(const Json::Array& items) const {
        const auto columns = columns_of(items);
        std::vector<Row> rows(1);
        for (const auto& key : columns)
            rows.front().push_back(label_of(key));
        for (const auto& item : items) {
            Row row;
            for (const auto& key : columns) {
                const Json* json = item.find(key);
                row.push_back(json == nullptr || is_blank(*json) ? "" : in_line(key, *json));
            }
            rows.push_back(std::move(row));
        }
        return rows;
    }

    static std::vector<std::size_t> widths_of(const std::vector<Row>& rows) {
        std::vector<std::size_t> widths(rows.front().size(), 0);
        for (const auto& row : rows)
            for (std::size_t i = 0; i < row.size(); ++i)
                widths[i] = std::max(widths[i], width(row[i]));
        return widths;
    }

    void table(const std::vector<Row>& rows,
               const std::vector<std::size_t>& widths,
               std::size_t indent) {
        for (const auto& row : rows) {
            std::string text;
            for (std::size_t i = 0; i < row.size(); ++i)
                text += row[i] + std::string(widths[i] - width(row[i]) + 2, ' ');
            text.erase(text.find_last_not_of(' ') + 1);
            line(indent, text);
        }
    }

    Page page_;
    std::string out_;
};

}  // namespace

bool is_time_name(std::string_view key) {
    constexpr std::array names{"since",   "due",         "hold_until", "at",         "expires",
                               "opened",  "closed",      "erased",     "until",      "from",
                               "created", "written",     "withdrawn",  "not_before", "as_of",
                               "when",    "signed",      "sent",       "received",   "delivered",
                               "time",    "received_at", "last_heard"};
    return std::find(names.begin(), names.end(), key) != names.end() ||
           key.substr(0, 7) == "window_" || ends_with(key, "_at") || ends_with(key, "_until") ||
           ends_with(key, "_expires") || ends_with(key, "_since");
}

std::string local_time(std::int64_t unix_seconds) {
    if (unix_seconds < 100'000'000) return std::to_string(unix_seconds);  // a count, not a time
    const auto seconds = static_cast<std::time_t>(unix_seconds);
    std::tm parts{};
    std::array<char, 32> text{};
    if (::localtime_r(&seconds, &parts) == nullptr) return std::to_string(unix_seconds);
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M", &parts)};
}

std::string print(const Json& result, const Page& page) {
    if (is_blank(result)) return "";
    Printer printer(page);
    printer.value("", result, 0);
    return printer.take();
}

}  // namespace leeward::cli
