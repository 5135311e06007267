#include "cli/answer.h"

#include <iostream>

#include "cli/print.h"
#include "cli/terminal.h"
#include "cli/text.h"
#include "node/app/wire.h"

namespace leeward::cli {

void print_answer(const CommandLine& line, const schema::Json& result) {
    if (line.options.json)
        std::cout << one_line(node::answer_of(result).dump()) << "\n";
    else
        std::cout << print(result, {terminal_columns(), false});
    std::cout << std::flush;
}

schema::Language language_of(const CommandLine& line) {
    return schema::language_from(line.options.lang).value_or(schema::Language::EN);
}

}  // namespace leeward::cli
