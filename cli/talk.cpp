#include "cli/talk.h"

#include <array>
#include <iostream>

#include "cli/text.h"
#include "node/app/wire.h"

namespace leeward::cli {
namespace {

struct Both {
    std::string_view english;
    std::string_view spanish;
};

// clang-format off
Both both(Phrase phrase) {
    switch (phrase) {
        case Phrase::ASK_PASSPHRASE: return {"Passphrase: ", "Frase de contraseña: "};
        case Phrase::ASK_OWN_PASSPHRASE: return {"Your own passphrase: ", "Su propia frase de contraseña: "};
        case Phrase::ASK_PASSPHRASE_OF: return {"Passphrase of ", "Frase de contraseña de "};
        case Phrase::ASK_NEW_PASSPHRASE: return {"New passphrase: ", "Frase de contraseña nueva: "};
        case Phrase::ASK_NEW_PASSPHRASE_OF: return {"New passphrase of ", "Frase de contraseña nueva de "};
        case Phrase::ASK_AGAIN: return {"The same again: ", "Otra vez la misma: "};
        case Phrase::PASSPHRASE_LOST: return {
            "Whoever loses this passphrase loses every record of this node, until three recovery holders are named "
            "of whom any two can help: leeward recovery holder",
            "Quien pierde esta frase pierde todos los registros de este nodo, hasta que se nombre a tres personas de "
            "recuperación, de las que dos cualesquiera pueden ayudar: leeward recovery holder"};
        case Phrase::STARTING: return {"Unlocking and starting the node …", "Abriendo y arrancando el nodo …"};
        case Phrase::RUNNING: return {"The node runs.", "El nodo funciona."};
        case Phrase::ALREADY_RUNNING: return {"The node runs already.", "El nodo ya funciona."};
        case Phrase::NODE_MADE: return {
            "The node is made. Start it: leeward node up", "El nodo está hecho. Arránquelo: leeward node up"};
        case Phrase::AUDITOR_KEY_LOST: return {
            "Without this passphrase no bundle that is sealed to this key can be opened: nobody can restore it.",
            "Sin esta frase no puede abrirse ningún paquete sellado para esta clave: nadie puede recuperarla."};
        case Phrase::WILL_BE_SENT: return {
            "This is all that will be sent, and to whom:", "Esto es todo lo que se enviará, y a quién:"};
        case Phrase::SEND_NOW: return {"Send it? [y/N] ", "¿Enviarlo? [s/N] "};
        case Phrase::NOT_SENT: return {"Nothing was sent.", "No se envió nada."};
        case Phrase::QUEUED: return {
            "Saved here, not yet delivered. It goes out by itself as soon as the partner answers.",
            "Guardado aquí, aún no entregado. Saldrá solo en cuanto responda la otra organización."};
        case Phrase::NEEDS_SECOND_PERSON: return {
            "Nothing was done yet: a second person must agree, with leeward approval give. If nobody is there and "
            "the command takes --by-phone, telephone her and say who agreed.",
            "Aún no se ha hecho nada: otra persona debe aprobarlo con leeward approval give. Si no hay nadie y la "
            "orden admite --by-phone, telefonéele e indique quién lo aprobó."};
        case Phrase::NO_FILE: return {"This command makes no file; none was written.",
            "Esta orden no produce ningún archivo; no se escribió ninguno."};
        case Phrase::KEPT_BY_NODE: return {
            "The file is too large to be handed over here. The node keeps it: copy ",
            "El archivo es demasiado grande para entregarlo aquí. El nodo lo guarda: copie "};
        case Phrase::WRITTEN: return {"Written: ", "Escrito: "};
        case Phrase::CONSOLE_OPENS: return {
            "The page opens in your browser. Sign in there with your passphrase.",
            "La página se abre en su navegador. Entre allí con su frase."};
        case Phrase::CONSOLE_LINK: return {
            "Open this in a browser on this machine. It works once, for one minute:",
            "Ábralo en un navegador de esta máquina. Sirve una vez, durante un minuto:"};
        case Phrase::WRITE_WORDS_DOWN: return {
            "Write these 24 words on paper, by hand, and keep it where nobody else looks. With another holder's\nthey open every backup; without them yours is lost. They are not shown again.",
            "Escriba estas 24 palabras en papel, a mano, y guárdelo donde nadie más mire. Con las de otra persona\nabren todas las copias; sin ellas su parte se pierde. No se muestran otra vez."};
        case Phrase::WORD_NUMBER: return {"From your paper, word number ", "De su papel, la palabra número "};
        case Phrase::ASK_WORD: return {"Word: ", "Palabra: "};
        case Phrase::ASK_FIRST_HOLDER: return {"First holder, your 24 words: ", "Primera persona, sus 24 palabras: "};
        case Phrase::ASK_SECOND_HOLDER: return {"Second holder, your 24 words: ", "Segunda persona, sus 24 palabras: "};
    }
    return {};
}

Both advice_of(Errc code) {
    switch (code) {
        case Errc::invalid_argument: return {"See 'leeward help'.", "Vea 'leeward help'."};
        case Errc::locked: return {"Sign in (leeward shift start NAME), or check the passphrase.", "Inicie su turno (leeward shift start NOMBRE) o compruebe la frase."};
        case Errc::unreachable: return {"Start the node: leeward node up", "Arranque el nodo: leeward node up"};
        case Errc::busy: return {"Try again in a moment.", "Vuelva a intentarlo en un momento."};
        case Errc::corrupt: return {"Stop using this node and call its operator.", "Deje de usar este nodo y llame a su responsable."};
        case Errc::io: return {"Check the disk: leeward node doctor", "Compruebe el disco: leeward node doctor"};
        case Errc::disk_full: return {"See how much room there is: leeward node doctor", "Vea cuánto espacio queda: leeward node doctor"};
        case Errc::unsupported: return {"Bring both sides to the same version.", "Ponga ambos lados en la misma versión."};
        case Errc::not_released: return {"A release must be signed first: leeward release list", "Antes hay que firmar una autorización: leeward release list"};
        case Errc::untrusted: return {"Check who it comes from by telephone before anything else.", "Antes de nada, compruebe por teléfono de quién viene."};
        case Errc::not_permitted: return {"Ask somebody with that role: leeward people list", "Pídaselo a quien tenga esa función: leeward people list"};
        case Errc::not_found: return {"Look it up in a list first.", "Búsquelo primero en una lista."};
        case Errc::already_exists:
        case Errc::wrong_state:
        case Errc::malformed:
        case Errc::too_large: break;
    }
    return {};
}
// clang-format on

}  // namespace

std::string_view Talk::words(Phrase phrase) const {
    return spanish_ ? both(phrase).spanish : both(phrase).english;
}

void Talk::say(Phrase phrase, std::string_view more) const {
    if (!quiet_) std::cerr << words(phrase) << one_line(more) << "\n";
}

void Talk::text(std::string_view lines) const {
    if (!quiet_) std::cerr << lines;
}

std::string_view Talk::advice(Errc code) const {
    return spanish_ ? advice_of(code).spanish : advice_of(code).english;
}

schema::ExitCode report(const Error& error, const Options& options) {
    if (options.json && std::cout) {
        std::cout << one_line(node::answer_of(error).dump()) << "\n" << std::flush;
    } else {
        const std::string_view advice = Talk(options).advice(error.code);
        const bool says_what_to_do = error.detail.find("'leeward ") != std::string::npos;
        std::cerr << "leeward: " << one_line(error.detail) << "\n";
        if (!advice.empty() && !says_what_to_do) std::cerr << advice << "\n";
    }
    return schema::exit_code(error.code);
}

}  // namespace leeward::cli
