package dev.amulet.runtime;

import java.util.Objects;

/**
 * Which parts of one image moved the score: a class activation map (Zhou et al., "Learning Deep
 * Features for Discriminative Localization", 2016), exact and in double. The network's embedding is
 * the mean over the positions of its feature map, so whatever linear function the model takes of
 * the embedding can be taken of each position: the mean of the map is its value for the whole
 * image. That function is the model's linear stage where one reads the embedding (the mean is then
 * what the image contributes to the margin there), else its image score.
 *
 * <p>Rows run from the top and columns from the left of the picture as the network sees it: after
 * resizing and cropping. Views of the picture are averaged, mirrored ones turned back.
 *
 * <p>Immutable.
 */
public final class ActivationMap {
  private final String column;
  private final String network;
  private final int image;
  private final int height;
  private final int width;

  /** {@code [classes][height * width]}. */
  private final float[][] values;

  private final HeatMapPicture picture;

  ActivationMap(
      String column,
      String network,
      int image,
      int height,
      int width,
      float[][] values,
      HeatMapPicture picture) {
    this.column = column;
    this.network = network;
    this.image = image;
    this.height = height;
    this.width = width;
    this.values = values;
    this.picture = picture;
  }

  /** Name of the image column. */
  public String column() {
    return column;
  }

  /** Id of the network. */
  public String network() {
    return network;
  }

  /** Position of the image in its cell, from 0. */
  public int image() {
    return image;
  }

  /** Number of maps: one for regression, else one per class in {@link Schema#classes()} order. */
  public int classes() {
    return values.length;
  }

  /** Positions from top to bottom. */
  public int height() {
    return height;
  }

  /** Positions from left to right. */
  public int width() {
    return width;
  }

  /**
   * How much one position speaks for a class, or raises the value of a regression.
   *
   * @param classIndex 0 for regression
   */
  public float value(int classIndex, int y, int x) {
    Objects.checkIndex(y, height);
    Objects.checkIndex(x, width);
    return values[classIndex][y * width + x];
  }

  /** A copy: {@code [height, width]} row-major. */
  public float[] values(int classIndex) {
    return values[classIndex].clone();
  }

  /**
   * The map over the picture as the network sees it, as a PNG file: dark where the picture speaks
   * against the class most (lowers the value), bright yellow where it speaks for it most. Colours
   * span each map's own range.
   */
  public byte[] overlayPng(int classIndex) {
    return picture.overlay(values[classIndex], height, width);
  }
}
