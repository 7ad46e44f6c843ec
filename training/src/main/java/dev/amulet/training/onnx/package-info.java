/** Convolutional networks as ONNX graphs: built, read, edited, folded. Nothing here runs one. */
@NullMarked
package dev.amulet.training.onnx;

import org.jspecify.annotations.NullMarked;
