#include "schema/release_text.h"

#include <algorithm>
#include <set>
#include <vector>

#include "schema/codes.h"
#include "schema/letters.h"

namespace leeward::schema {
namespace {

std::string list_of(const FieldSet& fields, Language language) {
    std::string out;
    for (const FieldId id : fields.members())
        out += "  - " + field(id).label(language) + "\n";
    return out;
}

std::string english(const ReleaseWords& w) {
    return "May we share this about you?\n\n" + w.from + " would like to tell " + w.to +
           " the things in this list, and nothing else:\n" + list_of(w.fields, Language::EN) +
           "\nWhy: " + sentence(w.purpose, Language::EN) + "\nHow long: " + std::to_string(w.days) +
           " days at most. Then it ends by itself.\n\n"
           "You do not have to say yes. You get help whether you say yes or no.\n"
           "You can change your mind at any time. Tell any worker. You need no reason, and it "
           "ends at once. You do not lose your bed because of it.\n"
           "We will ask them to erase what we told them. What a person has read, she cannot "
           "un-read.\n"
           "You can ask who has seen it. You get a copy of this page if it is safe for you.\n";
}

std::string spanish(const ReleaseWords& w) {
    return "¿Podemos compartir esto sobre ti?\n\n" + w.from + " quiere contarle a " + w.to +
           " lo que está en esta lista, y nada más:\n" + list_of(w.fields, Language::ES) +
           "\nPara qué: " + sentence(w.purpose, Language::ES) +
           "\nCuánto tiempo: " + std::to_string(w.days) +
           " días como máximo. Después termina solo.\n\n"
           "No tienes que decir que sí. Te ayudamos igual si dices que sí o que no.\n"
           "Puedes cambiar de idea cuando quieras. Díselo a cualquier trabajador. No tienes que "
           "dar un motivo y termina enseguida. No pierdes tu cama por eso.\n"
           "Les pediremos que borren lo que les contamos. Lo que una persona ya leyó no se puede "
           "desleer.\n"
           "Puedes preguntar quién lo ha visto. Te damos una copia de esta hoja si es seguro para "
           "ti.\n";
}

bool is_part_of_name(char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// The length of typographic punctuation (U+2000 to U+203F) or of a space that does not break, where
// `text` begins with one; else 0.
std::size_t punctuation_at(std::string_view text) {
    if (text.starts_with("\xC2\xA0")) return 2;
    return text.size() >= 3 && text.starts_with("\xE2\x80") ? 3 : 0;
}

// The parts of a name, in lower case, without accents and punctuation, in the order written.
std::vector<std::string> parts_of(std::string_view name) {
    const std::string plain = plain_letters(name);
    std::vector<std::string> parts;
    bool inside = false;
    for (std::string_view rest = plain; !rest.empty();) {
        const std::size_t skip = punctuation_at(rest);
        const bool letter = skip == 0 && is_part_of_name(rest.front());
        if (letter && !inside) parts.emplace_back();
        if (letter) parts.back().push_back(rest.front());
        inside = letter;
        rest.remove_prefix(std::max<std::size_t>(skip, 1));
    }
    return parts;
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (const auto& part : parts)
        out += part;
    return out;
}

}  // namespace

std::string release_text(const ReleaseWords& words, Language language) {
    return language == Language::ES ? spanish(words) : english(words);
}

bool names_match(std::string_view listed, std::string_view typed) {
    const auto listed_parts = parts_of(listed);
    const auto typed_parts = parts_of(typed);
    if (listed_parts.empty() || typed_parts.empty()) return false;
    if (joined(listed_parts) == joined(typed_parts)) return true;  // O'Neil, ONeil
    const std::set<std::string> a(listed_parts.begin(), listed_parts.end());
    const std::set<std::string> b(typed_parts.begin(), typed_parts.end());
    return std::includes(a.begin(), a.end(), b.begin(), b.end()) ||
           std::includes(b.begin(), b.end(), a.begin(), a.end());
}

}  // namespace leeward::schema
