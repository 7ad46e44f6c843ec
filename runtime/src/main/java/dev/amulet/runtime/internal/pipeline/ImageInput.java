package dev.amulet.runtime.internal.pipeline;

import dev.amulet.format.v1.ImagePreprocessing;
import dev.amulet.format.v1.MissingImage;
import dev.amulet.format.v1.View;
import java.util.List;

/**
 * One image stage: a column, the network it goes through, and where the result lands.
 *
 * @param index position among the image stages
 * @param column input column index
 * @param columnName for messages
 * @param missing what a missing or unreadable image does
 * @param preprocessing from encoded bytes to the tensor
 * @param views views whose outputs are averaged
 * @param lane which network lane runs it
 * @param outputs network outputs written, in order
 * @param widths width of each of these outputs
 * @param width sum of the widths
 * @param firstSlot first slot of the outputs; the is-missing slot follows the last
 * @param digest identifies network, preprocessing, views and outputs in cache keys
 */
record ImageInput(
    int index,
    int column,
    String columnName,
    MissingImage missing,
    ImagePreprocessing preprocessing,
    List<View> views,
    int lane,
    List<String> outputs,
    List<Integer> widths,
    int width,
    int firstSlot,
    String digest) {
  int missingSlot() {
    return firstSlot + width;
  }
}
