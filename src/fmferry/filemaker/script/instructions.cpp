// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/script/scripts.hpp>

#include <algorithm>

namespace fmferry::script {
namespace {

constexpr std::string_view k_paste = R"(How to get it into FileMaker
  1. Keep the XML in a file:
       fmferry script NAME > NAME.xml
  2. Put it on the clipboard as FileMaker's own type. FileMaker does not paste plain text as a script.
       macOS:   a converter is needed, for instance an fmxmlsnippet clipboard tool such as MBS,
                FmClipTools or SharpFM. A whole script is the type XMSC, bare steps are XMSS.
       Windows: the types are Mac-XMSC and Mac-XMSS; SharpFM and MBS write them.
     We have tried none of these tools ourselves.
  3. Open the solution in FileMaker Pro with full access, choose Scripts > Script Workspace, click
     into the list of scripts on the left and choose Edit > Paste. A script called
       SCRIPT
     is there now. Open it. Look at each Set Field and Go to Layout: a name in <angle brackets>
     or "unknown" means that the layout or table occurrence has another name; say the right one
     with --table, or correct [source] layout, and paste again.
     (Your tool takes bare steps only? Make them with --steps, make a new script of exactly the
     name above, click into its empty body and paste there.)
  4. Right-click the script, and give the account that fmferry uses the right to run it.
)";

constexpr std::string_view k_uploader = R"(
What it does
  It takes a list of containers, each with a URL that takes one upload for some minutes (such as
  fmferry presign --method PUT prints). It finds each record by its id, uploads the container with
  Insert from URL, and answers with FileMaker's own MD5 and length, and the HTTP status. It writes
  no field. It shows no dialog.

Then
  Run it without a parameter first: it must answer {"results":[],"version":1}. Through the Data API
  or OData it takes
    {"jobs":[{"id":"...","recordId":"17","container":"image_Full","url":"https://..."}]}
)";

constexpr std::string_view k_mark_and_stamp = R"(
What it does
  It takes a list of records, each with the modification count it must still have, and writes the
  mark and stamp field of each. A record that somebody edited meanwhile, or has open, is left alone
  and told so. Validation of data entry is switched off for these two fields.

Then
  Run it through the Data API or OData with
    {"records":[{"id":"...","recordId":"17","modId":4,"mark":"image_Full",
                 "stamp":"11/25/2026 18:05:09"}]}
  "was" instead of modId asks that the mark says that now. A mark or stamp that is left out is left
  alone.
)";

constexpr std::string_view k_cloud_manipulator = R"(
What it does
  It exports every record that has a mark and no stamp through Productive Computing's plug-in Cloud
  Manipulator, and stamps what the plug-in said was uploaded. It needs FileMaker Pro with the
  plug-in; the plug-in does not run inside FileMaker Cloud. How its functions are called could not
  be checked against its documentation: look at PCCM_UseCredentials and PCCM_PostObject first.

Then
  Before you run it, set $$accessKey and $$secretKey in the Data Viewer. Its answer has a line for
  each record: recordId, key, MD5 and length, or what went wrong.
  The stamp alone proves nothing. Afterwards let fmferry look: fmferry run adopts what already lies
  in the store with the right bytes, and fmferry verify --deep reads every object.

What was wrong with the script that people have passed around, and is not in this one
  it went to the next record in mid-loop and stamped that; "photo.jpeg" became "idjpeg"; a container
  was exported from a variable; the find for filled marks used an operator that FileMaker does not
  have; the path was no POSIX path; errors opened dialogs; nothing told the length or a checksum;
  the stamp had no known time zone.
)";

constexpr std::string_view k_fields = R"(How to get them into FileMaker
  FileMaker has a clipboard type for fields, too, but no description of it that we could trust. So
  these are typed by hand:
  1. File > Manage > Database > Fields, and choose the table.
  2. For each line: type the name on the left, choose the type Calculation, press Create, paste the
     calculation on the right, choose the result type in the middle, and leave "Do not store" off.
  3. Put the fields on the layout that fmferry reads; they may be tiny.
  Containers that were filled before: a stored calculation is worked out when the field is made,
  which takes a while in a large table.

Then
  say in fmferry.toml
    [record]
    md5 = "{container}_md5"
    length = "{container}_length"
  and `fmferry verify` compares every object with FileMaker's own MD5 and length.
)";

std::string filled(std::string text, std::string_view place, std::string_view value) {
  for (auto at = text.find(place); at != std::string::npos; at = text.find(place, at)) {
    text.replace(at, place.size(), value);
    at += value.size();
  }
  return text;
}

}  // namespace

Result<std::string> instructions(std::string_view name, const Solution& solution) {
  FMF_TRY(make(name, solution, false));
  if (name == "fields") return std::string(k_fields);
  const auto offer = *std::ranges::find(offers(), name, &Offer::name);
  std::string text(k_paste);
  if (name == "uploader") text += k_uploader;
  if (name == "mark-and-stamp") text += k_mark_and_stamp;
  if (name == "cloud-manipulator") text += k_cloud_manipulator;
  return filled(filled(std::move(text), "NAME", offer.name), "SCRIPT", offer.script);
}

}  // namespace fmferry::script
