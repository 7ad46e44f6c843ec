package dev.amulet.training.vision;

import dev.amulet.training.weights.StateDict;
import java.nio.file.Path;

/**
 * Weights that are on this machine.
 *
 * @param path where
 * @param bytes length of the file
 * @param sha256 of the file, hexadecimal
 * @param origin for people: the address it was fetched from, or the file it is
 * @param weights what it holds
 */
public record WeightFile(Path path, long bytes, String sha256, String origin, StateDict weights) {}
