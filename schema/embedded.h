// The data files that are part of the program, byte for byte (ops/cmake/embed.cmake).
#pragma once

#include <string_view>

namespace leeward::schema::embedded {

extern const std::string_view catalogue_json;
extern const std::string_view codes_json;
extern const std::string_view help_es;
extern const std::string_view help_contact_json;
extern const std::string_view help_need_json;
extern const std::string_view help_record_json;
extern const std::string_view help_tonight_json;
extern const std::string_view identifying_json;
extern const std::string_view paper_css;
extern const std::string_view report_css;
extern const std::string_view value_words_json;
extern const std::string_view words_en;
extern const std::string_view words_es;

}  // namespace leeward::schema::embedded
