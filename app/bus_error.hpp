// A mapped file that somebody cuts short while it is read ends a program by SIGBUS, wherever it is
// just then. What can be done is to say which file it was.
#pragma once

namespace likeness {

enum class ErrorForm { kText, kJson };  // kJson: a document on standard output, too

// From now on a read behind the end of a mapped file is told as an error, with exit code 1.
void tell_bus_errors(ErrorForm form) noexcept;

}  // namespace likeness
