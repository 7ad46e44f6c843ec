/**
 * The ImageNet architectures, each a short builder of its ONNX graph: BatchNormalization unfolded,
 * parameters named as in timm's state dicts. Checked value by value against timm in the tests.
 */
@NullMarked
package dev.amulet.training.vision.architecture;

import org.jspecify.annotations.NullMarked;
