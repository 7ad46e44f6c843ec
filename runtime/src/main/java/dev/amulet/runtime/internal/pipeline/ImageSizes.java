package dev.amulet.runtime.internal.pipeline;

import java.util.Arrays;

/** Sizes of a row's images as they were decoded. Kept for rows that are asked for it. */
public final class ImageSizes {
  /** Per input column: width and height of each image, in turn. */
  private final int[][] sizes;

  ImageSizes(int columns) {
    sizes = new int[columns][0];
  }

  void add(int column, int width, int height) {
    int[] known = sizes[column];
    sizes[column] = Arrays.copyOf(known, known.length + 2);
    sizes[column][known.length] = width;
    sizes[column][known.length + 1] = height;
  }

  /** Number of images of a column that were decoded. */
  public int count(int column) {
    return sizes[column].length / 2;
  }

  public int width(int column, int image) {
    return sizes[column][2 * image];
  }

  public int height(int column, int image) {
    return sizes[column][2 * image + 1];
  }
}
