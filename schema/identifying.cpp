#include "schema/identifying.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <stdexcept>
#include <unordered_map>

#include "schema/embedded.h"
#include "schema/letters.h"

namespace leeward::schema {
namespace {

struct Kind {
    std::string name;
    std::string en;
    std::string es;
};

struct Lists {
    std::vector<Kind> kinds;
    std::unordered_map<std::string, std::string_view> kind_of;  // a word in plain letters
    std::set<std::string, std::less<>> plain;                   // have a capital and tell nothing

    Lists() {
        const auto json = parse_json(embedded::identifying_json, {.bytes = 1U << 20U});
        if (!json) throw std::logic_error("identifying.json: " + json.error().detail);
        const auto& all = json->array_at("kinds");
        kinds.reserve(all.size());
        for (const Json& one : all)
            take(one);
        for (const Json& word : json->array_at("plain"))
            plain.insert(plain_letters(*word.as_string()));
    }
    void take(const Json& one) {
        kinds.push_back({one.text_at("kind"), one.text_at("en"), one.text_at("es")});
        for (const char* key : {"words_en", "words_es"})
            for (const Json& word : one.array_at(key))
                kind_of.emplace(plain_letters(*word.as_string()), kinds.back().name);
    }
};

const Lists& lists() {
    static const Lists loaded;
    return loaded;
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
// The capitals of Latin-1 beyond ASCII: "Ñ" is C3 91.
bool begins_with_capital(std::string_view word) {
    if (word.empty()) return false;
    if (is_upper(word[0])) return true;
    if (word.size() < 2 || word[0] != '\xC3') return false;
    const auto second = static_cast<unsigned char>(word[1]);
    return second >= 0x80 && second <= 0x9E;
}

struct Word {
    std::string_view text;        // without the punctuation around it
    bool begins_sentence = true;  // a capital says nothing there
};

bool is_inner(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           static_cast<unsigned char>(c) >= 0x80;
}

std::string_view trimmed(std::string_view word) {
    while (!word.empty() && !is_inner(word.front()) && word.front() != '@' && word.front() != '+')
        word.remove_prefix(1);
    while (!word.empty() && !is_inner(word.back()))
        word.remove_suffix(1);
    return word;
}

std::vector<Word> words_of(std::string_view text) {
    constexpr std::string_view spaces = " \t\r\n,;\"";
    std::vector<Word> words;
    bool begins = true;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find_first_of(spaces, at), text.size());
        const std::string_view raw = text.substr(at, end - at);
        const std::string_view word = trimmed(raw);
        if (!word.empty()) words.push_back({word, begins});
        if (!raw.empty()) begins = std::string_view(".!?:").find(raw.back()) != std::string::npos;
        at = end + 1;
    }
    return words;
}

// ------------------------------------------------------------------ patterns

std::size_t digits_in(std::string_view word) {
    return static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_digit));
}
std::size_t capitals_in(std::string_view word) {
    return static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_upper));
}
bool is_made_of(std::string_view word, std::string_view others) {
    return std::all_of(word.begin(), word.end(), [&](char c) {
        return is_digit(c) || others.find(c) != std::string_view::npos;
    });
}

bool is_online(std::string_view word) {
    return word.find('@') != std::string_view::npos || word.find("://") != std::string_view::npos ||
           word.substr(0, 4) == "www.";
}

// 12/05/2026, 2026-05-12, 12.5.26
bool is_date(std::string_view word) {
    if (!is_made_of(word, "/.-") || !is_digit(word.front())) return false;
    const auto marks = word.size() - digits_in(word);
    const bool short_groups = word.find("/") != std::string_view::npos || word.size() <= 10;
    return marks == 2 && short_groups && digits_in(word) >= 4 && digits_in(word) <= 8;
}

// Two capitals and two digits or more, together or with a dash: 7ABC123, ABC-1234.
bool is_plate(std::string_view word) {
    const auto digits = digits_in(word);
    const auto capitals = capitals_in(word);
    const auto dashes = static_cast<std::size_t>(std::count(word.begin(), word.end(), '-'));
    return digits >= 2 && capitals >= 2 && digits + capitals >= 5 && digits + capitals <= 8 &&
           digits + capitals + dashes == word.size();
}

std::optional<std::string_view> pattern_of(std::string_view word) {
    if (is_online(word)) return "ONLINE";
    if (is_plate(word)) return "PLATE";
    if (is_date(word)) return "DATE";
    if (!is_made_of(word, "+()-./")) return std::nullopt;
    if (digits_in(word) >= 7) return "PHONE";
    if (digits_in(word) >= 5) return "NUMBER";
    return std::nullopt;
}

