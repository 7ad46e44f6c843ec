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
 * @param map the network's feature map, empty of name where it has none
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
    MapShape map,
    String digest) {
  /**
   * A network output {@code [channels, height, width]}.
   *
   * @param name empty for none
   */
  record MapShape(String name, int channels, int height, int width) {
    static final MapShape NONE = new MapShape("", 0, 0, 0);

    boolean exists() {
      return !name.isEmpty();
    }
  }

  int missingSlot() {
    return firstSlot + width;
  }
}
