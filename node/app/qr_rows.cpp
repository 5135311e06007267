#include "node/app/qr_rows.h"

#include <qrcodegen/qrcodegen.hpp>

namespace leeward::node {

std::string qr_rows(std::string_view text) {
    using qrcodegen::QrCode;
    const QrCode code = QrCode::encodeText(std::string(text).c_str(), QrCode::Ecc::MEDIUM);
    std::string out;
    for (int y = 0; y < code.getSize(); y += 2) {
        if (y > 0) out += '\n';
        for (int x = 0; x < code.getSize(); ++x) {
            const bool above = code.getModule(x, y);
            const bool below = code.getModule(x, y + 1);  // light beyond the last row
            out += above && below ? "█" : above ? "▀" : below ? "▄" : " ";
        }
    }
    return out;
}

}  // namespace leeward::node
