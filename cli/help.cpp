#include "cli/help.h"

#include <algorithm>
#include <array>
#include <optional>

#include "cli/columns.h"
#include "cli/local_commands.h"
#include "cli/shared_options.h"
#include "cli/topics.h"
#include "schema/help.h"

namespace leeward::cli {
namespace {

using schema::ArgSpec;
using schema::ArgType;
using schema::CommandSpec;
using schema::Language;

// One line of the options that commands share: of all of them, or of those that take `option`.
struct OptionLine {
    std::string_view written;
    std::string_view english;
    std::string_view spanish;
    std::optional<SharedOption> option{};

    [[nodiscard]] bool is_of(const CommandSpec& command) const {
        return !option || takes(command, *option);
    }
};

// clang-format off
constexpr std::array option_lines{
    OptionLine{"--home DIR", "the node's folder (else $LEEWARD_HOME, else the user's data folder)", "la carpeta del nodo (si no, $LEEWARD_HOME o la carpeta de datos)"},
    OptionLine{"--json", "the whole answer as one line of JSON", "toda la respuesta en una línea de JSON"},
    OptionLine{"--out FILE", "writes the file that a command makes here instead of printing it", "escribe aquí el archivo que hace una orden, en vez de mostrarlo", SharedOption::OUT},
    OptionLine{"--force", "lets --out replace a file", "deja que --out sustituya un archivo", SharedOption::OUT},
    OptionLine{"--dry-run", "says what would happen and changes nothing; refused where that cannot be said", "dice lo que pasaría y no cambia nada; se rechaza donde no puede decirse", SharedOption::DRY_RUN},
    OptionLine{"--yes", "sends what was shown without asking", "envía lo mostrado sin preguntar", SharedOption::YES},
    OptionLine{"--no-input", "never asks anything", "nunca pregunta nada"},
    OptionLine{"--as NAME", "does this one thing as another worker, who types her own passphrase", "hace solo esto como otra trabajadora, que escribe su propia frase", SharedOption::AS},
    OptionLine{"", "(or --as-passphrase-file FILE, --as-passphrase-fd N)", "(o --as-passphrase-file FILE, --as-passphrase-fd N)", SharedOption::AS},
    OptionLine{"--quiet", "no talk, only data and errors", "sin comentarios, solo datos y errores"},
    OptionLine{"--lang en|es", "the language of the talk", "el idioma de los comentarios"},
};
// clang-format on

constexpr std::string_view ends_english =
    "\n"
    "Ends with 0 ok, 1 failure, 2 usage, 3 saved but not yet delivered, or not yet done because a\n"
    "second person must agree first, 4 locked, 5 refused, 6 integrity problem, 7 node "
    "unreachable,\n"
    "8 needs upgrade, 130 interrupted.\n";

constexpr std::string_view ends_spanish =
    "\n"
    "Termina con 0 bien, 1 fallo, 2 uso, 3 guardado y aún no entregado, o aún no hecho porque "
    "antes\n"
    "debe aprobarlo otra persona, 4 cerrado, 5 rechazado, 6 problema de integridad, 7 nodo sin\n"
    "respuesta, 8 falta actualizar, 130 interrumpido.\n";

constexpr std::string_view where_to_begin =
    "\n"
    "leeward help placement    a place, from the first question to the end, in order\n"
    "leeward help words        what is a case, a need, a leg, a release\n"
    "leeward help fields       what a record and a need may say\n"
    "leeward help codes        every code, and what it says\n"
    "leeward NOUN VERB --help  one command, with an example\n";

constexpr std::string_view where_to_begin_es =
    "\n"
    "leeward help placement    una plaza, de la primera pregunta al final, en orden\n"
    "leeward help words        qué es un caso, una necesidad, una pregunta, una autorización\n"
    "leeward help fields       lo que pueden decir un expediente y una necesidad\n"
    "leeward help codes        todos los códigos, y lo que dicen\n"
    "leeward NOUN VERB --help  una orden, con un ejemplo\n";

// Those that `command` takes; without one all that there are.
std::string shared_options(const CommandSpec* command, Language language) {
    const bool spanish = language == Language::ES;
    Rows rows;
    for (const auto& line : option_lines)
        if (command == nullptr || line.is_of(*command))
            rows.emplace_back(line.written, spanish ? line.spanish : line.english);
    return in_columns(rows) + std::string(spanish ? ends_spanish : ends_english);
}

std::string_view placeholder(ArgType type) {
    switch (type) {
        case ArgType::TEXT:
            return "TEXT";
        case ArgType::ID:
            return "ID";
        case ArgType::NUMBER:
            return "N";
        case ArgType::TIME:
            return "TIME";
        case ArgType::FLAG:
            return "";
        case ArgType::CODE:
            return "CODE";
        case ArgType::LIST:
            return "A,B,…";
        case ArgType::FILE:
        case ArgType::PATH:
        case ArgType::SECRET:
            return "FILE";
    }
    return "";
}

std::string written(const ArgSpec& arg) {
    if (arg.positional) {
        std::string name(arg.name);
        std::transform(name.begin(), name.end(), name.begin(), [](char c) {
            return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        });
        return name;
    }
    const std::string_view value = placeholder(arg.type);
    return "--" + std::string(arg.name) + (value.empty() ? "" : " ") + std::string(value);
}

std::string_view usage(Language language) {
    return language == Language::ES ? "Uso: " : "Usage: ";
}

std::string usage_of(const CommandSpec& command, Language language) {
    std::string line = std::string(usage(language)) + "leeward " + spoken(command);
    for (const auto& arg : command.args)
        line += arg.required ? " " + written(arg) : " [" + written(arg) + "]";
    return line + "\n";
}

Rows summaries(std::string_view noun, Language language) {
    Rows rows;
    for (const auto* command : all_commands())
        if (noun.empty() || noun_of(*command) == noun)
            rows.emplace_back(spoken(*command), schema::summary_of(*command, language));
    return rows;
}

// The codes of each argument, once, with what they say.
std::string codes_in(const CommandSpec& command, Language language) {
    Rows rows;
    for (const auto& arg : command.args)
        for (const auto* code : schema::codes_of(arg))
            if (std::none_of(rows.begin(), rows.end(), [&](const auto& row) {
                    return row.first == code->code;
                }))
                rows.emplace_back(code->code, schema::sentence(code->code, language));
    if (rows.empty()) return "";
    return (language == Language::ES ? "\nCódigos:\n" : "\nCodes:\n") + in_columns(rows);
}

std::string files_in(const CommandSpec& command, Language language) {
    const bool spanish = language == Language::ES;
    std::string out;
    for (const auto& arg : command.args) {
        const auto file = schema::example_file(command, arg);
        if (file.name.empty()) continue;
        out += "\n" + std::string(file.name) + (spanish ? ", por ejemplo:\n" : ", for example:\n") +
               std::string(file.content);
        if (file.name == "need.json")
            out += (spanish ? "\n\"fields\" puede decir:\n" : "\n\"fields\" may say:\n") +
                   fields_of_a_need(language);
        if (file.name == "record.json")
            out += spanish ? "'leeward help fields' los muestra todos.\n"
                           : "'leeward help fields' shows all of them.\n";
    }
    return out;
}

}  // namespace

std::string help_of_all(Language language) {
    const bool spanish = language == Language::ES;
    return std::string(usage(language)) + "leeward [--home DIR] NOUN VERB …\n\n" +
           in_columns(summaries("", language)) +
           std::string(spanish ? where_to_begin_es : where_to_begin) +
           (spanish ? "\nOpciones; la ayuda de cada orden muestra las que admite:\n"
                    : "\nOptions; the help of a command lists those that it takes:\n") +
           shared_options(nullptr, language);
}

std::string help_of_noun(std::string_view noun, Language language) {
    const Rows rows = summaries(noun, language);
    if (rows.empty()) return "";
    return std::string(usage(language)) + "leeward " + std::string(noun) + " VERB …\n\n" +
           in_columns(rows);
}

std::string help_of(const CommandSpec& command, Language language) {
    const bool spanish = language == Language::ES;
    const std::string needed = spanish ? " (hace falta)" : " (needed)";
    Rows rows;
    for (const auto& arg : command.args)
        rows.emplace_back(
            written(arg),
            std::string(schema::help_of(command, arg, language)) + (arg.required ? needed : ""));
    std::string out =
        std::string(schema::summary_of(command, language)) + "\n\n" + usage_of(command, language);
    if (!rows.empty()) out += "\n" + in_columns(rows);
    out += codes_in(command, language) + files_in(command, language);
    if (command.roles != schema::everyone)
        out += (spanish ? "\nQuién puede: " : "\nWho may: ") +
               schema::in_words(command.roles, language) + ".\n";
    return out + (spanish ? "\nEjemplo:\n  " : "\nExample:\n  ") + std::string(command.example) +
           (spanish ? "\n\nOpciones:\n" : "\n\nOptions:\n") + shared_options(&command, language);
}

}  // namespace leeward::cli
