// Trains each network of a file for the same short time and prints a table of what each costs and
// gives: bench/network_tries PACK FILE [pictures] [epochs] [latent]. A line of FILE is `compact`,
// `xception`, or an encoder, a slash and a decoder:
//   c4s4x32    a 4x4 convolution with stride 4 to 32 channels, normalisation, leaky ReLU
//   t4s2x96    the same transposed
//   d256       a dense layer of 256, normalisation, leaky ReLU
//   s192       the dense layer that makes the decoder's smallest picture, of 192 channels
//   f4         a 3x3 convolution whose channels become 4x4 pixels of the picture: the last
//   sigmoid    after the encoder: the latent goes through it
//   normalise  the same, batch normalisation
//   relu       anywhere: ReLU instead of leaky ReLU from here on
#include <fmt/core.h>

#include <exception>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "likeness/catalogue/pack.hpp"
#include "likeness/compute/convolution.hpp"
#include "likeness/encoder/trainer.hpp"

namespace {

using namespace likeness;

// c4s4x32 is {'c', {4, 4, 32}}; a word without numbers has none.
struct Token {
  std::string word;
  std::vector<std::size_t> numbers;
};

Token read_token(const std::string& text) {
  Token token;
  for (std::size_t i = 0; i < text.size();) {
    if (std::isdigit(static_cast<unsigned char>(text[i])) == 0) {
      if (token.numbers.empty()) token.word += text[i];
      ++i;
      continue;
    }
    std::size_t length = 0;
    token.numbers.push_back(std::stoul(text.substr(i), &length));
    i += length;
  }
  return token;
}

std::vector<Token> read_tokens(const std::string& line) {
  std::vector<Token> tokens;
  std::istringstream words(line);
  for (std::string word; words >> word;) tokens.push_back(read_token(word));
  return tokens;
}

class Described {
 public:
  Described(const std::string& line, Shape picture, std::size_t latent_size)
      : tokens_(read_tokens(line)),
        picture_(picture),
        size_(latent_size),
        builder_("try", picture) {}

  Network build() && {
    for (const Token& token : tokens_) add(token);
    (void)builder_.crop(builder_.sigmoid(x_), picture_.h, picture_.w);
    return std::move(builder_).finish(latent_);
  }

 private:
  void add(const Token& token) {
    const auto& n = token.numbers;
    if (token.word == "/") {
      flatten();
      x_ = latent_ = builder_.dense(x_, size_);
    } else if (token.word == "sigmoid") {
      x_ = latent_ = builder_.sigmoid(x_);
    } else if (token.word == "normalise") {
      x_ = latent_ = builder_.normalisation(x_);
    } else if (token.word == "relu") {
      slope_ = 0.0F;
    } else if (token.word == "c") {
      x_ = activated(builder_.convolution(x_, convolution(n)));
    } else if (token.word == "t") {
      x_ = activated(builder_.transposed_convolution(x_, convolution(n)));
    } else if (token.word == "d") {
      flatten();
      x_ = activated(builder_.dense(x_, n.at(0)));
    } else if (token.word == "s") {
      const Shape shape = smallest(n.at(0));
      x_ = builder_.reshape(builder_.relu(builder_.dense(x_, shape.size()), slope_), shape);
    } else if (token.word == "f") {
      const std::size_t factor = n.at(0);
      const auto deep = builder_.convolution(x_, {.out = factor * factor * picture_.c});
      x_ = factor == 1 ? deep : builder_.depth_to_space(deep, factor);
    } else {
      throw std::invalid_argument(token.word + ": no such part of a network");
    }
  }

  static NetworkBuilder::Convolution convolution(const std::vector<std::size_t>& n) {
    return {.out = n.at(2), .kernel = n.at(0), .stride = n.at(1), .bias = false};
  }

  std::size_t activated(std::size_t layer) {
    return builder_.relu(builder_.normalisation(layer), slope_);
  }

  void flatten() { x_ = builder_.reshape(x_, {.c = builder_.shape(x_).size()}); }

  // What the decoder's strides make the picture, or slightly more, out of.
  [[nodiscard]] Shape smallest(std::size_t channels) const {
    std::size_t factor = 1;
    for (const Token& token : tokens_) {
      if (token.word == "t") factor *= token.numbers.at(1);
      if (token.word == "f") factor *= token.numbers.at(0);
    }
    return {.c = channels,
            .h = (picture_.h + factor - 1) / factor,
            .w = (picture_.w + factor - 1) / factor};
  }

  std::vector<Token> tokens_;
  Shape picture_;
  std::size_t size_;
  NetworkBuilder builder_;
  std::size_t x_ = 0;
  std::size_t latent_ = 0;
  float slope_ = 0.1F;
};

Network network_of(const std::string& line, Shape picture, std::size_t latent) {
  if (line == "compact") return compact_network(picture, latent);
  if (line == "xception") return xception_network(picture, latent);
  return Described(line, picture, latent).build();
}

double multiply_adds_until(const Network& network, std::size_t last) {
  double sum = 0.0;
  for (std::size_t i = 0; i <= last; ++i) {
    sum += static_cast<double>(multiply_adds(network, i));
  }
  return sum * 1e-6;
}

void try_network(const std::string& line, Network network, const Pictures& pictures,
                 std::size_t epochs) {
  const double all = multiply_adds_until(network, network.layers.size() - 1);
  const double encoder = multiply_adds_until(network, network.latent);
  const bool narrow = has_fast_bf16();
  Trainer trainer(std::move(network), pictures,
                  {.epochs = epochs,
                   .patience = epochs,
                   .precision = narrow ? Precision::kBf16 : Precision::kF32});
  EpochReport last;
  while (!trainer.finished()) last = trainer.run_epoch([](std::size_t, std::size_t) {});
  fmt::print("| {} | {:.1f} | {:.1f} | {:.0f} | {:.4f} |\n", line, all, encoder,
             last.images_per_second, last.validation_mae);
}

void try_all(const std::vector<std::string>& arguments) {
  const auto number = [&](std::size_t i, std::size_t otherwise) {
    return i < arguments.size() ? std::stoul(arguments[i]) : otherwise;
  };
  const Pack pack(arguments.at(0));
  Pictures pictures;
  for (std::size_t i = 0; i < std::min<std::size_t>(pack.count(), number(2, 12'000)); ++i) {
    pictures.push_back(pack.record(i));
  }
  const Shape picture{.c = 3,
                      .h = static_cast<std::size_t>(pack.size().height),
                      .w = static_cast<std::size_t>(pack.size().width)};
  fmt::print(
      "| encoder / decoder | million multiply-adds | encoder of it | images/s | validation "
      "MAE |\n|---|--:|--:|--:|--:|\n");
  std::ifstream file(arguments.at(1));
  for (std::string line; std::getline(file, line);) {
    if (line.empty()) continue;
    try_network(line, network_of(line, picture, number(4, 10)), pictures, number(3, 6));
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    try_all({argv + 1, argv + argc});
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr,
               "network_tries: {}; usage: network_tries PACK FILE [pictures] [epochs] "
               "[latent]\n",
               error.what());
    return 1;
  }
}
