#include "schema/release_text.h"

#include <algorithm>
#include <set>

#include "schema/codes.h"

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

// The parts of a name, in lower case, without punctuation.
std::set<std::string> parts_of(std::string_view name) {
    std::set<std::string> parts;
    std::string part;
    for (const char c : name) {
        const auto u = static_cast<unsigned char>(c);
        if (u >= 0x80 || std::isalnum(u) != 0) {
            part.push_back(u >= 0x80 ? c : static_cast<char>(std::tolower(u)));
            continue;
        }
        if (!part.empty()) parts.insert(part);
        part.clear();
    }
    if (!part.empty()) parts.insert(part);
    return parts;
}

}  // namespace

std::string release_text(const ReleaseWords& words, Language language) {
    return language == Language::ES ? spanish(words) : english(words);
}

bool names_match(std::string_view listed, std::string_view typed) {
    const auto a = parts_of(listed);
    const auto b = parts_of(typed);
    if (a.empty() || b.empty()) return false;
    return std::includes(a.begin(), a.end(), b.begin(), b.end()) ||
           std::includes(b.begin(), b.end(), a.begin(), a.end());
}

}  // namespace leeward::schema
