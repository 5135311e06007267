#include "schema/audit/finding.h"

#include <algorithm>
#include <array>
#include <tuple>

namespace leeward::schema {
namespace {

struct Words {
    std::string_view name, en, es;
};

// clang-format off
constexpr std::array<Words, finding_kind_count> words{{
    {"CARD_UNKNOWN",
     "The bundle is signed by an organisation that is not among the cards you gave. Nothing in it was believed. Ask the network for its card, by hand.",
     "El paquete es de una organización que no está entre las tarjetas que usted dio. No se creyó nada de él. Pida su tarjeta a la red, en mano."},
    {"HEAD_UNSIGNED",
     "A published head does not carry the signature of this log. Ask the organisation for the head as it was published, and a witness for its copy.",
     "Una cabeza publicada no lleva la firma de este registro. Pida a la organización la cabeza tal como se publicó, y a un testigo su copia."},
    {"HEAD_ROLLED_BACK",
     "A later head names a smaller log than an earlier one. A log only grows: leaves were taken away, or an old copy was put back without saying so.",
     "Una cabeza posterior nombra un registro más pequeño que una anterior. Un registro solo crece: se quitaron hojas o se repuso una copia antigua sin decirlo."},
    {"BUNDLE_CUT",
     "The bundle has fewer leaves than the last head that it shows: some are missing, here or at its end. Ask for the whole bundle.",
     "El paquete tiene menos hojas que la última cabeza que muestra: faltan algunas, aquí o al final. Pida el paquete entero."},
    {"TREE_MISMATCH",
     "The leaves between these two heads are not those that the organisation signed: one was altered, removed, added or moved.",
     "Las hojas entre estas dos cabezas no son las que la organización firmó: alguna se cambió, se quitó, se añadió o se movió."},
    {"OPENING_MISMATCH",
     "What the organisation says of this leaf is not what the leaf commits to. The opening was swapped or altered.",
     "Lo que la organización dice de esta hoja no es aquello a lo que la hoja obliga. La apertura se cambió."},
    {"LEAF_UNEXPLAINED",
     "This leaf opens to nothing that this version can read. Check with a newer version before you ask the organisation.",
     "Esta hoja no se abre a nada que esta versión sepa leer. Compruebe con una versión más nueva antes de preguntar a la organización."},
    {"LEAF_FOREIGN",
     "This leaf says that it belongs to another organisation's log.",
     "Esta hoja dice que es del registro de otra organización."},
    {"EARLIER_UNPROVEN",
     "A leaf from before the period is shown without a proof that the log holds it. It was not believed.",
     "Se muestra una hoja anterior al período sin prueba de que el registro la contiene. No se creyó."},
    {"LOG_FORKED",
     "The organisation showed two different logs. Both signed heads are in the bundles and proofs that you gave, and prove it to anyone.",
     "La organización mostró dos registros distintos. Las dos cabezas firmadas están en los paquetes y pruebas que usted dio, y lo prueban ante cualquiera."},
    {"UNWITNESSED",
     "For more than 72 hours no head over these leaves was cosigned by enough of the witnesses whose cards you gave. Until one is, only the organisation's own word stands against a rewritten log. Ask for its newest head, and give the cards of all members.",
     "Durante más de 72 horas ninguna cabeza sobre estas hojas tuvo la firma de bastantes de los testigos cuyas tarjetas usted dio. Hasta entonces solo la palabra de la organización responde de que el registro no se reescribió. Pida su cabeza más nueva, y dé las tarjetas de todos los miembros."},
    {"TIME_BACKDATED",
     "This leaf says that it is older than a witness's signature under a log that did not hold it yet.",
     "Esta hoja dice ser más antigua que la firma de un testigo bajo un registro que aún no la contenía."},
    {"TIME_RUNS_BACK",
     "This leaf says that it is more than an hour older than the leaf before it. The machine's clock was wrong, or somebody wrote a time of his choice.",
     "Esta hoja dice ser más de una hora más antigua que la anterior. El reloj de la máquina estaba mal o alguien escribió la hora que quiso."},
    {"AUTHORITY_MISSING",
     "Something about a person was sent and no release or other legal basis for it is in the log.",
     "Se envió algo sobre una persona y en el registro no hay autorización ni otra base legal."},
    {"AUTHORITY_AFTERWARDS",
     "Something about a person was sent first and its release came into force only later.",
     "Primero se envió algo sobre una persona y su autorización entró en vigor después."},
    {"AUTHORITY_ENDED",
     "Something about a person was sent under a release that was not in force at that moment.",
     "Se envió algo sobre una persona con una autorización que en ese momento no estaba en vigor."},
    {"AFTER_WITHDRAWAL",
     "Something about a person was sent after she had withdrawn. Tell the supervisor today; ask the recipient to erase it.",
     "Se envió algo sobre una persona después de que ella retirara su autorización. Avise hoy a la supervisión; pida al destinatario que lo borre."},
    {"OTHER_RECIPIENT",
     "Something about a person was sent to another organisation than its release names.",
     "Se envió algo sobre una persona a una organización distinta de la que nombra la autorización."},
    {"BEYOND_AUTHORITY",
     "Fields were sent that the release does not list.",
     "Se enviaron datos que la autorización no incluye."},
    {"RELEASE_HISTORY_BROKEN",
     "A release changed in a way that the rules do not have, for instance back to life after it had ended.",
     "Una autorización cambió de un modo que las reglas no admiten, por ejemplo volvió a estar en vigor después de terminar."},
    {"RECEIPT_MISSING",
     "One organisation logged that it sent this; the other's log neither has it nor was it called back. A receipt was lost or is being hidden.",
     "Una organización anotó que envió esto; el registro de la otra no lo tiene y nadie lo retiró. Se perdió un recibo o se oculta."},
    {"DISCLOSURE_UNDECLARED",
     "One organisation logged that it received this; the log of the sender does not have it. It was disclosed without being written down.",
     "Una organización anotó que recibió esto; el registro de quien lo envió no lo tiene. Se comunicó sin anotarlo."},
    {"DISCLOSURE_DISGUISED",
     "The sender's log has this exchange under another name than a message, for instance as padding.",
     "El registro de quien lo envió tiene este intercambio con otro nombre que el de un mensaje, por ejemplo como relleno."},
    {"ABANDONED_BUT_RECEIVED",
     "The sender wrote that this was never delivered; the recipient has it.",
     "Quien lo envió anotó que nunca se entregó; el destinatario lo tiene."},
    {"BUNDLE_GAP",
     "The bundles of this organisation leave out the leaves between them. Nothing can be said of what was done in that time. Ask for the bundle that is missing.",
     "Los paquetes de esta organización dejan fuera las hojas entre uno y otro. Nada puede decirse de lo que se hizo en ese tiempo. Pida el paquete que falta."},
    {"PROOF_FALSE",
     "An act in the proof is not in the log as the organisation signed it. It was not believed. Ask for a new proof.",
     "Un acto de la prueba no está en el registro tal como la organización lo firmó. No se creyó. Pida otra prueba."},
    {"PROOF_INCOMPLETE",
     "The log holds a disclosure under one of her releases that the proof leaves out. Ask the organisation for a whole proof, and why this one is not.",
     "El registro tiene una comunicación bajo una de sus autorizaciones que la prueba omite. Pida a la organización una prueba entera, y por qué esta no lo es."},
    {"RELEASE_TEXT_CHANGED",
     "The text of a release in the proof is not the one that the log was bound to when it came into force.",
     "El texto de una autorización en la prueba no es aquel al que el registro quedó obligado cuando entró en vigor."},
    {"ENTRIES_LOST",
     "The node of this organisation was restored from a backup and began a new log. Of the log before, everything from this entry on is lost to it. What its partners hold shows what was said between them; ask when it happened and who was told.",
     "El nodo de esta organización se restauró desde una copia y empezó un registro nuevo. Del anterior perdió todo desde esta entrada. Lo que guardan sus socios muestra lo que se dijo entre ellos; pregunte cuándo ocurrió y a quién se avisó."},
    {"RESTORE_UNCLEAR",
     "The card and the first entry of this log do not say the same of a log before it. A restore that is not declared in both could hide entries. Ask for both, and for what partners hold of the log before.",
     "La tarjeta y la primera entrada de este registro no dicen lo mismo de un registro anterior. Una restauración que no está declarada en las dos podría ocultar entradas. Pida ambas, y lo que los socios guardan del registro anterior."},
}};
// clang-format on

}  // namespace

std::string_view name(FindingKind kind) {
    return words.at(static_cast<std::size_t>(kind)).name;
}

std::optional<FindingKind> finding_kind_from(std::string_view word) {
    for (std::size_t i = 0; i < words.size(); ++i)
        if (words.at(i).name == word) return static_cast<FindingKind>(i);
    return std::nullopt;
}

std::string_view explain(FindingKind kind, Language language) {
    const Words& w = words.at(static_cast<std::size_t>(kind));
    return language == Language::ES ? w.es : w.en;
}

void Findings::add(Finding finding) {
    if (list_.size() < most)
        list_.push_back(std::move(finding));
    else
        ++more_;
}

std::vector<Finding> Findings::sorted() && {
    const auto place = [](const Finding& f) {
        return std::tie(f.organisation, f.leaf, f.kind, f.last_leaf, f.partner);
    };
    std::sort(list_.begin(), list_.end(), [&](const Finding& a, const Finding& b) {
        return place(a) < place(b);
    });
    list_.erase(std::unique(list_.begin(), list_.end()), list_.end());
    return std::move(list_);
}

}  // namespace leeward::schema
