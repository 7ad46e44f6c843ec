package dev.amulet.runtime;

/**
 * What a network made of the image in a cell (the mean over several images).
 *
 * @param column name of the image column
 * @param network id of the network
 * @param values the network's embedding; all NaN when the row has no such image; owned by the
 *     caller
 */
@SuppressWarnings("ArrayRecordComponent") // Thousands of values: a list would box them.
public record Embedding(String column, String network, float[] values) {}
