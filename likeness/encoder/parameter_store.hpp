// The parameters of a network in the order the executor computes with, and the way between that
// order and the description's.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "likeness/encoder/network.hpp"
#include "likeness/encoder/operations.hpp"
#include "likeness/encoder/plan.hpp"

namespace likeness {

class ParameterStore {
 public:
  ParameterStore(const Network& network, const Plan& plan);
  // The trained parameters are those of another store, of the same network or of one whose first
  // layers these are: what is changed in one is changed in both.
  ParameterStore(const Network& network, const Plan& plan, const ParameterStore& trained);
  ~ParameterStore() = default;
  ParameterStore(const ParameterStore&) = delete;
  ParameterStore& operator=(const ParameterStore&) = delete;
  ParameterStore(ParameterStore&&) = delete;
  ParameterStore& operator=(ParameterStore&&) = delete;

  // Views for the operation that computes a layer; empty where it has none, and no gradients.
  [[nodiscard]] LayerParameters of_layer(std::size_t layer);
  // Where the gradients of a layer's parameters lie among those of all trained ones.
  void set_gradients(std::span<float> gradients, LayerParameters& layer) const;
  // Behind the last one of a layer among all trained ones; 0 where it has none.
  [[nodiscard]] std::size_t end_of(const LayerParameters& layer) const;

  void set(std::span<const float> described);
  [[nodiscard]] std::vector<float> get() const;

  // Those that are trained.
  [[nodiscard]] std::span<float> weights() const noexcept {
    return std::span(*weights_).first(trained_);
  }
  // The means and variances of the normalisations.
  [[nodiscard]] std::span<float> moments() noexcept { return moments_; }
  [[nodiscard]] std::span<const float> moments() const noexcept { return moments_; }

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
  void find_places(const Network& network, const Plan& plan);
  template <typename Move>
  void for_values(const Place& place, const Move& move) const;

  std::vector<Place> places_;
  std::size_t trained_ = 0;
  std::shared_ptr<std::vector<float>> weights_;  // these are the first of them
  std::vector<float> moments_;
};

}  // namespace likeness
