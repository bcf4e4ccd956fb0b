// libpq, loaded when it is first needed: it brings twenty libraries, and with them every command
// would take twice as long to start. For postgres.cpp alone.
#pragma once

#include <dlfcn.h>
#include <libpq-fe.h>

#include <string>

#include "likeness/base/error.hpp"

namespace likeness {

// Its functions, by their own names.
class Libpq {
 private:
  static void* open() {
    void* const library = ::dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr) return library;
    throw Error(Error::Kind::kUnavailable,
                // One thread loads, as pq() has it.
                std::string(::dlerror()) +  // NOLINT(concurrency-mt-unsafe)
                    "; to reach a PostgreSQL install libpq5");
  }
  template <typename Function>
  [[nodiscard]] Function load(const char* name) const {
    const auto function = reinterpret_cast<Function>(::dlsym(library_, name));
    if (function != nullptr) return function;
    throw Error(Error::Kind::kUnavailable,
                std::string("libpq.so.5: has no ") + name + ": install a newer libpq5");
  }

  void* library_ = open();

 public:
  decltype(&::PQcancel) PQcancel = load<decltype(&::PQcancel)>("PQcancel");
  decltype(&::PQclear) PQclear = load<decltype(&::PQclear)>("PQclear");
  decltype(&::PQconnectdbParams) PQconnectdbParams =
      load<decltype(&::PQconnectdbParams)>("PQconnectdbParams");
  decltype(&::PQconninfoFree) PQconninfoFree = load<decltype(&::PQconninfoFree)>("PQconninfoFree");
  decltype(&::PQconninfoParse) PQconninfoParse =
      load<decltype(&::PQconninfoParse)>("PQconninfoParse");
  decltype(&::PQconsumeInput) PQconsumeInput = load<decltype(&::PQconsumeInput)>("PQconsumeInput");
  decltype(&::PQdb) PQdb = load<decltype(&::PQdb)>("PQdb");
  decltype(&::PQerrorMessage) PQerrorMessage = load<decltype(&::PQerrorMessage)>("PQerrorMessage");
  decltype(&::PQexec) PQexec = load<decltype(&::PQexec)>("PQexec");
  decltype(&::PQfinish) PQfinish = load<decltype(&::PQfinish)>("PQfinish");
  decltype(&::PQfreeCancel) PQfreeCancel = load<decltype(&::PQfreeCancel)>("PQfreeCancel");
  decltype(&::PQfreemem) PQfreemem = load<decltype(&::PQfreemem)>("PQfreemem");
  decltype(&::PQgetCancel) PQgetCancel = load<decltype(&::PQgetCancel)>("PQgetCancel");
  decltype(&::PQgetResult) PQgetResult = load<decltype(&::PQgetResult)>("PQgetResult");
  decltype(&::PQgetisnull) PQgetisnull = load<decltype(&::PQgetisnull)>("PQgetisnull");
  decltype(&::PQgetlength) PQgetlength = load<decltype(&::PQgetlength)>("PQgetlength");
  decltype(&::PQgetvalue) PQgetvalue = load<decltype(&::PQgetvalue)>("PQgetvalue");
  decltype(&::PQhost) PQhost = load<decltype(&::PQhost)>("PQhost");
  decltype(&::PQisBusy) PQisBusy = load<decltype(&::PQisBusy)>("PQisBusy");
  decltype(&::PQlibVersion) PQlibVersion = load<decltype(&::PQlibVersion)>("PQlibVersion");
  decltype(&::PQnfields) PQnfields = load<decltype(&::PQnfields)>("PQnfields");
  decltype(&::PQntuples) PQntuples = load<decltype(&::PQntuples)>("PQntuples");
  decltype(&::PQputCopyData) PQputCopyData = load<decltype(&::PQputCopyData)>("PQputCopyData");
  decltype(&::PQputCopyEnd) PQputCopyEnd = load<decltype(&::PQputCopyEnd)>("PQputCopyEnd");
  decltype(&::PQresultErrorField) PQresultErrorField =
      load<decltype(&::PQresultErrorField)>("PQresultErrorField");
  decltype(&::PQresultStatus) PQresultStatus = load<decltype(&::PQresultStatus)>("PQresultStatus");
  decltype(&::PQsendQuery) PQsendQuery = load<decltype(&::PQsendQuery)>("PQsendQuery");
  decltype(&::PQsendQueryParams) PQsendQueryParams =
      load<decltype(&::PQsendQueryParams)>("PQsendQueryParams");
  decltype(&::PQsetNoticeProcessor) PQsetNoticeProcessor =
      load<decltype(&::PQsetNoticeProcessor)>("PQsetNoticeProcessor");
  decltype(&::PQsocket) PQsocket = load<decltype(&::PQsocket)>("PQsocket");
  decltype(&::PQstatus) PQstatus = load<decltype(&::PQstatus)>("PQstatus");
  decltype(&::PQtransactionStatus) PQtransactionStatus =
      load<decltype(&::PQtransactionStatus)>("PQtransactionStatus");
};

[[nodiscard]] inline const Libpq& pq() {
  static const Libpq loaded;
  return loaded;
}

}  // namespace likeness
