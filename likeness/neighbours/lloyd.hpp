// One run of k-means, from its first centroids to convergence.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "likeness/neighbours/kmeans.hpp"
#include "likeness/neighbours/panels.hpp"
#include "likeness/neighbours/rows.hpp"

namespace likeness {

class Lloyd {
 public:
  // `rows` are centred round 0, so that squares lose nothing; `squares` has |row|^2.
  Lloyd(const Rows& rows, std::span<const float> squares, std::vector<float> first_centroids,
        std::size_t threads);

  // Iterates until the squared movement of all centroids is at most `tolerance`.
  void run(std::size_t iterations, double tolerance, const std::stop_token& stop);
  // Ends the run: all items by a last full comparison with the last centroids.
  [[nodiscard]] Clustering finish();

 private:
  struct Move {
    std::size_t item = 0;
    std::uint32_t from = 0;
    std::uint32_t to = 0;
  };
  // What one task of items did, put together in the order of the tasks.
  struct Chunk {
    std::vector<Move> moves;
    std::size_t compared = 0;
  };

  void assign();
  void assign_chunk(const PointPanels& panels, std::size_t first, std::size_t end, Chunk& chunk);
  [[nodiscard]] bool bounds_decide(std::size_t item);
  [[nodiscard]] bool exact_distance_decides(std::size_t item);
  void compare(const PointPanels& panels, std::span<const std::size_t> items, Chunk& chunk);
  void add_moves();
  void add_moves(std::size_t first_dimension, std::size_t end_dimension);
  void refill();
  [[nodiscard]] std::size_t farthest_item() const;
  double move_centroids();
  void measure_gaps();
  [[nodiscard]] double inertia() const;
  [[nodiscard]] const float* centroid(std::size_t k) const { return &centroids_[k * dimensions_]; }

  Rows rows_;
  std::span<const float> squares_;
  double sum_of_squares_;
  std::size_t dimensions_;
  float rounding_;  // upper bounds are rounded up by this, lower ones down
  std::size_t threads_;
  std::vector<float> centroids_;
  std::vector<double> sums_;  // of the items of each cluster
  std::vector<std::size_t> sizes_;
  std::vector<std::uint32_t> clusters_;
  std::vector<float> upper_;   // at least the distance of each item from its centroid
  std::vector<float> lower_;   // at most its distance from every other centroid
  std::vector<float> gaps_;    // half the distance of each centroid from the nearest other
  std::vector<float> shifts_;  // how far each centroid moved last
  std::size_t farthest_ = 0;   // the centroid that moved farthest
  float second_shift_ = 0.0F;  // how far any other moved at most
  std::vector<Chunk> chunks_;
  KMeansReport report_;
  std::size_t compared_ = 0;
};

}  // namespace likeness
