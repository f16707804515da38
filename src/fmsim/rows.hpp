// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/finder.hpp>
#include <fmsim/parameters.hpp>
#include <fmsim/settings.hpp>
#include <fmsim/tickets.hpp>

#include <cstdint>
#include <string>

namespace fmsim {

// Whom rows are written for: streaming URLs name this host and belong to this session.
struct Reader {
  std::string scheme_and_host;
  std::uint64_t session{0};
  std::uint32_t now{0};  // seconds on the clock of the tickets
};

// Writes records the way the Data API shows them.
class RowWriter {
 public:
  RowWriter(const Clinic& clinic,
            const Records& records,
            TicketOffice& tickets,
            const ServerSettings& settings)
      : clinic_(clinic), records_(records), tickets_(tickets), settings_(settings) {}

  // The `response` object of a page: dataInfo and data.
  [[nodiscard]] std::string page(const Layout& layout,
                                 const ReadOptions& options,
                                 const Page& page,
                                 const Reader& reader) const;

 private:
  void append_row(std::string& out,
                  const ReadOptions& options,
                  std::uint64_t slot,
                  const Reader& reader) const;
  void append_fields(std::string& out,
                     const ReadOptions& options,
                     std::uint64_t slot,
                     const Reader& reader) const;
  void append_value(std::string& out,
                    const ReadOptions& options,
                    std::uint64_t slot,
                    std::size_t field) const;
  [[nodiscard]] std::string container_value(const ContainerNow& container,
                                            std::uint64_t slot,
                                            std::size_t index,
                                            const Reader& reader) const;
  [[nodiscard]] std::vector<std::uint64_t> images_of(std::uint64_t patient) const;

  const Clinic& clinic_;
  const Records& records_;
  TicketOffice& tickets_;
  const ServerSettings& settings_;
};

}  // namespace fmsim
