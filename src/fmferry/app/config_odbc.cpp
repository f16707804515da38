// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/config_readers.hpp>

namespace fmferry {

void read_odbc(const toml::table& root, Config& config, Problems& problems) {
  Section section(root, "odbc", problems);
  OdbcConfig& odbc = config.odbc;
  section.text("dsn", odbc.dsn);
  section.text("driver", odbc.driver);
  section.number("port", odbc.port, 1, 65535);
  section.texts("streams", odbc.streams);
  section.text("extra", odbc.extra);
  section.text("library", odbc.driver_manager);
  section.refuse_the_rest();
}

}  // namespace fmferry
