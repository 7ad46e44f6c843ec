package dev.amulet.training.data;

import dev.amulet.runtime.ImageSource;
import java.util.Collection;
import java.util.Optional;

/**
 * Encoded images that the cells of a table may name. A cell is what somebody wrote; the reference
 * found for it is what {@link #read} takes. Safe for concurrent use.
 */
interface ImageCollection extends ImageSource {
  /** The reference of the image that a cell means; empty when there is none, or two fit. */
  Optional<String> find(String cell);

  /** Size and format of a reference that {@link #find} gave; empty when it is no readable image. */
  Optional<ImageHeader> header(String reference);

  /** Where it looks, to go on a sentence with: {@code below /data/cars}. */
  String place();

  /** What to do when cells such as this one are not found, to end a sentence with. */
  String advice(String cell);

  /** Makes these cells quick to find and read, where that takes time; says nothing of failures. */
  default void prepare(Collection<String> cells) {}
}
