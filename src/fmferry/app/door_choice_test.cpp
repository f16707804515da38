// SPDX-License-Identifier: Apache-2.0
#include <fmferry/app/door_choice.hpp>

#include <gtest/gtest.h>

namespace fmferry {
namespace {

const OpenDoor k_data_api{Door::data_api, {.write_back = true}};
const OpenDoor k_odata{
    Door::odata,
    {.write_back = true, .file_names = true, .tells_emptiness = false, .write_batch = 256}};

TEST(DoorChoice, EachTaskGoesThroughTheDoorThatDoesItBest) {
  const std::vector doors{k_data_api, k_odata};
  const DoorChoice choice = choose_doors(doors, {});
  EXPECT_EQ(choice, (DoorChoice{Door::data_api, Door::odata, Door::odata}));
  EXPECT_EQ(in_words(choice, doors, {}),
            "way in: lists over the Data API (it shows which containers are filled), fetches over "
            "OData (one request a file, and its name), writes over OData (many records a request)");
}

TEST(DoorChoice, WhatIsSetWinsIfItIsOpen) {
  const std::vector doors{k_data_api, k_odata};
  const DoorTasks set{.list = Door::odata, .fetch = Door::odbc};
  const DoorChoice choice = choose_doors(doors, set);
  EXPECT_EQ(choice, (DoorChoice{Door::odata, Door::odata, Door::odata}));
  EXPECT_NE(in_words(choice, doors, set).find("lists over OData (as set)"), std::string::npos);
}

TEST(DoorChoice, OneDoorDoesAll) {
  const DoorChoice choice = choose_doors(std::span(&k_data_api, 1), {});
  EXPECT_EQ(choice, DoorChoice{});
}

}  // namespace
}  // namespace fmferry
