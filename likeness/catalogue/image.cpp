#include "likeness/catalogue/image.hpp"
