// The parameters of a network in the order the executor computes with, and the way between that
// order and the description's.
#pragma once

#include <span>
#include <vector>

#include "likeness/encoder/network.hpp"
#include "likeness/encoder/operations.hpp"
#include "likeness/encoder/plan.hpp"

namespace likeness {

class ParameterStore {
 public:
  ParameterStore(const Network& network, const Plan& plan);

  // Views for the operation that computes a layer; empty where it has none.
  [[nodiscard]] LayerParameters of_layer(std::size_t layer);

  void set(std::span<const float> described);
  [[nodiscard]] std::vector<float> get() const;
  // Of the same network, of its first layers, or of one whose first layers these are: what both
  // have. Allocates nothing.
  void copy(const ParameterStore& other);

  [[nodiscard]] std::span<float> weights() noexcept { return weights_; }
  // The means and variances of the normalisations.
  [[nodiscard]] std::span<float> moments() noexcept { return moments_; }
  [[nodiscard]] std::span<const float> moments() const noexcept { return moments_; }
  [[nodiscard]] std::span<float> gradients() noexcept { return gradients_; }
  [[nodiscard]] std::span<const float> gradients() const noexcept { return gradients_; }

  // Values that belong to the trained parameters, from one order to the other.
  [[nodiscard]] std::vector<float> described(std::span<const float> own) const;
  [[nodiscard]] std::vector<float> own(std::span<const float> described) const;

 private:
  // A parameter's place among the trained ones or among the running moments.
  struct Place {
    Parameter parameter;
    std::size_t offset = 0;
    // Of a dense layer: own row and column i hold the described row and column rows[i], columns[i].
    std::vector<std::size_t> rows;
    std::vector<std::size_t> columns;
  };
  template <typename Move>
  void for_values(const Place& place, const Move& move) const;

  std::vector<Place> places_;
  std::vector<float> weights_;
  std::vector<float> gradients_;
  std::vector<float> moments_;
};

}  // namespace likeness
