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

// What holds for whatever she agrees to.
std::string rights(Language language) {
    if (language == Language::ES)
        return "No tienes que decir que sí. Te ayudamos igual si dices que sí o que no.\n"
               "Puedes cambiar de idea cuando quieras. Díselo a cualquier trabajador. No tienes "
               "que "
               "dar un motivo y termina enseguida. No pierdes tu cama por eso.\n"
               "Les pediremos que borren lo que les contamos. Lo que una persona ya leyó no se "
               "puede "
               "desleer.\n";
    return "You do not have to say yes. You get help whether you say yes or no.\n"
           "You can change your mind at any time. Tell any worker. You need no reason, and it "
           "ends at once. You do not lose your bed because of it.\n"
           "We will ask them to erase what we told them. What a person has read, she cannot "
           "un-read.\n";
}

std::string asking_and_copy(Language language) {
    if (language == Language::ES)
        return "Puedes preguntar quién lo ha visto. Te damos una copia de esta hoja si es seguro "
               "para "
               "ti.\n";
    return "You can ask who has seen it. You get a copy of this page if it is safe for you.\n";
}

// The fixed sentence of the plan, the release and TONIGHT: it is no return path.
std::string hand_over(Language language) {
    if (language == Language::ES)
        return "El día del viaje se avisa a los dos lados si llegaste bien. Eso es siempre así.\n";
    return "On the day you travel, both sides are told if you got there safely. That is always "
           "so.\n";
}

std::string how_long(const ReleaseWords& w, Language language) {
    const bool hours = w.basis == Basis::TONIGHT || w.basis == Basis::EMERGENCY;
    const std::int64_t most = w.basis == Basis::TONIGHT ? tonight_hours : emergency_hours;
    const std::string count = std::to_string(hours ? most : w.days);
    if (language == Language::ES)
        return "Cuánto tiempo: " + count + (hours ? " horas" : " días") +
               " como máximo. Después termina solo.\n\n";
    return "How long: " + count + (hours ? " hours" : " days") +
           " at most. Then it ends by itself.\n\n";
}

std::string why(const ReleaseWords& w, Language language) {
    return (language == Language::ES ? "\nPara qué: " : "\nWhy: ") + sentence(w.purpose, language) +
           "\n";
}

std::string release_english(const ReleaseWords& w) {
    return "May we share this about you?\n\n" + w.from + " would like to tell " + w.to +
           " the things in this list, and nothing else:\n" + list_of(w.fields, Language::EN);
}
std::string release_spanish(const ReleaseWords& w) {
    return "¿Podemos compartir esto sobre ti?\n\n" + w.from + " quiere contarle a " + w.to +
           " lo que está en esta lista, y nada más:\n" + list_of(w.fields, Language::ES);
}

std::string tonight_english(const ReleaseWords& w) {
    return "May we share this about you tonight?\n\nWe could not reach anyone who may sign for "
           "you. "
           "You can sign this alone. It is for tonight, so that you are safe. " +
           w.from + " would like to tell " + w.to +
           " the things in this list, and nothing else:\n" + list_of(w.fields, Language::EN);
}
std::string tonight_spanish(const ReleaseWords& w) {
    return "¿Podemos compartir esto sobre ti esta noche?\n\nNo pudimos hablar con nadie que firme "
           "por ti. Puedes firmar esto sola. Es para esta noche, para que estés a salvo. " +
           w.from + " quiere contarle a " + w.to + " lo que está en esta lista, y nada más:\n" +
           list_of(w.fields, Language::ES);
}

// A mandate, an order, an emergency: said plainly, and never called consent.
std::string told_english(const ReleaseWords& w) {
    return "What we have to share about you\n\nThis is not a question, and you do not sign it. " +
           w.from + " has to tell " + w.to + " the things in this list, and nothing else:\n" +
           list_of(w.fields, Language::EN) + "\nWhat this rests on: " +
           sentence("BASIS_" + std::string(name(w.basis)), Language::EN) + " " + w.cite;
}
std::string told_spanish(const ReleaseWords& w) {
    return "Lo que tenemos que contar sobre ti\n\nEsto no es una pregunta y no lo firmas. " +
           w.from + " tiene que contarle a " + w.to + " lo que está en esta lista, y nada más:\n" +
           list_of(w.fields, Language::ES) +
           "\nEn qué se basa: " + sentence("BASIS_" + std::string(name(w.basis)), Language::ES) +
           " " + w.cite;
}

std::string not_your_fault(Language language) {
    if (language == Language::ES)
        return "No hiciste nada malo. Te ayudamos igual. Puedes decir que no estás de acuerdo, y "
               "lo "
               "escribimos.\n";
    return "You did nothing wrong. You get help all the same. You can say that you do not agree, "
           "and "
           "we write it down.\n";
}

bool asks(Basis basis) {
    return basis == Basis::RELEASE || basis == Basis::TONIGHT;
}

std::string opening(const ReleaseWords& w, Language language) {
    const bool spanish = language == Language::ES;
    if (w.basis == Basis::RELEASE) return spanish ? release_spanish(w) : release_english(w);
    if (w.basis == Basis::TONIGHT) return spanish ? tonight_spanish(w) : tonight_english(w);
    return spanish ? told_spanish(w) : told_english(w);
}

std::string return_english(const ReleaseWords& w, ReturnLevel level) {
    return "May they tell us how you are?\n\n" + w.from + " would like to tell " + w.to +
           (level == ReturnLevel::DETAIL ? " how it went for you, and later how you are"
                                         : " only if you are still in touch, yes or no") +
           ". Nothing else.\n";
}
std::string return_spanish(const ReleaseWords& w, ReturnLevel level) {
    return "¿Pueden contarnos cómo estás?\n\n" + w.from + " quiere contarle a " + w.to +
           (level == ReturnLevel::DETAIL ? " cómo te fue y más tarde cómo estás"
                                         : " solo si sigues en contacto, sí o no") +
           ". Nada más.\n";
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
    return opening(words, language) + why(words, language) + how_long(words, language) +
           (asks(words.basis) ? rights(language) : not_your_fault(language)) + hand_over(language) +
           asking_and_copy(language);
}

std::string return_path_text(const ReleaseWords& words, ReturnLevel level, Language language) {
    return (language == Language::ES ? return_spanish(words, level)
                                     : return_english(words, level)) +
           how_long(words, language) + rights(language) + asking_and_copy(language);
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
