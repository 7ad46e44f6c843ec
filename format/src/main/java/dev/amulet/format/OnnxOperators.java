package dev.amulet.format;

import java.util.Set;

/**
 * The operators a network may use: those of the built-in backbones, of quantised ones, and what
 * exporters of common image networks emit. Control flow, sequences, strings, random numbers and
 * everything outside the default domain are not among them.
 */
final class OnnxOperators {
  static final Set<String> ALLOWED =
      Set.of(
          // layers
          "AveragePool",
          "BatchNormalization",
          "Conv",
          "ConvTranspose",
          "Dropout",
          "Flatten",
          "Gemm",
          "GlobalAveragePool",
          "GlobalMaxPool",
          "GroupNormalization",
          "InstanceNormalization",
          "LRN",
          "LayerNormalization",
          "LpNormalization",
          "MatMul",
          "MaxPool",
          "Pad",
          "Resize",
          // activations
          "Clip",
          "Elu",
          "Erf",
          "Gelu",
          "HardSigmoid",
          "HardSwish",
          "LeakyRelu",
          "LogSoftmax",
          "Mish",
          "PRelu",
          "Relu",
          "Selu",
          "Sigmoid",
          "Softmax",
          "Softplus",
          "Softsign",
          "Tanh",
          // arithmetic
          "Abs",
          "Add",
          "Ceil",
          "Div",
          "Exp",
          "Floor",
          "Log",
          "Max",
          "Min",
          "Mul",
          "Neg",
          "Pow",
          "Reciprocal",
          "ReduceL2",
          "ReduceMax",
          "ReduceMean",
          "ReduceMin",
          "ReduceSum",
          "Round",
          "Sqrt",
          "Sub",
          "Sum",
          // shapes and constants
          "Cast",
          "Concat",
          "Constant",
          "ConstantOfShape",
          "DepthToSpace",
          "Expand",
          "Gather",
          "Identity",
          "Reshape",
          "Shape",
          "Slice",
          "SpaceToDepth",
          "Split",
          "Squeeze",
          "Transpose",
          "Unsqueeze",
          // quantisation
          "DequantizeLinear",
          "DynamicQuantizeLinear",
          "QuantizeLinear");

  private OnnxOperators() {}
}
