/**
 * Files of trained parameters as public collections publish them: safetensors, and PyTorch's state
 * dicts read as data, never run.
 */
@NullMarked
package dev.amulet.training.weights;

import org.jspecify.annotations.NullMarked;
