// SPDX-License-Identifier: Apache-2.0
#include "small_files.hpp"

#include <fmferry/foundation/encoding.hpp>

namespace fmferry::test {

std::string small_webp() {
  return from_base64(
             "UklGRlwBAABXRUJQVlA4WAoAAAAIAAAAPwAALwAAVlA4IHwAAABQBgCdASpAADAAPjESh0KiIQyqABABglAGT"
             "g0L"
             "8A/ADaSOAfgB+tf+q3wH7AZ32FOHTTntxZG+bO82gAD+9FAjsKXOOWzJcxRa4Xprps0iZSb2g+p8wcsfxfP//"
             "K29"
             "aPgedZi/A//"
             "X85m4hSG+IAwt73+oVAhrHnqmoAAARVhJRroAAABFeGlmAABJSSoACAAAAAYAEgEDAAEAAAABAAAA"
             "GgEFAAEAAABWAAAAGwEFAAEAAABeAAAAKAEDAAEAAAACAAAAEwIDAAEAAAABAAAAaYcEAAEAAABmAAAAAAAAA"
             "C8Z"
             "AQDoAwAALxkBAOgDAAAGAACQBwAEAAAAMDIxMAGRBwAEAAAAAQIDAACgBwAEAAAAMDEwMAGgAwABAAAA//"
             "8AAAKg"
             "BAABAAAAQAAAAAOgBAABAAAAMAAAAAAAAAA=")
      .value_or("");
}

std::string small_heic() {
  return from_base64(
             "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAa1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAA"
             "AAA"
             "AAAAAAAAAAAAAA5waXRtAAAAAAACAAAAEGlkYXQAAAAAAEAAMAAAADhpbG9jAQAAAERAAAIAAQAAAAAAAAHRA"
             "AEA"
             "AAAAAAAAxQACAAEAAAAAAAAAAQAAAAAAAAAIAAAAOGlpbmYAAAAAAAIAAAAVaW5mZQIAAAEAAQAAaHZjMQAAA"
             "AAV"
             "aW5mZQIAAAAAAgAAZ3JpZAAAAADYaXBycAAAALZpcGNvAAAAdmh2Y0MBA3AAAAAAAAAAAAAe8AD8/"
             "fj4AAAPAyAA"
             "AQAYQAEMAf//"
             "A3AAAAMAkAAAAwAAAwAeugJAIQABACpCAQEDcAAAAwCQAAADAAADAB6gIIEFlurkprm4EBAwIAAA"
             "AwAgAAADACEiAAEABkQBwXPAiQAAABRpc3BlAAAAAAAAAEAAAABAAAAAFGlzcGUAAAAAAAAAQAAAADAAAAAQc"
             "Gl4"
             "aQAAAAADCAgIAAAAGmlwbWEAAAAAAAAAAgABAoECAAICA4QAAAAaaXJlZgAAAAAAAAAOZGltZwACAAEAAQAAA"
             "M1t"
             "ZGF0AAAAwSgBrwngITip//It3/8THZe5lyeVp79Y//0Qb70Nb/4im3R+ja83/wcjvzB+/42uxMLJ+Uf/"
             "qqy+PMFn"
             "4mewMsBzvxvEyEFV2u3Tb5EHxdaBoAIAwU0a+i0jvCmyBe1WcY+BwRzbdZl4tp/XR/"
             "mXOJXI10EqUMTaAX77W26B"
             "auDG3h2PuPcVqX99kPRL9LSBGuUo1Ge5DviP1HIP26bFSz19b1UQ6ZFxh3PuVlbOfJIWQnOf1r23xnYMYLf3E"
             "Th+"
             "I1I=")
      .value_or("");
}

}  // namespace fmferry::test
