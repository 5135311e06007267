#include "cli/topics.h"

#include <array>
#include <vector>

#include "cli/columns.h"
#include "schema/catalogue.h"
#include "schema/codes.h"
#include "schema/commands.h"
#include "schema/help.h"
#include "schema/tier.h"

namespace leeward::cli {
namespace {

using schema::FieldSpec;
using schema::FieldType;
using schema::Language;
using schema::Tier;

// clang-format off
constexpr std::array steps{
    PlacementStep{Desk::SHELTER,  "capacity.set"},
    PlacementStep{Desk::REFERRER, "capacity.show"},
    PlacementStep{Desk::REFERRER, "case.new"},
    PlacementStep{Desk::REFERRER, "need.new"},
    PlacementStep{Desk::REFERRER, "need.show"},
    PlacementStep{Desk::REFERRER, "need.ask"},
    PlacementStep{Desk::SHELTER,  "inbox"},
    PlacementStep{Desk::SHELTER,  "leg.show"},
    PlacementStep{Desk::SHELTER,  "leg.question"},
    PlacementStep{Desk::REFERRER, "leg.question", "leeward leg question 9c10aa --code A_CANNOT_SAY"},
    PlacementStep{Desk::SHELTER,  "leg.offer"},
    PlacementStep{Desk::REFERRER, "inbox"},
    PlacementStep{Desk::REFERRER, "need.choose"},
    PlacementStep{Desk::SHELTER,  "leg.confirm"},
    PlacementStep{Desk::REFERRER, "leg.plan"},
    PlacementStep{Desk::SHELTER,  "leg.plan", "leeward leg plan 9c10aa --person 'night worker'"},
    PlacementStep{Desk::REFERRER, "release.new"},
    PlacementStep{Desk::REFERRER, "release.sign"},
    PlacementStep{Desk::REFERRER, "release.sign", "leeward release sign 51be02 --signer MINOR --name 'C. Example' --read-back"},
    PlacementStep{Desk::SHELTER,  "grant.list"},
    PlacementStep{Desk::SHELTER,  "grant.open"},
    PlacementStep{Desk::REFERRER, "leg.departed"},
    PlacementStep{Desk::SHELTER,  "leg.arrived"},
    PlacementStep{Desk::REFERRER, "case.accounting"},
    PlacementStep{Desk::REFERRER, "need.close"},
};
// clang-format on

std::string joined(const std::vector<std::string>& values) {
    std::string out;
    for (const auto& value : values)
        out += (out.empty() ? "" : ", ") + value;
    return out;
}

// What may stand there, in a few words.
std::string value_of(const FieldSpec& field, Language language) {
    const bool es = language == Language::ES;
    switch (field.type) {
        case FieldType::ENUM:
            return joined(field.values);
        case FieldType::LIST:
            return (es ? "lista: " : "a list: ") + (field.values.empty()
                                                        ? std::string(es ? "textos" : "texts")
                                                        : joined(field.values));
        case FieldType::FLAG:
            return "true, false";
        case FieldType::DATE:
            return es ? "AAAA-MM-DD" : "YYYY-MM-DD";
        case FieldType::NUMBER:
            return std::to_string(field.min) + "–" + std::to_string(field.max);
        case FieldType::ID:
            return es ? "32 cifras hexadecimales" : "32 hexadecimal digits";
        case FieldType::TEXT:
            break;
    }
    return es ? "texto" : "text";
}

std::string fields_of(Tier tier, Language language) {
    Rows rows;
    for (const auto& field : schema::catalogue())
        if (field.tier == tier)
            rows.emplace_back(field.id, field.label(language) + ": " + value_of(field, language));
    return in_columns(rows);
}

struct TierWords {
    Tier tier;
    std::string_view en;
    std::string_view es;
};
constexpr std::array tiers{
    TierWords{Tier::L0, "L0, never leaves this node", "L0, nunca sale de este nodo"},
    TierWords{Tier::T1,
              "T1, what an inquiry may say: of a need, not of a case",
              "T1, lo que puede decir una pregunta: de una necesidad, no de un caso"},
    TierWords{
        Tier::T2, "T2, to one shelter, under a release", "T2, a un refugio, con una autorización"},
    TierWords{Tier::T3,
              "T3, to one counsellor, under a release of its own",
              "T3, a una consejera, con una autorización propia"},
    TierWords{Tier::T4, "T4, evidence: is not sent", "T4, prueba: no se envía"},
};

std::string all_fields(Language language) {
    const bool es = language == Language::ES;
    std::string out = es ? "Los campos de un expediente, según hasta dónde pueden ir. En JSON: "
                           "{\"campo\": valor, …}.\n"
                         : "The fields of a record, by how far they may travel. In JSON: "
                           "{\"field\": value, …}.\n";
    for (const auto& one : tiers)
        out += "\n" + std::string(es ? one.es : one.en) + ":\n\n" + fields_of(one.tier, language);
    return out;
}

struct Explained {
    std::string_view en;
    std::string_view says;
    std::string_view es;
    std::string_view dice;
};
// clang-format off
constexpr std::array words{
    Explained{"case", "one survivor. Her record stays on this node.",
              "case (caso)", "una superviviente. Su expediente se queda en este nodo."},
    Explained{"need", "one place or one service that she needs.",
              "need (necesidad)", "un lugar o un servicio que necesita."},
    Explained{"leg", "one question to one organisation about one need, and its answer.",
              "leg (pregunta)", "una pregunta a una organización sobre una necesidad, y su respuesta."},
    Explained{"card", "what a question says of the need; never who she is.",
              "tarjeta", "lo que una pregunta dice de la necesidad; nunca quién es ella."},
    Explained{"alias", "the made-up name of a card; another one for each organisation.",
              "alias", "el nombre inventado de una tarjeta; otro para cada organización."},
    Explained{"offer", "a bed that is held until a time.",
              "oferta", "una cama guardada hasta una hora."},
    Explained{"release", "the paper that says what may be told, to whom, why and how long.",
              "release (autorización)", "el papel que dice qué se puede contar, a quién, por qué y cuánto tiempo."},
    Explained{"grant", "what a release lets one organisation read.",
              "grant (entrega)", "lo que una autorización deja leer a una organización."},
    Explained{"return path", "her own paper on whether the referrer may hear how she is.",
              "camino de vuelta", "su propio papel sobre si quien la refirió puede saber cómo está."},
    Explained{"referrer", "the organisation that looks for a place.",
              "quien refiere", "la organización que busca una plaza."},
    Explained{"peer", "another organisation of the network.",
              "peer (otra organización)", "otra organización de la red."},
    Explained{"EMERGENCY", "answers within the hour; a question is free again after 15 minutes.",
              "EMERGENCY", "respuesta en una hora; a los 15 minutos se puede preguntar a otra."},
    Explained{"URGENT", "answers within a day; after 4 hours somebody else can be asked.",
              "URGENT", "respuesta en un día; a las 4 horas se puede preguntar a otra."},
    Explained{"ROUTINE", "answers within five working days.",
              "ROUTINE", "respuesta en cinco días laborables."},
    Explained{"log", "what was done here, in a form that nobody can change; it holds no name.",
              "registro", "lo que se hizo aquí, de forma que nadie puede cambiarlo; no tiene nombres."},
};
// clang-format on

std::string all_words(Language language) {
    const bool es = language == Language::ES;
    Rows rows;
    for (const auto& one : words)
        rows.emplace_back(es ? one.es : one.en, es ? one.dice : one.says);
    return std::string(es ? "Qué significan las palabras:\n\n" : "What the words mean:\n\n") +
           in_columns(rows);
}

std::string all_codes(Language language) {
    Rows rows;
    for (const auto& one : schema::codes())
        rows.emplace_back(one.code, language == Language::ES ? one.es : one.en);
    return (language == Language::ES ? "Todos los códigos, y lo que dicen:\n\n"
                                     : "All codes, and what they say:\n\n") +
           in_columns(rows);
}

std::string typed(const PlacementStep& step) {
    return std::string(step.typed.empty() ? schema::find_command(step.command)->example
                                          : step.typed);
}

std::string at_desk(Desk desk, Language language) {
    const bool es = language == Language::ES;
    if (desk == Desk::REFERRER) return es ? "Quien busca plaza" : "Who looks for a place";
    return es ? "El refugio" : "The shelter";
}

// Names of organisations and the six digits of each kind of thing are examples; the rest is to be
// typed as it stands.
std::string placement(Language language) {
    const bool es = language == Language::ES;
    std::string out =
        es ? "Una plaza, de la primera pregunta al final, en orden. Los números (3f2a91) son los "
             "que "
             "muestra la orden anterior: bastan seis cifras. 'leeward inbox' dice en todo momento "
             "qué espera a alguien.\n"
           : "A place, from the first question to the end, in order. The numbers (3f2a91) are "
             "those "
             "that the command before has shown: six digits suffice. 'leeward inbox' says at any "
             "time what waits for somebody.\n";
    const Desk* last = nullptr;
    for (const auto& step : steps) {
        if (last == nullptr || *last != step.desk)
            out += "\n" + at_desk(step.desk, language) + ":\n";
        last = &step.desk;
        out += "\n  " + typed(step) + "\n      " +
               std::string(schema::summary_of(*schema::find_command(step.command), language)) +
               "\n";
    }
    return out +
           (es ? "\nSi dicen que no: leeward leg decline; si se pierde la plaza: leeward leg "
                 "lost; si no llega: leeward leg missing; si ella ya no quiere: leeward need "
                 "withdraw.\n"
               : "\nIf they say no: leeward leg decline; if the bed is lost: leeward leg lost; "
                 "if she does not come: leeward leg missing; if she no longer wants it: "
                 "leeward need withdraw.\n");
}

}  // namespace

std::span<const PlacementStep> placement_steps() {
    return steps;
}

std::string fields_of_a_need(Language language) {
    return fields_of(Tier::T1, language);
}

std::string help_of_topic(std::string_view topic, Language language) {
    if (topic == "placement") return placement(language);
    if (topic == "fields") return all_fields(language);
    if (topic == "codes") return all_codes(language);
    if (topic == "words") return all_words(language);
    return "";
}

}  // namespace leeward::cli
