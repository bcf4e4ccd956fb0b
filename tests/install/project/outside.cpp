// A program of somebody else's.
#include <cstdio>
#include <likeness/base/parallel.hpp>
#include <likeness/catalogue/tags.hpp>

int main() { std::printf("threads: %zu\n", likeness::available_threads()); }
