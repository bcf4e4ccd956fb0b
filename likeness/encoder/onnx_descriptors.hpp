// The layers that look at the picture itself, in ONNX operators: plain arithmetic of whole
// pictures, without loops or scattering. What they give differs from catalogue/descriptors.hpp and
// catalogue/lab_histogram.hpp by rounding only.
#pragma once

#include <string>

#include "likeness/catalogue/lab_histogram.hpp"
#include "likeness/compute/tensor.hpp"
#include "likeness/encoder/onnx_graph.hpp"

namespace likeness {

// The pictures as (N, 3, H, W), red, green and blue from 0 to 255, and how large one is.
struct OnnxPictures {
  std::string levels;
  Shape shape;
};

// (N, 1, H, W), from 0 to 1.
std::string add_luma(OnnxGraphBuilder& graph, const OnnxPictures& pictures);
// (N, kGradientNumbers)
std::string add_gradient_histogram(OnnxGraphBuilder& graph, const OnnxPictures& pictures);
// (N, kPyramidNumbers)
std::string add_gradient_pyramid(OnnxGraphBuilder& graph, const OnnxPictures& pictures);
// (N, kLabNumbers)
std::string add_lab_histogram(OnnxGraphBuilder& graph, const OnnxPictures& pictures, LabBins bins);
// Vectors (N, D), each divided by its length.
std::string add_unit_length(OnnxGraphBuilder& graph, const std::string& vectors);

}  // namespace likeness
