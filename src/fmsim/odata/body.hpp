// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/message.hpp>
#include <fmsim/odata/expression.hpp>

namespace fmsim::odata {

// What a JSON body writes into a record: fields, and containers as base64 or null. Refused with
// 8309 for a field that is not there or a value of another type, 201 and 509 as FileMaker does.
RecordChange read_change(const Call& call, TableId table, const ODataSettings& settings);

// What a raw body puts into a container, under the name of its Content-Disposition.
Upload read_upload(const Call& call);

}  // namespace fmsim::odata
