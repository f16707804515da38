// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmferry/engine/job.hpp>
#include <fmferry/ports/object_copier.hpp>
#include <fmferry/ports/uploader.hpp>

namespace fmferry {

// How the source sends its bytes to the store itself.
struct InsideWay {
  Uploader& uploader;
  ObjectCopier& copier;
  int jobs_a_call{20};
  std::chrono::seconds url_lifetime{900};
};

// The export in which the source sends the bytes itself, by presigned URLs.
//
// What a picture is, and so the end of its key, is known only from its bytes. So each upload goes
// to a key of its own below `.fmferry/inbox/`, whose name nobody can guess. There the object is
// read once: its SHA-256 goes into the ledger, its length and MD5 must be those that the source
// itself names, its structure is followed to its end. Only then the store copies it to its real
// key, if that is free, and only if it is still the object that was read. Whatever somebody does
// with an old URL afterwards can't reach an object that was proven.
//
// What stays in the inbox is rubbish: the store's life-cycle rule takes it away (there is no
// delete). Fates, steps, marks and stamps are those of transfer.hpp, and so is what a killed run
// leaves: the same command goes on from there.
Status hand_over(const Job& job, const InsideWay& way, const CallContext& context);

}  // namespace fmferry
