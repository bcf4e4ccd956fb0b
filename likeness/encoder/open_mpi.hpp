// Open MPI's library, loaded in a process that mpirun started beside others, and in no other: it
// brings thirty libraries. For ranks.cpp alone.
#pragma once

#include <dlfcn.h>
#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

#include <string>

#include "likeness/base/error.hpp"

namespace likeness {

// Its functions, by their own names, and those of its objects that mpi.h would have linked.
class OpenMpi {
 private:
  static void* open() {
    // Global, for the plug-ins that it loads itself use its functions.
    void* const library = ::dlopen("libmpi.so.40", RTLD_NOW | RTLD_GLOBAL);
    if (library != nullptr) return library;
    throw Error(Error::Kind::kUnavailable,
                // One thread loads, as mpi() has it.
                std::string(::dlerror()) +  // NOLINT(concurrency-mt-unsafe)
                    "; training by several processes needs it: install openmpi-bin");
  }
  template <typename Object>
  [[nodiscard]] Object load(const char* name) const {
    const auto object = reinterpret_cast<Object>(::dlsym(library_, name));
    if (object != nullptr) return object;
    throw Error(Error::Kind::kUnavailable,
                std::string("libmpi.so.40: has no ") + name + ": install another openmpi-bin");
  }

  void* library_ = open();

 public:
  MPI_Comm world = load<MPI_Comm>("ompi_mpi_comm_world");
  MPI_Datatype byte = load<MPI_Datatype>("ompi_mpi_byte");
  MPI_Errhandler errors_return = load<MPI_Errhandler>("ompi_mpi_errors_return");

  decltype(&::MPI_Comm_dup) Comm_dup = load<decltype(&::MPI_Comm_dup)>("MPI_Comm_dup");
  decltype(&::MPI_Comm_rank) Comm_rank = load<decltype(&::MPI_Comm_rank)>("MPI_Comm_rank");
  decltype(&::MPI_Comm_set_errhandler) Comm_set_errhandler =
      load<decltype(&::MPI_Comm_set_errhandler)>("MPI_Comm_set_errhandler");
  decltype(&::MPI_Comm_size) Comm_size = load<decltype(&::MPI_Comm_size)>("MPI_Comm_size");
  decltype(&::MPI_Error_string) Error_string =
      load<decltype(&::MPI_Error_string)>("MPI_Error_string");
  decltype(&::MPI_Finalize) Finalize = load<decltype(&::MPI_Finalize)>("MPI_Finalize");
  decltype(&::MPI_Get_count) Get_count = load<decltype(&::MPI_Get_count)>("MPI_Get_count");
  decltype(&::MPI_Get_library_version) Get_library_version =
      load<decltype(&::MPI_Get_library_version)>("MPI_Get_library_version");
  decltype(&::MPI_Ialltoallv) Ialltoallv = load<decltype(&::MPI_Ialltoallv)>("MPI_Ialltoallv");
  decltype(&::MPI_Iallgatherv) Iallgatherv = load<decltype(&::MPI_Iallgatherv)>("MPI_Iallgatherv");
  decltype(&::MPI_Ibarrier) Ibarrier = load<decltype(&::MPI_Ibarrier)>("MPI_Ibarrier");
  decltype(&::MPI_Ibcast) Ibcast = load<decltype(&::MPI_Ibcast)>("MPI_Ibcast");
  decltype(&::MPI_Init_thread) Init_thread = load<decltype(&::MPI_Init_thread)>("MPI_Init_thread");
  decltype(&::MPI_Iprobe) Iprobe = load<decltype(&::MPI_Iprobe)>("MPI_Iprobe");
  decltype(&::MPI_Isend) Isend = load<decltype(&::MPI_Isend)>("MPI_Isend");
  decltype(&::MPI_Recv) Recv = load<decltype(&::MPI_Recv)>("MPI_Recv");
  decltype(&::MPI_Test) Test = load<decltype(&::MPI_Test)>("MPI_Test");
};

[[nodiscard]] inline const OpenMpi& mpi() {
  static const OpenMpi loaded;
  return loaded;
}

}  // namespace likeness
