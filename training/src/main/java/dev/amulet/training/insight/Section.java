package dev.amulet.training.insight;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A headed part of the page, block after block, as the script on the page shows it. */
final class Section {
  /** How a sentence is meant. */
  enum Tone {
    PLAIN,
    FAINT,
    GOOD,
    WARN,
    BAD
  }

  private final ObjectNode node = JsonNodeFactory.instance.objectNode();
  private final ArrayNode blocks;

  /**
   * @param id part of the page's address
   */
  Section(String id, String title) {
    node.put("id", id).put("title", title);
    blocks = node.putArray("blocks");
  }

  Section text(String text) {
    return text(Tone.PLAIN, text);
  }

  Section text(Tone tone, String text) {
    block("text").put("tone", tone(tone)).put("text", text);
    return this;
  }

  Section list(Tone tone, List<String> items) {
    ArrayNode array = block("list").put("tone", tone(tone)).putArray("items");
    items.forEach(array::add);
    return this;
  }

  /** A figure under its label. */
  record Tile(String label, String value, String note) {}

  Section tiles(List<Tile> tiles) {
    ArrayNode array = block("tiles").putArray("tiles");
    tiles.forEach(
        tile ->
            array
                .addObject()
                .put("label", tile.label())
                .put("value", tile.value())
                .put("note", tile.note()));
    return this;
  }

  /** Text as it stands, folded away until asked for. */
  Section code(String title, String text) {
    block("code").put("title", title).put("text", text);
    return this;
  }

  /** A block of another kind, such as a {@link Chart} or a {@link Table}. */
  Section add(ObjectNode block) {
    blocks.add(block);
    return this;
  }

  /** A picture with what there is to say about it, and pictures beside it. */
  record Card(int picture, List<String> lines, List<Beside> beside) {
    /** In the place of a picture where the table has none at all. */
    static final int WITHOUT = -2;

    Card {
      lines = List.copyOf(lines);
      beside = List.copyOf(beside);
    }
  }

  /** A small picture beside another, and a word on it. */
  record Beside(int picture, String caption) {}

  Section cards(List<Card> cards) {
    ArrayNode array = block("cards").putArray("cards");
    for (Card card : cards) {
      ObjectNode one = array.addObject().put("picture", card.picture());
      ArrayNode lines = one.putArray("lines");
      card.lines().forEach(lines::add);
      ArrayNode beside = one.putArray("beside");
      card.beside()
          .forEach(b -> beside.addObject().put("picture", b.picture()).put("caption", b.caption()));
    }
    return this;
  }

  private ObjectNode block(String kind) {
    return blocks.addObject().put("kind", kind);
  }

  static String tone(Tone tone) {
    return tone.name().toLowerCase(java.util.Locale.ROOT);
  }

  ObjectNode node() {
    return node;
  }
}
