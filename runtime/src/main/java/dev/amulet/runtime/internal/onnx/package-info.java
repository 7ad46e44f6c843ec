/** Runs networks. The only package that knows ONNX Runtime. */
@NullMarked
package dev.amulet.runtime.internal.onnx;

import org.jspecify.annotations.NullMarked;
