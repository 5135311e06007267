#include "node/exchange/printing.h"

#include "node/exchange/accounting.h"
#include "node/exchange/needs.h"
#include "node/exchange/referral_copy.h"
#include "node/exchange/releases.h"
#include "schema/codes.h"
#include "schema/paper.h"
#include "schema/tier.h"

namespace leeward::node {
namespace {

using schema::Language;
using schema::Paper;
using schema::PaperSection;
using schema::Time;

struct Phrase {
    std::string_view en;
    std::string_view es;
};

std::string in(Language language, const Phrase& phrase) {
    return std::string(language == Language::ES ? phrase.es : phrase.en);
}

Language language_of(const Json& args) {
    return args.text_at("language") == "es" ? Language::ES : Language::EN;
}

Outcome log_print(
    Desk& desk, Transaction& tx, schema::Machine machine, schema::Tier tier, Time now) {
    schema::AuditRecord event;
    event.kind = schema::EventKind::PRINT;
    event.machine = machine;
    event.tier = static_cast<Byte>(tier);
    return log_event(desk, tx, event, now);
}

Json printed(const Paper& paper, const Json& args) {
    if (args.bool_at("view")) return Json::object({{"paper", schema::to_json(paper)}});
    return Json::object({{"note",
                          "Print it on a printer beside you and collect it now. Then delete the "
                          "file. The printing is "
                          "in the log."},
                         {"file", schema::html(paper)}});
}

std::string when(const Json& object, std::string_view key, Language language) {
    const std::int64_t at = object.int_at(key);
    return at == 0 ? std::string("–") : schema::date_text(schema::from_unix(at), language);
}

std::string peer_name(const Desk& desk, const schema::NodeId& node) {
    const Peer* peer = desk.peers.find(node);
    return peer == nullptr ? std::string() : peer->card.organisation;
}

// ------------------------------------------------------------------ the release

Phrase signer_word(std::string_view signer) {
    if (signer == "MINOR") return {"The young person", "La persona joven"};
    if (signer == "GUARDIAN") return {"Parent or guardian", "Madre, padre o tutora"};
    if (signer == "AGENCY_REPRESENTATIVE") return {"For the agency", "Por la agencia"};
    return {"For the court", "Por el juzgado"};
}

Phrase answer_word(std::string_view decision) {
    if (decision == "REFUSED") return {"no", "no"};
    if (decision == "WITHDREW") return {"took the yes back", "retiró su sí"};
    return {"yes, after it was read aloud", "sí, tras leerlo en voz alta"};
}

PaperSection recorded_signatures(const Json& detail, Language language) {
    PaperSection out{in(language, {"Who has said what", "Quién ha dicho qué"})};
    for (const auto& one : detail.array_at("signers")) {
        const Phrase answer = answer_word(one.text_at("decision"));
        out.lines.push_back({in(language, signer_word(one.text_at("signer"))),
                             one.text_at("name") + ": " + in(language, answer)});
    }
    return out;
}

PaperSection to_sign(Language language) {
    PaperSection out{in(language, {"To sign", "Para firmar"})};
    out.signatures = {
        in(language, signer_word("MINOR")),
        in(language, {"Parent, guardian or agency", "Madre, padre, tutora o agencia"}),
        in(language, {"The worker who read it aloud", "Quien lo leyó en voz alta"})};
    return out;
}

Paper release_paper(const Desk& desk, const Release& r, Language language, Time now) {
    Paper paper{
        language,
        in(language, {"May we share this?", "¿Podemos compartir esto?"}),
        desk.self.card.organisation,
        in(language, {"The survivor, and who signs with her", "Ella y quien firma con ella"}),
        now,
        {}};
    PaperSection text{in(language, {"What you are asked", "Lo que le preguntamos"})};
    text.text = r.detail.text_at(language == Language::ES ? "text_es" : "text_en");
    PaperSection facts{in(language, {"In short", "En breve"})};
    facts.lines = {{in(language, {"For", "Para"}), peer_name(desk, r.recipient)},
                   {in(language, {"Why", "Para qué"}), schema::sentence(r.purpose, language)},
                   {in(language, {"Ends by itself on", "Termina por sí solo el"}),
                    schema::date_text(r.expires, language)}};
    paper.sections = {std::move(text), std::move(facts)};
    if (!r.detail.array_at("signers").empty())
        paper.sections.push_back(recorded_signatures(r.detail, language));
    paper.sections.push_back(to_sign(language));
    return paper;
}

// ------------------------------------------------------------------ the referral

// What the reader of this sheet does not need. A name that is no field's would print what was to be
// left out.
Result<schema::FieldSet> left_out(const Json& args) {
    schema::FieldSet out;
    for (const auto& one : args.array_at("leave-out")) {
        const auto* name = one.as_string();
        const auto id = schema::find_field(name == nullptr ? std::string_view() : *name);
        if (!id)
            return Error{Errc::invalid_argument,
                         "what is to be left out is no field of a record; nothing was printed"};
        out.insert(*id);
    }
    return out;
}

struct Shown {
    Json record = Json::object();
    std::size_t left_out = 0;
};

Shown without(const Json& record, const schema::FieldSet& fields) {
    Shown shown;
    for (const auto& [key, value] : *record.as_object()) {
        const auto id = schema::find_field(key);
        if (id && fields.contains(*id))
            ++shown.left_out;
        else
            shown.record.set(key, value);
    }
    return shown;
}

std::string how_many(std::size_t n, Language language) {
    const std::string number = std::to_string(n);
    if (n == 1) return in(language, {"one thing that was shared", "una cosa que se compartió"});
    return number + in(language, {" things that were shared", " cosas que se compartieron"});
}

Paper referral_paper(const Desk& desk,
                     const Json& grant,
                     const schema::FieldSet& left,
                     Language language,
                     Time now) {
    Paper paper{language,
                in(language, {"Referral", "Derivación"}),
                desk.self.card.organisation,
                in(language,
                   {"The worker who receives her, at this house only",
                    "Quien la recibe, solo en esta casa"}),
                now,
                {}};
    PaperSection her{in(language, {"What was shared", "Lo que se compartió"})};
    const Json* record = grant.find("record");
    const Shown shown = record == nullptr ? Shown{} : without(*record, left);
    her.lines = schema::lines_of(shown.record, language);
    PaperSection rule{in(language, {"What holds for it", "Qué vale para esto"})};
    rule.lines = {{in(language, {"From", "De"}), grant.text_at("peer")},
                  {in(language, {"Read for", "Leído para"}),
                   schema::sentence(grant.text_at("opened_for"), language)},
                  {in(language, {"Closed on", "Se cierra el"}), when(grant, "expires", language)}};
    if (shown.left_out > 0)
        rule.lines.push_back({in(language, {"Left out of this sheet", "Fuera de esta hoja"}),
                              how_many(shown.left_out, language)});
    rule.text =
        in(language,
           {"Tell nobody more than the next step needs. She may end the sharing at any time; "
            "this page is then destroyed.",
            "No diga a nadie más de lo que pide el paso siguiente. Ella puede terminar de "
            "compartir cuando quiera; entonces se destruye esta hoja."});
    paper.sections = {std::move(her), std::move(rule)};
    return paper;
}

// ------------------------------------------------------------------ the accounting

std::string field_names(const Json& fields, Language language) {
    schema::FieldSet set;
    for (const auto& one : fields.array_at("fields"))
        if (const auto id = schema::find_field(*one.as_string())) set.insert(*id);
    return schema::names_of(set, language);
}

std::string what_was_said(const Json& card, Language language) {
    std::string out;
    for (const auto& line : schema::lines_of(card, language))
        out += (out.empty() ? "" : "\n") + line.label + ": " + line.value;
    return out;
}

std::string how_it_stands(const std::string& state, Language language) {
    if (state == "OPENED") return in(language, {"read", "leído"});
    if (state == "ERASURE_ATTESTED")
        return in(language, {"they say that it is erased", "dicen que está borrado"});
    if (state == "RETAINED_LAWFULLY")
        return in(language, {"they keep their own record", "conservan su propio registro"});
    if (state == "SEALED") return in(language, {"not sent", "sin enviar"});
    if (state == "OPENABLE") return in(language, {"sent, not read", "enviado, sin leer"});
    return in(language, {"ended; erasing was asked for", "terminado; se pidió borrarlo"});
}

PaperSection shared_with(const Json& accounting, Language language) {
    PaperSection out{
        in(language, {"Who was told who you are", "A quién se le dijo quién es usted"})};
    out.table.head = {in(language, {"Who", "Quién"}),
                      in(language, {"What", "Qué"}),
                      in(language, {"Sent", "Enviado"}),
                      in(language, {"Read, and why", "Leído y para qué"}),
                      in(language, {"Now", "Ahora"})};
    for (const auto& one : accounting.array_at("shared_with_identity")) {
        std::string read = when(one, "opened_at", language);
        if (!one.text_at("opened_for").empty())
            read += "\n" + schema::sentence(one.text_at("opened_for"), language);
        out.table.rows.push_back({one.text_at("peer"),
                                  field_names(one, language),
                                  when(one, "created", language),
                                  std::move(read),
                                  how_it_stands(one.text_at("state"), language)});
    }
    if (out.table.rows.empty()) out.text = in(language, {"Nobody.", "A nadie."});
    return out;
}

PaperSection asked_without(const Json& accounting, Language language) {
    PaperSection out{in(language,
                        {"Who was asked for help without being told who you are",
                         "A quién se le pidió ayuda sin decirle quién es usted"})};
    out.table.head = {in(language, {"Who", "Quién"}),
                      in(language, {"When", "Cuándo"}),
                      in(language, {"What they were told", "Qué se les dijo"}),
                      in(language, {"Reached them", "Les llegó"})};
    for (const auto& one : accounting.array_at("asked_without_identity")) {
        const Json* card = one.find("card");
        out.table.rows.push_back({one.text_at("peer"),
                                  when(one, "opened", language),
                                  card == nullptr ? "–" : what_was_said(*card, language),
                                  schema::value_text(one.bool_at("reached_them"), language)});
    }
    if (out.table.rows.empty()) out.text = in(language, {"Nobody.", "A nadie."});
    return out;
}

Paper accounting_paper(const Desk& desk, const Json& accounting, Language language, Time now) {
    PaperSection why{in(language, {"This page is yours", "Esta hoja es suya"})};
    why.text =
        in(language,
           {"It says who has seen what about you, and when. It was made here and sent to nobody. "
            "Keep it only where it is safe for you. You can ask for it again at any time.\n"
            "What a person has read, she cannot un-read. You can end the sharing at any time: tell "
            "any worker. You need no reason, and you lose no bed because of it.",
            "Dice quién ha visto qué sobre usted y cuándo. Se hizo aquí y no se envió a nadie. "
            "Guárdela solo donde sea seguro para usted. Puede pedirla otra vez cuando quiera.\n"
            "Lo que una persona leyó, ya no puede dejar de saberlo. Puede terminar de compartir "
            "cuando quiera: dígalo a cualquier trabajadora. No hace falta un motivo, y no pierde "
            "su cama por ello."});
    return {
        language,
        in(language, {"Who has seen what", "Quién ha visto qué"}),
        desk.self.card.organisation,
        in(language, {"The survivor alone", "Solo ella"}),
        now,
        {std::move(why), shared_with(accounting, language), asked_without(accounting, language)}};
}

}  // namespace

Result<Json> release_print(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Release r, find_release(desk, tx, args.text_at("id")));
    LEEWARD_TRY(log_print(desk, tx, schema::Machine::RELEASE, schema::Tier::L0, now));
    return printed(release_paper(desk, r, language_of(args), now), args);
}

Result<Json> grant_print(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const auto left, left_out(args));
    LEEWARD_ASSIGN(Json grant, grant_open(desk, tx, args, now));
    grant.set("opened_for", args.text_at("purpose"));  // this reading's, not the first one's
    const auto tier = schema::tier_from(grant.text_at("tier"));
    LEEWARD_TRY(log_print(desk, tx, schema::Machine::GRANT, tier.value_or(schema::Tier::T4), now));
    return printed(referral_paper(desk, grant, left, language_of(args), now), args);
}

Result<Json> case_print(Desk& desk, Transaction& tx, const Json& args, Time now) {
    LEEWARD_ASSIGN(const Json accounting, case_accounting(desk, tx, args, now));
    LEEWARD_TRY(log_print(desk, tx, schema::Machine::CASE, schema::Tier::L0, now));
    return printed(accounting_paper(desk, accounting, language_of(args), now), args);
}

}  // namespace leeward::node
