#include "schema/audit/report.h"
#include "schema/paper.h"

namespace leeward::schema {
namespace {

std::string number(std::uint64_t n, Language language) {
    std::string digits = std::to_string(n);
    const std::string gap = language == Language::ES ? "." : ",";
    for (std::size_t at = digits.size(); at > 3;) {
        at -= 3;
        digits.insert(at, gap);
    }
    return digits;
}

std::string verdict(const BoardReport& report) {
    const bool es = report.language == Language::ES;
    if (report.logs.empty()) return es ? "No se pudo comprobar nada." : "Nothing could be checked.";
    if (report.found == 0) return es ? "No se encontró nada." : "Nothing was found.";
    if (report.found == 1) return es ? "Se encontró una cosa." : "One thing was found.";
    return es ? "Se encontraron " + number(report.found, report.language) + " cosas."
              : number(report.found, report.language) + " things were found.";
}

std::string verdict_more(const BoardReport& report) {
    const bool es = report.language == Language::ES;
    if (report.found != 0)
        return es ? "Cada una se nombra abajo, con su lugar en el registro. Un hallazgo es una "
                    "pregunta a la organización, todavía no una sentencia."
                  : "Each is named below with its place in the log. A finding is a question to the "
                    "organisation, not yet a judgement of it.";
    return es ? "Los registros están enteros, concuerdan entre sí, y cada vez que se comunicó algo "
                "sobre una persona había una autorización o una base legal en vigor."
              : "The logs are whole, they agree with each other, and whenever something about a "
                "person was shared, a release or another legal basis was in force.";
}

std::vector<std::string> checked(const BoardReport& report) {
    const bool es = report.language == Language::ES;
    const auto n = [&](std::uint64_t count) { return number(count, report.language); };
    std::vector<std::string> out;
    if (es) {
        out = {
            "Que ningún registro se cambió después: se volvieron a calcular " +
                n(report.entries()) + " entradas, una por una, y se compararon con " +
                n(report.heads()) + " cabezas que las organizaciones habían firmado.",
            "Que cada entrada dice lo que se hizo y no puede decir otra cosa.",
            "Que cada vez que se comunicó algo sobre una persona, una autorización firmada por "
            "ella "
            "u otra base legal estaba en vigor en ese momento, nombraba a esa destinataria e "
            "incluía "
            "esos datos.",
            "Que nada se comunicó después de que ella se retirara.",
        };
        if (report.logs.size() > 1)
            out.push_back(
                "Que lo que una organización dice que envió, la otra dice que lo recibió, "
                "y que no se mostraron registros distintos a socias distintas.");
        if (report.asks_witnesses)
            out.push_back(
                "Que otras organizaciones, como testigos, firmaron cabezas de cada registro a más "
                "tardar 72 horas después de cada entrada: desde entonces nadie podía cambiarlo sin "
                "que se viera.");
        return out;
    }
    out = {
        "That no log was changed afterwards: " + n(report.entries()) +
            " entries were computed again, one by one, and compared with " + n(report.heads()) +
            " heads that the organisations had signed.",
        "That each entry says what was done and can say nothing else.",
        "That whenever something about a person was shared, a release that she had signed or "
        "another legal basis was in force at that moment, named that recipient and covered those "
        "fields.",
        "That nothing was shared after she had withdrawn.",
    };
    if (report.logs.size() > 1)
        out.push_back(
            "That what one organisation says it sent, the other says it received, and that "
            "no two partners were shown different logs.");
    if (report.asks_witnesses)
        out.push_back(
            "That other organisations, as witnesses, signed heads of each log at the latest 72 "
            "hours after each entry: from then on nobody could change it unseen.");
    return out;
}

std::vector<std::string> limits(const BoardReport& report) {
    const bool es = report.language == Language::ES;
    std::vector<std::string> out;
    if (es)
        out = {
            "Lo que se dijo por teléfono o se copió a mano.",
            "Lo que dos organizaciones hicieran juntas con un programa cambiado en los dos lados.",
            "A ninguna persona: en estos registros no hay nombres, y quien los comprueba no puede "
            "encontrarlos."};
    else
        out = {"What was said by telephone or copied by hand.",
               "What two organisations did together with a changed program at both ends.",
               "Any person: there are no names in these logs, and whoever checks them cannot find "
               "them."};
    if (report.unjudged != 0)
        out.push_back(es ? number(report.unjudged, report.language) +
                               " mensajes recibidos al principio del período: quizá se enviaron "
                               "antes. Los paquetes anteriores lo muestran."
                         : number(report.unjudged, report.language) +
                               " messages that were received as the period began: they may have "
                               "been sent before it. The bundles before these show it.");
    return out;
}

ReportWords spanish() {
    ReportWords w;
    w.title = "Lo que muestran los registros";
    w.checked_heading = "Qué se comprobó";
    w.found_heading = "Qué se encontró";
    w.volumes_heading = "Cuánto pasó entre las organizaciones";
    w.volumes_note = "Mensajes por semana. Un aviso breve también cuenta.";
    w.sent = "enviados";
    w.received = "recibidos";
    w.times_heading = "Con qué rapidez se actuó";
    w.times_note = "De lo que tenía un plazo: cuánto de él se usó.";
    w.bands = {"hasta la mitad", "hasta el final", "tarde"};
    w.nothing_due = "Nada tenía un plazo en este período.";
    w.erasures_heading = "Qué se comunicó y qué se borró";
    w.erasures_note = "Vencido es un borrado que debió hacerse y del que no consta que se hizo.";
    w.erased = "Registros borrados";
    w.overdue = "Borrados vencidos";
    w.shared = "Mensajes que decían quién es ella";
    w.withheld = "menos de 11";
    w.limits_heading = "Qué no puede mostrar esto";
    w.organisation = "Organización";
    w.place = "Lugar";
    w.meaning = "Qué significa y qué hacer";
    w.period = "Período";
    w.entries = "Entradas";
    w.heads = "Cabezas";
    w.witnessed = "Con testigos hasta";
    w.nobody = "sin bastantes";
    w.foot =
        "Los números menores de 11, y aquellos con los que podrían calcularse, no se muestran; "
        "los demás están redondeados a 5.";
    return w;
}

ReportWords english() {
    ReportWords w;
    w.title = "What the logs show";
    w.checked_heading = "What was checked";
    w.found_heading = "What was found";
    w.volumes_heading = "How much passed between the organisations";
    w.volumes_note = "Messages in a week. A short notice counts as one, too.";
    w.sent = "sent";
    w.received = "received";
    w.times_heading = "How fast people acted";
    w.times_note = "Of what had a deadline: how much of it was used.";
    w.bands = {"up to half of it", "up to the end", "late"};
    w.nothing_due = "Nothing had a deadline in this period.";
    w.erasures_heading = "What was shared, and what was erased";
    w.erasures_note =
        "Overdue is an erasure that was due and of which nothing says that it was done.";
    w.erased = "Records erased";
    w.overdue = "Erasures overdue";
    w.shared = "Messages that said who she is";
    w.withheld = "fewer than 11";
    w.limits_heading = "What this cannot show";
    w.organisation = "Organisation";
    w.place = "Place";
    w.meaning = "What it means and what to do";
    w.period = "Period";
    w.entries = "Entries";
    w.heads = "Heads";
    w.witnessed = "Witnessed until";
    w.nobody = "not by enough";
    w.foot =
        "Numbers under 11, and those from which they could be worked out, are not shown; the "
        "others are rounded to 5.";
    return w;
}

std::string found_note(const BoardReport& report) {
    const bool es = report.language == Language::ES;
    if (report.found == 0) return es ? "Nada." : "Nothing.";
    if (report.found <= report.findings.size()) return "";
    return es ? "Aquí están las primeras " + std::to_string(report.findings.size()) + "."
              : "These are the first " + std::to_string(report.findings.size()) + ".";
}

std::string subtitle(const BoardReport& report) {
    std::string out;
    for (const auto& log : report.logs)
        if (out.find(log.organisation) == out.npos)
            out += (out.empty() ? "" : " · ") + log.organisation;
    return out;
}

}  // namespace

ReportWords words_of(const BoardReport& report) {
    const bool es = report.language == Language::ES;
    ReportWords w = es ? spanish() : english();
    w.subtitle = subtitle(report);
    w.verdict = verdict(report);
    w.verdict_more = verdict_more(report);
    w.made = (es ? "Hecho el " : "Made on ") + date_text(report.made, report.language);
    w.checked = checked(report);
    w.found_note = found_note(report);
    w.limits = limits(report);
    if (report.weeks_in_column > 1)
        w.volumes_note +=
            es ? " Cada columna son " + std::to_string(report.weeks_in_column) + " semanas."
               : " Each column is " + std::to_string(report.weeks_in_column) + " weeks.";
    return w;
}

}  // namespace leeward::schema
