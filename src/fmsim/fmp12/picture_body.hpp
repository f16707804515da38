// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmsim/fmp12/body.hpp>
#include <fmsim/picture.hpp>

namespace fmsim::fmp12 {

// The bytes of a picture, from where they lie. The pool must outlive the body.
Body body_of(Picture picture);

}  // namespace fmsim::fmp12
