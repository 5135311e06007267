#include "schema/words.h"

#include <optional>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include "crypto/hash.h"
#include "schema/embedded.h"
#include "schema/letters.h"

namespace leeward::schema {

namespace {

constexpr std::size_t words_in_list = 2048;
constexpr unsigned bits_of_word = 11;

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> out;
    while (true) {
        const auto start = text.find_first_not_of(separators);
        if (start == std::string_view::npos) return out;
        const auto end = text.find_first_of(separators, start);
        out.push_back(text.substr(start, end - start));
        if (end == std::string_view::npos) return out;
        text.remove_prefix(end);
    }
}

class WordList {
public:
    explicit WordList(std::string_view file) : words_(split(file, "\n")) {
        if (words_.size() != words_in_list) throw std::logic_error("a word list is not complete");
        for (std::size_t i = 0; i < words_.size(); ++i)
            by_start_.emplace(plain_letters(words_[i]).substr(0, 4), static_cast<unsigned>(i));
    }
    [[nodiscard]] std::string_view word(std::size_t index) const { return words_[index]; }
    // The word, or its beginning of four letters or more. In both lists four letters are unique.
    [[nodiscard]] std::optional<unsigned> find(std::string_view typed) const {
        const std::string letters = plain_letters(typed);
        const auto it = by_start_.find(letters.substr(0, 4));
        if (it == by_start_.end() || !plain_letters(words_[it->second]).starts_with(letters))
            return std::nullopt;
        return it->second;
    }

private:
    std::vector<std::string_view> words_;
    std::unordered_map<std::string, unsigned> by_start_;
};

const WordList& list(Language language) {
    static const WordList english(embedded::words_en);
    static const WordList spanish(embedded::words_es);
    return language == Language::ES ? spanish : english;
}

unsigned word_at(BytesView bits, std::size_t index) {
    unsigned value = 0;
    for (std::size_t bit = index * bits_of_word; bit < (index + 1) * bits_of_word; ++bit)
        value = (value << 1U) | ((bits[bit / 8] >> (7 - bit % 8)) & 1U);
    return value;
}

void put_word(std::span<Byte> bits, std::size_t index, unsigned value) {
    for (std::size_t i = 0; i < bits_of_word; ++i) {
        const std::size_t bit = index * bits_of_word + i;
        const unsigned one = (value >> (bits_of_word - 1 - i)) & 1U;
        bits[bit / 8] = static_cast<Byte>(bits[bit / 8] | (one << (7 - bit % 8)));
    }
}

bool take_words(std::span<Byte> bits,
                const std::vector<std::string_view>& typed,
                Language language) {
    for (std::size_t i = 0; i < typed.size(); ++i) {
        const auto found = list(language).find(typed[i]);
        if (!found) return false;
        put_word(bits, i, *found);
    }
    return true;
}

std::optional<SafetyNumber> number_from(const std::vector<std::string_view>& typed,
                                        Language language) {
    SafetyNumber number{};
    return take_words(number, typed, language) ? std::optional(number) : std::nullopt;
}

constexpr std::string_view between_words = " ,-\t\r\n";

}  // namespace

std::string safety_words(const SafetyNumber& number, Language language) {
    std::string out;
    for (std::size_t i = 0; i < safety_word_count; ++i) {
        if (i > 0) out += ' ';
        out += list(language).word(word_at(number, i));
    }
    return out;
}

Result<SafetyNumber> parse_safety_words(std::string_view typed) {
    const auto words = split(typed, between_words);
    if (words.size() != safety_word_count)
        return Error{Errc::malformed,
                     "twelve words are needed, these are " + std::to_string(words.size())};
    if (const auto number = number_from(words, Language::EN)) return *number;
    if (const auto number = number_from(words, Language::ES)) return *number;
    return Error{Errc::malformed, "not all of these are words of one list, English or Spanish"};
}

bool same_safety_number(const SafetyNumber& a, const SafetyNumber& b) {
    unsigned difference = (a.back() ^ b.back()) & 0xf0U;
    for (std::size_t i = 0; i + 1 < a.size(); ++i)
        difference |= static_cast<unsigned>(a[i] ^ b[i]);
    return difference == 0;
}

SecretBytes recovery_words(std::span<const Byte, 32> key, Language language) {
    SecretBytes bits(33);
    std::copy(key.begin(), key.end(), bits.reveal().begin());
    bits.reveal()[32] = crypto::sha256(key)[0];
    std::string out;
    for (std::size_t i = 0; i < recovery_word_count; ++i) {
        if (i > 0) out += ' ';
        out += list(language).word(word_at(std::as_const(bits).reveal(), i));
    }
    SecretBytes words(as_bytes(out));
    secret_memory::wipe(reinterpret_cast<Byte*>(out.data()), out.size());
    return words;
}

bool is_word(std::string_view typed, std::string_view word) {
    const auto one = split(typed, between_words);
    const auto is_meant = [&](const WordList& words) {
        const auto found = words.find(one.front());
        return found && found == words.find(word);
    };
    return one.size() == 1 && (is_meant(list(Language::EN)) || is_meant(list(Language::ES)));
}

Result<SecretBytes> parse_recovery_words(BytesView typed) {
    const auto words = split(as_text(typed), between_words);
    if (words.size() != recovery_word_count)
        return Error{Errc::malformed,
                     "twenty-four words are needed, these are " + std::to_string(words.size())};
    SecretBytes bits(33);
    if (!take_words(bits.reveal(), words, Language::EN)) {
        bits = SecretBytes(33);  // what fitted before the first that did not is no part of it
        if (!take_words(bits.reveal(), words, Language::ES))
            return Error{Errc::malformed,
                         "not all of these are words of one list, English or Spanish"};
    }
    SecretBytes key(std::as_const(bits).reveal().first(32));
    if (crypto::sha256(std::as_const(key).reveal())[0] != std::as_const(bits).reveal()[32])
        return Error{Errc::malformed,
                     "these words do not belong together: one is wrong or out of place"};
    return key;
}

std::string codename(crypto::Random& random) {
    std::string out;
    for (int i = 0; i < 4; ++i) {
        if (i > 0) out += '-';
        out += list(Language::EN).word(random.number() % words_in_list);
    }
    return out;
}

}  // namespace leeward::schema
