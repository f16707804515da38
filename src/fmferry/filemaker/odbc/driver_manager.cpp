// SPDX-License-Identifier: Apache-2.0
#include <fmferry/filemaker/odbc/driver_manager.hpp>

#include <dlfcn.h>

#include <array>

namespace fmferry::odbc {
namespace {

#ifdef __APPLE__
constexpr std::array k_places{
    "libodbc.2.dylib", "/opt/homebrew/lib/libodbc.2.dylib", "/usr/local/lib/libodbc.2.dylib"};
constexpr const char* k_how = "brew install unixodbc";
#else
constexpr std::array k_places{"libodbc.so.2"};
constexpr const char* k_how = "apt-get install unixodbc, or your system's package of that name";
#endif

class Library {
 public:
  explicit Library(const char* path) : handle_(::dlopen(path, RTLD_NOW | RTLD_LOCAL)) {}

  ~Library() {
    if (handle_ != nullptr) ::dlclose(handle_);
  }

  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  [[nodiscard]] bool is_open() const { return handle_ != nullptr; }

  // Whether the function was there.
  template <class Signature>
  bool find(const char* name, std::function<Signature>& into) const {
    auto* const found = reinterpret_cast<Signature*>(::dlsym(handle_, name));
    if (found != nullptr) into = found;
    return found != nullptr;
  }

 private:
  void* handle_;
};

struct Loaded {
  std::unique_ptr<const Library> library;  // outlives the functions of it
  DriverManager functions;
};

bool find_all(const Library& library, DriverManager& into) {
  return library.find("SQLAllocHandle", into.alloc_handle) &&
         library.find("SQLFreeHandle", into.free_handle) &&
         library.find("SQLSetEnvAttr", into.set_environment) &&
         library.find("SQLSetConnectAttrW", into.set_connection) &&
         library.find("SQLGetConnectAttrW", into.get_connection) &&
         library.find("SQLSetStmtAttrW", into.set_statement) &&
         library.find("SQLDriverConnectW", into.connect) &&
         library.find("SQLDisconnect", into.disconnect) &&
         library.find("SQLBindParameter", into.bind_parameter) &&
         library.find("SQLExecDirectW", into.execute) && library.find("SQLFetch", into.fetch) &&
         library.find("SQLGetData", into.get_data) && library.find("SQLRowCount", into.row_count) &&
         library.find("SQLGetDiagRecW", into.diagnostic);
}

std::unique_ptr<const Library> open_library(const std::string& named) {
  if (!named.empty()) return std::make_unique<const Library>(named.c_str());
  auto library = std::make_unique<const Library>(k_places.front());
  for (std::size_t i = 1; i < k_places.size() && !library->is_open(); ++i) {
    library = std::make_unique<const Library>(k_places.at(i));
  }
  return library;
}

}  // namespace

Result<std::shared_ptr<const DriverManager>> load_driver_manager(const std::string& library) {
  auto loaded = std::make_shared<Loaded>();
  loaded->library = open_library(library);
  if (!loaded->library->is_open()) {
    const std::string which = library.empty() ? std::string(k_places.front()) : library;
    return fail(ErrorKind::invalid,
                "ODBC needs the driver manager unixODBC, and " + which +
                    " can't be loaded: install it (" + k_how + ")");
  }
  if (!find_all(*loaded->library, loaded->functions)) {
    return fail(ErrorKind::invalid, library + " is no ODBC driver manager: unixODBC is needed");
  }
  const DriverManager* functions = &loaded->functions;
  return std::shared_ptr<const DriverManager>(std::move(loaded), functions);
}

}  // namespace fmferry::odbc