// A number in groups: (555) 010-0142, 55 5501 0042.
std::size_t groups_of_phone(const std::vector<Word>& words, std::size_t from) {
    std::size_t digits = 0;
    std::size_t at = from;
    while (at < words.size() && is_made_of(words[at].text, "+()-./") &&
           digits_in(words[at].text) > 0)
        digits += digits_in(words[at++].text);
    return at - from >= 2 && digits >= 7 ? at - from : 0;
}

// A plate in two parts: ABC 1234.
bool is_parted_plate(std::string_view a, std::string_view b) {
    const auto letters = [](std::string_view w) {
        return w.size() >= 2 && w.size() <= 3 && capitals_in(w) == w.size();
    };
    const auto number = [](std::string_view w) {
        return w.size() >= 3 && w.size() <= 4 && digits_in(w) == w.size();
    };
    return (letters(a) && number(b)) || (number(a) && letters(b));
}

// ------------------------------------------------------------------ one text

class Reader {
public:
    Reader(FieldId field,
           const std::set<std::string, std::less<>>& held_back,
           std::vector<Suspicion>& found)
        : field_(field), held_back_(held_back), found_(found) {}

    void read(std::string_view text) {
        const auto words = words_of(text);
        for (std::size_t i = 0; i < words.size();) {
            const std::size_t grouped = grouped_at(words, i);
            if (grouped == 0) look_at(words[i]);
            i += std::max<std::size_t>(1, grouped);
        }
    }

private:
    // How many words together are one telephone number or plate.
    std::size_t grouped_at(const std::vector<Word>& words, std::size_t i) {
        if (const auto phone = groups_of_phone(words, i); phone > 0) {
            suspect("PHONE", words[i].text, words[i + phone - 1].text);
            return phone;
        }
        if (i + 1 < words.size() && is_parted_plate(words[i].text, words[i + 1].text)) {
            suspect("PLATE", words[i].text, words[i + 1].text);
            return 2;
        }
        return 0;
    }

    void look_at(const Word& word) {
        const std::string plain = plain_letters(word.text);
        const bool capital = begins_with_capital(word.text);
        if (const auto pattern = pattern_of(word.text))
            return suspect(*pattern, word.text, word.text);
        if (held_back_.contains(plain)) return suspect("HELD_BACK", word.text, word.text);
        const auto listed = lists().kind_of.find(plain);
        const bool is_listed = listed != lists().kind_of.end();
        // "rosa" is a colour, "Rosa" may be somebody.
        if (is_listed && (listed->second != "NAME" || capital))
            return suspect(listed->second, word.text, word.text);
        const bool may_be_a_name = capital && !word.begins_sentence && digits_in(word.text) == 0;
        if (may_be_a_name && !lists().plain.contains(plain))
            suspect("CAPITAL", word.text, word.text);
    }

    // From the first to the last of some words that lie in one text.
    void suspect(std::string_view kind, std::string_view first, std::string_view last) {
        const char* end = last.data() + last.size();
        found_.push_back({field_, kind, std::string(first.data(), end)});
    }

    FieldId field_;
    const std::set<std::string, std::less<>>& held_back_;
    std::vector<Suspicion>& found_;
};

template <class Use>
void each_text(const Json& value, const Use& use) {
    if (const auto* text = value.as_string()) use(*text);
    if (const auto* items = value.as_array())
        for (const Json& item : *items)
            if (const auto* text = item.as_string()) use(*text);
}

// Words of identifying fields that are not shared; short ones would be found everywhere.
std::set<std::string, std::less<>> words_held_back(const Json& record, const FieldSet& shared) {
    std::set<std::string, std::less<>> out;
    for (const FieldId id : (fields_of(record) - shared).members())
        if (field(id).identifying)
            each_text(*record.find(field(id).id), [&](std::string_view text) {
                for (const Word& word : words_of(text))
                    if (word.text.size() >= 4) out.insert(plain_letters(word.text));
            });
    return out;
}

}  // namespace

std::vector<Suspicion> identifying_words(const Json& record, const FieldSet& shared) {
    std::vector<Suspicion> found;
    const auto held_back = words_held_back(record, shared);
    for (const FieldId id : (fields_of(record) & shared).members())
        if (field(id).free_text)
            each_text(*record.find(field(id).id),
                      [&](std::string_view text) { Reader(id, held_back, found).read(text); });
    return found;
}

std::string sentence_about(std::string_view kind, Language language) {
    for (const Kind& one : lists().kinds)
        if (one.name == kind) return language == Language::ES ? one.es : one.en;
    return {};
}

void warn_of_words(Json& answer, const Json& record, const FieldSet& shared, Language language) {
    Json out = Json::array();
    for (const Suspicion& one : identifying_words(record, shared))
        out.push(Json::object({{"field", field(one.field).id},
                               {"kind", one.kind},
                               {"words", one.words},
                               {"say", sentence_about(one.kind, language)}}));
    if (!out.as_array()->empty()) answer.set("check_words", std::move(out));
}

}  // namespace leeward::schema
